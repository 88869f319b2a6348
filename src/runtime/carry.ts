// Moves the running state from one Program to another one of the same network, in which one
// parameter has become tunable or has another value. Invariant: every state that both have keeps
// its bits, also rings, spikes under way and histories; what cannot be moved is an error. States
// that are kept lazily are moved as they are when settled; what is rebuilt is not moved but rebuilt.

import { allNames } from "../ir/names.js";
import { CompileError } from "../errors.js";
import { booksOf, type Books } from "../ir/books.js";
import type { ArraySpec, NamedValue, Program } from "../ir/program.js";
import { copiesIn, decodeState, encodeState, isSaved } from "../ir/state-bytes.js";
import type { RunningState, SpikeSlot, StateEntry } from "../ir/state-bytes.js";
import type { Executable, Values } from "./backend.js";
import type { NameTable } from "./lookup.js";

/** A loaded Program with its names. */
export interface Loaded {
  readonly table: NameTable;
  readonly executable: Executable;
}

/** A part of an array that has a name of its own, whatever the array is called. */
interface Slice {
  readonly key: string;
  readonly array: string;
  readonly at: (i: number) => number;
  readonly count: number;
}

interface Side {
  readonly program: Program;
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly entries: ReadonlyMap<string, StateEntry>;
  readonly slices: ReadonlyMap<string, Slice>;
  readonly books: Books;
}

function sliceOf(named: NamedValue, array: string, key: string): Slice {
  const { offset, order, count } = named;
  const at = (i: number) => offset + (order === undefined ? i : order[i]!);
  return { key, array, at, count };
}

/** A ring has no names, but its elements are those of the array that is pushed into it. */
function slicesOf({ program, arrays }: NameTable): Map<string, Slice> {
  const slices = new Map<string, Slice>();
  const add = (slice: Slice) => slices.set(slice.key, slice);
  for (const named of allNames(program)) {
    const spec = arrays.get(named.array);
    if (spec !== undefined && isSaved(spec)) add(sliceOf(named, named.array, named.path));
  }
  for (const op of program.ops) {
    if (op.kind !== "ring") continue;
    for (const named of allNames(program)) {
      if (named.array !== op.from.array) continue;
      let key = `${named.path} past`;
      while (slices.has(key)) key += "'";
      add(sliceOf(named, op.into.array, key));
    }
  }
  return slices;
}

function sideOf(table: NameTable, { entries }: RunningState): Side {
  const { program, arrays: specs } = table;
  return { program, specs, entries, slices: slicesOf(table), books: booksOf(program) };
}

/** Spikes of one slot while they are put together. */
type Gathered = Map<number, readonly number[]>;

const gather = ({ items, columns }: SpikeSlot): Gathered => {
  const gathered: Gathered = new Map();
  items.forEach((item, i) =>
    gathered.set(
      item,
      columns.map((column) => column[i]!),
    ),
  );
  return gathered;
};

function settle(gathered: Gathered, like: SpikeSlot): SpikeSlot {
  const items = Int32Array.from(gathered.keys()).sort();
  const columns = like.columns.map((column, c) => {
    const numbers = Array.from(items, (item) => gathered.get(item)![c] ?? 0);
    return column instanceof Float32Array ? Float32Array.from(numbers) : Float64Array.from(numbers);
  });
  return { items, columns };
}

interface Move {
  readonly from: Slice;
  readonly to: Slice;
  readonly old: ArraySpec;
  readonly next: ArraySpec;
}

/** Calls back with the slots of both arrays that belong together; older slots than there were stay. */
function forEachSlot(
  move: Pick<Move, "old" | "next">,
  sides: { readonly old: Program; readonly next: Program },
  visit: (from: number, to: number) => void,
): void {
  const oldSlots = move.old.slots ?? 1;
  const newSlots = move.next.slots ?? 1;
  const oldCopies = copiesIn(sides.old, move.old);
  const newCopies = copiesIn(sides.next, move.next);
  for (let copy = 0; copy < newCopies; copy++) {
    for (let lag = 0; lag < Math.min(oldSlots, newSlots); lag++) {
      visit(Math.min(copy, oldCopies - 1) * oldSlots + lag, copy * newSlots + lag);
    }
  }
}

function moveSlice(move: Move, old: Side, next: Side, lists: Map<string, Gathered[]>): boolean {
  const { from, to } = move;
  const source = old.entries.get(from.array);
  const target = next.entries.get(to.array);
  const programs = { old: old.program, next: next.program };
  if (source?.kind === "values" && target?.kind === "values") {
    forEachSlot(move, programs, (a, b) => {
      const first = a * move.old.length;
      const start = b * move.next.length;
      for (let i = 0; i < to.count; i++) {
        target.data[start + to.at(i)] = source.data[first + from.at(i)]!;
      }
    });
    return true;
  }
  if (source?.kind !== "spikes" || target?.kind !== "spikes") return false;
  const gathered = lists.get(to.array) ?? target.slots.map(gather);
  lists.set(to.array, gathered);
  forEachSlot(move, programs, (a, b) => {
    const spikes = gather(source.slots[a]!);
    for (let i = 0; i < to.count; i++) {
      const payload = spikes.get(from.at(i));
      if (payload === undefined) gathered[b]!.delete(to.at(i));
      else gathered[b]!.set(to.at(i), payload);
    }
  });
  return true;
}

const sameArray = (a: ArraySpec, b: ArraySpec): boolean =>
  a.type === b.type &&
  a.length === b.length &&
  a.perCopy === b.perCopy &&
  a.slots === b.slots &&
  a.capacity === b.capacity &&
  String(a.payload) === String(b.payload) &&
  a.origin === b.origin;

