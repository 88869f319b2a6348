// The arrays of a Program in the memory of the computer, and their way to the device and back. What
// only the host writes (parameters, heads of rings) is always right here; what steps write is right
// after it was fetched. Invariant: on the device a spike is a mark at its source, here an entry of a list.

import type { Program } from "../../src/ir/program.js";
import { allocateMemory } from "../../src/memory/allocate.js";
import type { HistoryArray, Memory, SpikeArray, Stored } from "../../src/memory/memory.js";
import type { Compiled } from "./compile-program.js";
import type { Place, Places } from "./places.js";
import type { AnyBuffer, OnDevice } from "./on-device.js";
import { control, wordsPerRing } from "./wgsl/site.js";

/** A run of numbers in a buffer. */
export interface Part {
  readonly buffer: AnyBuffer & ("reals" | "ints" | "params" | "indexes");
  readonly at: number;
  readonly count: number;
}

const sizeOf = ({ copies, slots, length }: Place): number => copies * slots * length;

/** Where an array lies, as parts in the order in which `takeParts` wants them. */
export function partsOf(place: Place): Part[] {
  const count = sizeOf(place);
  const column = (at: number, many: number): Part => ({ buffer: "reals", at, count: many });
  if (place.kind === "values") return [{ buffer: place.buffer, at: place.base, count }];
  if (place.kind === "spikes") {
    const marks: Part = { buffer: "ints", at: place.base, count };
    return [marks, ...place.columns.map((at) => column(at, count))];
  }
  const events = count * place.capacity;
  return [
    { buffer: "ints", at: place.counts, count },
    { buffer: "ints", at: place.steps, count: events },
    ...place.columns.map((at) => column(at, events)),
  ];
}

/** What of an array the device has, as typed arrays in the order of its parts. */
function givenOf(stored: Stored): (Int32Array | Float32Array)[] {
  if (stored.kind === "values") return [stored.data as Float32Array | Int32Array];
  if (stored.kind === "history") {
    return [stored.counts, Int32Array.from(stored.steps), ...(stored.columns as Float32Array[])];
  }
  const marks = new Int32Array(stored.items.length);
  const columns = stored.columns.map(() => new Float32Array(marks.length));
  stored.counts.forEach((count, slot) => {
    const first = slot * stored.length;
    for (let i = first; i < first + count; i++) {
      const place = first + stored.items[i]!;
      marks[place] = 1;
      columns.forEach((column, c) => (column[place] = stored.columns[c]![i]!));
    }
  });
  return [marks, ...columns];
}

function takeSpikes(list: SpikeArray, [marks, ...columns]: readonly ArrayBuffer[]): void {
  const fired = new Int32Array(marks!);
  const values = columns.map((column) => new Float32Array(column));
  for (let slot = 0; slot < list.counts.length; slot++) {
    const first = slot * list.length;
    let count = 0;
    for (let source = 0; source < list.length; source++) {
      if (fired[first + source] === 0) continue;
      list.items[first + count] = source;
      values.forEach((column, c) => (list.columns[c]![first + count] = column[first + source]!));
      count += 1;
    }
    list.counts[slot] = count;
  }
}

function takeHistory(history: HistoryArray, parts: readonly ArrayBuffer[]): void {
  const [counts, steps, ...columns] = parts;
  history.counts.set(new Int32Array(counts!));
  history.steps.set(new Int32Array(steps!));
  columns.forEach((column, c) => history.columns[c]!.set(new Float32Array(column)));
}

function takeParts(stored: Stored, parts: readonly ArrayBuffer[]): void {
  if (stored.kind === "spikes") return takeSpikes(stored, parts);
  if (stored.kind === "history") return takeHistory(stored, parts);
  const isInt = stored.data instanceof Int32Array;
  stored.data.set(isInt ? new Int32Array(parts[0]!) : new Float32Array(parts[0]!));
}

/** Up to so many bytes everything is fetched at once, because each fetch has to wait. */
const fetchedWhole = 1 << 22;

/** Whether the step could change an array; the others are right on both sides. */
const isDeviceWritten = (place: Place): boolean =>
  place.kind !== "values" || place.buffer === "reals" || place.buffer === "ints";

/** The arrays of a loaded Program on this side. */
export class Mirror {
  readonly memory: Memory;
  readonly #places: Places;
  /** Whether all that steps write, but for scratch, is here as it is on the device. */
  #isFresh = true;

