// Numbers of random cases: short in decimal, so that a failing case can be read, and from a few
// values only where equal parameters are wanted.

import { Dice } from "./random-program.js";

/** Rounded to four decimals. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Draws from an interval only three values: equal parameters are what most passes look for. */
export class CoarseDice extends Dice {
  override between(low: number, high: number): number {
    return low + (high - low) * (0.2 + 0.3 * this.below(3));
  }
}
