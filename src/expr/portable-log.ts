// log and log1p from + - * / and the exponent of a number; see portable.ts. The series is that of
// 2 atanh(f / (2 + f)), arranged as in FDLIBM so that the leading terms are added without loss.

import { polynomial, type Arithmetic } from "./portable-arithmetic.js";
import type { Coefficients } from "./portable-coefficients.js";

/** The logarithms, and the splitting of a number that pow shares. */
export interface Logarithms<T> {
  log(x: T): T;
  log1p(x: T): T;
  /** The e of x = m * 2^e with sqrt(1/2) < m <= sqrt(2), for positive finite x, subnormal or not. */
  exponent(x: T): T;
  /** The m of x = m * 2^e. */
  mantissa(x: T): T;
}

export function logarithms<T>(a: Arithmetic<T>, table: Coefficients): Logarithms<T> {
  const { constant, add, sub, mul, div, select, less, equal } = a;
  const { smallestNormal, lift, series } = table.log;

  const isTiny = (x: T): T => less(x, constant(smallestNormal));
  const lifted = (x: T): T => select(isTiny(x), mul(x, constant(2 ** lift)), x);
  const isUpper = (m: T): T => less(constant(Math.SQRT2), m);

  function exponent(x: T): T {
    const normal = lifted(x);
    const above = select(isUpper(a.mantissa(normal)), constant(1), constant(0));
    const raised = select(isTiny(x), constant(lift), constant(0));
    return sub(add(a.exponent(normal), above), raised);
  }

  function mantissa(x: T): T {
    const m = a.mantissa(lifted(x));
    return select(isUpper(m), mul(m, constant(0.5)), m);
  }

  /** log(1 + f) + e ln 2 + tail, where `tail` is far smaller than the rest. */
  function assemble(f: T, e: T, tail: T): T {
    const s = div(f, add(f, constant(2)));
    const z = mul(s, s);
    const square = mul(mul(f, f), constant(0.5));
    const curved = mul(s, add(square, mul(z, polynomial(a, z, series))));
    const small = add(curved, add(mul(e, constant(table.ln2Low)), tail));
    return sub(mul(e, constant(table.ln2High)), sub(sub(square, small), f));
  }

  /** The result where `x` is finite and above `low`; the pole, NaN and infinity where it is not. */
  function guarded(x: T, low: number, result: T): T {
    const finite = select(less(x, constant(Infinity)), result, x);
    const defined = select(less(x, constant(low)), constant(NaN), finite);
    return select(equal(x, constant(low)), constant(-Infinity), defined);
  }

  function log(x: T): T {
    const f = sub(mantissa(x), constant(1));
    return guarded(x, 0, assemble(f, exponent(x), constant(0)));
  }

  function log1p(x: T): T {
    const sum = add(x, constant(1));
    // What the addition lost; without it log1p would be log(1 + x).
    const lostLarge = sub(constant(1), sub(sum, x));
    const lostSmall = sub(x, sub(sum, constant(1)));
    const lost = div(select(less(constant(1), x), lostLarge, lostSmall), sum);
    const isNear = less(a.abs(x), constant(0.29));
    const f = select(isNear, x, sub(mantissa(sum), constant(1)));
    const e = select(isNear, constant(0), exponent(sum));
    const result = assemble(f, e, select(isNear, constant(0), lost));
    return select(equal(x, constant(0)), x, guarded(x, -1, result));
  }

  return { log, log1p, exponent, mantissa };
}
