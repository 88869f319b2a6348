// exp, expm1, exprel and tanh from + - * /, select and powers of two; see portable.ts.
// Invariant: branch-free; nothing here depends on the maths library of the engine.

import { polynomial, type Arithmetic } from "./portable-arithmetic.js";
import type { Coefficients } from "./portable-coefficients.js";

/** The exponential family, and the two steps of it that pow shares. */
export interface Exponentials<T> {
  exp(x: T): T;
  expm1(x: T): T;
  exprel(x: T): T;
  tanh(x: T): T;
  /** exp(x + tail) for x between the limits of exp, where `tail` is far smaller than x. */
  expSum(x: T, tail: T): T;
  /** `x` between two bounds; NaN stays. */
  between(x: T, low: number, high: number): T;
}

export function exponentials<T>(a: Arithmetic<T>, table: Coefficients): Exponentials<T> {
  const { constant, add, sub, mul, div, select, less, equal } = a;
  const limits = table.exp;

  function between(x: T, low: number, high: number): T {
    const atLeast = select(less(x, constant(low)), constant(low), x);
    return select(less(constant(high), x), constant(high), atLeast);
  }

  const halvings = (x: T): T => a.round(mul(x, constant(table.log2e)));

  /** y * 2^n. In two factors, since 2^n itself may overflow or be subnormal where the product is not. */
  function scale(y: T, n: T): T {
    const half = a.round(mul(n, constant(0.5)));
    return mul(mul(y, a.powerOfTwo(half)), a.powerOfTwo(sub(n, half)));
  }

  /**
   * base + exp(r) - 1, where r = x + tail - n ln 2. The rounding errors of r and of base + r are
   * carried along, so only the last addition costs accuracy.
   */
  function shiftedExp(x: T, n: T, base: T, tail: T): T {
    const high = sub(x, mul(n, constant(table.ln2High)));
    const low = sub(mul(n, constant(table.ln2Low)), tail);
    const r = sub(high, low);
    const lost = sub(sub(high, r), low);
    const curved = add(mul(mul(r, r), polynomial(a, r, limits.series)), lost);
    const sum = add(base, r);
    return add(sum, add(curved, add(sub(base, sum), r)));
  }

  function expSum(x: T, tail: T): T {
    const n = halvings(x);
    return scale(shiftedExp(x, n, constant(1), tail), n);
  }

  const exp = (x: T): T => expSum(between(x, limits.low, limits.high), constant(0));

  /** expm1(x) = minusOne * 2^n: (1 - 2^-n) + (exp(r) - 1) has no cancellation for any n. */
  function minusOne(x: T, n: T): T {
    const most = select(less(constant(64), n), constant(64), n);
    const base = sub(constant(1), a.powerOfTwo(sub(constant(0), most)));
    return shiftedExp(x, n, base, constant(0));
  }

  function expm1(x: T): T {
    const bounded = between(x, limits.lowMinusOne, limits.high);
    const n = halvings(bounded);
    const result = scale(minusOne(bounded, n), n);
    return select(equal(x, constant(0)), x, result);
  }

  function exprel(x: T): T {
    const bounded = between(x, limits.lowMinusOne, limits.high);
    const n = halvings(bounded);
    // Divided before it is scaled: exp(x) / x is finite a little longer than exp(x).
    const divisor = select(less(constant(limits.high), x), constant(limits.high), x);
    const result = scale(div(minusOne(bounded, n), divisor), n);
    return select(equal(x, constant(0)), constant(1), result);
  }

  function tanh(x: T): T {
    const size = a.abs(x);
    const isSmall = less(size, constant(table.tanh.small));
    const z = mul(size, size);
    const small = add(size, mul(mul(size, z), polynomial(a, z, table.tanh.series)));
    const growth = exp(mul(size, constant(2)));
    const large = sub(constant(1), div(constant(2), add(growth, constant(1))));
    const result = select(isSmall, small, large);
    const signed = select(less(x, constant(0)), mul(result, constant(-1)), result);
    return select(equal(x, constant(0)), x, signed);
  }

  return { exp, expm1, exprel, tanh, expSum, between };
}
