// Ops as parts that may be joined: what each refers to, and a number for everything that must be
// equal for two parts to become one op. Invariant: neither names nor lengths of arrays count for it.

import type { Assignment } from "../../expr/ast.js";
import { edgesOf, sourcesOf, targetsOf, visitsOf } from "../../ir/layout.js";
import type { ArraySpec, EdgesOp, MapOp, Op, Operand, SpikeRef, Write } from "../../ir/program.js";
import { Kept } from "../../util/kept.js";
import { isKnown, isWrapping, reachOf } from "../support/values.js";
import { isAlike, slotsLike } from "./alike.js";
import { Renaming } from "./body-key.js";
import type { Axis, Bodied, Bound, Part, PartContext, Slot } from "./part.js";
import { distinct } from "./refs.js";
import type { Refs } from "./refs.js";

/** Maps and compressed rows above these sizes gain nothing from joining, and copying them costs. */
const mostElements = 65_536;
const mostEdges = 524_288;
/** Above this, layouts that need no list of edges stay as they are. */
const mostListed = 1_024;
/** Above this, a scalar parameter that differs would cost more as an array than an op costs. */
const mostSpread = 4_096;

interface Growing {
  readonly context: PartContext;
  readonly refs: Refs;
  readonly slots: Slot[];
  text: string;
  readonly renaming: Renaming;
  canMerge: boolean;
}

const lagText = (lag: number | string | undefined): string =>
  lag === undefined ? "" : typeof lag === "number" ? `lag${lag}` : "lag*";

/** In a gather each edge may have a lag of its own, so lags need not agree. */
const looseLag = (op: Bodied, lag: number | string | undefined): string =>
  op.kind === "gather" && lag !== undefined ? "lag*" : lagText(lag);

function sizeAlong(op: Bodied, at: Operand["at"]): number {
  if (op.kind === "map") return op.count;
  if (at === "source") return sourcesOf(op.layout);
  if (at === "target") return targetsOf(op.layout);
  return edgesOf(op.layout);
}

/** The symbols of a body by number, and its key. */
interface Renamed {
  readonly renaming: Renaming;
  readonly key: string;
}
/** Ops of one model share their body, which is the larger part of their text. */
const renamed = new Kept<readonly Assignment[], Renamed>();

function renamingOf({ reads, body }: Bodied): Renamed {
  let symbols = "";
  for (const { symbol } of reads) symbols += `${symbol} `;
  return renamed.get(body, symbols, () => {
    const renaming = new Renaming();
    for (const { symbol } of reads) renaming.add(symbol);
    return { renaming, key: renaming.keyOfBody(body) };
  });
}

function bindParameter(growing: Growing, op: Bodied, read: Operand, spec: ArraySpec): Bound {
  const size = sizeAlong(op, op.kind === "map" ? "element" : "edge");
  let text = `p${spec.type}`;
  if (size > mostSpread && read.at === "one" && op.kind === "map") {
    const value = typeof spec.initial === "number" ? spec.initial : spec.initial[read.offset ?? 0];
    text = `=${String(value)}`;
  }
  growing.text += `|${growing.renaming.of(read.symbol)}:${text}`;
  return parameter;
}

const same: Bound = { kind: "same" };
const parameter: Bound = { kind: "parameter" };

function addSlot({ slots }: Growing, slot: Slot): Bound {
  slots.push(slot);
  return { kind: "slot", slot: slots.length - 1 };
}

function bindReads(growing: Growing, op: Bodied): Bound[] {
  let place = 0;
  return op.reads.map((read) => {
    const { at, array, symbol } = read;
    if (at !== "spike" && at !== "event") {
      return bindRead(growing, op, read, growing.refs.reads[place++]!);
    }
    growing.text += `|${growing.renaming.of(symbol)}:${at}.${array}`;
    return same;
  });
}

function bindRead(growing: Growing, op: Bodied, read: Operand, id: number): Bound {
  const { inventory, bundles } = growing.context;
  const { at, offset = 0, repeat = 1 } = read;
  const spec = inventory.specs[id]!;
  if (isKnown(spec)) return bindParameter(growing, op, read, spec);
  const symbol = growing.renaming.of(read.symbol);
  const size = sizeAlong(op, at);
  if (at === "one") {
    if (!bundles.isOwn(id)) {
      growing.text += `|${symbol}:#${id}+${offset}${lagText(read.lag)}`;
      return same;
    }
    // One element for each part becomes an operand that repeats, so parts must be equally long.
    const length = sizeAlong(op, op.kind === "map" ? "element" : "edge");
    growing.text += `|${symbol}:own${length}${lagText(read.lag)}`;
    return addSlot(growing, { axis: "own", array: id, offset, span: 1, isWrite: false });
  }
  const axis = at as Axis;
  const isPlain = repeat === 1 && !isWrapping(read, size);
  const fits = axis === "element" ? !isWrapping(read, size) && size % repeat === 0 : isPlain;
  if (!fits) growing.canMerge = false;
  growing.text += `|${symbol}:${axis}/${repeat}${looseLag(op, read.lag)}`;
  const span = reachOf(read, size);
  return addSlot(growing, { axis, array: id, offset, span, isWrite: false });
}

function bindWrite(growing: Growing, op: Bodied, write: Write, array: number): void {
  const { symbol, mode, offset = 0 } = write;
  // A map of one element may write at `one`, which is the same place.
  const axis: Axis = op.kind === "map" ? "element" : (write.at as Axis);
  const span = sizeAlong(op, axis as Operand["at"]);
  growing.text += `|${growing.renaming.of(symbol)}>${axis} ${mode}`;
  growing.slots.push({ axis, array, offset, span, isWrite: true });
}

