// sin and cos from + - * and rounding; see portable.ts. Cody-Waite reduction by quarter turns: pi/2
// is taken off in parts whose products are exact, and what each subtraction loses is kept.

import { polynomial, type Arithmetic } from "./portable-arithmetic.js";
import type { Coefficients } from "./portable-coefficients.js";

export interface Trigonometry<T> {
  sin(x: T): T;
  cos(x: T): T;
}

export function trigonometry<T>(a: Arithmetic<T>, table: Coefficients): Trigonometry<T> {
  const { constant, add, sub, mul, select, less, equal } = a;
  const { twoOverPi, halfPi, turns } = table.trig;
  const negative = (x: T): T => mul(x, constant(-1));

  /** What `minuend - subtrahend` lost when it was rounded to `difference`; exact for any sizes. */
  function lostBySubtracting(minuend: T, subtrahend: T, difference: T): T {
    const virtual = sub(difference, minuend);
    return sub(sub(minuend, sub(difference, virtual)), add(subtrahend, virtual));
  }

  function sinOfSmall(r: T, tail: T): T {
    const z = mul(r, r);
    const tailPart = mul(tail, sub(constant(1), mul(z, constant(0.5))));
    return add(r, add(mul(mul(z, r), polynomial(a, z, table.trig.sin)), tailPart));
  }

  function cosOfSmall(r: T, tail: T): T {
    const z = mul(r, r);
    const half = mul(z, constant(0.5));
    const rough = sub(constant(1), half);
    const lost = sub(sub(constant(1), rough), half);
    const curved = mul(mul(z, z), polynomial(a, z, table.trig.cos));
    return add(rough, add(lost, sub(curved, mul(r, tail))));
  }

  /** sin of x plus `shift` quarter turns. */
  function shiftedSin(x: T, shift: number): T {
    const n = a.round(mul(x, constant(twoOverPi)));
    let rest = sub(x, mul(n, constant(halfPi[0]!)));
    let tail = constant(0);
    for (const part of halfPi.slice(1)) {
      const product = mul(n, constant(part));
      const next = sub(rest, product);
      tail = add(tail, lostBySubtracting(rest, product, next));
      rest = next;
    }
    const r = add(rest, tail);
    const lost = add(sub(rest, r), tail);
    // -2 .. 2, where both ends mean half a turn.
    const shifted = add(n, constant(shift));
    const quarter = sub(shifted, mul(a.round(mul(shifted, constant(0.25))), constant(4)));
    const isOdd = equal(a.abs(quarter), constant(1));
    const value = select(isOdd, cosOfSmall(r, lost), sinOfSmall(r, lost));
    const isNegative = less(quarter, constant(0));
    const isHalfTurn = less(constant(1), quarter);
    const signed = select(isHalfTurn, negative(value), value);
    const result = select(isNegative, negative(value), signed);
    return select(less(constant(turns), a.abs(n)), constant(NaN), result);
  }

  return {
    sin: (x) => select(equal(x, constant(0)), x, shiftedSin(x, 0)),
    cos: (x) => shiftedSin(x, 1),
  };
}
