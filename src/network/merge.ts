// What a network becomes inside another one: names turn into paths, flat numbers are shifted, and
// the oddities of the outer network take the place of its own. Invariant: changes nothing.

import type { QuirkName } from "../models/quirks.js";
import { resolveConnection } from "./connection.js";
import type { Contents, NetworkRef, Parts, PopulationEntry } from "./contents.js";
import { checkEnds } from "./ends.js";
import { checkPath } from "./names.js";
import { renamePopulation } from "./population.js";
import type { PopulationRef } from "./population.js";
import type { Connection, Population } from "./types.js";
import type { NetworkWarning } from "./warnings.js";

export interface Merging {
  readonly where: string;
  readonly outer: Contents;
  readonly inner: Contents;
  /** Name of the inner network inside the outer one. */
  readonly name: string;
  readonly suffix: string;
  readonly color?: string;
  readonly quirks: ReadonlySet<QuirkName>;
  readonly innerQuirks: ReadonlySet<QuirkName>;
}

interface Names {
  readonly populations: readonly string[];
  readonly connections: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function innerNames(merging: Merging): Names {
  const { where, outer, inner, name, suffix, quirks } = merging;
  const isFlat = quirks.has("flatNames");
  const dropsNames = quirks.has("dropConnectionNames");
  const path = (text: string): string => checkPath(where, isFlat ? text : `${name}/${text}`);
  const populations = inner.populations.map(({ population }) => path(population.name + suffix));
  const connections = inner.connections.map(({ given }) =>
    path(dropsNames ? given.synapse.name : given.name + suffix),
  );
  const inputs = inner.inputs.map((input) => path(input.name + suffix));
  const outputs = inner.outputs.map((output) => path(output.name + suffix));
  if (isFlat) return { populations, connections, inputs, outputs };
  const parts = outer.spaces.parts.unusedAll([...populations, ...connections]);
  return {
    populations: parts.slice(0, populations.length),
    connections: parts.slice(populations.length),
    inputs: outer.spaces.input.unusedAll(inputs),
    outputs: outer.spaces.output.unusedAll(outputs),
  };
}

function mergePopulations(merging: Merging, names: readonly string[]): PopulationEntry[] {
  const { outer, inner, color, quirks } = merging;
  const changes = {
    dropInitialValues: quirks.has("dropInitialValues"),
    ...(color === undefined ? {} : { color }),
  };
  return inner.populations.map(({ population, refs }, i) => {
    const renamed = renamePopulation(population, names[i] ?? population.name, changes);
    const { name, shape, size } = renamed;
    const index = outer.populations.length + i;
    const ref: PopulationRef = Object.freeze({ kind: "population", name, index, shape, size });
    return { population: renamed, refs: [ref, ...refs] };
  });
}

function mergeConnection(
  merging: Merging,
  given: Connection,
  populations: readonly PopulationEntry[],
): ReturnType<typeof resolveConnection> {
  const { where, outer, quirks, innerQuirks } = merging;
  const shift = outer.populations.length;
  // Connections are checked when they are added, so their ends exist.
  const end = (index: number): Population => populations[index]!.population;
  const ends = { source: end(given.source), target: end(given.target) };
  // What the oddities of the inner network allowed may be refused by the outer one.
  if (innerQuirks.size > 0) {
    checkEnds(`${where}.${given.name}`, given.synapse.model, ends, quirks.size > 0);
  }
  const moved = { ...given, source: given.source + shift, target: given.target + shift };
  return resolveConnection(Object.freeze(moved), ends, quirks);
}

function compatWarnings(merging: Merging): NetworkWarning[] {
  const { name, quirks, innerQuirks } = merging;
  const lost = [...innerQuirks].filter((quirk) => !quirks.has(quirk));
  if (lost.length === 0) return [];
  return [
    {
      code: "compat-replaced",
      where: name,
      message:
        `${name} was built with oddities that the network around it does not have, ` +
        `and loses them: ${lost.join(", ")}.`,
    },
  ];
}

/** All parts that adding the inner network adds to the outer one. */
export function mergeNetwork(merging: Merging): Parts & { readonly network: NetworkRef } {
  const { outer, inner, color } = merging;
  const names = innerNames(merging);
  const shift = outer.populations.length;
  const populations = mergePopulations(merging, names.populations);
  const ownRefs = populations.flatMap(({ refs }) => refs.slice(0, 1));
  const inherited = inner.networks.map((network) => ({
    ...network,
    name: `${merging.name}/${network.name}`,
    first: network.first + shift,
    populations: ownRefs.slice(network.first, network.first + network.populations.length),
    ...(color === undefined ? {} : { color }),
  }));
  const network: NetworkRef = Object.freeze({
    kind: "network",
    name: merging.name,
    first: shift,
    populations: Object.freeze(ownRefs),
    ...(color === undefined ? {} : { color }),
  });
  const port = <T extends { readonly name: string; readonly color: string }>(
    item: T,
    name: string | undefined,
  ): T => ({ ...item, name: name ?? item.name, color: color ?? item.color });
  return {
    network,
    populations,
    connections: inner.connections.map(({ given }, i) =>
      mergeConnection(merging, { ...given, name: names.connections[i] ?? given.name }, populations),
    ),
    inputs: inner.inputs.map((input, i) =>
      Object.freeze({ ...port(input, names.inputs[i]), target: input.target + shift }),
    ),
    outputs: inner.outputs.map((output, i) =>
      Object.freeze({ ...port(output, names.outputs[i]), source: output.source + shift }),
    ),
    networks: [network, ...inherited],
    warnings: compatWarnings(merging),
  };
}
