// Networks that show each model of the catalogue at work: every neuron and channel, and every synapse
// in every way of joining neurons. Invariant: found by what models need, never by their names.

import { channels, Network, neurons, rules } from "../../src/index.js";
import type { ConnectivityOption, NeuronType, SynapseType } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { ModelEntry } from "../../src/models/list-models.js";
import type { SynapseModel } from "../../src/models/types.js";
import {
  drawMatrix,
  drawShaped,
  drawValues,
  fits,
  isSymmetric,
  listOf,
  withReversal,
  type Ends,
} from "./random-network.js";
import { Dice } from "./random-program.js";

export interface CatalogueNetwork {
  readonly name: string;
  readonly build: () => Network;
}

/** More than the lanes of any vector, and no multiple of them. */
const size = 5;

/** Every population is seen: its potential and, where it has them, its spikes. */
function finish(net: Network): Network {
  for (const { name, type } of net.populations) {
    if (type.model.inputs.length > 0) net.addInput(name, { size });
    net.addOutput(name);
    if (type.model.spike !== undefined) net.addOutput(name, { spiking: true });
  }
  return net;
}

const alone = (type: NeuronType): Network => {
  const net = new Network({ name: "alone" });
  net.addPopulation(type, size, { name: "cells" });
  return finish(net);
};

function neuronNetworks(entry: ModelEntry): CatalogueNetwork[] {
  const drawn = (): NeuronType =>
    entry.make(drawValues(entry.parameters, new Dice(3), listOf(size))) as NeuronType;
  return [
    { name: `${entry.path} with its defaults`, build: () => alone(entry.make() as NeuronType) },
    { name: `${entry.path} with other values`, build: () => alone(drawn()) },
  ];
}

function channelNetworks(entry: ModelEntry): CatalogueNetwork[] {
  const hasGates = entry.model === channels.gated.model;
  const build = (): Network => {
    const dice = new Dice(5);
    const two = [1, 2].map(() => {
      const values = drawValues(entry.parameters, dice, listOf(size));
      const more = hasGates ? { reversalPotential: 90, gateAPower: 1, gateBPower: 2 } : {};
      return entry.make({ ...values, ...more }) as never;
    });
    return alone(neurons.spiking({ channels: two }));
  };
  return [{ name: `${entry.path} in neurons that fire`, build }];
}

const wirings = ["all-to-all", "one-to-one", "rule", "list", "rows", "matrix", "pattern"] as const;
type Wiring = (typeof wirings)[number];

/** Listed neurons, some of them twice and some never. */
function connectivityOf(wiring: Wiring, dice: Dice): ConnectivityOption {
  const picks = (count: number): Int32Array =>
    Int32Array.from({ length: count }, () => dice.below(size));
  if (wiring === "all-to-all" || wiring === "one-to-one") return wiring;
  if (wiring === "rule") return rules.fixedInDegree({ inDegree: 3, seed: 4 });
  if (wiring === "list") return { sources: picks(9), targets: picks(9) };
  return { start: Int32Array.of(0, 3, 3, 4, 9, 11), targets: picks(11) };
}

const edgesOf = (wiring: Wiring): number =>
  ({ "all-to-all": 25, "one-to-one": 5, rule: 15, list: 9, rows: 11, matrix: 25, pattern: 1 })[
    wiring
  ];

/** Firing neurons first: they can drive every synapse. */
function neuronPairs(): [NeuronType, NeuronType][] {
  const types = listModels()
    .filter(({ kind }) => kind === "neuron")
    .map((entry) => entry.make() as NeuronType)
    .sort((a, b) => Number(a.model.spike === undefined) - Number(b.model.spike === undefined));
  return types.flatMap((from) => types.map((to): [NeuronType, NeuronType] => [from, to]));
}

/** Two populations that the synapse can join. */
function endsFor(entry: ModelEntry): { readonly net: Network; readonly ends: Ends } {
  for (const [from, to] of neuronPairs()) {
    const net = new Network({ name: "pair" });
    net.addPopulation(from, size, { name: "from" });
    net.addPopulation(to, size, { name: "to" });
    const [first, second] = net.populations;
    const ends = { from: first!, to: second!, isSelf: false };
    if (fits(entry, ends)) return { net, ends };
  }
  throw new Error(`no two neurons of the catalogue can be joined by ${entry.path}`);
}

/** A state of the target for each receptor: the default, or the last that would do. */
function receptorsOf({ receptors }: SynapseModel, { to }: Ends, isOther: boolean) {
  if (!isOther) return {};
  return Object.fromEntries(
    receptors.map(({ publicName, state }) => {
      const { states } = to.type.model;
      const { unit } = states.find(({ symbol }) => symbol === state)!;
      const fitting = states.filter((each) => each.unit === unit);
      return [publicName, fitting[fitting.length - 1]!.symbol];
    }),
  );
}

function synapseNetwork(entry: ModelEntry, wiring: Wiring, isOther: boolean): Network {
  const dice = new Dice(11);
  const { net, ends } = endsFor(entry);
  const receptors = receptorsOf(entry.model as SynapseModel, ends, isOther);
  if (wiring === "matrix" || wiring === "pattern") {
    net.addConnection(drawShaped(entry, wiring, ends, dice), "from", "to");
    return finish(net);
  }
  const isWhole = wiring === "all-to-all" && isSymmetric(entry, ends);
  const drawn = isWhole ? drawMatrix(dice, [size, size], true) : undefined;
  const arrays = drawn ?? listOf(edgesOf(wiring));
  const values = drawValues(entry.parameters, dice, (value) => arrays(value, 0));
  const type = entry.make({ ...withReversal(entry, values, dice), ...receptors }) as SynapseType;
  net.addConnection(type, "from", "to", { connectivity: connectivityOf(wiring, dice) });
  return finish(net);
}

function synapseNetworks(entry: ModelEntry): CatalogueNetwork[] {
  const choices = (entry.model as SynapseModel).receptors.length > 0 ? [false, true] : [false];
  return wirings.flatMap((wiring) =>
    choices.map((isOther) => ({
      name: `${entry.path}, ${wiring}${isOther ? ", another receptor" : ""}`,
      build: () => synapseNetwork(entry, wiring, isOther),
    })),
  );
}

const networksOf: {
  readonly [K in ModelEntry["kind"]]: (entry: ModelEntry) => CatalogueNetwork[];
} = { neuron: neuronNetworks, channel: channelNetworks, synapse: synapseNetworks };

/** A table with every model of the catalogue. */
export const catalogueNetworks = (): readonly CatalogueNetwork[] =>
  listModels().flatMap((entry) => networksOf[entry.kind](entry));
