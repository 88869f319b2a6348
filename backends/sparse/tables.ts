// Tables of indices in the memory of the generated code, in the smallest format that holds them.
// Invariant: one table for each content and format, however many ops use it.

import type { Context } from "./context.js";
import { tableOf } from "./context.js";

/** Where a table of indices lies, and how wide its entries are. */
export interface Packed {
  readonly address: number;
  readonly width: 2 | 4;
}

function largestIn(values: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  return largest;
}

/** Stores indices in 16 bits each where they fit, else in 32. */
export function packedIndices(context: Context, name: string, values: Int32Array): Packed {
  const width = largestIn(values) < 0x10000 ? 2 : 4;
  const { address } = tableOf(context, `${name} as ${width} bytes`, () => ({
    bytes: values.length * width,
    fill(view) {
      if (width === 4) new Int32Array(view.buffer, view.byteOffset, values.length).set(values);
      else new Uint16Array(view.buffer, view.byteOffset, values.length).set(values);
    },
  }));
  return { address, width };
}
