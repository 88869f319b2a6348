// The first pass: from the network a user built to the flat form that lowering starts from.
// Invariant: pure; names are unique afterwards, also where an oddity allowed equal ones.

import type { NetworkBase } from "../network/network.js";
import type { FlatNetwork, Population } from "../network/types.js";

/** Where sub-networks, paths and oddities of building have been resolved. */
export function flatten(network: NetworkBase): FlatNetwork {
  const { name, quirks } = network;
  const populations = quirks.has("duplicatedChannels")
    ? duplicateChannels(network.populations)
    : network.populations;
  // States and parameters are reached by `name.variable`, so these two lists share their names.
  const parts = uniqueNames<Named>([...populations, ...network.connections]);
  return Object.freeze({
    name,
    quirks,
    populations: renamed(populations, parts.slice(0, populations.length)),
    connections: renamed(network.connections, parts.slice(populations.length)),
    inputs: renamed(network.inputs, uniqueNames(network.inputs)),
    outputs: renamed(network.outputs, uniqueNames(network.outputs)),
  });
}

interface Named {
  readonly name: string;
}

/** The first of equal names stays as it is; later ones get a number. */
function uniqueNames<T extends Named>(items: readonly T[]): string[] {
  const taken = new Set(items.map(({ name }) => name));
  const seen = new Set<string>();
  const next = new Map<string, number>();
  return items.map(({ name }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = next.get(name) ?? 2;
    while (taken.has(`${name}#${number}`)) number += 1;
    next.set(name, number + 1);
    const unique = `${name}#${number}`;
    taken.add(unique);
    return unique;
  });
}

function renamed<T extends Named>(items: readonly T[], names: readonly string[]): readonly T[] {
  return Object.freeze(
    items.map((item, i) => {
      const name = names[i] ?? item.name;
      return name === item.name ? item : Object.freeze({ ...item, name });
    }),
  );
}

/** In a network where some neuron has K channels, neurons with one channel get it K times. */
function duplicateChannels(populations: readonly Population[]): readonly Population[] {
  const most = populations.reduce((max, { type }) => Math.max(max, type.channels.length), 0);
  if (most < 2) return populations;
  return populations.map((population) => {
    const { type } = population;
    const [channel, ...others] = type.channels;
    if (channel === undefined || others.length > 0) return population;
    const channels = Object.freeze(Array.from({ length: most }, () => channel));
    return Object.freeze({ ...population, type: Object.freeze({ ...type, channels }) });
  });
}
