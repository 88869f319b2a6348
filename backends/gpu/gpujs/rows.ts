// The edges of each target of a gather, in the order of the sum. Invariant: the order is that of
// src/ir/layout.ts; only full matrices are computed, everything else is listed.

import {
  forEachEdgeOfTarget,
  targetsOf,
  visitsOf,
  type IndexArrays,
} from "../../../src/ir/layout.js";
import type { Layout } from "../../../src/ir/program.js";

/** Lists of edges; position p belongs to the target t with start[t] <= p < start[t + 1]. */
export interface Rows {
  readonly start: Int32Array;
  readonly source: Int32Array;
  /** -1 where edges have no values. */
  readonly edge: Int32Array;
  /** The longest row. */
  readonly longest: number;
}

/** Lists the edges of a layout. */
export function rowsOf(layout: Layout, arrays: IndexArrays): Rows {
  const targets = targetsOf(layout);
  const visits = visitsOf(layout);
  const start = new Int32Array(targets + 1);
  const [source, edge] = [new Int32Array(visits), new Int32Array(visits)];
  let [count, longest] = [0, 0];
  for (let target = 0; target < targets; target++) {
    forEachEdgeOfTarget(layout, arrays, target, (from, number) => {
      source[count] = from;
      edge[count] = number;
      count += 1;
    });
    start[target + 1] = count;
    longest = Math.max(longest, count - start[target]!);
  }
  return { start, source: source.subarray(0, count), edge: edge.subarray(0, count), longest };
}
