// Ops as parts that may be joined: what each refers to, and a number for everything that must be
// equal for two parts to become one op. Invariant: neither names nor lengths of arrays count for it.

import type { Assignment } from "../../expr/ast.js";
import { accessOf } from "../../ir/access.js";
import { edgesOf, sourcesOf, targetsOf, visitsOf } from "../../ir/layout.js";
import type {
  ArraySpec,
  DeliverOp,
  EdgesOp,
  GatherOp,
  MapOp,
  Op,
  Operand,
  SpikeRef,
  Write,
} from "../../ir/program.js";
import { Kept } from "../../util/kept.js";
import { isKnown, isWrapping, reachOf } from "../support/values.js";
import { Renaming } from "./body-key.js";
import type { Bundles } from "./bundles.js";
import type { Inventory } from "./inventory.js";
import type { Numbering } from "./sets.js";

/** What the index of a reference runs over; `whole`: all of an array, `own`: one element per part. */
export type Axis = "element" | "edge" | "source" | "target" | "whole" | "own";

/** A reference to an array whose place matters when parts are joined. */
export interface Slot {
  readonly axis: Axis;
  readonly array: number;
  readonly offset: number;
  /** How many neighbouring elements it covers. */
  readonly span: number;
  readonly isWrite: boolean;
}

/** What a read of a body is: `same` in all parts, a parameter with known values, or a slot. */
export type Bound =
  | { readonly kind: "same" }
  | { readonly kind: "parameter"; readonly spec: ArraySpec }
  | { readonly kind: "slot"; readonly slot: Slot };

/** Ops whose bodies can be joined. */
export type Bodied = MapOp | GatherOp | DeliverOp | EdgesOp;

export interface Part {
  /** Place in the list of ops that the part comes from. */
  readonly index: number;
  readonly op: Op;
  readonly canMerge: boolean;
  /** A number for everything that must be equal, but for the colours of the slots' arrays. */
  readonly form: number;
  readonly slots: readonly Slot[];
  /** One for each read of the body. */
  readonly bounds: readonly Bound[];
  /** Arrays that the op writes, and all that it reads or writes. */
  readonly written: readonly number[];
  readonly touched: readonly number[];
}

/** Parts that run together, in the order of the Program they come from. */
export type Group = readonly Part[];

/** Maps and compressed rows above these sizes gain nothing from joining, and copying them costs. */
const mostElements = 65_536;
const mostEdges = 524_288;
/** Above this, layouts that need no list of edges stay as they are. */
const mostListed = 1_024;
/** Above this, a scalar parameter that differs would cost more as an array than an op costs. */
const mostSpread = 4_096;

export interface PartContext {
  readonly inventory: Inventory;
  readonly bundles: Bundles;
  readonly texts: Numbering;
}

interface Growing {
  readonly context: PartContext;
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
  return { kind: "parameter", spec };
}

function bindRead(growing: Growing, op: Bodied, read: Operand): Bound {
  const { inventory, bundles } = growing.context;
  const { at, array, offset = 0, repeat = 1 } = read;
  if (at === "spike" || at === "event") {
    growing.text += `|${growing.renaming.of(read.symbol)}:${at}.${array}`;
    return { kind: "same" };
  }
  const id = inventory.idOf(array);
  const spec = inventory.specs[id]!;
  if (isKnown(spec)) return bindParameter(growing, op, read, spec);
  const symbol = growing.renaming.of(read.symbol);
  const size = sizeAlong(op, at);
  if (at === "one") {
    if (!bundles.isOwn(id)) {
      growing.text += `|${symbol}:#${id}+${offset}${lagText(read.lag)}`;
      return { kind: "same" };
    }
    // One element for each part becomes an operand that repeats, so parts must be equally long.
    const length = sizeAlong(op, op.kind === "map" ? "element" : "edge");
    growing.text += `|${symbol}:own${length}${lagText(read.lag)}`;
    const slot: Slot = { axis: "own", array: id, offset, span: 1, isWrite: false };
    growing.slots.push(slot);
    return { kind: "slot", slot };
  }
  const axis: Axis = at;
  const isPlain = repeat === 1 && !isWrapping(read, size);
  const fits = axis === "element" ? !isWrapping(read, size) && size % repeat === 0 : isPlain;
  if (!fits) growing.canMerge = false;
  growing.text += `|${symbol}:${axis}/${repeat}${looseLag(op, read.lag)}`;
  const slot: Slot = { axis, array: id, offset, span: reachOf(read, size), isWrite: false };
  growing.slots.push(slot);
  return { kind: "slot", slot };
}

