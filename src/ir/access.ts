// What an op reads and writes, the same for every kind: the verifier, the passes and the memory
// planners ask here. Invariant: complete; an array that is not named here is not touched by the op.

import type { Emit, Layout, Op, Operand, SpikeRef, Write } from "./program.js";

/** One array that an op reads at a version. */
export interface ReadAccess {
  readonly array: string;
  readonly version: number;
}
/** One array that an op writes; `add` needs something that is there already. */
export interface WriteAccess {
  readonly array: string;
  readonly version: number;
  readonly mode: "set" | "add";
}
/** Everything that an op touches. */
export interface Access {
  readonly reads: readonly ReadAccess[];
  readonly writes: readonly WriteAccess[];
  /** Arrays outside the chain of versions: connectivity, lags and the `since` of a history. */
  readonly also: readonly string[];
}

/** Hears of everything that an op touches, reads before writes; nothing is made for it. */
export interface AccessVisitor {
  read(array: string, version: number): void;
  write(array: string, version: number, mode: "set" | "add"): void;
  /** Arrays outside the chain of versions. */
  also(array: string): void;
}

function visitLag({ lag }: { readonly lag?: number | string }, visitor: AccessVisitor): void {
  if (typeof lag === "string") visitor.also(lag);
}

function visitOperand(operand: Operand, visitor: AccessVisitor): void {
  const { at, array, version } = operand;
  if (at !== "spike" && at !== "event") visitor.read(array, version);
  visitLag(operand, visitor);
}

function visitOperands(operands: readonly Operand[], visitor: AccessVisitor): void {
  for (const operand of operands) visitOperand(operand, visitor);
}

function visitSpikes(spikes: SpikeRef, visitor: AccessVisitor): void {
  visitor.read(spikes.array, spikes.version);
  visitLag(spikes, visitor);
}

function visitWrites(writes: readonly Write[], visitor: AccessVisitor): void {
  for (const { array, version, mode } of writes) visitor.write(array, version, mode);
}

function visitLayout(layout: Layout, visitor: AccessVisitor): void {
  if (layout.kind !== "csr") return;
  visitor.also(layout.start);
  visitor.also(layout.other);
  if (layout.edge !== undefined) visitor.also(layout.edge);
}

function visitEmit({ list, version, append }: Emit, visitor: AccessVisitor): void {
  visitor.write(list, version, append === true ? "add" : "set");
}

type VisitTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, visitor: AccessVisitor) => void;
};

const visitTable: VisitTable = {
  map({ reads, writes, emit }, visitor) {
    visitOperands(reads, visitor);
    visitWrites(writes, visitor);
    if (emit !== undefined) visitEmit(emit, visitor);
  },
  gather({ reads, writes, layout }, visitor) {
    visitOperands(reads, visitor);
    visitWrites(writes, visitor);
    visitLayout(layout, visitor);
  },
  deliver({ reads, writes, layout, spikes }, visitor) {
    visitOperands(reads, visitor);
    visitSpikes(spikes, visitor);
    visitWrites(writes, visitor);
    visitLayout(layout, visitor);
  },
  edges({ reads, writes, layout, trigger }, visitor) {
    visitOperands(reads, visitor);
    if (trigger.on !== "every") visitSpikes(trigger.spikes, visitor);
    if (trigger.on === "history") visitor.read(trigger.history, trigger.version);
    visitWrites(writes, visitor);
    visitLayout(layout, visitor);
    if (trigger.on === "history") visitor.also(trigger.since);
  },
  ring({ from, into }, visitor) {
    visitor.read(from.array, from.version);
    visitor.write(into.array, into.version, "add");
  },
  remember({ spikes, values, history, version }, visitor) {
    visitOperands(values, visitor);
    visitor.read(spikes.array, spikes.version);
    visitor.write(history, version, "add");
  },
  random(op, visitor) {
    if (op.how !== "skip") {
      visitWrites([op.write], visitor);
      return;
    }
    visitOperands(op.reads, visitor);
    visitWrites([op.position, op.draws], visitor);
    visitor.write(op.emit.list, op.emit.version, "set");
  },
  reduce({ from, write }, visitor) {
    visitOperand(from, visitor);
    visitWrites([write], visitor);
  },
  stop({ when }, visitor) {
    visitOperand(when, visitor);
  },
  host({ reads, writes }, visitor) {
    for (const { array, version } of reads) visitor.read(array, version);
    for (const { array, version } of writes) visitor.write(array, version, "set");
  },
  io({ pieces, into, version }, visitor) {
    for (const piece of pieces) visitor.read(piece.array, piece.version);
    visitor.write(into, version, "set");
  },
  record() {},
};

/** Tells a visitor everything that an op touches; a history op also settles through its edges op. */
export function visitAccess(op: Op, visitor: AccessVisitor): void {
  // The table is total over the kinds; the cast only tells the compiler that key and op agree.
  (visitTable[op.kind] as (op: Op, visitor: AccessVisitor) => void)(op, visitor);
}

function collect(op: Op): Access {
  const reads: ReadAccess[] = [];
  const writes: WriteAccess[] = [];
  const also: string[] = [];
  visitAccess(op, {
    read: (array, version) => void reads.push({ array, version }),
    write: (array, version, mode) => void writes.push({ array, version, mode }),
    also: (array) => void also.push(array),
  });
  return { reads, writes, also };
}

/** Ops never change, and many passes ask for the same ones. */
const known = new WeakMap<Op, Access>();

/** Everything that an op reads, writes and refers to, as lists that are kept. */
export function accessOf(op: Op): Access {
  let access = known.get(op);
  if (access === undefined) {
    access = collect(op);
    known.set(op, access);
  }
  return access;
}

/** Whether an op is of a kind that exists; a Program from a file may hold others. */
export const isKnownOp = (op: Op): boolean => Object.hasOwn(visitTable, op.kind);
