// Knows the descriptions of parts again: thousands of single neurons and synapses differ in nothing
// but the arrays they touch. Invariant: says yes only where a description from scratch would have the
// same form, slots and bounds; saying no is always right.

import type { ArraySpec, Layout, MapOp, Operand, Write } from "../../ir/program.js";
import { isKnown } from "../support/values.js";
import type { Bodied, Part, PartContext, Slot } from "./part.js";
import type { Refs } from "./refs.js";

function isSameLayout(a: Layout, b: Layout): boolean {
  if (a.kind === "dense" && b.kind === "dense") {
    return a.sources === b.sources && a.targets === b.targets;
  }
  if (a.kind === "diagonal" && b.kind === "diagonal") return a.count === b.count;
  if (a.kind !== "csr" || b.kind !== "csr") return false;
  return a.sources === b.sources && a.targets === b.targets && a.edges === b.edges;
}

function isSameEmit(a: MapOp["emit"], b: MapOp["emit"]): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.when === b.when && a.payload === undefined && b.payload === undefined;
}

/** The same but for the arrays: kind, place in the step, sizes, what is emitted or arrives. */
function isSameFrame(a: Bodied, b: Bodied): boolean {
  if (a.phase !== b.phase || a.reads.length !== b.reads.length) return false;
  if (a.writes.length !== b.writes.length) return false;
  if (a.kind === "map") {
    return b.kind === "map" && a.count === b.count && isSameEmit(a.emit, b.emit);
  }
  if (a.kind === "gather") return b.kind === "gather" && isSameLayout(a.layout, b.layout);
  if (a.kind !== "deliver" || b.kind !== "deliver") return false;
  return isSameLayout(a.layout, b.layout) && a.spikes.lag === b.spikes.lag;
}

const isSameRead = (a: Operand, b: Operand): boolean =>
  a.symbol === b.symbol &&
  a.at === b.at &&
  a.repeat === b.repeat &&
  a.period === b.period &&
  a.lag === b.lag &&
  // Payload columns are no arrays, so that references would not lie where operands do.
  a.at !== "spike" &&
  a.at !== "event";

const isSameSpec = (a: ArraySpec, b: ArraySpec): boolean =>
  a.type === b.type && isKnown(a) === isKnown(b);

const isSameWrite = (a: Write, b: Write): boolean =>
  a.symbol === b.symbol && a.at === b.at && a.mode === b.mode;

/** Whether an op with the same body would be described as a part is. */
export function isAlike(context: PartContext, part: Part, op: Bodied, refs: Refs): boolean {
  const { inventory, bundles } = context;
  const known = part.op as Bodied;
  if (!isSameFrame(known, op)) return false;
  for (let i = 0; i < op.reads.length; i++) {
    const one = known.reads[i]!;
    const other = op.reads[i]!;
    const bound = part.bounds[i]!;
    if (!isSameRead(one, other)) return false;
    const from = part.refs.reads[i]!;
    const array = refs.reads[i]!;
    if (!isSameSpec(inventory.specs[from]!, inventory.specs[array]!)) return false;
    if (bound.kind === "same") {
      if (from !== array || (one.offset ?? 0) !== (other.offset ?? 0)) return false;
    } else if (bundles.isOwn(from) !== bundles.isOwn(array)) return false;
  }
  for (let i = 0; i < op.writes.length; i++) {
    if (!isSameWrite(known.writes[i]!, op.writes[i]!)) return false;
  }
  return true;
}

function moved({ axis, span, isWrite }: Slot, array: number, offset = 0): Slot {
  return { axis, array, offset, span, isWrite };
}

/** The slots of a part again, for the arrays of an op that is alike. */
export function slotsLike(part: Part, op: Bodied, refs: Refs): Slot[] {
  const { bounds, slots } = part;
  const found: Slot[] = [];
  for (let i = 0; i < op.reads.length; i++) {
    if (bounds[i]!.kind !== "slot") continue;
    found.push(moved(slots[found.length]!, refs.reads[i]!, op.reads[i]!.offset));
  }
  for (let i = 0; i < op.writes.length; i++) {
    found.push(moved(slots[found.length]!, refs.writes[i]!, op.writes[i]!.offset));
  }
  if (op.kind === "map" && op.emit !== undefined) {
    found.push(moved(slots[found.length]!, refs.writes.at(-1)!, op.emit.offset));
  }
  if (op.kind === "deliver") {
    found.push(moved(slots[found.length]!, refs.reads.at(-1)!, op.spikes.offset));
  }
  return found;
}