function bindWrite(growing: Growing, op: Bodied, write: Write): void {
  const { symbol, array, mode, offset = 0 } = write;
  // A map of one element may write at `one`, which is the same place.
  const axis: Axis = op.kind === "map" ? "element" : (write.at as Axis);
  const span = sizeAlong(op, axis as Operand["at"]);
  const id = growing.context.inventory.idOf(array);
  growing.text += `|${growing.renaming.of(symbol)}>${axis} ${mode}`;
  growing.slots.push({ axis, array: id, offset, span, isWrite: true });
}

function bindSpikes(growing: Growing, spikes: SpikeRef, axis: Axis, span: number): void {
  const { inventory } = growing.context;
  growing.text += `|spikes ${lagText(spikes.lag)}`;
  const array = inventory.idOf(spikes.array);
  growing.slots.push({ axis, array, offset: spikes.offset ?? 0, span, isWrite: false });
}

function bindEmit(growing: Growing, op: MapOp): void {
  if (op.emit === undefined) return;
  const { when, list, payload = [], offset = 0 } = op.emit;
  const { of } = growing.renaming;
  growing.text += `|emit ${of(when)} ${payload.map(of).join()}`;
  const array = growing.context.inventory.idOf(list);
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

type Description = Omit<Part, "written" | "touched">;

function describeBodied(context: PartContext, op: Bodied, index: number): Description {
  const { renaming, key } = renamingOf(op);
  const text = `${op.kind}|${op.phase}`;
  const growing: Growing = { context, slots: [], text, renaming, canMerge: true };
  const bounds = op.reads.map((read) => bindRead(growing, op, read));
  growing.text += `|${context.texts.numberOf(key)}`;
  for (const write of op.writes) bindWrite(growing, op, write);
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
  return { index, op, canMerge, form: context.texts.numberOf(growing.text), slots, bounds };
}

function describeRing(
  context: PartContext,
  op: Extract<Op, { kind: "ring" }>,
  index: number,
): Description {
  const { idOf, specs } = context.inventory;
  const slotOf = (name: string, isWrite: boolean): Slot => {
    const array = idOf(name);
    return { axis: "whole", array, offset: 0, span: specs[array]!.length, isWrite };
  };
  const slots = [slotOf(op.from.array, false), slotOf(op.into.array, true)];
  const form = context.texts.numberOf(`ring|${op.phase}`);
  return { index, op, canMerge: true, form, slots, bounds: [] };
}

function describe(context: PartContext, op: Op, index: number): Description {
  switch (op.kind) {
    case "map":
    case "gather":
    case "deliver":
    case "edges":
      return describeBodied(context, op, index);
    case "ring":
      return describeRing(context, op, index);
    default:
      return { index, op, canMerge: false, form: -1, slots: [], bounds: [] };
  }
}

/** Looking through a short list is quicker than making a set. */
const longList = 16;

function distinct(list: readonly number[]): readonly number[] {
  if (list.length < 2) return list;
  if (list.length > longList) return [...new Set(list)];
  return list.filter((item, i) => list.indexOf(item) === i);
}

/** Describes one op. */
export function describePart(context: PartContext, op: Op, index: number): Part {
  const { idOf } = context.inventory;
  const { reads, writes } = accessOf(op);
  const written = distinct(writes.map(({ array }) => idOf(array)));
  const touched = distinct([...reads.map(({ array }) => idOf(array)), ...written]);
  return { ...describe(context, op, index), written, touched };
}