/** Old arrays with elements that the new Program has, too, but that could not be moved. */
function findLost(
  old: Side,
  next: Side,
  whole: ReadonlySet<string>,
  moved: ReadonlySet<string>,
): string[] {
  return [...old.specs.values()]
    .filter((spec) => spec.role === "state" && !whole.has(spec.name))
    .filter((spec) => !old.books.rebuilt.has(spec.name))
    .filter((spec) => {
      const slices = [...old.slices.values()].filter(({ array }) => array === spec.name);
      const covered = new Set<number>();
      for (const slice of slices) {
        if (next.slices.has(slice.key) && !moved.has(slice.key)) return true;
        for (let i = 0; i < slice.count; i++) covered.add(slice.at(i));
      }
      return covered.size < spec.length;
    })
    .map((spec) => spec.name);
}

function carryEntries(old: Side, next: Side, path: string): Map<string, StateEntry> {
  const entries = new Map(next.entries);
  const whole = new Set<string>();
  for (const [name, spec] of next.specs) {
    const before = old.specs.get(name);
    const entry = old.entries.get(name);
    if (spec.role !== "state" || before?.role !== "state" || entry === undefined) continue;
    if (!sameArray(before, spec)) continue;
    if (old.books.rebuilt.has(name) || next.books.rebuilt.has(name)) continue;
    entries.set(
      name,
      entry.kind === "values" ? { kind: "values", data: entry.data.slice() } : entry,
    );
    whole.add(name);
  }
  const moved = new Set<string>();
  const lists = new Map<string, Gathered[]>();
  const target = { ...next, entries };
  for (const [key, to] of next.slices) {
    const from = old.slices.get(key);
    if (from === undefined || from.count !== to.count || key === path) continue;
    const move = { from, to, old: old.specs.get(from.array)!, next: next.specs.get(to.array)! };
    // Where names agree they decide: equal array names may stand for other elements.
    if (moveSlice(move, old, target, lists)) moved.add(key);
  }
  for (const [name, gathered] of lists) {
    const like = entries.get(name);
    if (like?.kind !== "spikes") continue;
    entries.set(name, {
      kind: "spikes",
      slots: gathered.map((slot, i) => settle(slot, like.slots[i]!)),
    });
  }
  refuseLost(findLost(old, next, whole, moved), path);
  return entries;
}

function refuseLost(lost: readonly string[], path: string): void {
  if (lost.length === 0) return;
  throw new CompileError({
    code: "state-not-carried",
    where: path,
    problem: `with this value the network is laid out differently, and this state would be lost: ${lost.slice(0, 5).join(", ")}`,
    hint: "Name the parameter in `tunable` when compiling, or compile the network with the new value.",
  });
}

/** What is read of a model before its state is moved. */
interface Taken {
  readonly bytes: Uint8Array;
  /** Lazily kept arrays, settled. */
  readonly settled: ReadonlyMap<string, Values>;
}

/** The lazily kept arrays of a Program; what is rebuilt need not be moved. */
function lazyArrays({ program }: NameTable): string[] {
  const { settled, rebuilt } = booksOf(program);
  return [...settled].filter((array) => !rebuilt.has(array));
}

/** The running state with lazily kept arrays as they are when settled. */
function settledState(program: Program, { bytes, settled }: Taken): RunningState {
  const { stepCount, entries } = decodeState(program, bytes);
  const values = [...settled].map(([name, data]) => [name, { kind: "values", data }] as const);
  return { stepCount, entries: new Map<string, StateEntry>([...entries, ...values]) };
}

/** The snapshot for the new Program, from the old one and a fresh one. */
function carryBytes(
  old: Loaded,
  next: Loaded,
  path: string,
  taken: { readonly old: Taken; readonly fresh: Uint8Array },
): Uint8Array {
  const before = settledState(old.table.program, taken.old);
  const fresh = decodeState(next.table.program, taken.fresh);
  const entries = carryEntries(sideOf(old.table, before), sideOf(next.table, fresh), path);
  return encodeState(next.table.program, { stepCount: before.stepCount, entries });
}

/** Moves the running state, on backends that answer later. */
export async function carryOver(old: Loaded, next: Loaded, path: string): Promise<void> {
  const names = lazyArrays(old.table);
  const values = await old.executable.read(names);
  const settled = new Map(names.map((name, i) => [name, values[i]!]));
  const bytes = await old.executable.snapshot();
  const fresh = await next.executable.snapshot();
  await next.executable.restore(carryBytes(old, next, path, { old: { bytes, settled }, fresh }));
  // Writing a lazily kept array is what makes an executable rebuild.
  const [lazy] = lazyArrays(next.table);
  if (lazy === undefined) return;
  const [held] = await next.executable.read([lazy]);
  await next.executable.write(lazy, held!);
}

/** Moves the running state, on backends that answer at once; false where one does not. */
export function carryOverSync(old: Loaded, next: Loaded, path: string): boolean {
  const from = old.executable;
  const to = next.executable;
  const bytes = from.snapshotSync?.();
  const fresh = to.snapshotSync?.();
  if (bytes === undefined || fresh === undefined || to.restoreSync === undefined) return false;
  if (from.readSync === undefined || to.readSync === undefined || to.writeSync === undefined) {
    return false;
  }
  const settled = new Map<string, Values>();
  for (const name of lazyArrays(old.table)) settled.set(name, from.readSync(name));
  to.restoreSync(carryBytes(old, next, path, { old: { bytes, settled }, fresh }));
  const [lazy] = lazyArrays(next.table);
  if (lazy !== undefined) to.writeSync(lazy, to.readSync(lazy));
  return true;
}
