// Moves whole arrays in and out of the memory. Invariant: outside, copy comes after copy and of a
// ring the newest slot first; values are rounded, or cut to int32, when they are stored.

import { toInt32 } from "../util/to-int32.js";
import {
  exportedSize,
  slotAt,
  type Reals,
  type SpikeArray,
  type Stored,
  type ValueArray,
} from "./memory.js";

/** Puts an array back to its initial value, all copies of it. */
export function fillInitial(stored: Stored): void {
  const { spec, length, slots } = stored;
  const { initial } = spec;
  if (stored.kind === "values" && stored.data === initial) return;
  stored.heads.fill(0);
  // Without a detour over a float64 array where that can be: it would be the largest array of all.
  if (stored.kind === "history") return void stored.counts.fill(0);
  if (stored.kind === "values") {
    const { data, copies } = stored;
    if (typeof initial === "number") return void data.fill(initial);
    if (slots === 1) {
      for (let copy = 0; copy < copies; copy++) data.set(initial, copy * length);
      return;
    }
  } else if (initial === 0) return void stored.counts.fill(0);
  const whole = slots * length;
  const values = new Float64Array(exportedSize(stored));
  for (let i = 0; i < values.length; i++) {
    const inCopy = i % whole;
    const place = typeof initial === "object" && initial.length === whole ? inCopy : i % length;
    values[i] = typeof initial === "number" ? initial : initial[place]!;
  }
  importValues(stored, values);
}

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
