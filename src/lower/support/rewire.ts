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
  Trigger,
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

/** The same list where nothing changes: passes and verifier know ops again that stayed. */
function mapped<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let next: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = change(list[i]!);
    if (item !== list[i]) next ??= list.slice();
    if (next !== undefined) next[i] = item;
  }
  return next ?? list;
}

/** The op with these fields; itself where it has them already. */
function withFields<T extends Op>(op: T, fields: Partial<T>): T {
  for (const key in fields) if (fields[key] !== op[key]) return { ...op, ...fields };
  return op;
}

const operands = (reads: readonly Operand[], by: Required<Rewiring>): readonly Operand[] =>
  mapped(reads, (read) => (read.at === "spike" || read.at === "event" ? read : by.operand(read)));

/** The reference to a whole array with another name or version; itself where both are the same. */
function withWhole<T extends Whole>(ref: T, whole: Whole): T {
  const isSame = whole.array === ref.array && whole.version === ref.version;
  return isSame ? ref : { ...ref, ...whole };
}

function rewireTrigger(trigger: Trigger, by: Required<Rewiring>): Trigger {
  if (trigger.on === "every") return trigger;
  const spikes = by.spikes(trigger.spikes);
  const next = spikes === trigger.spikes ? trigger : { ...trigger, spikes };
  if (next.on !== "history") return next;
  const { array, version } = by.readWhole({ array: next.history, version: next.version });
  const isSame = array === next.history && version === next.version;
  return isSame ? next : { ...next, history: array, version };
}

const rewireTable: RewireTable = {
  map(op, by) {
    const reads = operands(op.reads, by);
    const writes = mapped(op.writes, by.write);
    const emit = op.emit === undefined ? {} : { emit: by.emit(op.emit) };
    return withFields(op, { reads, writes, ...emit });
  },
  gather(op, by) {
    const reads = operands(op.reads, by);
    return withFields(op, { reads, writes: mapped(op.writes, by.write) });
  },
  deliver(op, by) {
    const spikes = by.spikes(op.spikes);
    const reads = operands(op.reads, by);
    return withFields(op, { spikes, reads, writes: mapped(op.writes, by.write) });
  },
  edges(op, by) {
    const reads = operands(op.reads, by);
    const trigger = rewireTrigger(op.trigger, by);
    return withFields(op, { trigger, reads, writes: mapped(op.writes, by.write) });
  },
  ring(op, by) {
    const from = withWhole(op.from, by.readWhole(op.from));
    return withFields(op, { from, into: withWhole(op.into, by.writeWhole(op.into)) });
  },
  remember(op, by) {
    const spikes = by.spikes(op.spikes);
    const values = operands(op.values, by);
    const { array, version } = by.writeWhole({ array: op.history, version: op.version });
    return withFields(op, { spikes, values, history: array, version });
  },
  random(op, by) {
    if (op.how !== "skip") return withFields(op, { write: by.write(op.write) });
    const reads = operands(op.reads, by);
    const position = by.write(op.position);
    const draws = by.write(op.draws);
    const { array, version } = by.writeWhole({ array: op.emit.list, version: op.emit.version });
    const isSame = array === op.emit.list && version === op.emit.version;
    const emit = isSame ? op.emit : { list: array, version };
    return withFields(op, { reads, position, draws, emit });
  },
  reduce(op, by) {
    const from = by.operand(op.from);
    return withFields(op, { from, write: by.write(op.write) });
  },
  stop: (op, by) => withFields(op, { when: by.operand(op.when) }),
  host(op, by) {
    const reads = mapped(op.reads, by.readSlice);
    return withFields(op, { reads, writes: mapped(op.writes, by.writeSlice) });
  },
  io(op, by) {
    const pieces = mapped(op.pieces, by.readSlice);
    const { array, version } = by.writeWhole({ array: op.into, version: op.version });
    return withFields(op, { pieces, into: array, version });
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

interface Versioned {
  readonly array: string;
  readonly version: number;
}

/** Numbers the writes of each array, op by op. */
function numberVersions<T extends Op>(ops: readonly T[]): readonly T[] {
  const done = new Map<string, number>();
  let written: string[] = [];
  const versioned = <R extends Versioned>(ref: R, version: number): R =>
    ref.version === version ? ref : { ...ref, version };
  const read = <R extends Versioned>(ref: R): R => versioned(ref, done.get(ref.array) ?? 0);
  const next = <R extends Versioned>(ref: R): R => {
    if (!written.includes(ref.array)) written.push(ref.array);
    return versioned(ref, (done.get(ref.array) ?? 0) + 1);
  };
  const by = {
    operand: read,
    spikes: read,
    readSlice: read,
    readWhole: read,
    write: next,
    writeSlice: next,
    writeWhole: next,
    emit(emit: Emit): Emit {
      const { version } = next({ array: emit.list, version: -1 });
      return version === emit.version ? emit : { ...emit, version };
    },
  };
  return mapped(ops, (op) => {
    written = [];
    const numbered = rewireOp(op, by);
    for (const array of written) done.set(array, (done.get(array) ?? 0) + 1);
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
