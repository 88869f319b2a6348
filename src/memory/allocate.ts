// Makes the arrays of a Program. Invariant: every array has its initial value when it comes from
// here, and one that does not fit is refused by name.

import { MemoryLimitError } from "../errors.js";
import type { ArraySpec, Precision, Program } from "../ir/program.js";
import { fillInitial } from "./exchange.js";
import type { Memory, Reals, Stored } from "./memory.js";

const reals = (precision: Precision, size: number): Reals =>
  precision === "float64" ? new Float64Array(size) : new Float32Array(size);

/** Whether the Program's own array can be used as it is, because nothing ever writes it. */
function canAdopt(spec: ArraySpec, precision: Precision, copies: number): boolean {
  if (copies > 1 || spec.slots !== undefined) return false;
  if (spec.role === "index") return spec.initial instanceof Int32Array;
  if (spec.role !== "parameter" || spec.initial instanceof Int32Array) return false;
  return precision === "float64" && spec.initial instanceof Float64Array;
}

/** An array on the heap of JavaScript; what is never written is the Program's own array. */
export function allocate(spec: ArraySpec, { precision, batch }: Program): Stored {
  const { length, type } = spec;
  const slots = spec.slots ?? 1;
  const copies = spec.perCopy ? batch : 1;
  const base = { spec, length, slots, copies, heads: new Int32Array(copies) };
  const size = copies * slots * length;
  const columnsOf = (count: number): Reals[] =>
    (spec.payload ?? []).map(() => reals(precision, count));
  if (type === "spikes") {
    const counts = new Int32Array(copies * slots);
    const items = new Int32Array(size);
    return { ...base, kind: "spikes", counts, items, columns: columnsOf(size) };
  }
  if (type === "history") {
    const capacity = spec.capacity!;
    const total = size * capacity;
    const steps = new Float64Array(total);
    const counts = new Int32Array(size);
    return { ...base, kind: "history", capacity, counts, steps, columns: columnsOf(total) };
  }
  if (canAdopt(spec, precision, copies)) {
    return { ...base, kind: "values", data: spec.initial as Float64Array | Int32Array };
  }
  const data = type === "int" ? new Int32Array(size) : reals(precision, size);
  return { ...base, kind: "values", data };
}

/** Makes every array of a Program with `make` and gives it its initial value. */
export function allocateMemory(
  program: Program,
  make: (spec: ArraySpec, program: Program) => Stored = allocate,
): Memory {
  const memory = new Map<string, Stored>();
  for (const spec of program.arrays) {
    try {
      const stored = make(spec, program);
      fillInitial(stored);
      memory.set(spec.name, stored);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new MemoryLimitError({
        code: "memory",
        where: spec.origin ?? spec.name,
        problem: "does not fit into memory",
        got: spec.length * (spec.slots ?? 1) * program.batch,
        hint: "Use a smaller network, batch or delay.",
        cause,
      });
    }
  }
  return memory;
}
