// Numbers of random cases: short in decimal, so that a failing case can be read.

/** Rounded to four decimals. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
