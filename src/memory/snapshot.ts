// Moves the running state between the memory of a backend and the bytes that all backends share.
// Invariant: restoring gives back every bit, also of delay rings, spike lists and unsettled
// histories; a snapshot that does not fit is refused before anything has changed.

import type { Program } from "../ir/program.js";
import {
  decodeState,
  encodeState,
  isSaved,
  type HistoryRow,
  type SpikeSlot,
  type StateEntry,
} from "../ir/state-bytes.js";
import {
  slotAt,
  type HistoryArray,
  type Memory,
  type SpikeArray,
  type Stored,
  type ValueArray,
} from "./memory.js";

const savedArrays = (memory: Memory): Stored[] =>
  [...memory.values()].filter(({ spec }) => isSaved(spec));

/** The slots of all copies, each copy's newest first: the order in which they are saved. */
function slotsOf(array: Stored): number[] {
  const found: number[] = [];
  for (let copy = 0; copy < array.copies; copy++) {
    for (let lag = 0; lag < array.slots; lag++) found.push(slotAt(array, copy, lag));
  }
  return found;
}

function valuesEntry(array: ValueArray): StateEntry {
  const { length } = array;
  const data = array.data.slice();
  slotsOf(array).forEach((slot, i) => {
    data.set(array.data.subarray(slot * length, (slot + 1) * length), i * length);
  });
  return { kind: "values", data };
}

function spikesEntry(list: SpikeArray): StateEntry {
  const slots = slotsOf(list).map((slot): SpikeSlot => {
    const first = slot * list.length;
    const end = first + list.counts[slot]!;
    const columns = list.columns.map((column) => column.subarray(first, end));
    return { items: list.items.subarray(first, end), columns };
  });
  return { kind: "spikes", slots };
}

function historyEntry(history: HistoryArray): StateEntry {
  const rows = Array.from(history.counts, (count, row): HistoryRow => {
    const first = row * history.capacity;
    const columns = history.columns.map((column) => column.subarray(first, first + count));
    return { steps: history.steps.subarray(first, first + count), columns };
  });
  return { kind: "history", rows };
}

function entryOf(array: Stored): StateEntry {
  if (array.kind === "values") return valuesEntry(array);
  return array.kind === "spikes" ? spikesEntry(array) : historyEntry(array);
}

/** The running state of a loaded Program. */
export function takeSnapshot(program: Program, memory: Memory, stepCount: number): Uint8Array {
  const entries = new Map(savedArrays(memory).map((array) => [array.spec.name, entryOf(array)]));
  return encodeState(program, { stepCount, entries });
}

function restoreInto(array: Stored, entry: StateEntry): void {
  if (array.kind === "values" && entry.kind === "values") {
    const { length } = array;
    slotsOf(array).forEach((slot, i) => {
      array.data.set(entry.data.subarray(i * length, (i + 1) * length), slot * length);
    });
  } else if (array.kind === "spikes" && entry.kind === "spikes") {
    slotsOf(array).forEach((slot, i) => {
      const { items, columns } = entry.slots[i]!;
      array.counts[slot] = items.length;
      array.items.set(items, slot * array.length);
      array.columns.forEach((column, c) => column.set(columns[c]!, slot * array.length));
    });
  } else if (array.kind === "history" && entry.kind === "history") {
    entry.rows.forEach(({ steps, columns }, row) => {
      array.counts[row] = steps.length;
      array.steps.set(steps, row * array.capacity);
      array.columns.forEach((column, c) => column.set(columns[c]!, row * array.capacity));
    });
  }
}

/** Puts a running state back and gives the number of steps done; changes nothing when it throws. */
export function applySnapshot(program: Program, memory: Memory, bytes: Uint8Array): number {
  const { stepCount, entries } = decodeState(program, bytes);
  for (const array of savedArrays(memory)) restoreInto(array, entries.get(array.spec.name)!);
  return stepCount;
}
