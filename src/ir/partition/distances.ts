// How many steps lie between the emission of a spike and an op that reads it. Invariant: what an op
// reads was pushed, or emitted, at least so many steps before.

import { accessOf } from "../access.js";
import type { Program, SpikeRef } from "../program.js";

/** The distance [steps] for a lag. */
export type Distance = (spikes: SpikeRef, lag: number) => number;

/** Binds the distances of a Program: a list that is read before its first write is one step older. */
export function distancesIn(program: Program): Distance {
  const written = new Set(
    program.ops.flatMap((op) => accessOf(op).writes.map(({ array }) => array)),
  );
  return ({ array, version }, lag) => lag + (version === 0 && written.has(array) ? 1 : 0);
}

/** The least lag of a spike list that an op reads. */
export function leastLag({ lag = 0 }: SpikeRef, program: Program): number {
  if (typeof lag === "number") return lag;
  const initial = program.arrays.find(({ name }) => name === lag)?.initial ?? 0;
  if (typeof initial === "number") return initial;
  let least = Infinity;
  for (let i = 0; i < initial.length; i++) least = Math.min(least, initial[i]!);
  return least;
}