function bindSpikes(growing: Growing, spikes: SpikeRef, axis: Axis, span: number): void {
  growing.text += `|spikes ${lagText(spikes.lag)}`;
  const array = growing.context.inventory.idOf(spikes.array);
  growing.slots.push({ axis, array, offset: spikes.offset ?? 0, span, isWrite: false });
}

function bindEmit(growing: Growing, op: MapOp): void {
  if (op.emit === undefined) return;
  const { when, payload = [], offset = 0 } = op.emit;
  const { of } = growing.renaming;
  growing.text += `|emit ${of(when)} ${payload.map(of).join()}`;
  const array = growing.refs.writes.at(-1)!;
  growing.slots.push({ axis: "element", array, offset, span: op.count, isWrite: true });
}

const isListed = (op: Exclude<Bodied, MapOp>): boolean =>
  op.layout.kind === "csr" || op.layout.kind === "diagonal" || op.layout.kind === "segments";

function canJoinLayout(op: Exclude<Bodied, MapOp>, slots: readonly Slot[]): boolean {
  const { layout } = op;
  const visits = visitsOf(layout);
  if (visits === 0 || visits > (isListed(op) ? mostEdges : mostListed)) return false;
  // Its one sum is made apart from what it is added to; listed edges would be added one by one.
  if (layout.kind === "uniform") return false;
  // A kernel's taps serve many edges; states at taps keep the kernel.
  const isKernel = layout.kind === "stencil" || layout.kind === "convolution";
  return !isKernel || slots.every((slot) => slot.axis !== "edge");
}

function bindTrigger(growing: Growing, op: EdgesOp): void {
  const { trigger, layout } = op;
  growing.text += trigger.on === "every" ? `|every ${trigger.steps}` : `|${trigger.on}`;
  if (trigger.on === "every") return;
  if (trigger.on === "history") {
    growing.canMerge = false;
    return;
  }
  const span = trigger.on === "source" ? sourcesOf(layout) : targetsOf(layout);
  bindSpikes(growing, trigger.spikes, trigger.on, span);
}

type Description = Pick<Part, "canMerge" | "form" | "slots" | "bounds">;

function describeBodied(context: PartContext, op: Bodied, refs: Refs): Description {
  const { renaming, key } = renamingOf(op);
  const text = `${op.kind}|${op.phase}`;
  const growing: Growing = { context, refs, slots: [], text, renaming, canMerge: true };
  const bounds = bindReads(growing, op);
  growing.text += `|${context.texts.numberOf(key)}`;
  op.writes.forEach((write, i) => bindWrite(growing, op, write, refs.writes[i]!));
  if (op.kind === "map") {
    bindEmit(growing, op);
    if (op.count === 0 || op.count > mostElements) growing.canMerge = false;
  } else {
    if (op.kind === "deliver") {
      bindSpikes(growing, op.spikes, "source", sourcesOf(op.layout));
    }
    if (op.kind === "edges") bindTrigger(growing, op);
    if (!canJoinLayout(op, growing.slots)) growing.canMerge = false;
  }
  const { slots, canMerge } = growing;
  return { canMerge, form: context.texts.numberOf(growing.text), slots, bounds };
}

function describeRing(context: PartContext, phase: string, refs: Refs): Description {
  const { specs } = context.inventory;
  const slotOf = (array: number, isWrite: boolean): Slot => {
    return { axis: "whole", array, offset: 0, span: specs[array]!.length, isWrite };
  };
  const slots = [slotOf(refs.reads[0]!, false), slotOf(refs.writes[0]!, true)];
  return { canMerge: true, form: context.texts.numberOf(`ring|${phase}`), slots, bounds: [] };
}

function describe(context: PartContext, op: Op, refs: Refs): Description {
  switch (op.kind) {
    case "map":
    case "gather":
    case "deliver":
    case "edges":
      return describeBodied(context, op, refs);
    case "ring":
      return describeRing(context, op.phase, refs);
    default:
      return { canMerge: false, form: -1, slots: [], bounds: [] };
  }
}

/** The ops whose parts are known again, see `isAlike`. */
function bodiedLike(op: Op): Bodied | undefined {
  if (op.kind === "map") return op.count > mostSpread ? undefined : op;
  return op.kind === "gather" || op.kind === "deliver" ? op : undefined;
}

/** Describes one op; `index` is its number in the inventory. */
export function describePart(context: PartContext, op: Op, index: number): Part {
  const refs = context.inventory.refs[index]!;
  const written = distinct(refs.writes);
  const touched = distinct(refs.reads.concat(written));
  const bodied = bodiedLike(op);
  const known = bodied && context.described.get(bodied.body);
  // Written out twice: thousands of spread parts would have a hidden class each.
  if (bodied !== undefined && known !== undefined && isAlike(context, known, bodied, refs)) {
    const { canMerge, form, bounds } = known;
    const slots = slotsLike(known, bodied, refs);
    return { index, op, refs, canMerge, form, slots, bounds, written, touched };
  }
  const { canMerge, form, slots, bounds } = describe(context, op, refs);
  const part: Part = { index, op, refs, canMerge, form, slots, bounds, written, touched };
  if (bodied !== undefined) context.described.set(bodied.body, part);
  return part;
}
