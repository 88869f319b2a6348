// Gives out addresses in the one memory of a module. Invariant: nothing is given out twice, nothing
// moves, and what does not fit into 32-bit addresses is refused before anything is allocated.

import { MemoryLimitError } from "../../src/errors.js";
import type { ArraySpec, Program } from "../../src/ir/program.js";
import type { Place, ValuesPlace } from "./compiled.js";

/** Arrays begin at cache lines. */
const alignment = 64;
/** Room behind every array, so that the vector with its last element lies inside. */
const slack = 16;
/** What 32-bit addresses reach. */
const mostBytes = 2 ** 32;

export class Arena {
  /** Address 0 stays free: an address that was forgotten is not that of an array. */
  #size = alignment;
  readonly #where: string;

  /** `where`: whose memory it is, for errors. */
  constructor(where = "memory") {
    this.#where = where;
  }

  /** Bytes given out so far. */
  get size(): number {
    return this.#size;
  }

  /** The address of so many bytes. */
  reserve(bytes: number): number {
    const address = this.#size;
    const end = address + Math.ceil((bytes + slack) / alignment) * alignment;
    if (!(end <= mostBytes)) {
      throw new MemoryLimitError({
        code: "memory",
        where: this.#where,
        problem: `needs more than ${(mostBytes / 2 ** 30).toFixed(0)} GiB in one WebAssembly memory`,
        got: end,
        allowed: `${mostBytes} bytes`,
        hint: "Use a smaller network, batch or delay, float32, or another backend.",
      });
    }
    this.#size = end;
    return address;
  }
}

function placeOf(spec: ArraySpec, { precision, batch }: Program, arena: Arena): Place {
  const { length, type, payload = [] } = spec;
  const slots = spec.slots ?? 1;
  const copies = spec.perCopy ? batch : 1;
  const base = { spec, length, slots, copies, heads: arena.reserve(4 * copies) };
  const size = copies * slots * length;
  const real = precision === "float64" ? 8 : 4;
  const columnsOf = (count: number): number[] => payload.map(() => arena.reserve(real * count));
  if (type === "spikes") {
    const counts = arena.reserve(4 * copies * slots);
    const items = arena.reserve(4 * size);
    return { ...base, kind: "spikes", counts, items, columns: columnsOf(size) };
  }
  if (type === "history") {
    const capacity = spec.capacity!;
    const total = size * capacity;
    const counts = arena.reserve(4 * size);
    const steps = arena.reserve(8 * total);
    return { ...base, kind: "history", capacity, counts, steps, columns: columnsOf(total) };
  }
  const width = type === "int" ? 4 : real;
  const values = { ...base, kind: "values", width } as const;
  if (spec.role !== "parameter") return { ...values, address: arena.reserve(width * size) };
  return parameterPlace(values, () => arena.reserve(width * size));
}

/**
 * A parameter gets its place when code first asks where it is: often that only needs its values, in
 * an order of its own.
 */
function parameterPlace(values: Omit<ValuesPlace, "address">, reserve: () => number): ValuesPlace {
  let address: number | undefined;
  return {
    ...values,
    get address() {
      address ??= reserve();
      return address;
    },
    get isNeeded() {
      return address !== undefined;
    },
  };
}

/** Gives a place to every array of a Program; connectivity stays where it is. */
export function placesOf(program: Program, arena: Arena): Map<string, Place> {
  const placed = program.arrays.filter(({ role }) => role !== "index");
  return new Map(placed.map((spec) => [spec.name, placeOf(spec, program, arena)]));
}
