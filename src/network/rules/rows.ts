// What all rules make: for each source the list of its targets, ascending.

import { ValidationError } from "../../errors.js";
import { mostEdges } from "./rule.js";

/** Synapse e in start[s] ... start[s + 1] - 1 goes from source s to targets[e]. */
export interface CompressedRows {
  readonly start: Int32Array;
  readonly targets: Int32Array;
}

/** What a rule has to know of the populations. */
export interface Sizes {
  readonly sources: number;
  readonly targets: number;
  /** True where the sources are the targets. */
  readonly isRecurrent: boolean;
}
/** The populations, and where errors say that the rule stands. */
export interface Place extends Sizes {
  readonly where: string;
}

/** Whether a neuron has to be left out of its own partners. */
export const leavesSelfOut = (
  rule: { readonly allowSelfConnections: boolean },
  sizes: Sizes,
): boolean => sizes.isRecurrent && !rule.allowSelfConnections;

/** Turns the length of row r at r + 1 into starts. */
export function sumInPlace(start: Int32Array): void {
  for (let row = 1; row < start.length; row += 1) start[row]! += start[row - 1]!;
}

/** The starts of rows of one length. */
export function evenStart(rows: number, length: number): Int32Array {
  const start = new Int32Array(rows + 1);
  for (let row = 1; row <= rows; row += 1) start[row] = row * length;
  return start;
}

/** Refuses more synapses than can be numbered. */
export function checkTotal(where: string, total: number): void {
  if (total <= mostEdges) return;
  throw new ValidationError({
    code: "out-of-range",
    where,
    problem: "too many synapses",
    got: total,
    allowed: `at most ${mostEdges}`,
  });
}
