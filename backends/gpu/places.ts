// Where the arrays of a Program lie on the device: a few large buffers with offsets that are written
// into the kernels, so that the number of bindings never depends on the Program. Invariant: copies lie
// one after the other, inside a copy the slots of a ring; all numbers have 4 bytes.

import { InternalError } from "../../src/errors.js";
import type { ArraySpec, Program } from "../../src/ir/program.js";

/** What steps change and what they only read, numbers and whole numbers apart. */
export type BufferName = "reals" | "ints" | "params" | "indexes";
export const bufferNames: readonly BufferName[] = ["reals", "ints", "params", "indexes"];

/** A ring: its number in the table of heads, and how often a step pushes into it. */
export interface Ring {
  readonly index: number;
  readonly pushes: number;
}

interface Base {
  readonly spec: ArraySpec;
  readonly length: number;
  readonly slots: number;
  readonly copies: number;
  readonly ring?: Ring;
}
/** Numbers, from `base` on. */
export interface ValuesPlace extends Base {
  readonly kind: "values";
  readonly buffer: BufferName;
  readonly base: number;
}
/** One word for each source: 1 where it fired; payload columns hold a number for each source. */
export interface SpikesPlace extends Base {
  readonly kind: "spikes";
  readonly base: number;
  readonly columns: readonly number[];
}
/** A count for each target, and room for steps and values of its events. */
export interface HistoryPlace extends Base {
  readonly kind: "history";
  readonly capacity: number;
  readonly counts: number;
  readonly steps: number;
  readonly columns: readonly number[];
}
export type Place = ValuesPlace | SpikesPlace | HistoryPlace;

const constantRoles: readonly string[] = ["parameter", "tunable", "derived", "index"];

function bufferOf({ type, role }: ArraySpec): BufferName {
  const isConstant = constantRoles.includes(role);
  if (type === "real") return isConstant ? "params" : "reals";
  return isConstant ? "indexes" : "ints";
}

/** How often each ring is pushed into by some ops. */
export function countPushes(ops: Program["ops"]): Map<string, number> {
  const pushes = new Map<string, number>();
  for (const op of ops) {
    if (op.kind !== "ring") continue;
    pushes.set(op.into.array, (pushes.get(op.into.array) ?? 0) + 1);
  }
  return pushes;
}

/** Finite numbers of real states come first, so that one kernel finds those that are not. */
const isScanned = ({ type, role }: ArraySpec): boolean => type === "real" && role === "state";

/** The places of all arrays, and room for more. */
export class Places {
  readonly program: Program;
  /** Numbers in each buffer. */
  readonly sizes: Record<BufferName, number> = { reals: 0, ints: 0, params: 0, indexes: 0 };
  /** The arrays that are rings, by their number. */
  readonly rings: (Place & { readonly ring: Ring })[] = [];
  /** Numbers at the start of `reals` that are states. */
  readonly scanned: number;
  /** Numbers at the start of `reals` and `ints` that outlive a step or are seen from outside. */
  readonly kept: { readonly reals: number; readonly ints: number };
  readonly #places = new Map<string, Place>();

  constructor(program: Program) {
    this.program = program;
    const pushes = countPushes(program.ops);
    const { arrays } = program;
    const add = (spec: ArraySpec): void => {
      const place = this.#placeOf(spec, pushes.get(spec.name) ?? 0);
      this.#places.set(spec.name, place);
      if (place.ring !== undefined) this.rings.push({ ...place, ring: place.ring });
    };
    arrays.filter(isScanned).forEach(add);
    this.scanned = this.sizes.reals;
    const isScratch = ({ role }: ArraySpec): boolean => role === "scratch";
    arrays.filter((spec) => !isScanned(spec) && !isScratch(spec)).forEach(add);
    this.kept = { reals: this.sizes.reals, ints: this.sizes.ints };
    arrays.filter(isScratch).forEach(add);
  }

  #placeOf(spec: ArraySpec, pushes: number): Place {
    const { length, type, slots = 1, payload = [], capacity = 0 } = spec;
    const copies = spec.perCopy ? this.program.batch : 1;
    const ring = spec.slots === undefined ? {} : { ring: { index: this.rings.length, pushes } };
    const base = { spec, length, slots, copies, ...ring };
    const size = copies * slots * length;
    if (type === "spikes") {
      const columns = payload.map(() => this.reserve("reals", size));
      return { ...base, kind: "spikes", base: this.reserve("ints", size), columns };
    }
    if (type === "history") {
      const columns = payload.map(() => this.reserve("reals", size * capacity));
      const counts = this.reserve("ints", size);
      const steps = this.reserve("ints", size * capacity);
      return { ...base, kind: "history", capacity, counts, steps, columns };
    }
    const buffer = bufferOf(spec);
    return { ...base, kind: "values", buffer, base: this.reserve(buffer, size) };
  }

  /** Room for so many more numbers; gives the place of the first. */
  reserve(buffer: BufferName, count: number): number {
    const first = this.sizes[buffer];
    this.sizes[buffer] += count;
    return first;
  }

  all(): Iterable<Place> {
    return this.#places.values();
  }

  /** The place of an array; the verifier has seen to it that there is one. */
  of(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new InternalError(name, "is no array of the program");
    return place;
  }

  values(name: string): ValuesPlace {
    const place = this.of(name);
    if (place.kind === "values") return place;
    throw new InternalError(name, "is not an array of numbers");
  }

  spikes(name: string): SpikesPlace {
    const place = this.of(name);
    if (place.kind === "spikes") return place;
    throw new InternalError(name, "is not an array of spikes");
  }

  history(name: string): HistoryPlace {
    const place = this.of(name);
    if (place.kind === "history") return place;
    throw new InternalError(name, "is not a history");
  }
}
