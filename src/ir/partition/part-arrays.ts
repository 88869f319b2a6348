// The arrays of one part: what it owns of divided arrays, whole arrays that it shares with all parts,
// and constants in the order in which its ops need them. Invariant: every operand that is given out
// reads, for each index of the part, the element that the whole reads there.

import { InternalError } from "../../errors.js";
import type { ArraySpec, Operand, Program, Write } from "../program.js";
import type { Owners } from "./owners.js";
import { elementOf } from "./places.js";
import type { Elements, Piece } from "./types.js";

/** Where the elements of an array lie in the part that owns them. */
export interface Ranks {
  /** For each element, how many earlier ones the same part owns. */
  readonly rank: Int32Array;
  readonly owner: Uint8Array;
}

/** Ranks of all divided arrays, for all parts. */
export function ranksOf(owners: Owners, parts: number): ReadonlyMap<string, Ranks> {
  const ranks = new Map<string, Ranks>();
  for (const [name, owner] of owners) {
    const next = new Int32Array(parts);
    const rank = new Int32Array(owner.length);
    for (let i = 0; i < owner.length; i++) rank[i] = next[owner[i]!]!++;
    ranks.set(name, { rank, owner });
  }
  return ranks;
}

/** A list of ascending numbers, as a run where it is one. */
export function elementsFrom(list: Int32Array): Elements {
  const first = list[0] ?? 0;
  const count = list.length;
  const isRun = count === 0 || list[count - 1] === first + count - 1;
  return isRun ? { first, count } : { first, count, list };
}

const constantRoles: ReadonlySet<string> = new Set(["parameter", "tunable", "derived"]);

/** The offset at which `at(0), at(1), ...` are neighbours, each `repeat` times, or -1. */
function offsetOf(count: number, repeat: number, at: (j: number) => number): number {
  const first = at(0);
  for (let j = 1; j < count; j++) if (at(j) !== first + Math.floor(j / repeat)) return -1;
  return first;
}

export class PartArrays {
  readonly #part: number;
  readonly #ranks: ReadonlyMap<string, Ranks>;
  readonly #whole: ReadonlyMap<string, ArraySpec>;
  readonly #specs = new Map<string, ArraySpec>();
  readonly #pieces: Piece[] = [];
  readonly #lists: string[] = [];
  /** Names of cut constants by what they hold. */
  readonly #cuts = new Map<string, string>();
  readonly #idsKeys = new WeakMap<Int32Array, number>();
  #keys = 0;

  constructor(program: Program, ranks: ReadonlyMap<string, Ranks>, part: number) {
    this.#part = part;
    this.#ranks = ranks;
    this.#whole = new Map(program.arrays.map((spec) => [spec.name, spec]));
  }

  get specs(): ArraySpec[] {
    return [...this.#specs.values()];
  }
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }
  get lists(): readonly string[] {
    return this.#lists;
  }

  isDivided(array: string): boolean {
    return this.#ranks.has(array);
  }

  /** Whether the part owns the element at a place. */
  owns(place: Operand | Write, i: number): boolean {
    return this.#ranks.get(place.array)!.owner[elementOf(place, i)] === this.#part;
  }

  /** Whether the part owns nothing of an array of numbers. */
  isEmpty(array: string): boolean {
    const owner = this.#ranks.get(array)?.owner;
    return this.#whole.get(array)?.type !== "spikes" && owner?.includes(this.#part) === false;
  }

