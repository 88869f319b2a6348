// Moves the input and output vectors of a Program in and out of its memory. Invariant: a vector has
// the arrays of its role one after the other, copy after copy.

import type { Program } from "../ir/program.js";
import type { Values } from "../runtime/backend.js";
import { copyOf, valuesIn, type Memory, type Reals } from "./memory.js";

/** A run of neighbours that lie together both in the vector and in an array. */
interface Piece {
  /** These elements of the array. */
  readonly data: Reals | Int32Array;
  /** First element in the vector. */
  readonly at: number;
  readonly count: number;
}

/** Up to here a loop is faster than a call of `set` (measured: 12 ns for any small count). */
const fewNumbers = 8;

/** The pieces of a vector, and how many numbers all copies together have. */
export interface Vector {
  readonly pieces: readonly Piece[];
  readonly size: number;
}

/** Finds out where the input or output vector lies. */
export function vectorOf(program: Program, memory: Memory, role: "input" | "output"): Vector {
  const arrays = program.arrays
    .filter((spec) => spec.role === role)
    .map((spec) => valuesIn(memory, spec.name));
  const pieces: Piece[] = [];
  let size = 0;
  for (let copy = 0; copy < program.batch; copy++) {
    for (const array of arrays) {
      const count = array.length;
      const first = copyOf(array, copy) * count;
      const last = pieces[pieces.length - 1];
      // Where there is only one array, its copies are one piece.
      if (arrays.length === 1 && last !== undefined && first > 0) {
        pieces[0] = { data: array.data.subarray(0, first + count), at: 0, count: first + count };
      } else if (count > 0) {
        pieces.push({ data: array.data.subarray(first, first + count), at: size, count });
      }
      size += count;
    }
  }
  return { pieces, size };
}

/** Stores the values of a vector. */
export function takeIn({ pieces }: Vector, values: Values): void {
  for (let p = 0; p < pieces.length; p++) {
    const { data, at, count } = pieces[p]!;
    if (count > fewNumbers && count === values.length) data.set(values);
    else for (let i = 0; i < count; i++) data[i] = values[at + i]!;
  }
}

/** Fills a vector with what is stored. */
export function giveOut({ pieces }: Vector, values: Values): void {
  for (let p = 0; p < pieces.length; p++) {
    const { data, at, count } = pieces[p]!;
    if (count > fewNumbers) values.set(data, at);
    else for (let i = 0; i < count; i++) values[at + i] = data[i]!;
  }
}
