// The running state of a loaded Program as bytes: what snapshot() gives and restore() takes. The
// format follows from the Program alone, so that state can move between backends and Programs.
// Invariant: encode(decode(bytes)) are the same bytes; bytes that do not fit are a LoadError.
//
// Little-endian: 8 bytes magic with version, u32 fingerprint of what is saved, f64 steps done;
// then the state and tunable arrays in the order of the Program. Values: all numbers, of a ring the
// newest slot first. Spikes: for each copy and slot, newest first, u32 count, that many i32, and the
// payload columns. Histories: for each copy and target u32 count, that many f64 steps, the columns.

import { allNames } from "./names.js";
import { LoadError } from "../errors.js";
import type { ArraySpec, Program } from "./program.js";

type Numbers = Float64Array | Float32Array | Int32Array;

/** Spikes of one slot of one copy: sources, ascending, and what travels with them. */
export interface SpikeSlot {
  readonly items: Int32Array;
  readonly columns: readonly Numbers[];
}
/** Events of one target of one copy, oldest first. */
export interface HistoryRow {
  readonly steps: Float64Array;
  readonly columns: readonly Numbers[];
}
/** One array; `values` by copy, then slot (newest first), then element. */
export type StateEntry =
  | { readonly kind: "values"; readonly data: Numbers }
  | { readonly kind: "spikes"; readonly slots: readonly SpikeSlot[] }
  | { readonly kind: "history"; readonly rows: readonly HistoryRow[] };

/** The running state of a Program, apart from the memory of any backend. */
export interface RunningState {
  readonly stepCount: number;
  /** By name of the array, in the order of the Program. */
  readonly entries: ReadonlyMap<string, StateEntry>;
}

const magic = "MYSTATE1";

/** Whether an array is part of the running state. */
export const isSaved = (spec: ArraySpec): boolean =>
  spec.role === "state" || spec.role === "tunable";

/** Copies of an array in the batch of its Program. */
export const copiesIn = (program: Program, spec: ArraySpec): number =>
  spec.perCopy ? program.batch : 1;

function refuse(problem: string, got?: unknown): never {
  throw new LoadError({
    code: "snapshot",
    where: "snapshot",
    problem,
    ...(got !== undefined && { got }),
    hint: "Restore only what a model compiled from the same network with the same options saved.",
  });
}

/** FNV-1a over what decides the shape of the state and which name each of its places has. */
function fingerprintOf(program: Program): number {
  let hash = 0x811c9dc5;
  const add = (...words: readonly unknown[]): void => {
    const text = words.join(":");
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    hash = Math.imul(hash ^ 10, 0x01000193);
  };
  add(program.precision, program.batch);
  for (const spec of program.arrays) {
    if (!isSaved(spec)) continue;
    const { name, type, length, slots = 1, capacity = 0, payload = [] } = spec;
    add(name, type, length, slots, copiesIn(program, spec), capacity, ...payload);
  }
  for (const { path, kind, array, offset, count, order } of allNames(program)) {
    if (kind !== "state" && kind !== "tunable") continue;
    add(path, array, offset, count);
    // Equal names may stand for edges that are numbered in another way.
    order?.forEach((place) => (hash = Math.imul(hash ^ place, 0x01000193)));
  }
  return hash >>> 0;
}

/** Reads numbers one after the other, never beyond the end. */
class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  skip(bytes: number): void {
    if (bytes > this.left) refuse("ends too early");
    this.#at += bytes;
  }

  uint32(): number {
    const at = this.#at;
    this.skip(4);
    return this.#view.getUint32(at, true);
  }

  count(limit: number): number {
    const count = this.uint32();
    if (count > limit) refuse("has more spikes or events than there is room for");
    return count;
  }

  float64(): number {
    const at = this.#at;
    this.skip(8);
    return this.#view.getFloat64(at, true);
  }

  /** `make` is called only after it is known that the numbers are there. */
  numbers<T extends Numbers>(count: number, make: (count: number) => T, width: number): T {
    let at = this.#at;
    this.skip(count * width);
    const data = make(count);
    for (let i = 0; i < count; i++, at += width) {
      if (data instanceof Int32Array) data[i] = this.#view.getInt32(at, true);
      else if (width === 4) data[i] = this.#view.getFloat32(at, true);
      else data[i] = this.#view.getFloat64(at, true);
    }
    return data;
  }
}

