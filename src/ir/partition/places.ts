// Where the operands and writes of an op lie. Invariant: the same elements that a backend reads.

import { sourcesOf, targetsOf, walkerOf } from "../layout.js";
import type { IndexArrays } from "../layout.js";
import type { DeliverOp, EdgesOp, GatherOp, Layout, Operand, Write } from "../program.js";

export type EdgeOp = GatherOp | DeliverOp | EdgesOp;

/** Element of an array for index i of the domain of an operand or write. */
export function elementOf(place: Operand | Write, i: number): number {
  const offset = place.offset ?? 0;
  if (place.at === "one") return offset;
  const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
  const period = "period" in place ? (place.period ?? Infinity) : Infinity;
  const at = repeat === 1 ? i : Math.floor(i / repeat);
  return offset + (at < period ? at : at % period);
}

/** Everything that an op reads or writes at an element of an array. */
export const placesOf = (op: {
  readonly reads: readonly Operand[];
  readonly writes: readonly Write[];
}): (Operand | Write)[] => [
  ...op.reads.filter(({ at }) => at !== "spike" && at !== "event"),
  ...op.writes,
];

/** The numbers 0 ... count - 1. */
export const upTo = (count: number): Int32Array => {
  const numbers = new Int32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
};

/** What decides who owns an edge: something divided at the target, else at the edge itself. */
export function anchorOf(
  op: EdgeOp,
  isDivided: (array: string) => boolean,
): Operand | Write | undefined {
  const places = placesOf(op).filter(({ array }) => isDivided(array));
  return places.find(({ at }) => at === "target") ?? places.find(({ at }) => at === "edge");
}

/** Visits all edges, row after row of the end by which they are listed; no more rows when it is done. */
export function eachEdge(
  layout: Layout,
  indexes: IndexArrays,
  visit: (source: number, target: number, edge: number) => void,
  isDone: () => boolean = () => false,
): void {
  const walker = walkerOf(layout, indexes);
  if (layout.kind === "csr" && layout.rows === "source") {
    for (let s = 0; s < sourcesOf(layout) && !isDone(); s++) {
      walker.ofSource(s, (t, e) => visit(s, t, e));
    }
    return;
  }
  for (let t = 0; t < targetsOf(layout) && !isDone(); t++) {
    walker.ofTarget(t, (s, e) => visit(s, t, e));
  }
}
