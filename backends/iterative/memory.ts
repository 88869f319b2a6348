// The arrays of a loaded Program: values, spike lists and histories, allocated once. Copies of a
// batch lie one after the other; inside a copy a ring has one block of values for each slot.

import { MemoryLimitError } from "../../src/errors.js";
import type { ArraySpec, Precision, Program } from "../../src/ir/program.js";
import { toInt32 } from "../../src/util/to-int32.js";

type Reals = Float64Array | Float32Array;

interface Base {
  readonly spec: ArraySpec;
  /** Elements of one slot of one copy. */
  readonly length: number;
  readonly slots: number;
  /** 1 where all copies share the array. */
  readonly copies: number;
  /** For each copy, the slot with the newest entry. */
  readonly heads: Int32Array;
}

/** Numbers: plain arrays and rings of them. */
export interface ValueArray extends Base {
  readonly kind: "values";
  readonly data: Reals | Int32Array;
}

/** Spike lists, ascending; entry i of slot s of copy c is at (c * slots + s) * length + i. */
export interface SpikeArray extends Base {
  readonly kind: "spikes";
  readonly counts: Int32Array;
  readonly items: Int32Array;
  readonly columns: readonly Reals[];
}

/** Events of each target, oldest first; event i of target t is at (c * length + t) * capacity + i. */
export interface HistoryArray extends Base {
  readonly kind: "history";
  readonly capacity: number;
  readonly counts: Int32Array;
  /** The step of each event; float64 because steps outgrow int32. */
  readonly steps: Float64Array;
  readonly columns: readonly Reals[];
}

export type Stored = ValueArray | SpikeArray | HistoryArray;
export type Memory = ReadonlyMap<string, Stored>;

/** Which copy of an array belongs to a copy of the batch. */
export const copyOf = (array: Base, copy: number): number => (array.copies === 1 ? 0 : copy);

/** Number of the slot, counted over all copies, that holds what was pushed `lag` pushes ago. */
export function slotAt(array: Base, copy: number, lag: number): number {
  const own = copyOf(array, copy);
  const slot = array.heads[own]! - lag;
  return own * array.slots + (slot < 0 ? slot + array.slots : slot);
}

const reals = (precision: Precision, size: number): Reals =>
  precision === "float64" ? new Float64Array(size) : new Float32Array(size);

/** Whether the Program's own array can be used as it is, because nothing ever writes it. */
function canAdopt(spec: ArraySpec, precision: Precision, copies: number): boolean {
  if (copies > 1 || spec.slots !== undefined) return false;
  if (spec.role === "index") return spec.initial instanceof Int32Array;
  if (spec.role !== "parameter" || spec.initial instanceof Int32Array) return false;
  return precision === "float64" && spec.initial instanceof Float64Array;
}

function allocate(spec: ArraySpec, precision: Precision, batch: number): Stored {
  const { length, type } = spec;
  const slots = spec.slots ?? 1;
  const copies = spec.perCopy ? batch : 1;
  const base = { spec, length, slots, copies, heads: new Int32Array(copies) };
  const size = copies * slots * length;
  const columnsOf = (count: number): Reals[] =>
    (spec.payload ?? []).map(() => reals(precision, count));
  if (type === "spikes") {
    const counts = new Int32Array(copies * slots);
    return {
      ...base,
      kind: "spikes",
      counts,
      items: new Int32Array(size),
      columns: columnsOf(size),
    };
  }
  if (type === "history") {
    const capacity = spec.capacity!;
    const total = size * capacity;
    const steps = new Float64Array(total);
    const counts = new Int32Array(size);
    return { ...base, kind: "history", capacity, counts, steps, columns: columnsOf(total) };
  }
  if (canAdopt(spec, precision, copies)) {
    return { ...base, kind: "values", data: spec.initial as Float64Array | Int32Array };
  }
  const data = type === "int" ? new Int32Array(size) : reals(precision, size);
  return { ...base, kind: "values", data };
}

/** Allocates every array of a Program and fills it with its initial value. */
export function allocateMemory(program: Program): Memory {
  const memory = new Map<string, Stored>();
  for (const spec of program.arrays) {
    try {
      const stored = allocate(spec, program.precision, program.batch);
      fillInitial(stored);
      memory.set(spec.name, stored);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new MemoryLimitError({
        code: "memory",
        where: spec.origin ?? spec.name,
        problem: "does not fit into memory",
        got: spec.length * (spec.slots ?? 1) * program.batch,
        hint: "Use a smaller network, batch or delay.",
        cause,
      });
    }
  }
  return memory;
}

/** Puts an array back to its initial value, all copies of it. */
export function fillInitial(stored: Stored): void {
  const { spec, length, slots, copies } = stored;
  const { initial } = spec;
  if (stored.kind === "values" && stored.data === initial) return;
  stored.heads.fill(0);
  if (stored.kind === "history") {
    stored.counts.fill(0);
    return;
  }
  const whole = slots * length;
  const values = new Float64Array(copies * whole);
  for (let i = 0; i < values.length; i++) {
    const inCopy = i % whole;
    const place = typeof initial === "object" && initial.length === whole ? inCopy : i % length;
    values[i] = typeof initial === "number" ? initial : initial[place]!;
  }
  importValues(stored, values);
}

/** How many numbers `exportValues` gives. */
export const exportedSize = ({ copies, slots, length }: Base): number => copies * slots * length;

/**
 * Copies a whole array out: copy after copy, of a ring the newest slot first. Spike lists give 0 or
 * 1 for each source, histories the number of events of each target.
 */
export function exportValues(stored: Stored, into: Reals | Int32Array): void {
  const { copies, slots, length } = stored;
  if (stored.kind === "history") {
    into.set(stored.counts);
    return;
  }
  into.fill(0);
  for (let copy = 0; copy < copies; copy++) {
    for (let lag = 0; lag < slots; lag++) {
      const slot = slotAt(stored, copy, lag);
      const from = slot * length;
      const to = (copy * slots + lag) * length;
      if (stored.kind === "values") {
        for (let i = 0; i < length; i++) into[to + i] = stored.data[from + i]!;
      } else {
        for (let i = 0; i < stored.counts[slot]!; i++) into[to + stored.items[from + i]!] = 1;
      }
    }
  }
}

/** Replaces a whole array by values in the order of `exportValues`; payloads become 0. */
export function importValues(stored: ValueArray | SpikeArray, values: ArrayLike<number>): void {
  const { copies, slots, length } = stored;
  for (let copy = 0; copy < copies; copy++) {
    for (let lag = 0; lag < slots; lag++) {
      const slot = slotAt(stored, copy, lag);
      const to = slot * length;
      const from = (copy * slots + lag) * length;
      if (stored.kind === "values") {
        const isInt = stored.data instanceof Int32Array;
        for (let i = 0; i < length; i++) {
          const value = values[from + i]!;
          stored.data[to + i] = isInt ? toInt32(value) : value;
        }
      } else {
        let count = 0;
        for (let i = 0; i < length; i++) {
          if (values[from + i] === 0) continue;
          for (const column of stored.columns) column[to + count] = 0;
          stored.items[to + count] = i;
          count++;
        }
        stored.counts[slot] = count;
      }
    }
  }
}
