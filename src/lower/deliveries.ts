// Deliveries of the same spikes along the same edges become one, so that the rows are read once.
// Invariant: neither touches what the other writes, so every sum and every edge gets the same, in the
// same order.

import { accessOf } from "../ir/access.js";
import type { DeliverOp, Layout, Op, Program } from "../ir/program.js";
import type { Pass } from "./pass.js";
import { isFixed } from "./support/fixed.js";
import { joinBodies } from "./support/join-bodies.js";
import { commonOrigin } from "./support/new-arrays.js";
import { renumberVersions } from "./support/rewire.js";

/** The edges themselves, whatever their numbers. */
function edgesWithoutNumbers(layout: Layout): Layout {
  if (layout.kind !== "csr") return layout;
  const { edge: _edge, ...rows } = layout;
  return rows;
}

/** Equal for deliveries that go over the same spikes and edges. */
const keyOf = ({ spikes, layout }: DeliverOp): string => {
  const { array, version, lag, offset = 0 } = spikes;
  return JSON.stringify([array, version, lag ?? null, offset, edgesWithoutNumbers(layout)]);
};

/** Whether the numbers of the edges matter to an op. */
const usesEdges = ({ spikes, reads, writes }: DeliverOp): boolean =>
  typeof spikes.lag === "string" ||
  reads.some(({ at, lag }) => at === "edge" || typeof lag === "string") ||
  writes.some(({ at }) => at === "edge");

/** Edges that serve both, if there are some. */
function commonEdges(first: DeliverOp, second: DeliverOp): Layout | undefined {
  if (!usesEdges(second)) return first.layout;
  const numbersOf = ({ layout }: DeliverOp) => (layout.kind === "csr" ? layout.edge : undefined);
  const isSame = numbersOf(first) === numbersOf(second);
  return isSame || !usesEdges(first) ? second.layout : undefined;
}

/** Whether two ops may change places, or be done edge by edge in turn. */
function areApart(a: Op, b: Op): boolean {
  const [one, other] = [accessOf(a), accessOf(b)];
  const touched = ({ reads, writes, also }: typeof one): Set<string> =>
    new Set([...reads, ...writes].map(({ array }) => array).concat(also));
  const [byA, byB] = [touched(one), touched(other)];
  return (
    one.writes.every(({ array }) => !byB.has(array)) &&
    other.writes.every(({ array }) => !byA.has(array))
  );
}

function join(first: DeliverOp, second: DeliverOp, layout: Layout): DeliverOp {
  const { reads, body, rename } = joinBodies({
    ...{ first, second },
    lasting: new Set(first.writes.map(({ symbol }) => symbol)),
    valueOf: () => undefined,
  });
  const { origin: _origin, ...head } = first;
  const origin = commonOrigin([first.origin, second.origin]);
  const later = second.writes.map((write) => ({ ...write, symbol: rename(write.symbol) }));
  return {
    ...{ ...head, layout, reads, body },
    ...(origin !== undefined && { origin }),
    merged: (first.merged ?? 1) + (second.merged ?? 1),
    writes: [...first.writes, ...later],
  };
}

/** The delivery at a place together with one that comes later, if that may move up. */
function joinAt(ops: readonly Op[], place: number, second: DeliverOp): DeliverOp | undefined {
  const first = ops[place] as DeliverOp;
  const layout = commonEdges(first, second);
  const isFree = ops.slice(place).every((op) => areApart(op, second));
  return layout === undefined || !isFree ? undefined : join(first, second, layout);
}

function run(program: Program): Program {
  const ops: Op[] = [];
  /** Places of the last deliveries of each kind. */
  const latest = new Map<string, number>();
  for (const op of program.ops) {
    if (isFixed(op)) latest.clear();
    const key = op.kind === "deliver" ? keyOf(op) : undefined;
    const place = key === undefined ? undefined : latest.get(key);
    const joined = place === undefined ? undefined : joinAt(ops, place, op as DeliverOp);
    if (joined !== undefined) ops[place!] = joined;
    else if (key !== undefined) latest.set(key, ops.push(op) - 1);
    else ops.push(op);
  }
  return ops.length === program.ops.length ? program : renumberVersions({ ...program, ops });
}

/** Deliveries of the same spikes along the same edges become one. */
export const deliveries: Pass = {
  name: "deliveries",
  doc: "Deliveries of the same spikes along the same edges become one. Bit for bit equal.",
  run,
};
