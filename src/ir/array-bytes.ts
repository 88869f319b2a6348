// How large the arrays of a Program are: one measure for estimates, explanations and limits.

import type { ArraySpec, Program } from "./program.js";

/** Bytes of the values, lists or events that an array has room for, in all copies. */
export function arrayBytes(spec: ArraySpec, program: Program): number {
  const { type, length, slots = 1, capacity = 1, payload = [], perCopy } = spec;
  const real = program.precision === "float64" ? 8 : 4;
  const columns = real * payload.length;
  // A list keeps the number of each source, a history a count for each target and each event's step.
  const perElement = {
    real,
    int: 4,
    spikes: 4 + columns,
    history: 4 + capacity * (8 + columns),
  }[type];
  return length * slots * (perCopy ? program.batch : 1) * perElement;
}
