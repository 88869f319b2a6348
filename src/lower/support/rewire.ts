// Rewrites what an op refers to, the same way for every kind: the passes that move arrays or count
// versions only say what happens to one reference. Invariant: visits reads before writes, and
// leaves payload columns alone.

import type {
  Emit,
  HostValue,
  MapOp,
  Op,
  Operand,
  Program,
  SpikeRef,
  Write,
} from "../../ir/program.js";

/** What happens to each kind of reference; what is absent stays. */
export interface Rewiring {
  readonly operand?: (operand: Operand) => Operand;
  readonly spikes?: (spikes: SpikeRef) => SpikeRef;
  readonly write?: (write: Write) => Write;
  readonly emit?: (emit: Emit) => Emit;
  readonly readSlice?: <T extends HostValue>(slice: T) => T;
  readonly writeSlice?: <T extends HostValue>(slice: T) => T;
  /** Arrays named as a whole: rings, histories, output vectors. */
  readonly readWhole?: (whole: Whole) => Whole;
  readonly writeWhole?: (whole: Whole) => Whole;
}
interface Whole {
  readonly array: string;
  readonly version: number;
}

const same = <T>(value: T): T => value;

type RewireTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, by: Required<Rewiring>) => Op;
};

const operands = (reads: readonly Operand[], by: Required<Rewiring>): Operand[] =>
  reads.map((read) => (read.at === "spike" || read.at === "event" ? read : by.operand(read)));

const rewireTable: RewireTable = {
  map(op, by) {
    const reads = operands(op.reads, by);
    const writes = op.writes.map(by.write);
    return op.emit === undefined
      ? { ...op, reads, writes }
      : { ...op, reads, writes, emit: by.emit(op.emit) };
  },
  gather: (op, by) => ({ ...op, reads: operands(op.reads, by), writes: op.writes.map(by.write) }),
  deliver: (op, by) => ({
    ...op,
    spikes: by.spikes(op.spikes),
    reads: operands(op.reads, by),
    writes: op.writes.map(by.write),
  }),
  edges(op, by) {
    const { trigger } = op;
    const reads = operands(op.reads, by);
    const writes = (): Write[] => op.writes.map(by.write);
    if (trigger.on === "every") return { ...op, reads, writes: writes() };
    const spikes = by.spikes(trigger.spikes);
    if (trigger.on !== "history") {
      return { ...op, trigger: { ...trigger, spikes }, reads, writes: writes() };
    }
    const { history, version } = trigger;
    const events = by.readWhole({ array: history, version });
    const next = { ...trigger, spikes, history: events.array, version: events.version };
    return { ...op, trigger: next, reads, writes: writes() };
  },
  ring: (op, by) => ({ ...op, from: by.readWhole(op.from), into: by.writeWhole(op.into) }),
  remember(op, by) {
    const spikes = by.spikes(op.spikes);
    const values = operands(op.values, by);
    const { array, version } = by.writeWhole({ array: op.history, version: op.version });
    return { ...op, spikes, values, history: array, version };
  },
  random(op, by) {
    if (op.how !== "skip") return { ...op, write: by.write(op.write) };
    const reads = operands(op.reads, by);
    const position = by.write(op.position);
    const draws = by.write(op.draws);
    const { array, version } = by.writeWhole({ array: op.emit.list, version: op.emit.version });
    return { ...op, reads, position, draws, emit: { list: array, version } };
  },
  reduce: (op, by) => ({ ...op, from: by.operand(op.from), write: by.write(op.write) }),
  stop: (op, by) => ({ ...op, when: by.operand(op.when) }),
  host: (op, by) => ({
    ...op,
    reads: op.reads.map((slice) => by.readSlice(slice)),
    writes: op.writes.map((slice) => by.writeSlice(slice)),
  }),
  io(op, by) {
    const pieces = op.pieces.map((piece) => by.readSlice(piece));
    const { array, version } = by.writeWhole({ array: op.into, version: op.version });
    return { ...op, pieces, into: array, version };
  },
  record: (op) => op,
};

/** The op with every reference replaced. */
export function rewireOp<T extends Op>(op: T, by: Rewiring): T {
  const whole: Required<Rewiring> = {
    operand: by.operand ?? same,
    spikes: by.spikes ?? same,
    write: by.write ?? same,
    emit: by.emit ?? same,
    readSlice: by.readSlice ?? same,
    writeSlice: by.writeSlice ?? same,
    readWhole: by.readWhole ?? same,
    writeWhole: by.writeWhole ?? same,
  };
  // The table is total over the kinds and keeps the kind; the casts only say so.
  return (rewireTable[op.kind] as (op: Op, by: Required<Rewiring>) => Op)(op, whole) as T;
}

function numberVersions<T extends Op>(ops: readonly T[]): T[] {
  const done = new Map<string, number>();
  const now = (array: string): number => done.get(array) ?? 0;
  return ops.map((op) => {
    const written = new Set<string>();
    const read = <R extends { readonly array: string; readonly version: number }>(ref: R): R =>
      ref.version === now(ref.array) ? ref : { ...ref, version: now(ref.array) };
    const next = <R extends { readonly array: string; readonly version: number }>(ref: R): R => {
      written.add(ref.array);
      return ref.version === now(ref.array) + 1 ? ref : { ...ref, version: now(ref.array) + 1 };
    };
    const numbered = rewireOp(op, {
      operand: read,
      spikes: read,
      readSlice: read,
      readWhole: read,
      write: next,
      writeSlice: next,
      writeWhole: next,
      emit: (emit) => ({ ...emit, version: next({ array: emit.list, version: -1 }).version }),
    });
    for (const array of written) done.set(array, now(array) + 1);
    return numbered;
  });
}

/** Counts versions anew, in the order of the ops: after ops or writes were moved, joined or dropped. */
export function renumberVersions(program: Program): Program {
  const { settle, rebuild } = program;
  return {
    ...program,
    setup: numberVersions<MapOp>(program.setup),
    ops: numberVersions(program.ops),
    ...(settle === undefined ? {} : { settle: numberVersions(settle) }),
    ...(rebuild === undefined ? {} : { rebuild: numberVersions(rebuild) }),
  };
}
