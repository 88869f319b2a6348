// Connectivity between sources, slots and targets. Invariant: edges keep their order, and layouts
// that need no lists are used where they say the same.

import {
  edgesOf,
  sourcesOf,
  targetsOf,
  visitsOf,
  walkerOf,
  type IndexArrays,
} from "../../ir/layout.js";
import type { Layout } from "../../ir/program.js";
import type { NewArrays } from "../support/new-arrays.js";
import { regularRows } from "../support/regular-rows.js";

export interface ListContext {
  readonly arrays: IndexArrays;
  readonly created: NewArrays;
}

/** Compressed rows; what lies beyond the count is room. */
interface Lists {
  readonly start: Int32Array;
  readonly other: Int32Array;
  readonly edge: Int32Array;
  readonly count: number;
}

/** Lists while they are filled, row after row. */
class Rows implements Lists {
  readonly start: Int32Array;
  readonly other: Int32Array;
  readonly edge: Int32Array;
  #row = 0;
  #count = 0;

  /** With room for so many rows and edges. */
  constructor(rows: number, edges: number) {
    this.start = new Int32Array(rows + 1);
    this.other = new Int32Array(edges);
    this.edge = new Int32Array(edges);
  }

  get count(): number {
    return this.#count;
  }

  add(other: number, edge: number): void {
    this.other[this.#count] = other;
    this.edge[this.#count++] = edge;
  }

  end(): void {
    this.start[++this.#row] = this.#count;
  }
}

type Csr = Extract<Layout, { kind: "csr" }>;

/** How many edges a walk over a layout meets. */
function meetingsIn(layout: Layout, arrays: IndexArrays): number {
  return layout.kind === "csr" ? arrays.get(layout.start)!.at(-1)! : visitsOf(layout);
}

function layoutOf(
  rows: Lists,
  sizes: Pick<Csr, "rows" | "sources" | "targets" | "edges">,
  stem: string,
  { created }: ListContext,
): Layout {
  const add = (values: Int32Array, name: string): string =>
    created.addValues(values.slice(0, rows.count), "index", name);
  const start = created.addValues(rows.start, "index", `${stem}Start`);
  const other = add(rows.other, stem);
  const isInOrder = rows.edge.every((edge, i) => i >= rows.count || edge === i);
  const numbers = isInOrder ? {} : { edge: add(rows.edge, "edge") };
  return { kind: "csr", ...sizes, start, other, ...numbers };
}

/** The edges of a delivery that have a slot, with slots in the place of targets; numbers stay. */
export function toSlots(
  layout: Layout,
  slotOf: (edge: number) => number,
  slots: number,
  context: ListContext,
): Layout {
  const walker = walkerOf(layout, context.arrays);
  const rows = new Rows(sourcesOf(layout), meetingsIn(layout, context.arrays));
  let isSame = targetsOf(layout) === slots;
  for (let source = 0; source < sourcesOf(layout); source++) {
    walker.ofSource(source, (target, edge) => {
      const slot = slotOf(edge);
      isSame &&= slot === target;
      if (slot >= 0) rows.add(slot, edge);
    });
    rows.end();
  }
  if (isSame) return layout;
  const sizes = { sources: sourcesOf(layout), targets: slots, edges: edgesOf(layout) };
  return layoutOf(rows, { rows: "source", ...sizes }, "slot", context);
}

/** From slots to the targets of a sum: each target has its slots in the order of its edges. */
export function fromSlots(
  layout: Layout,
  slotOf: (edge: number) => number,
  slots: number,
  context: ListContext,
): Layout {
  const walker = walkerOf(layout, context.arrays);
  const targets = targetsOf(layout);
  const rows = new Rows(targets, meetingsIn(layout, context.arrays));
  for (let target = 0; target < targets; target++) {
    const seen = new Set<number>();
    walker.ofTarget(target, (_source, edge) => {
      const slot = slotOf(edge);
      if (slot >= 0) seen.add(slot);
    });
    for (const slot of seen) rows.add(slot, rows.count);
    rows.end();
  }
  const { count: edges, start } = rows;
  const csr = { kind: "csr", rows: "target", sources: slots, targets, edges } as const;
  const other = rows.other.slice(0, edges);
  const regular = regularRows({ layout: { ...csr, start: "", other: "" }, start, other });
  if (regular !== undefined) return regular.layout;
  return layoutOf(rows, csr, "slot", context);
}

/** The elements of a state in rows by slot; the edge is the element. */
export function elementsBySlot(
  slotOf: Int32Array,
  isMember: (element: number) => boolean,
  slots: number,
  context: ListContext,
): Layout {
  const start = new Int32Array(slots + 1);
  slotOf.forEach((slot, element) => {
    if (slot >= 0 && isMember(element)) start[slot + 1]! += 1;
  });
  for (let slot = 0; slot < slots; slot++) start[slot + 1]! += start[slot]!;
  const count = start[slots]!;
  const edge = new Int32Array(count);
  const next = start.slice();
  slotOf.forEach((slot, element) => {
    if (slot >= 0 && isMember(element)) edge[next[slot]!++] = element;
  });
  const sizes = { sources: 1, targets: slots, edges: slotOf.length };
  const lists = { start, other: new Int32Array(count), edge, count };
  return layoutOf(lists, { rows: "target", ...sizes }, "slot", context);
}
