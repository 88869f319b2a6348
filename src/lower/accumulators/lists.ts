// Connectivity between sources, slots and targets. Invariant: edges keep their order, and layouts
// that need no lists are used where they say the same.

import {
  edgesOf,
  sourcesOf,
  targetsOf,
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

/** Lists while they grow. */
class Rows {
  readonly start: number[] = [0];
  readonly other: number[] = [];
  readonly edge: number[] = [];

  add(other: number, edge: number): void {
    this.other.push(other);
    this.edge.push(edge);
  }

  end(): void {
    this.start.push(this.other.length);
  }

  hasOwnNumbers(): boolean {
    return this.edge.some((edge, position) => edge !== position);
  }
}

function layoutOf(
  rows: Rows,
  sizes: Pick<Extract<Layout, { kind: "csr" }>, "rows" | "sources" | "targets" | "edges">,
  stem: string,
  { created }: ListContext,
): Layout {
  const add = (values: readonly number[], name: string): string =>
    created.addValues(Int32Array.from(values), "index", name);
  const start = add(rows.start, `${stem}Start`);
  const other = add(rows.other, stem);
  const numbers = rows.hasOwnNumbers() ? { edge: add(rows.edge, "edge") } : {};
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
  const rows = new Rows();
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
  const rows = new Rows();
  const targets = targetsOf(layout);
  for (let target = 0; target < targets; target++) {
    const seen = new Set<number>();
    walker.ofTarget(target, (_source, edge) => {
      const slot = slotOf(edge);
      if (slot >= 0) seen.add(slot);
    });
    for (const slot of seen) rows.add(slot, rows.other.length);
    rows.end();
  }
  const { length: edges } = rows.other;
  const csr = { kind: "csr", rows: "target", sources: slots, targets, edges } as const;
  const [start, other] = [Int32Array.from(rows.start), Int32Array.from(rows.other)];
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
  const lists = Array.from({ length: slots }, (): number[] => []);
  slotOf.forEach((slot, element) => {
    if (slot >= 0 && isMember(element)) lists[slot]!.push(element);
  });
  const rows = new Rows();
  for (const list of lists) {
    for (const element of list) rows.add(0, element);
    rows.end();
  }
  const sizes = { sources: 1, targets: slots, edges: slotOf.length };
  return layoutOf(rows, { rows: "target", ...sizes }, "slot", context);
}
