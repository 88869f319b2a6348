// Running state as bytes, in the format of src/ir/state-bytes.ts. Invariant: restoring gives back
// every bit, also of delay rings, spike lists and unsettled histories; a snapshot that does not fit
// is refused before anything has changed.

import { LoadError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import {
  decodeState,
  encodeState,
  isSaved,
  type HistoryRow,
  type SpikeSlot,
  type StateEntry,
} from "../../src/ir/state-bytes.js";
import { slotAt, type HistoryArray, type Memory, type SpikeArray, type Stored } from "./memory.js";
import type { ValueArray } from "./memory.js";

const magic = "MYSTATE1";

const savedArrays = (memory: Memory): Stored[] =>
  [...memory.values()].filter(({ spec }) => isSaved(spec));

/** Magic, then FNV-1a over what decides the shape of the state. */
function headerOf(program: Program, saved: readonly Stored[]): Uint8Array {
  const shapes = saved.map(({ spec, slots, copies }) =>
    [spec.name, spec.type, spec.length, slots, copies, spec.capacity, spec.payload].join(":"),
  );
  const text = [program.precision, program.batch, ...shapes].join("\n");
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  const header = new Uint8Array(magic.length + 4);
  for (let i = 0; i < magic.length; i++) header[i] = magic.charCodeAt(i);
  new DataView(header.buffer).setUint32(magic.length, hash >>> 0, true);
  return header;
}

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
  const saved = savedArrays(memory);
  const entries = new Map(saved.map((array) => [array.spec.name, entryOf(array)]));
  return encodeState({ header: headerOf(program, saved), stepCount, entries });
}

function refuse(problem: string): never {
  throw new LoadError({
    code: "snapshot",
    where: "snapshot",
    problem,
    hint: "Restore only what a model compiled from the same network with the same options saved.",
  });
}

/** Lists that are not ascending, or reach beyond the sources, would lead outside of arrays. */
function checkSlots(slots: readonly SpikeSlot[], sources: number): void {
  for (const { items } of slots) {
    let before = -1;
    for (const source of items) {
      if (source <= before || source >= sources) refuse("has a broken spike list");
      before = source;
    }
  }
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
  const saved = savedArrays(memory);
  const header = headerOf(program, saved);
  const isOwn = header.every((byte, i) => i < magic.length || byte === bytes[i]);
  if (bytes.length >= header.length && !isOwn) refuse("belongs to another program");
  const { stepCount, entries } = decodeState(program, bytes);
  for (const array of saved) {
    const entry = entries.get(array.spec.name)!;
    if (entry.kind === "spikes") checkSlots(entry.slots, array.length);
  }
  for (const array of saved) restoreInto(array, entries.get(array.spec.name)!);
  return stepCount;
}
