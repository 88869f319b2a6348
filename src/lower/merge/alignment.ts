// Splits a group of ops over edges into those that one layout can serve. Invariant: within one op
// the references along an axis keep their distance, and sums into one target keep their order.

import type { GatherOp, Op } from "../../ir/program.js";
import { edgesOf } from "../../ir/layout.js";
import type { Axis, Bodied, Group, Part, Slot } from "./part.js";
import { placeOf, type Placement } from "./placement.js";
import { TupleNumbering } from "./sets.js";

/** Ops whose bodies run over edges. */
export type EdgeBodied = Exclude<Bodied, { kind: "map" }>;

export const edgeOpOf = (part: Part): EdgeBodied => part.op as EdgeBodied;

/** `own` values are counted in edges, as many as the part has. */
export const lineOf = (axis: Axis): "source" | "target" | "edge" =>
  axis === "source" || axis === "target" ? axis : "edge";

/** Where a slot begins, counted in indices of its axis. */
export function placeAlong(placement: Placement, part: Part, slot: Slot): number {
  const place = placeOf(placement, slot);
  return slot.axis === "own" ? place * edgesOf(edgeOpOf(part).layout) : place;
}

/** The number of the first slot along an axis, which the others follow; parts of a group agree. */
export const leadAlong = ({ slots }: Part, line: "source" | "target" | "edge"): number =>
  slots.findIndex((slot) => lineOf(slot.axis) === line);

/** Gives parts numbers that are equal where the bases and the distances from the leads are. */
function numberAlignments(placement: Placement, { slots }: Part): (part: Part) => number {
  const leads = slots.map(({ axis }) =>
    slots.findIndex((slot) => lineOf(slot.axis) === lineOf(axis)),
  );
  const numbers = new TupleNumbering();
  const places: number[] = [];
  const tuple: number[] = [];
  return (part) => {
    tuple.length = 0;
    for (let i = 0; i < leads.length; i++) {
      const slot = part.slots[i]!;
      places[i] = placeAlong(placement, part, slot);
      tuple.push(placement.baseOf(slot.array), places[i]! - places[leads[i]!]!);
    }
    return numbers.numberOf(tuple);
  };
}

/** The spikes of the later part arrive after those of the earlier one also where both are one op. */
function keepsArrivals(placement: Placement, earlier: Part, later: Part): boolean {
  const { op } = later;
  if (op.kind !== "deliver") return true;
  if (typeof op.spikes.lag === "string") return false;
  const a = earlier.slots[leadAlong(earlier, "source")]!;
  const b = later.slots[leadAlong(later, "source")]!;
  const from = placeOf(placement, a);
  const to = placeOf(placement, b);
  return to >= from + a.span || (to === from && a.span === 1 && b.span === 1);
}

interface Sub {
  readonly index: number;
  readonly parts: Part[];
}

/** Sets of parts that can be one op each, in an order that keeps every sum as it was. */
export function splitAligned(placement: Placement, group: Group): Part[][] {
  const subs: Sub[] = [];
  const numberOf = numberAlignments(placement, group[0]!);
  const byNumber: Sub[][] = [];
  const last = new Map<number, { readonly sub: Sub; readonly part: Part }>();
  for (const part of group) {
    const { sums } = part.refs;
    let least = 0;
    for (const array of sums) {
      const before = last.get(array);
      if (before === undefined) continue;
      const isKept = keepsArrivals(placement, before.part, part);
      least = Math.max(least, before.sub.index + (isKept ? 0 : 1));
    }
    const alike = (byNumber[numberOf(part)] ??= []);
    let sub = alike.find((one) => one.index >= least);
    if (sub === undefined) {
      sub = { index: subs.length, parts: [] };
      subs.push(sub);
      alike.push(sub);
    }
    sub.parts.push(part);
    if (sums.length === 0) continue;
    const now = { sub, part };
    for (const array of sums) last.set(array, now);
  }
  return subs.flatMap(({ parts }) =>
    isSetting(parts[0]!.op) ? splitRows(placement, parts) : [parts],
  );
}

/** A sum that replaces what was there would also replace targets without edges. */
const isSetting = (op: Op): boolean =>
  op.kind === "gather" && (op as GatherOp).writes.some((write) => write.mode === "set");

function splitRows(placement: Placement, parts: readonly Part[]): Part[][] {
  const leading = leadAlong(parts[0]!, "target");
  const placed = parts.map((part) => {
    const lead = part.slots[leading]!;
    return { part, from: placeOf(placement, lead), span: lead.span };
  });
  placed.sort((a, b) => a.from - b.from || a.part.index - b.part.index);
  const runs: Part[][] = [];
  let end = -1;
  for (const { part, from, span } of placed) {
    if (from === end) runs.at(-1)!.push(part);
    else runs.push([part]);
    end = from + span;
  }
  return runs;
}
