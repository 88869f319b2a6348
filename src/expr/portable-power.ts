// pow from the steps of log and exp, carried out with about twice the digits; see portable.ts.
// Invariant: integer exponents up to 16 are products in one fixed order, and give the same bits
// whether the exponent is known when code is generated or only when it runs.

import { polynomial, type Arithmetic } from "./portable-arithmetic.js";
import type { Coefficients } from "./portable-coefficients.js";
import type { Exponentials } from "./portable-exp.js";
import type { Logarithms } from "./portable-log.js";

export interface Powers<T> {
  pow(x: T, y: T): T;
  /** pow with an exponent that is a known number: same bits, less work. */
  powConstant(x: T, exponent: number): T;
}

/** Exponents up to this are products. */
export const largestProductExponent = 16;
const productBits = 5;
// From here on the power of any x but 0, 1 and -1 overflows or vanishes, and halving stays exact.
const hugeExponent = 2 ** 64;

export function powers<T>(
  a: Arithmetic<T>,
  table: Coefficients,
  parts: Exponentials<T> & Logarithms<T>,
  roundConstant: (x: number) => number,
): Powers<T> {
  const { constant, add, sub, mul, div, select, less, equal } = a;
  const { splitter, series, twoThirdsLow } = table.pow;
  const twoThirds = 2 / 3;

  function upperHalf(x: T): T {
    const scaled = mul(x, constant(splitter));
    return sub(scaled, sub(scaled, x));
  }

  /** What x * y lost when it was rounded to `product` (Dekker). */
  function lostByMultiplying(x: T, y: T, product: T): T {
    const x1 = upperHalf(x);
    const x2 = sub(x, x1);
    const y1 = upperHalf(y);
    const y2 = sub(y, y1);
    const cross = add(sub(mul(x1, y1), product), mul(x1, y2));
    return add(add(cross, mul(x2, y1)), mul(x2, y2));
  }

  /** size^y for a positive finite size, by exp(y log(size)) with log and product in two parts. */
  function bySeries(size: T, y: T): T {
    const e = parts.exponent(size);
    const m = parts.mantissa(size);
    // s = (m - 1) / (m + 1) and its rest; log(m) = 2 s + 2/3 s^3 + ...
    const f = sub(m, constant(1));
    const g = add(m, constant(1));
    const gLow = sub(m, sub(g, constant(1)));
    const s = div(f, g);
    const sg = mul(s, g);
    const remainder = sub(sub(f, sg), lostByMultiplying(s, g, sg));
    const sLow = div(sub(remainder, mul(s, gLow)), g);
    const z = mul(s, s);
    const zLow = add(lostByMultiplying(s, s, z), mul(mul(s, sLow), constant(2)));
    const cube = mul(s, z);
    const cubeRest = add(mul(s, zLow), mul(sLow, z));
    const cubeLow = add(lostByMultiplying(s, z, cube), cubeRest);
    const third = mul(cube, constant(twoThirds));
    const thirdRest = add(mul(cube, constant(twoThirdsLow)), mul(cubeLow, constant(twoThirds)));
    const thirdLow = add(lostByMultiplying(cube, constant(twoThirds), third), thirdRest);
    const twice = mul(s, constant(2));
    const start = add(twice, third);
    const startLow = add(add(sub(twice, start), third), mul(sLow, constant(2)));
    const higher = mul(mul(cube, z), polynomial(a, z, series));
    const inner = add(start, higher);
    const innerLow = add(add(sub(start, inner), higher), startLow);
    const base = mul(e, constant(table.ln2High));
    const sum = add(base, inner);
    const lowParts = add(add(innerLow, thirdLow), mul(e, constant(table.ln2Low)));
    const sumLow = add(add(sub(base, sum), inner), lowParts);
    const logarithm = add(sum, sumLow);
    const low = add(sub(sum, logarithm), sumLow);

    const bounded = parts.between(y, -hugeExponent, hugeExponent);
    const exponent = mul(bounded, logarithm);
    const tail = add(lostByMultiplying(bounded, logarithm, exponent), mul(bounded, low));
    const isInRange = less(a.abs(exponent), constant(table.exp.high));
    const safe = parts.between(exponent, table.exp.low, table.exp.high);
    return parts.expSum(safe, select(isInRange, tail, constant(0)));
  }

  /** -1 where x is negative or -0 and y is an odd integer, else 1. */
  function signOf(x: T, y: T): T {
    const half = mul(y, constant(0.5));
    const minusOne = constant(-1);
    const one = constant(1);
    const ofZero = select(less(div(one, x), constant(0)), minusOne, one);
    const sign = select(less(x, constant(0)), minusOne, select(equal(x, constant(0)), ofZero, one));
    const ifInteger = select(equal(a.round(half), half), one, sign);
    return select(equal(a.round(y), y), ifInteger, one);
  }

  /** JavaScript's pow for every exponent that is not a small integer. */
  function general(x: T, y: T): T {
    const size = a.abs(x);
    const infinity = constant(Infinity);
    const nan = constant(NaN);
    const atLimit = select(less(constant(0), y), size, div(constant(1), size));
    const atInfinity = select(equal(size, infinity), atLimit, bySeries(size, y));
    const magnitude = select(equal(size, constant(0)), atLimit, atInfinity);
    const result = mul(magnitude, signOf(x, y));
    // Negative and finite: only integer exponents have a real result.
    const ofNegative = select(equal(a.round(y), y), result, nan);
    const ofFinite = select(less(constant(-Infinity), x), ofNegative, result);
    const signed = select(less(x, constant(0)), ofFinite, result);
    const ofOne = select(equal(a.abs(y), infinity), nan, signed);
    const defined = select(equal(size, constant(1)), ofOne, signed);
    return select(equal(y, y), select(equal(x, x), defined, x), y);
  }

  /** Powers x, x^2, x^4, x^8, x^16 multiplied from the lowest binary digit of the exponent upwards. */
  function byProducts(x: T, y: T): T {
    let remaining = a.abs(y);
    let square = x;
    let product = constant(1);
    for (let digit = 0; digit < productBits; digit++) {
      const half = a.round(sub(mul(remaining, constant(0.5)), constant(0.25)));
      const isEven = equal(add(half, half), remaining);
      product = select(isEven, product, mul(product, square));
      remaining = half;
      if (digit < productBits - 1) square = mul(square, square);
    }
    return select(less(y, constant(0)), div(constant(1), product), product);
  }

  function pow(x: T, y: T): T {
    const size = a.abs(y);
    const slow = general(x, y);
    const ifInteger = select(equal(a.round(size), size), byProducts(x, y), slow);
    return select(less(constant(largestProductExponent), size), slow, ifInteger);
  }

  function powConstant(x: T, exponent: number): T {
    const rounded = roundConstant(exponent);
    const size = Math.abs(rounded);
    if (!Number.isInteger(rounded) || size > largestProductExponent) {
      return general(x, constant(rounded));
    }
    let square = x;
    let product: T | undefined;
    for (let remaining = size; remaining > 0; remaining = Math.floor(remaining / 2)) {
      if (remaining % 2 === 1) product = product === undefined ? square : mul(product, square);
      if (remaining > 1) square = mul(square, square);
    }
    if (product === undefined) return constant(1);
    return rounded < 0 ? div(constant(1), product) : product;
  }

  return { pow, powConstant };
}
