// pow for any exponent as exp(y log(x)), with the logarithm and the product in two parts each, so with
// about twice the digits; see portable-power.ts, which treats signs and special values.

import { polynomial, type Arithmetic } from "./portable-arithmetic.js";
import type { Coefficients } from "./portable-coefficients.js";
import type { Exponentials } from "./portable-exp.js";
import type { Logarithms } from "./portable-log.js";

// From here on the power of any size but 0, 1 and infinity overflows or vanishes; bounding the
// exponent keeps the splitting below from overflowing.
const hugeExponent = 2 ** 64;

/** size^y for a positive finite size and any y; the parts of exp and log are shared with those. */
export function powerSeries<T>(
  a: Arithmetic<T>,
  table: Coefficients,
  parts: Exponentials<T> & Logarithms<T>,
): (size: T, y: T) => T {
  const { constant, add, sub, mul, div, select, less } = a;
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

  return (size, y) => {
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
  };
}
