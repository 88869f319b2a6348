// What an op reads and writes, the same for every kind: the verifier, the passes and the memory
// planners ask here. Invariant: complete; an array that is not named here is not touched by the op.

import type { Emit, HostValue, Layout, Op, Operand, SpikeRef, Write } from "./program.js";

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

const isColumn = ({ at }: Operand): boolean => at === "spike" || at === "event";

const versioned = ({ array, version }: ReadAccess): ReadAccess => ({ array, version });

function readsOf(operands: readonly Operand[]): ReadAccess[] {
  const reads: ReadAccess[] = [];
  for (const operand of operands) if (!isColumn(operand)) reads.push(versioned(operand));
  return reads;
}

const writesOf = (writes: readonly Write[]): WriteAccess[] =>
  writes.map(({ array, version, mode }) => ({ array, version, mode }));

function lagsOf(refs: readonly { readonly lag?: number | string }[]): string[] {
  const lags: string[] = [];
  for (const { lag } of refs) if (typeof lag === "string") lags.push(lag);
  return lags;
}

function layoutArrays(layout: Layout): string[] {
  if (layout.kind !== "csr") return [];
  const { start, other, edge } = layout;
  return edge === undefined ? [start, other] : [start, other, edge];
}

const emitted = ({ list, version, append }: Emit): WriteAccess => ({
  array: list,
  version,
  mode: append === true ? "add" : "set",
});

const spikesOf = ({ array, version }: SpikeRef): ReadAccess => ({ array, version });

const hostWrites = (values: readonly HostValue[]): WriteAccess[] =>
  values.map(({ array, version }) => ({ array, version, mode: "set" }));

type AccessTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>) => Access;
};

const accessTable: AccessTable = {
  map: ({ reads, writes, emit }) => ({
    reads: readsOf(reads),
    writes: [...writesOf(writes), ...(emit === undefined ? [] : [emitted(emit)])],
    also: lagsOf(reads),
  }),
  gather: ({ reads, writes, layout }) => ({
    reads: readsOf(reads),
    writes: writesOf(writes),
    also: [...lagsOf(reads), ...layoutArrays(layout)],
  }),
  deliver: ({ reads, writes, layout, spikes }) => ({
    reads: [...readsOf(reads), spikesOf(spikes)],
    writes: writesOf(writes),
    also: [...lagsOf([...reads, spikes]), ...layoutArrays(layout)],
  }),
  edges({ reads, writes, layout, trigger }) {
    const spikes = trigger.on === "every" ? [] : [trigger.spikes];
    const history =
      trigger.on === "history" ? [{ array: trigger.history, version: trigger.version }] : [];
    return {
      reads: [...readsOf(reads), ...spikes.map(spikesOf), ...history],
      writes: writesOf(writes),
      also: [
        ...lagsOf([...reads, ...spikes]),
        ...layoutArrays(layout),
        ...(trigger.on === "history" ? [trigger.since] : []),
      ],
    };
  },
  ring: ({ from, into }) => ({
    reads: [versioned(from)],
    writes: [{ ...versioned(into), mode: "add" }],
    also: [],
  }),
  remember: ({ spikes, values, history, version }) => ({
    reads: [...readsOf(values), spikesOf(spikes)],
    writes: [{ array: history, version, mode: "add" }],
    also: lagsOf(values),
  }),
  random(op) {
    if (op.how !== "skip") return { reads: [], writes: writesOf([op.write]), also: [] };
    const list: WriteAccess = { array: op.emit.list, version: op.emit.version, mode: "set" };
    const writes = [...writesOf([op.position, op.draws]), list];
    return { reads: readsOf(op.reads), writes, also: lagsOf(op.reads) };
  },
  reduce: ({ from, write }) => ({
    reads: readsOf([from]),
    writes: writesOf([write]),
    also: lagsOf([from]),
  }),
  stop: ({ when }) => ({ reads: readsOf([when]), writes: [], also: lagsOf([when]) }),
  host: ({ reads, writes }) => ({
    reads: reads.map(versioned),
    writes: hostWrites(writes),
    also: [],
  }),
  io: ({ pieces, into, version }) => ({
    reads: pieces.map(versioned),
    writes: [{ array: into, version, mode: "set" }],
    also: [],
  }),
  record: () => ({ reads: [], writes: [], also: [] }),
};

/** Ops never change, and every pass asks for all of them. */
const known = new WeakMap<Op, Access>();

/** Everything that an op reads, writes and refers to; a history op also settles through its edges op. */
export function accessOf(op: Op): Access {
  let access = known.get(op);
  if (access === undefined) {
    // The table is total over the kinds; the cast only tells the compiler that key and op agree.
    access = (accessTable[op.kind] as (op: Op) => Access)(op);
    known.set(op, access);
  }
  return access;
}

/** Whether an op is of a kind that exists; a Program from a file may hold others. */
export const isKnownOp = (op: Op): boolean => Object.hasOwn(accessTable, op.kind);
