// A network in which everything that can have a name has one of a list, or one that begins with it,
// and the same network with plain names, whose numbers it must have.

import { Network, neurons, synapses } from "../../src/index.js";
import type { NetworkDocument } from "../../src/index.js";

/** For each name two neurons that fire and drive each other, with inputs and outputs. */
export function networkOf(names: readonly string[], name = names[0]!): Network {
  const net = new Network({ name });
  const cell = neurons.spiking({ thresholdInitialValue: 3 });
  const synapse = synapses.spiking({ maxConductance: 0.1, timeConstant: 5, reversalPotential: 40 });
  for (const each of names) {
    const cells = net.addPopulation(cell, 2, { name: each });
    net.addConnection(synapse, cells, cells, { name: `${each}?` });
    net.addInput(cells, { name: each, size: 2 });
    net.addOutput(cells, { name: each });
    net.addOutput(cells, { name: `${each}:`, variable: "spikes" });
  }
  return net;
}

/** Plain names, as many as given. */
export const plainNames = (names: readonly string[]): string[] => names.map((_, i) => `plain${i}`);

/** The document of the plain network with these names instead, which in documents may be paths. */
export function documentOf(names: readonly string[], name = names[0]!): NetworkDocument {
  const place = new Map(plainNames(names).map((plain, i) => [plain, names[i]!]));
  const rename = (_key: string, value: unknown): unknown => {
    const [, plain = "", end = ""] =
      typeof value === "string" ? (/^(plain\d+)(.*)$/.exec(value) ?? []) : [];
    return place.has(plain) ? place.get(plain)! + end : value;
  };
  const document = networkOf(plainNames(names), "whole").toDocument();
  return { ...(JSON.parse(JSON.stringify(document), rename) as NetworkDocument), name };
}

/** Lists of at most so many names. */
export function inGroups(names: readonly string[], most: number): string[][] {
  const count = Math.ceil(names.length / most);
  // Neighbours are alike: taking every so many-th one mixes them.
  return Array.from({ length: count }, (_, i) => names.filter((_name, at) => at % count === i));
}
