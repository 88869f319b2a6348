// Moves arrays between the memory that all CPU backends share and the tensors of graphs. Invariant: no
// bit is lost on the way, payloads of spikes included; tensors have the newest slot of a ring first.

import { exportValues, importValues } from "../../src/memory/exchange.js";
import { slotAt, type SpikeArray, type Stored } from "../../src/memory/memory.js";
import type { Slot } from "./build/slots.js";
import type { TensorData } from "./onnx/model.js";

type Numbers = Float64Array | Float32Array | Int32Array;

/** Visits the slots of all copies in the order of a tensor: slot of the memory, first element in it. */
function eachSlot(list: Stored, visit: (slot: number, at: number) => void): void {
  let at = 0;
  for (let copy = 0; copy < list.copies; copy++) {
    for (let lag = 0; lag < list.slots; lag++) {
      visit(slotAt(list, copy, lag), at);
      at += list.length;
    }
  }
}

function marksOf(list: SpikeArray): Uint8Array {
  const marks = new Uint8Array(list.copies * list.slots * list.length);
  eachSlot(list, (slot, at) => {
    const first = slot * list.length;
    for (let i = 0; i < list.counts[slot]!; i++) marks[at + list.items[first + i]!] = 1;
  });
  return marks;
}

function columnOf(list: SpikeArray, column: number): Float64Array | Float32Array {
  const from = list.columns[column]!;
  const values =
    from instanceof Float64Array ? new Float64Array(from.length) : new Float32Array(from.length);
  eachSlot(list, (slot, at) => {
    const first = slot * list.length;
    for (let i = 0; i < list.counts[slot]!; i++) {
      values[at + list.items[first + i]!] = from[first + i]!;
    }
  });
  return values;
}

/** What a tensor gets of an array; arrays without slots are given as they are, not copied. */
export function dataFrom(stored: Stored, slot: Slot): TensorData {
  if (stored.kind === "spikes") {
    return slot.column === undefined ? marksOf(stored) : columnOf(stored, slot.column);
  }
  if (stored.kind === "history") throw new TypeError("histories have no tensor");
  if (stored.slots === 1) return stored.data;
  const { data } = stored;
  const values: Numbers =
    data instanceof Int32Array
      ? new Int32Array(data.length)
      : data instanceof Float64Array
        ? new Float64Array(data.length)
        : new Float32Array(data.length);
  exportValues(stored, values);
  return values;
}

function storeMarks(list: SpikeArray, marks: Uint8Array): void {
  eachSlot(list, (slot, at) => {
    const first = slot * list.length;
    let count = 0;
    for (let i = 0; i < list.length; i++) if (marks[at + i] !== 0) list.items[first + count++] = i;
    list.counts[slot] = count;
  });
}

function storeColumn(list: SpikeArray, column: number, values: Numbers): void {
  const into = list.columns[column]!;
  eachSlot(list, (slot, at) => {
    const first = slot * list.length;
    for (let i = 0; i < list.counts[slot]!; i++) {
      into[first + i] = values[at + list.items[first + i]!]!;
    }
  });
}

/** Stores what a tensor holds; the marks of a list of spikes come before its columns. */
export function storeInto(stored: Stored, slot: Slot, data: unknown): void {
  if (stored.kind === "spikes") {
    if (slot.column === undefined) storeMarks(stored, data as Uint8Array);
    else storeColumn(stored, slot.column, data as Numbers);
  } else if (stored.kind === "values") {
    if (stored.slots === 1) stored.data.set(data as Numbers);
    else importValues(stored, data as Numbers);
  }
}