  /** The elements of an array that the part owns. */
  owned(array: string): Int32Array {
    const { owner } = this.#ranks.get(array)!;
    const found: number[] = [];
    for (let i = 0; i < owner.length; i++) if (owner[i] === this.#part) found.push(i);
    return Int32Array.from(found);
  }

  /** Makes sure that the part has an array; it gets what it owns of it, or all. */
  need(array: string): void {
    if (this.#specs.has(array)) return;
    const spec = this.#whole.get(array);
    if (spec === undefined) throw new InternalError(array, "is not an array of the Program");
    if (spec.type === "spikes") {
      this.#specs.set(array, { ...spec, initial: 0 });
      this.#lists.push(array);
      return;
    }
    if (spec.role === "index" || spec.role === "parameter") {
      this.#specs.set(array, spec);
      return;
    }
    const isDivided = this.isDivided(array);
    const elements = isDivided ? elementsFrom(this.owned(array)) : { first: 0, count: spec.length };
    // What the setup of the whole derives is given to the part from outside.
    const role = spec.role === "derived" ? "tunable" : spec.role;
    this.#specs.set(array, { ...spec, role, length: elements.count, initial: 0 });
    const isOwner = (isDivided || this.#part === 0) && !constantRoles.has(spec.role);
    this.#pieces.push({ array, local: array, elements, isOwner });
  }

  /** A new index array. */
  addIndex(name: string, initial: Int32Array): string {
    const found = this.#fresh(name);
    this.#specs.set(found, {
      ...{ name: found, type: "int", role: "index", length: initial.length, initial },
      perCopy: false,
    });
    return found;
  }

  #fresh(name: string): string {
    let found = name;
    for (let i = 0; this.#whole.has(found) || this.#specs.has(found); i++) found = `${name}.${i}`;
    return found;
  }

  /** The elements of a constant that an operand reads at some indices, as an array of their own. */
  #cut(read: Operand, ids: Int32Array): string {
    const spec = this.#whole.get(read.array)!;
    const { offset = 0, repeat = 1, period = 0 } = read;
    const key = `${read.array} ${offset} ${repeat} ${period} ${this.#keyOf(ids)}`;
    const known = this.#cuts.get(key);
    if (known !== undefined) return known;
    const list = ids.map((i) => elementOf(read, i));
    const local = this.#fresh(`${read.array}.cut`);
    const role = spec.role === "derived" ? "tunable" : spec.role;
    const initial = this.#take(spec, list);
    this.#specs.set(local, { ...spec, name: local, role, length: list.length, initial });
    if (role === "tunable") {
      const elements = { first: list[0] ?? 0, count: list.length, list };
      this.#pieces.push({ array: read.array, local, elements, isOwner: false });
    }
    this.#cuts.set(key, local);
    return local;
  }

  #take({ initial }: ArraySpec, list: Int32Array): ArraySpec["initial"] {
    if (typeof initial === "number") return initial;
    const values = initial.slice(0, 0);
    const Kind = values.constructor as Float64ArrayConstructor;
    return Kind.from(list, (i) => initial[i]!);
  }

  #keyOf(ids: Int32Array): number {
    const known = this.#idsKeys.get(ids) ?? this.#keys++;
    this.#idsKeys.set(ids, known);
    return known;
  }

  /** Lags of some edges. */
  cutLags(name: string, edges: Int32Array): string {
    const spec = this.#whole.get(name)!;
    const key = `${name} lags ${this.#keyOf(edges)}`;
    const known = this.#cuts.get(key);
    if (known !== undefined) return known;
    const local = this.#fresh(`${name}.cut`);
    const initial = this.#take(spec, edges);
    this.#specs.set(local, { ...spec, name: local, length: edges.length, initial });
    this.#cuts.set(key, local);
    return local;
  }

  /** The place in the part that stands for the same elements; undefined where there is none. */
  place<T extends Operand | Write>(place: T, ids: Int32Array): T | undefined {
    const { array, at } = place;
    this.need(array);
    const ranks = this.#ranks.get(array);
    const { length: count } = ids;
    if (count === 0) return { ...place, offset: 0 };
    // Ranks of elements of other parts mean nothing here.
    if (ranks !== undefined && !ids.every((i) => this.owns(place, i))) return undefined;
    if (at === "one") {
      return ranks === undefined ? place : { ...place, offset: ranks.rank[elementOf(place, 0)]! };
    }
    const elementAt = (j: number): number => elementOf(place, ids[j]!);
    const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
    const local = (j: number): number => (ranks ? ranks.rank[elementAt(j)]! : elementAt(j));
    const offset = offsetOf(count, repeat, local);
    if (offset >= 0) {
      const { period: _period, ...rest } = place as Operand;
      return { ...rest, offset } as T;
    }
    let isSame = ranks === undefined;
    for (let j = 0; isSame && j < count; j++) isSame = elementOf(place, j) === elementAt(j);
    return isSame ? place : undefined;
  }

  /** The operand in the part; constants that lie otherwise are put in order. */
  read(operand: Operand, ids: Int32Array): Operand | undefined {
    const found = this.place(operand, ids);
    if (found !== undefined) return found;
    const spec = this.#whole.get(operand.array)!;
    if (!constantRoles.has(spec.role)) return undefined;
    const { repeat: _repeat, period: _period, ...rest } = operand;
    return { ...rest, array: this.#cut(operand, ids), offset: 0 };
  }
}
