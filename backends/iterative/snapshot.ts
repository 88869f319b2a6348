// Running state as bytes. Invariant: restoring gives back every bit, also of delay rings, spike lists
// and unsettled histories; a snapshot that does not fit is refused before anything has changed.
//
// Little-endian: 8 bytes magic with version, u32 fingerprint of the array table, f64 steps done;
// then the state and tunable arrays in the order of the Program. Values: all numbers, of a ring the
// newest slot first. Spikes: for each copy and slot, newest first, u32 count, that many i32, and the
// payload columns. Histories: for each copy and target u32 count, that many f64 steps, the columns.

import { LoadError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import { slotAt, type HistoryArray, type Memory, type SpikeArray, type Stored } from "./memory.js";

const magic = "MYSTATE1";
const headerSize = magic.length + 4 + 8;

const refuse = (problem: string): never => {
  throw new LoadError({
    code: "snapshot",
    where: "snapshot",
    problem,
    hint: "Restore only what a model compiled from the same network with the same options saved.",
  });
};

/** FNV-1a over what decides the shape of the state. */
function fingerprint(program: Program, saved: readonly Stored[]): number {
  const shapes = saved.map(({ spec, slots, copies }) =>
    [spec.name, spec.type, spec.length, slots, copies, spec.capacity, spec.payload].join(":"),
  );
  const text = [program.precision, program.batch, ...shapes].join("\n");
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

const savedArrays = (memory: Memory): Stored[] =>
  [...memory.values()].filter(({ spec }) => spec.role === "state" || spec.role === "tunable");

/** Moves numbers one way or the other between arrays and bytes; both ways share one walk. */
interface Transfer {
  /** Moves `count` numbers of an array from `first` on. */
  readonly numbers: (
    data: Float64Array | Float32Array | Int32Array,
    first: number,
    n: number,
  ) => void;
  /** Moves a count that may be at most `limit`, and gives it. */
  readonly count: (counts: Int32Array, at: number, limit: number) => number;
  /** Sees the sources of a spike list after they were moved. */
  readonly check: (list: SpikeArray, first: number, count: number) => void;
}

function moveSpikes(list: SpikeArray, transfer: Transfer): void {
  for (let copy = 0; copy < list.copies; copy++) {
    for (let lag = 0; lag < list.slots; lag++) {
      const slot = slotAt(list, copy, lag);
      const count = transfer.count(list.counts, slot, list.length);
      const first = slot * list.length;
      transfer.numbers(list.items, first, count);
      transfer.check(list, first, count);
      for (const column of list.columns) transfer.numbers(column, first, count);
    }
  }
}

function moveHistory(history: HistoryArray, transfer: Transfer): void {
  for (let row = 0; row < history.counts.length; row++) {
    const count = transfer.count(history.counts, row, history.capacity);
    transfer.numbers(history.steps, row * history.capacity, count);
    for (const column of history.columns) {
      transfer.numbers(column, row * history.capacity, count);
    }
  }
}

function moveAll(saved: readonly Stored[], transfer: Transfer): void {
  for (const array of saved) {
    if (array.kind === "spikes") moveSpikes(array, transfer);
    else if (array.kind === "history") moveHistory(array, transfer);
    else {
      for (let copy = 0; copy < array.copies; copy++) {
        for (let lag = 0; lag < array.slots; lag++) {
          transfer.numbers(array.data, slotAt(array, copy, lag) * array.length, array.length);
        }
      }
    }
  }
}

/** Writes numbers one after the other into a view; without a view it only counts the bytes. */
function writer(view: DataView | undefined): Transfer & { readonly size: () => number } {
  let at = headerSize;
  return {
    size: () => at,
    numbers(data, first, n) {
      const width = data.BYTES_PER_ELEMENT;
      if (view !== undefined) {
        for (let i = 0; i < n; i++) {
          const place = at + i * width;
          if (data instanceof Int32Array) view.setInt32(place, data[first + i]!, true);
          else if (width === 4) view.setFloat32(place, data[first + i]!, true);
          else view.setFloat64(place, data[first + i]!, true);
        }
      }
      at += n * width;
    },
    count(counts, place) {
      view?.setUint32(at, counts[place]!, true);
      at += 4;
      return counts[place]!;
    },
    check: () => undefined,
  };
}

/** Reads numbers; while `isTrial` it only looks whether everything fits. */
function reader(view: DataView, isTrial: boolean): Transfer & { readonly size: () => number } {
  let at = headerSize;
  const need = (bytes: number): void => {
    if (at + bytes > view.byteLength) refuse("ends too early");
  };
  return {
    size: () => at,
    numbers(data, first, n) {
      const width = data.BYTES_PER_ELEMENT;
      need(n * width);
      for (let i = 0; i < n && !isTrial; i++) {
        const place = at + i * width;
        if (data instanceof Int32Array) data[first + i] = view.getInt32(place, true);
        else if (width === 4) data[first + i] = view.getFloat32(place, true);
        else data[first + i] = view.getFloat64(place, true);
      }
      at += n * width;
    },
    count(counts, place, limit) {
      need(4);
      const count = view.getUint32(at, true);
      if (count > limit) refuse("has more spikes or events than there is room for");
      at += 4;
      if (!isTrial) counts[place] = count;
      return count;
    },
    check(list, _first, count) {
      let before = -1;
      for (let i = 0; i < count; i++) {
        const source = view.getInt32(at - 4 * (count - i), true);
        if (source <= before || source >= list.length) refuse("has a broken spike list");
        before = source;
      }
    },
  };
}

/** The running state of a loaded Program. */
export function takeSnapshot(program: Program, memory: Memory, stepCount: number): Uint8Array {
  const saved = savedArrays(memory);
  const measured = writer(undefined);
  moveAll(saved, measured);
  const bytes = new Uint8Array(measured.size());
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  view.setUint32(magic.length, fingerprint(program, saved), true);
  view.setFloat64(magic.length + 4, stepCount, true);
  moveAll(saved, writer(view));
  return bytes;
}

/** Puts a running state back and gives the number of steps done; changes nothing when it throws. */
export function applySnapshot(program: Program, memory: Memory, bytes: Uint8Array): number {
  const saved = savedArrays(memory);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerSize) refuse("is too short to be one");
  for (let i = 0; i < magic.length; i++) {
    if (bytes[i] !== magic.charCodeAt(i)) refuse("does not start like one");
  }
  if (view.getUint32(magic.length, true) !== fingerprint(program, saved)) {
    refuse("belongs to another program");
  }
  const stepCount = view.getFloat64(magic.length + 4, true);
  if (!Number.isSafeInteger(stepCount) || stepCount < 0) refuse("has a broken step count");
  const trial = reader(view, true);
  moveAll(saved, trial);
  if (trial.size() !== bytes.length) refuse("is longer than the state");
  moveAll(saved, reader(view, false));
  return stepCount;
}
