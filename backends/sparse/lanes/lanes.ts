// Puts the operations on lanes together. Invariant: only plain SIMD instructions, no branch and no
// trap; what they give is what src/expr/evaluate.ts gives, bit for bit (NaN is NaN).

import { portable, type Portable, type Precision } from "../../../src/expr/portable.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { bitOperations } from "./bits.js";
import { foldingOf, type BitsName, type Folding } from "./folding.js";
import { choiceOf, conversions, maskOperations } from "./masks.js";
import { numberOperations } from "./numbers.js";
import type { Lanes, LaneValue, Shape } from "./types.js";
import { ValueTable, type Made } from "./values.js";

export type { Lanes, LaneValue, Shape } from "./types.js";

const counts: { readonly [S in Shape]: number } = { f64x2: 2, f32x4: 4, f64: 1, f32: 1 };

type Unary = (a: LaneValue) => LaneValue;
type Binary = (a: LaneValue, b: LaneValue) => LaneValue;

/** Bit operations, of known numbers too. */
function foldedBits(
  values: ValueTable,
  folding: Folding,
  base: Parameters<typeof bitOperations>[1],
): Readonly<Record<BitsName, (a: Made) => Made>> {
  const operations = bitOperations(values, base);
  const folded = (name: BitsName) => (a: Made) =>
    a.constant === undefined ? operations[name](a) : base.constant(folding.unary[name](a.constant));
  return {
    powerOfTwo: folded("powerOfTwo"),
    exponent: folded("exponent"),
    mantissa: folded("mantissa"),
    sign: folded("sign"),
  };
}

/** Choices between any two values by any test. */
function selection(
  choose: (mask: Made, a: Made, b: Made) => Made,
  masks: ReturnType<typeof maskOperations>,
  { toMask, toNumber }: ReturnType<typeof conversions>,
) {
  /** A mask, also where it is written as 1 or 0. */
  const asTruth = (a: Made): Made | undefined => {
    if (a.kind === "mask") return a;
    return Object.is(a.constant, 0) || a.constant === 1 ? masks.truth(a.constant!) : undefined;
  };
  return (test: Made, a: Made, b: Made): Made => {
    const mask = toMask(test);
    if (mask.constant !== undefined) return mask.constant === 1 ? a : b;
    const [truthOfA, truthOfB] = [asTruth(a), asTruth(b)];
    if (truthOfA === undefined || truthOfB === undefined) {
      return choose(mask, toNumber(a), toNumber(b));
    }
    const ifNot = masks.and(masks.not(mask), truthOfB);
    return masks.or(masks.and(mask, truthOfA), ifNot);
  };
}

/** Everything but the portable functions. */
function operationsOf(values: ValueTable, folding: Folding) {
  const numbers = numberOperations(values, folding);
  const masks = maskOperations(values, folding);
  const converted = conversions(values, numbers, masks);
  const { toMask, toNumber } = converted;
  const select = selection(choiceOf(values, numbers), masks, converted);
  const { constant, add, sub, abs } = numbers;
  const bits = foldedBits(values, folding, { constant, add, sub, abs, less: masks.less, select });

  const given = (value: LaneValue): Made => value as Made;
  const number =
    (f: (a: Made) => Made): Unary =>
    (a) =>
      f(toNumber(given(a)));
  const numberPair =
    (f: (a: Made, b: Made) => Made): Binary =>
    (a, b) =>
      f(toNumber(given(a)), toNumber(given(b)));
  const maskPair =
    (f: (a: Made, b: Made) => Made): Binary =>
    (a, b) =>
      f(toMask(given(a)), toMask(given(b)));
  return {
    constant,
    add: numberPair(add),
    sub: numberPair(sub),
    mul: numberPair(numbers.mul),
    div: numberPair(numbers.div),
    min: numberPair(numbers.min),
    max: numberPair(numbers.max),
    abs: number(abs),
    negate: number(numbers.negate),
    sqrt: number(numbers.sqrt),
    floor: number(numbers.floor),
    ceil: number(numbers.ceil),
    round: number(numbers.round),
    sign: number(bits.sign),
    powerOfTwo: number(bits.powerOfTwo),
    exponent: number(bits.exponent),
    mantissa: number(bits.mantissa),
    less: numberPair(masks.less),
    lessEqual: numberPair(masks.lessEqual),
    equal: numberPair(masks.equal),
    notEqual: numberPair(masks.notEqual),
    and: maskPair(masks.and),
    or: maskPair(masks.or),
    not: (a: LaneValue) => masks.not(toMask(given(a))),
    toMask: (a: LaneValue) => toMask(given(a)),
    toNumber: (a: LaneValue) => toNumber(given(a)),
    select: (mask: LaneValue, a: LaneValue, b: LaneValue) =>
      select(given(mask), given(a), given(b)),
  };
}

/** Operations on lanes of a shape, written into a function. */
export function lanesOf(fn: FunctionBuilder, shape: Shape): Lanes {
  const precision: Precision = shape.startsWith("f64") ? "float64" : "float32";
  const values = new ValueTable(fn, shape);
  const operations = operationsOf(values, foldingOf(precision));
  const maths: Portable<LaneValue> = portable<LaneValue>(operations, precision);
  return {
    ...operations,
    shape,
    count: counts[shape],
    isVector: values.isVector,
    fn,
    maths,
    scope: (inside) => values.scope(inside),
    value: (local, isNonzero) => values.given("number", local, isNonzero),
    mask: (local) => values.given("mask", local),
  };
}
