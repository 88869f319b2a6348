// The one definition of exp, expm1, exprel, log, log1p, tanh, sin, cos and pow. Maths libraries differ
// in the last bits of these; here they are built from exactly rounded operations only, written once
// over an abstract arithmetic, so every backend that implements it gets the same bits.

import { arithmetic32, arithmetic64, type Arithmetic } from "./portable-arithmetic.js";
import type { Precision } from "./portable-arithmetic.js";
import { coefficients32, coefficients64 } from "./portable-coefficients.js";
import { exponentials } from "./portable-exp.js";
import { logarithms } from "./portable-log.js";
import { powers } from "./portable-power.js";
import { powerSeries } from "./portable-power-series.js";
import { trigonometry } from "./portable-trig.js";

export {
  arithmetic32,
  arithmetic64,
  roundToEven,
  type Arithmetic,
  type Precision,
} from "./portable-arithmetic.js";
export { largestProductExponent } from "./portable-power.js";

/**
 * The functions that are not exactly rounded operations, on values of type `T`. Largest errors found
 * against quadruple precision, a million arguments in each of 3 to 7 ranges, in units of the last
 * place (float64, float32): exp 0.67, 0.77; expm1 1.11, 1.21; exprel 1.73, 1.85; log 0.82, 0.82;
 * log1p 0.84, 0.84; tanh 1.48, 1.52; sin and cos 0.79, 0.79; pow 0.71, 0.77, as a product up to 4.
 */
export interface Portable<T> {
  exp(x: T): T;
  expm1(x: T): T;
  /** (exp(x) - 1) / x, and 1 at 0. */
  exprel(x: T): T;
  log(x: T): T;
  log1p(x: T): T;
  tanh(x: T): T;
  /** NaN beyond 2^28 quarter turns (4.2e8) in float64 and 2^16 (1.02e5) in float32. */
  sin(x: T): T;
  cos(x: T): T;
  /**
   * As in JavaScript. For integers |y| <= 16 a product: x, x^2, x^4, x^8, x^16 as far as they occur in
   * y, multiplied from the lowest upwards (so x^3 is x * (x * x)); then 1 divided by it for y < 0.
   */
  pow(x: T, y: T): T;
  /** `pow` with an exponent known when code is generated: the same bits, with less work. */
  powConstant(x: T, exponent: number): T;
}

/** The portable functions over any arithmetic, with the constants of the given precision. */
export function portable<T>(arithmetic: Arithmetic<T>, precision: Precision): Portable<T> {
  const isSingle = precision === "float32";
  const table = isSingle ? coefficients32 : coefficients64;
  const exponential = exponentials(arithmetic, table);
  const logarithm = logarithms(arithmetic, table);
  const { exp, expm1, exprel, tanh } = exponential;
  const { log, log1p } = logarithm;
  const { sin, cos } = trigonometry(arithmetic, table);
  const bySeries = powerSeries(arithmetic, table, { ...exponential, ...logarithm });
  const round = isSingle ? Math.fround : (x: number): number => x;
  const { pow, powConstant } = powers(arithmetic, bySeries, round);
  return { exp, expm1, exprel, log, log1p, tanh, sin, cos, pow, powConstant };
}

/** The portable functions on float64 numbers. */
export const portable64: Portable<number> = portable(arithmetic64, "float64");

/** The portable functions on float32 numbers, every operation rounded. */
export const portable32: Portable<number> = portable(arithmetic32, "float32");
