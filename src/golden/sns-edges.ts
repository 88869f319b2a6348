// The synapses of a flat network as pairs of neurons with flat numbers, and the places of their
// parameters and states. Invariant: parameters are those of the compiled model, under the oddities
// of the network.

import { valueCount } from "../network/connectivity.js";
import { forEachSynapse } from "../lower/support/edge-lists.js";
import type { Connection, FlatNetwork, Population } from "../network/types.js";
import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";

/** A compiled network that is being run, and the flat network it came from, all oddities applied. */
export interface Running {
  readonly flat: FlatNetwork;
  readonly model: Model | AsyncModel;
}

/** One synapse: flat neuron numbers, and where its parameters and states stand in their arrays. */
export interface Pair {
  readonly source: number;
  readonly target: number;
  readonly valueIndex: number;
  readonly edge: number;
}
/** A parameter of a connection, by synapse. */
export type ParameterReader = (pair: Pair) => number;

/** Flat number of the first neuron of each population, and the number of all. */
export function neuronOffsets(populations: readonly Population[]): {
  readonly first: readonly number[];
  readonly count: number;
} {
  const first: number[] = [];
  let count = 0;
  for (const { size } of populations) {
    first.push(count);
    count += size;
  }
  return { first, count };
}

/** Calls `visit` for every synapse of a connection, in the order of their numbers. */
export function forEachPair(
  flat: FlatNetwork,
  connection: Connection,
  visit: (pair: Pair) => void,
): void {
  const { first } = neuronOffsets(flat.populations);
  const source = flat.populations[connection.source]!;
  const target = flat.populations[connection.target]!;
  const { connectivity } = connection;
  const taps = connectivity.kind === "pattern" ? valueCount(connectivity, source, target) : 0;
  let number = 0;
  forEachSynapse({ connection, source, target }, (from, to, valueIndex) => {
    visit({
      source: first[connection.source]! + from,
      target: first[connection.target]! + to,
      valueIndex,
      edge: taps > 0 ? to * taps + valueIndex : number,
    });
    number += 1;
  });
}

/** Reads one parameter of a connection from the compiled model. */
export async function readParameter(
  { flat, model }: Running,
  connection: Connection,
  publicName: string,
): Promise<ParameterReader> {
  const values = await model.params.get(`${connection.name}.${publicName}`);
  const source = flat.populations[connection.source]!;
  const target = flat.populations[connection.target]!;
  const isSingle = typeof connection.values.get(publicName) !== "object";
  if (isSingle) return () => values[0]!;
  const perValue = values.length === valueCount(connection.connectivity, source, target);
  return perValue ? ({ valueIndex }) => values[valueIndex]! : ({ edge }) => values[edge]!;
}
