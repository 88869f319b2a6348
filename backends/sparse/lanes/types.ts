// What generated code computes with: numbers side by side in a vector, or one number at a time.
// Invariant: types only; the same interface whatever the number of lanes and the precision.

import type { Arithmetic, Portable } from "../../../src/expr/portable.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** How many numbers of which kind a piece of code computes side by side. */
export type Shape = "f64x2" | "f32x4" | "f64" | "f32";

/**
 * A value that has been computed into a local. Masks come from comparisons: in a vector all bits of a
 * lane, else an i32 that is 1 or 0. They become the numbers 1 and 0 only where a number is needed.
 */
export interface LaneValue {
  readonly kind: "number" | "mask";
  /** Set once, before any code that is written after the value was made. */
  readonly local: Local;
  /** Known when code is generated; of a mask 1 or 0. */
  readonly constant?: number;
  /** Known to be neither NaN nor a zero, whatever it is. */
  readonly isNonzero?: boolean;
}

/**
 * Writes operations into a function. Every method takes numbers and masks alike, and gives the bits
 * that src/expr/evaluate.ts gives, except that NaN may have any sign and payload. An operation that
 * has been made on the same values is not made again.
 */
export interface Lanes extends Arithmetic<LaneValue> {
  readonly shape: Shape;
  /** Numbers side by side. */
  readonly count: number;
  readonly isVector: boolean;
  readonly fn: FunctionBuilder;
  /** exp, log, pow and the others that are built from this arithmetic. */
  readonly maths: Portable<LaneValue>;

  /** As in JavaScript: NaN if either is NaN, and -0 below 0. */
  min(a: LaneValue, b: LaneValue): LaneValue;
  max(a: LaneValue, b: LaneValue): LaneValue;
  negate(a: LaneValue): LaneValue;
  sqrt(a: LaneValue): LaneValue;
  floor(a: LaneValue): LaneValue;
  ceil(a: LaneValue): LaneValue;
  /** -1, 1, or `a` itself where it is zero or NaN. */
  sign(a: LaneValue): LaneValue;
  lessEqual(a: LaneValue, b: LaneValue): LaneValue;
  notEqual(a: LaneValue, b: LaneValue): LaneValue;
  /** A mask of two masks; a number counts as `toMask` says. */
  and(a: LaneValue, b: LaneValue): LaneValue;
  or(a: LaneValue, b: LaneValue): LaneValue;
  not(a: LaneValue): LaneValue;
  /** Holds where the number is not zero; also where it is NaN. */
  toMask(a: LaneValue): LaneValue;
  /** 1 where the mask holds, else 0. */
  toNumber(a: LaneValue): LaneValue;

  /**
   * Values made inside are forgotten afterwards. Needed wherever the code written inside may not run,
   * or runs repeatedly: branches and loops.
   */
  scope<R>(inside: () => R): R;
  /**
   * Wraps a number that other code has put into a local. Each call gives a value of its own, so a
   * local that has been set again is wrapped again. `isNonzero`: see `LaneValue`.
   */
  value(local: Local, isNonzero?: boolean): LaneValue;
  /** Wraps a mask that other code has put into a local. */
  mask(local: Local): LaneValue;
}
