// pow: signs, special values, and integer exponents; the rest is in portable-power-series.ts.
// Invariant: integer exponents up to 16 are products in one fixed order, and give the same bits
// whether the exponent is known when code is generated or only when it runs.

import type { Arithmetic } from "./portable-arithmetic.js";

export interface Powers<T> {
  pow(x: T, y: T): T;
  /** pow with an exponent that is a known number: same bits, less work. */
  powConstant(x: T, exponent: number): T;
}

/** Exponents up to this are products. */
export const largestProductExponent = 16;
const productBits = 5;

/** Powers with whole exponents up to 16 in size, computed when it runs or known beforehand. */
function products<T>(a: Arithmetic<T>) {
  const { constant, add, sub, mul, div, select, less, equal } = a;

  /** Powers x, x^2, x^4, x^8, x^16 multiplied from the lowest binary digit of the exponent upwards. */
  function computed(x: T, y: T): T {
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

  function known(x: T, exponent: number): T {
    let square = x;
    let product: T | undefined;
    for (let remaining = Math.abs(exponent); remaining > 0; remaining = Math.floor(remaining / 2)) {
      if (remaining % 2 === 1) product = product === undefined ? square : mul(product, square);
      if (remaining > 1) square = mul(square, square);
    }
    if (product === undefined) return constant(1);
    return exponent < 0 ? div(constant(1), product) : product;
  }

  return { computed, known };
}

/** `bySeries` gives size^y for a positive finite size and any y. */
export function powers<T>(
  a: Arithmetic<T>,
  bySeries: (size: T, y: T) => T,
  roundConstant: (x: number) => number,
): Powers<T> {
  const { constant, mul, div, select, less, equal } = a;
  const { computed, known } = products(a);

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

  function pow(x: T, y: T): T {
    const size = a.abs(y);
    const slow = general(x, y);
    const ifInteger = select(equal(a.round(size), size), computed(x, y), slow);
    return select(less(constant(largestProductExponent), size), slow, ifInteger);
  }

  function powConstant(x: T, exponent: number): T {
    const rounded = roundConstant(exponent);
    const isSmall = Math.abs(rounded) <= largestProductExponent;
    if (isSmall && Number.isInteger(rounded)) return known(x, rounded);
    return general(x, constant(rounded));
  }

  return { pow, powConstant };
}