  constructor(program: Program, { places }: Compiled) {
    this.memory = allocateMemory(program);
    this.#places = places;
  }

  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** Steps or other kernels have changed the device. */
  forget(): void {
    this.#isFresh = false;
  }

  /** Sends an array to the device. */
  send(onDevice: OnDevice, name: string): void {
    const parts = partsOf(this.#places.of(name));
    givenOf(this.memory.get(name)!).forEach((data, i) => {
      onDevice.write(parts[i]!.buffer, parts[i]!.at, data, parts[i]!.count);
    });
  }

  sendAll(onDevice: OnDevice): void {
    for (const { spec } of this.#places.all()) this.send(onDevice, spec.name);
  }

  /** What a fetch has to bring so that these arrays, or all, are right here. */
  wanted(names?: readonly string[]): {
    readonly names: readonly string[];
    readonly isAll: boolean;
  } {
    const { kept } = this.#places;
    const isSmall = 4 * (kept.reals + kept.ints) <= fetchedWhole;
    const scratch = (names ?? []).filter((name) => this.#isScratch(name));
    if (this.#isFresh) return { names: scratch, isAll: false };
    if (names !== undefined && !isSmall) {
      const own = names.filter((name) => isDeviceWritten(this.#places.of(name)));
      return { names: own, isAll: false };
    }
    const all = [...this.#places.all()].filter(
      (place) => isDeviceWritten(place) && place.spec.role !== "scratch",
    );
    return { names: [...all.map(({ spec }) => spec.name), ...scratch], isAll: true };
  }

  #isScratch(name: string): boolean {
    return this.#places.of(name).spec.role === "scratch";
  }

  /** Parts to fetch for some arrays: as few as possible where they lie side by side. */
  partsFor(names: readonly string[]): Part[] {
    const parts = names.flatMap((name) => partsOf(this.#places.of(name)));
    const sorted = parts
      .filter(({ count }) => count > 0)
      .sort((a, b) => (a.buffer === b.buffer ? a.at - b.at : a.buffer < b.buffer ? -1 : 1));
    const joined: Part[] = [];
    for (const part of sorted) {
      const last = joined[joined.length - 1];
      if (last?.buffer === part.buffer && last.at + last.count >= part.at) {
        const count = Math.max(last.count, part.at + part.count - last.at);
        joined[joined.length - 1] = { ...last, count };
      } else {
        joined.push(part);
      }
    }
    return joined;
  }

  /** Takes arrays from what was fetched. */
  take(names: readonly string[], parts: readonly Part[], data: readonly ArrayBuffer[]): void {
    for (const name of names) {
      const own = partsOf(this.#places.of(name)).map(({ buffer, at, count }) => {
        if (count === 0) return new ArrayBuffer(0);
        const i = parts.findIndex(
          (part) => part.buffer === buffer && part.at <= at && at + count <= part.at + part.count,
        );
        const first = (at - parts[i]!.at) * 4;
        return data[i]!.slice(first, first + count * 4);
      });
      takeParts(this.memory.get(name)!, own);
    }
  }

  /** Everything that was wanted has been taken. */
  settle(isAll: boolean): void {
    if (isAll) this.#isFresh = true;
  }

  /** Moves the heads of all rings on, as so many steps do. */
  advance(steps: number): void {
    for (const { ring, spec, slots } of this.#places.rings) {
      const { heads } = this.memory.get(spec.name)!;
      heads.fill((heads[0]! + ring.pushes * steps) % slots);
    }
  }

  /** The table of heads and flags for the next commands. */
  controlTable(words: number, pushedAtSample: ReadonlyMap<string, number>): Uint32Array {
    const table = new Uint32Array(words);
    table[control.stopPosition] = 0xffffffff;
    table[control.odd] = 0xffffffff;
    for (const { ring, spec, slots, length } of this.#places.rings) {
      const row = control.rings + ring.index * wordsPerRing;
      const { heads } = this.memory.get(spec.name)!;
      const done = pushedAtSample.get(spec.name) ?? 0;
      table.set([heads[0]!, slots, length, ring.pushes, done], row);
    }
    return table;
  }

  /** Which array holds a number of `reals`, and where in its data. */
  findReal(at: number): { readonly stored: Stored; readonly at: number } | undefined {
    for (const place of this.#places.all()) {
      if (place.kind !== "values" || place.buffer !== "reals") continue;
      const inside = at - place.base;
      if (inside < 0 || inside >= sizeOf(place)) continue;
      return { stored: this.memory.get(place.spec.name)!, at: inside };
    }
    return undefined;
  }
}
