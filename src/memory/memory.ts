// The arrays of a loaded Program in plain memory: values, spike lists and histories. Copies of a
// batch lie one after the other; inside a copy a ring has one block of values for each slot.
// Invariant: types and look-ups only; a backend says where the numbers lie.

import { InternalError } from "../errors.js";
import type { ArraySpec } from "../ir/program.js";

/** Numbers in the precision of a Program. */
export type Reals = Float64Array | Float32Array;

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

/** How many numbers an array has outside of the memory. */
export const exportedSize = ({ copies, slots, length }: Base): number => copies * slots * length;

/** Finds an array of numbers; the verifier has seen to it that it is there. */
export function valuesIn(memory: Memory, name: string): ValueArray {
  const found = memory.get(name);
  if (found?.kind === "values") return found;
  throw new InternalError(name, "is not an array of numbers");
}

/** Finds an array of spike lists. */
export function spikesIn(memory: Memory, name: string): SpikeArray {
  const found = memory.get(name);
  if (found?.kind === "spikes") return found;
  throw new InternalError(name, "is not an array of spikes");
}

/** Finds a history. */
export function historyIn(memory: Memory, name: string): HistoryArray {
  const found = memory.get(name);
  if (found?.kind === "history") return found;
  throw new InternalError(name, "is not a history");
}
