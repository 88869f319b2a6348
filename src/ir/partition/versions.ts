// Numbers the versions of a list of ops anew, after ops were left out or split. Invariant: every read
// names the number of writes to its array that come before it in this list.

import type { HostValue, Op, Operand, SpikeRef, Write } from "../program.js";
import { accessOf } from "../access.js";

type Versioned = { readonly array: string; readonly version: number };

/** What an op reads and writes, with the versions as they are now. */
function renumber(op: Op, now: (array: string) => number): Op {
  const read = <T extends Versioned>(one: T): T => ({ ...one, version: now(one.array) });
  const write = <T extends Versioned>(one: T): T => ({ ...one, version: now(one.array) + 1 });
  const operands = (reads: readonly Operand[]): Operand[] =>
    reads.map((one) => (one.at === "spike" || one.at === "event" ? one : read(one)));
  const all = (writes: readonly Write[]): Write[] => writes.map(write);
  switch (op.kind) {
    case "map": {
      const next = { ...op, reads: operands(op.reads), writes: all(op.writes) };
      const { emit } = op;
      return emit ? { ...next, emit: { ...emit, version: now(emit.list) + 1 } } : next;
    }
    case "gather":
      return { ...op, reads: operands(op.reads), writes: all(op.writes) };
    case "deliver":
      return {
        ...{ ...op, reads: operands(op.reads), writes: all(op.writes) },
        spikes: read<SpikeRef>(op.spikes),
      };
    case "edges": {
      const next = { ...op, reads: operands(op.reads), writes: all(op.writes) };
      const { trigger } = op;
      if (trigger.on === "every") return next;
      return { ...next, trigger: { ...trigger, spikes: read<SpikeRef>(trigger.spikes) } };
    }
    case "ring":
      return { ...op, from: read(op.from), into: write(op.into) };
    case "random": {
      if (op.how !== "skip") return { ...op, write: write(op.write) };
      const { emit } = op;
      return {
        ...{ ...op, reads: operands(op.reads) },
        ...{ position: write(op.position), draws: write(op.draws) },
        emit: { ...emit, version: now(emit.list) + 1 },
      };
    }
    case "io":
      return {
        ...{ ...op, version: now(op.into) + 1 },
        pieces: op.pieces.map((piece) => read<HostValue & { readonly position: number }>(piece)),
      };
    default:
      return op;
  }
}

/** The ops with the versions that they have in this list; nothing else changes. */
export function renumberVersions(ops: readonly Op[]): Op[] {
  const known = new Map<string, number>();
  return ops.map((op) => {
    const next = renumber(op, (array) => known.get(array) ?? 0);
    for (const array of new Set(accessOf(next).writes.map((one) => one.array))) {
      known.set(array, (known.get(array) ?? 0) + 1);
    }
    return next;
  });
}
