// Arithmetic on numbers that are known when code is generated. Invariant: the same bits as the
// interpreter in src/expr/evaluate.ts gives in that precision.

import { arithmetic32, arithmetic64, type Precision } from "../../../src/expr/portable.js";

const { fround } = Math;
const truth = (holds: boolean): number => (holds ? 1 : 0);

/** Operations of one argument that have an instruction of their own. */
export type UnaryName = "abs" | "negate" | "sqrt" | "floor" | "ceil" | "round";
export type BinaryName = "add" | "sub" | "mul" | "div" | "min" | "max";
export type ComparisonName = "less" | "lessEqual" | "equal" | "notEqual";
/** Operations that look into the bits of a number. */
export type BitsName = "powerOfTwo" | "exponent" | "mantissa" | "sign";

export interface Folding {
  readonly round: (x: number) => number;
  readonly unary: Readonly<Record<UnaryName | BitsName, (a: number) => number>>;
  readonly binary: Readonly<Record<BinaryName | ComparisonName, (a: number, b: number) => number>>;
}

function foldingIn(precision: Precision): Folding {
  const isSingle = precision === "float32";
  const a = isSingle ? arithmetic32 : arithmetic64;
  return {
    round: a.constant,
    unary: {
      abs: a.abs,
      negate: (x) => -x,
      sqrt: isSingle ? (x) => fround(Math.sqrt(x)) : Math.sqrt,
      floor: Math.floor,
      ceil: Math.ceil,
      round: a.round,
      powerOfTwo: a.powerOfTwo,
      exponent: a.exponent,
      mantissa: a.mantissa,
      sign: Math.sign,
    },
    binary: {
      add: a.add,
      sub: a.sub,
      mul: a.mul,
      div: a.div,
      min: Math.min,
      max: Math.max,
      less: (x, y) => truth(x < y),
      lessEqual: (x, y) => truth(x <= y),
      equal: (x, y) => truth(x === y),
      notEqual: (x, y) => truth(x !== y),
    },
  };
}

const foldings: { readonly [P in Precision]: Folding } = {
  float64: foldingIn("float64"),
  float32: foldingIn("float32"),
};

export const foldingOf = (precision: Precision): Folding => foldings[precision];

/** 1 / x where multiplying by it gives exactly what dividing by x gives: for powers of two. */
export function exactReciprocal(x: number, { round }: Folding): number | undefined {
  const size = Math.abs(x);
  const inverse = 1 / x;
  // Below, the numbers are subnormal in float64 and have no exponent of their own.
  const isPower = size >= 2 ** -1022 && size < Infinity && arithmetic64.mantissa(size) === 1;
  return isPower && Number.isFinite(round(inverse)) && round(inverse) === inverse
    ? inverse
    : undefined;
}