const makeInt = (count: number): Int32Array => new Int32Array(count);
const makeDouble = (count: number): Float64Array => new Float64Array(count);
const makeSingle = (count: number): Float32Array => new Float32Array(count);

/** Lists that are not ascending, or reach beyond the sources, would lead outside of arrays. */
function checkItems(items: Int32Array, sources: number): void {
  let before = -1;
  for (const source of items) {
    if (source <= before || source >= sources) refuse("has a broken spike list");
    before = source;
  }
}

function readArray(reader: Reader, program: Program, spec: ArraySpec): StateEntry {
  const { length, type, slots = 1, capacity = 0, payload = [] } = spec;
  const copies = copiesIn(program, spec);
  const reals = (count: number): Numbers =>
    program.precision === "float32"
      ? reader.numbers(count, makeSingle, 4)
      : reader.numbers(count, makeDouble, 8);
  if (type === "int") {
    return { kind: "values", data: reader.numbers(copies * slots * length, makeInt, 4) };
  }
  if (type === "real") return { kind: "values", data: reals(copies * slots * length) };
  if (type === "spikes") {
    const lists = Array.from({ length: copies * slots }, (): SpikeSlot => {
      const count = reader.count(length);
      const items = reader.numbers(count, makeInt, 4);
      checkItems(items, length);
      return { items, columns: payload.map(() => reals(count)) };
    });
    return { kind: "spikes", slots: lists };
  }
  const rows = Array.from({ length: copies * length }, (): HistoryRow => {
    const count = reader.count(capacity);
    const steps = reader.numbers(count, makeDouble, 8);
    return { steps, columns: payload.map(() => reals(count)) };
  });
  return { kind: "history", rows };
}

/** Reads the state of a Program; throws a LoadError unless the bytes are exactly one of its states. */
export function decodeState(program: Program, bytes: Uint8Array): RunningState {
  if (!(bytes instanceof Uint8Array)) refuse("is not an array of bytes", bytes);
  const reader = new Reader(bytes);
  reader.skip(magic.length);
  for (let i = 0; i < magic.length; i++) {
    if (bytes[i] !== magic.charCodeAt(i)) refuse("does not start like one");
  }
  if (reader.uint32() !== fingerprintOf(program)) refuse("belongs to another program");
  const stepCount = reader.float64();
  if (!Number.isSafeInteger(stepCount) || stepCount < 0) refuse("has a broken step count");
  const entries = new Map<string, StateEntry>();
  for (const spec of program.arrays) {
    if (isSaved(spec)) entries.set(spec.name, readArray(reader, program, spec));
  }
  if (reader.left > 0) refuse("is longer than the state");
  return { stepCount, entries };
}

/** Pieces of an array in the order in which they are written; a number is a u32. */
function* piecesOf(entry: StateEntry): Generator<Numbers | number> {
  if (entry.kind === "values") return yield entry.data;
  if (entry.kind === "spikes") {
    for (const { items, columns } of entry.slots) {
      yield items.length;
      yield items;
      yield* columns;
    }
    return;
  }
  for (const { steps, columns } of entry.rows) {
    yield steps.length;
    yield steps;
    yield* columns;
  }
}

function writeNumbers(view: DataView, start: number, data: Numbers): void {
  const width = data.BYTES_PER_ELEMENT;
  for (let i = 0; i < data.length; i++) {
    const at = start + i * width;
    if (data instanceof Int32Array) view.setInt32(at, data[i]!, true);
    else if (width === 4) view.setFloat32(at, data[i]!, true);
    else view.setFloat64(at, data[i]!, true);
  }
}

/** Writes a state of a Program; the inverse of `decodeState`. */
export function encodeState(program: Program, { stepCount, entries }: RunningState): Uint8Array {
  const saved = program.arrays.filter(isSaved).map(({ name }) => entries.get(name)!);
  const pieces = saved.flatMap((entry) => [...piecesOf(entry)]);
  const sizeOf = (piece: Numbers | number) => (typeof piece === "number" ? 4 : piece.byteLength);
  const headSize = magic.length + 4 + 8;
  const bytes = new Uint8Array(pieces.reduce<number>((sum, one) => sum + sizeOf(one), headSize));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  view.setUint32(magic.length, fingerprintOf(program), true);
  view.setFloat64(magic.length + 4, stepCount, true);
  let at = headSize;
  for (const piece of pieces) {
    if (typeof piece === "number") view.setUint32(at, piece, true);
    else writeNumbers(view, at, piece);
    at += sizeOf(piece);
  }
  return bytes;
}
