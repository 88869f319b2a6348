// The pieces of a printed Program that are not ops: numbers, values and layouts.

import { sourcesOf, targetsOf } from "./layout.js";
import type { Initial, Layout } from "./program.js";

const valuesShown = 4;

/** Shortest text that reads back as the same number; keeps the sign of zero. */
export const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : `${value}`);

/** A count for people: `3.1 M`, `12 k`, and exact below ten thousand. */
export function printCount(count: number): string {
  const units: readonly (readonly [number, string])[] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  const unit = count < 10_000 ? undefined : units.find(([size]) => count >= size);
  return unit === undefined ? `${count}` : `${Number((count / unit[0]).toPrecision(2))} ${unit[1]}`;
}

/** FNV-1a over the float64 bits of all values: equal for float64 and int arrays of equal numbers. */
function fingerprint(values: ArrayLike<number>): string {
  const one = new Float64Array(1);
  const bytes = new Uint8Array(one.buffer);
  let hash = 0x811c9dc5;
  for (let i = 0; i < values.length; i++) {
    one[0] = values[i]!;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The values of an array; of long ones the first few, their range and a fingerprint. */
export function printValues(values: Initial): string {
  if (typeof values === "number") return printNumber(values);
  const shown = Array.from(values.subarray(0, valuesShown), printNumber).join(" ");
  if (values.length <= valuesShown) return `[${shown}]`;
  let least = values[0]!;
  let most = values[0]!;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const range = `${printNumber(least)} to ${printNumber(most)}`;
  return `[${shown} ... ${values.length}] ${range} #${fingerprint(values)}`;
}

type DescriptionTable = {
  readonly [K in Layout["kind"]]: (layout: Extract<Layout, { kind: K }>) => string;
};

const times = (sizes: readonly number[]): string => sizes.join(" x ");

const descriptions: DescriptionTable = {
  dense: () => "dense",
  diagonal: () => "diagonal",
  segments: ({ size }) => `segments of ${size}`,
  block: ({ blocks }) => `${blocks} blocks`,
  csr({ rows, edges, start, other, edge }) {
    const arrays = [start, other, ...(edge === undefined ? [] : [edge])].join(", ");
    return `csr by ${rows}, ${edges} edges in ${arrays}`;
  },
  stencil: ({ shape, kernel }) => `stencil ${times(kernel)} on ${times(shape)}`,
  convolution({ input, output, kernel, strides, pad, channels, filters, groups }) {
    const sizes = `${times(input)} x ${channels} to ${times(output)} x ${filters}`;
    const steps = `strides ${times(strides)}, pad ${times(pad)}, groups ${groups}`;
    return `convolution ${times(kernel)}, ${sizes}, ${steps}`;
  },
  uniform: () => "uniform",
};

/** One line on who is connected to whom. */
export function describeLayout(layout: Layout): string {
  const describe = descriptions[layout.kind] as (layout: Layout) => string;
  return `${describe(layout)}, ${sourcesOf(layout)} to ${targetsOf(layout)}`;
}
