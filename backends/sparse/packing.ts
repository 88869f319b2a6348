// Edges sorted for sums in lanes: targets with equally many edges side by side, so that one vector
// holds the n-th edge of each. Invariant: every edge occurs once, and the edges of a target keep
// their order.

import { targetsOf, walkerOf, type IndexArrays } from "../../src/ir/layout.js";
import type { Layout } from "../../src/ir/program.js";

/** Groups of `count` targets. Entries of one step of a group lie side by side, steps follow. */
export interface Packing {
  readonly count: number;
  /** Pairs: so many groups, each with so many edges to a target. */
  readonly runs: Int32Array;
  /** The targets of each group. */
  readonly targets: Int32Array;
  /** Whether the targets are 0, 1, 2, ... */
  readonly isInOrder: boolean;
  readonly edges: Int32Array;
  /** Whether the targets of a group always have the same source. */
  readonly sharesSources: boolean;
  /** One for each edge; where sources are shared, one for each step. */
  readonly sources: Int32Array;
}

/** Edges by target: those of t are at start[t] ... start[t + 1] - 1. */
interface TargetRows {
  readonly start: Int32Array;
  readonly source: Int32Array;
  /** Absent: the position itself. */
  readonly edge?: Int32Array | undefined;
}

function rowsOf(layout: Layout, indexes: IndexArrays): TargetRows {
  if (layout.kind === "csr" && layout.rows === "target") {
    const edge = layout.edge === undefined ? undefined : indexes.get(layout.edge)!;
    return { start: indexes.get(layout.start)!, source: indexes.get(layout.other)!, edge };
  }
  const walker = walkerOf(layout, indexes);
  const count = targetsOf(layout);
  const start = new Int32Array(count + 1);
  let total = 0;
  for (let target = 0; target < count; target++) {
    walker.ofTarget(target, () => {
      total++;
    });
    start[target + 1] = total;
  }
  const source = new Int32Array(total);
  const edge = new Int32Array(total);
  let at = 0;
  const visit = (from: number, number: number): void => {
    source[at] = from;
    edge[at++] = number;
  };
  for (let target = 0; target < count; target++) walker.ofTarget(target, visit);
  return { start, source, edge };
}

/** Targets by falling number of edges, equal ones ascending. */
function byDegree({ start }: TargetRows): Int32Array {
  const count = start.length - 1;
  let most = 0;
  for (let t = 0; t < count; t++) most = Math.max(most, start[t + 1]! - start[t]!);
  const first = new Int32Array(most + 2);
  for (let t = 0; t < count; t++) first[most - (start[t + 1]! - start[t]!) + 1]!++;
  for (let d = 0; d <= most; d++) first[d + 1]! += first[d]!;
  const order = new Int32Array(count);
  for (let t = 0; t < count; t++) order[first[most - (start[t + 1]! - start[t]!)]!++] = t;
  return order;
}

/** Packs targets, given group by group; `count` of them have equally many edges. */
function packGroups(rows: TargetRows, targets: Int32Array, count: number): Packing {
  const { start, source, edge } = rows;
  const degreeOf = (target: number): number => start[target + 1]! - start[target]!;
  const runs: number[] = [];
  let total = 0;
  for (let i = 0; i < targets.length; i += count) {
    const degree = degreeOf(targets[i]!);
    total += degree * count;
    if (runs.length > 0 && runs[runs.length - 1] === degree) runs[runs.length - 2]!++;
    else runs.push(1, degree);
  }
  const sources = new Int32Array(total);
  const edges = new Int32Array(total);
  let at = 0;
  for (let i = 0; i < targets.length; i += count) {
    const degree = degreeOf(targets[i]!);
    for (let k = 0; k < degree; k++) {
      for (let lane = 0; lane < count; lane++) {
        const position = start[targets[i + lane]!]! + k;
        sources[at] = source[position]!;
        edges[at++] = edge === undefined ? position : edge[position]!;
      }
    }
  }
  const isInOrder = targets.every((target, i) => target === i);
  const sharesSources = sources.every((from, i) => from === sources[i - (i % count)]);
  return {
    count,
    runs: Int32Array.from(runs),
    targets,
    isInOrder,
    edges,
    sharesSources,
    sources: sharesSources ? sources.filter((_, i) => i % count === 0) : sources,
  };
}

/**
 * Groups of each size, as long as there are enough targets with equally many edges; the last size
 * must be 1, so that nothing is left.
 */
export function packEdges(
  layout: Layout,
  indexes: IndexArrays,
  sizes: readonly number[],
): Packing[] {
  const rows = rowsOf(layout, indexes);
  let order = byDegree(rows);
  const degreeOf = (target: number): number => rows.start[target + 1]! - rows.start[target]!;
  const packed: Packing[] = [];
  for (const size of sizes) {
    const taken = new Int32Array(order.length);
    const left = new Int32Array(order.length);
    let [takenCount, leftCount] = [0, 0];
    for (let from = 0; from < order.length;) {
      let to = from;
      while (to < order.length && degreeOf(order[to]!) === degreeOf(order[from]!)) to++;
      const whole = from + (to - from) - ((to - from) % size);
      for (let i = from; i < whole; i++) taken[takenCount++] = order[i]!;
      for (let i = whole; i < to; i++) left[leftCount++] = order[i]!;
      from = to;
    }
    if (takenCount > 0) packed.push(packGroups(rows, taken.slice(0, takenCount), size));
    order = left.slice(0, leftCount);
  }
  return packed;
}
