// Splits a group of ops over edges into those that one layout can serve. Invariant: within one op
// the references along an axis keep their distance, and sums into one target keep their order.

import type { GatherOp, Op } from "../../ir/program.js";
import { edgesOf } from "../../ir/layout.js";
import type { Group } from "./parts.js";
import { sumsOf } from "./dependencies.js";
import type { Axis, Bodied, Part, Slot } from "./parts.js";
import { placeOf, type Placement } from "./placement.js";

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

/** The first slot along an axis, which the others follow. */
export const leadOf = (part: Part, line: "source" | "target" | "edge"): Slot | undefined =>
  part.slots.find((slot) => lineOf(slot.axis) === line);

/** The bases of the slots and their distances from the leads. */
function alignmentKey(placement: Placement, part: Part): string {
  return part.slots
    .map((slot) => {
      const lead = leadOf(part, lineOf(slot.axis))!;
      const here = placeAlong(placement, part, slot);
      return `${placement.baseOf(slot.array)}:${here - placeAlong(placement, part, lead)}`;
    })
    .join();
}

/** The spikes of the later part arrive after those of the earlier one also where both are one op. */
function keepsArrivals(placement: Placement, earlier: Part, later: Part): boolean {
  const { op } = later;
  if (op.kind !== "deliver") return true;
  if (typeof op.spikes.lag === "string") return false;
  const a = leadOf(earlier, "source")!;
  const b = leadOf(later, "source")!;
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
  const byKey = new Map<string, Sub[]>();
  const last = new Map<string, { readonly sub: Sub; readonly part: Part }>();
  for (const part of group) {
    const sums = [...sumsOf(part.op)];
    let least = 0;
    for (const array of sums) {
      const before = last.get(array);
      if (before === undefined) continue;
      const isKept = keepsArrivals(placement, before.part, part);
      least = Math.max(least, before.sub.index + (isKept ? 0 : 1));
    }
    const key = alignmentKey(placement, part);
    const alike = byKey.get(key) ?? [];
    let sub = alike.find((one) => one.index >= least);
    if (sub === undefined) {
      sub = { index: subs.length, parts: [] };
      subs.push(sub);
      byKey.set(key, [...alike, sub]);
    }
    sub.parts.push(part);
    for (const array of sums) last.set(array, { sub, part });
  }
  return subs.flatMap(({ parts }) =>
    isSetting(parts[0]!.op) ? splitRows(placement, parts) : [parts],
  );
}

/** A sum that replaces what was there would also replace targets without edges. */
const isSetting = (op: Op): boolean =>
  op.kind === "gather" && (op as GatherOp).writes.some((write) => write.mode === "set");

function splitRows(placement: Placement, parts: readonly Part[]): Part[][] {
  const placed = parts.map((part) => {
    const lead = leadOf(part, "target")!;
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
