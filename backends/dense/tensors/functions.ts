// The functions of the expression language as nodes: one total table. Invariant: what ONNX lacks, or
// has only in float32 on some devices, is built from what it has, without losing small arguments to
// rounding; results agree with the portable definitions by tolerance, not by bits.

import type { FunctionName } from "../../../src/expr/ast.js";
import { InternalError } from "../../../src/errors.js";
import type { Value } from "../onnx/graph.js";
import type { Tensors } from "./tensors.js";

type Build = (t: Tensors, ...args: Value[]) => Value;

/** (e^x - 1) = tanh(x/2) (e^x + 1), which keeps all digits of small x. */
function expm1(t: Tensors, x: Value): Value {
  const half = t.apply("Tanh", t.mul(x, t.number(0.5)));
  return t.mul(half, t.add(t.apply("Exp", x), t.number(1)));
}

/** Far beyond where the exponential overflows, so that an infinity divided by it stays one. */
const largest = 1e30;

function exprel(t: Tensors, x: Value): Value {
  const isZero = t.compare("==", x, t.number(0));
  const safe = t.select(isZero, t.number(1), x);
  return t.select(
    isZero,
    t.number(1),
    t.div(expm1(t, safe), t.combine("Min", safe, t.number(largest))),
  );
}

/**
 * With u = 1 + x rounded, log(u) x / (u - 1): the error of u cancels. Where nothing of x arrives in u
 * it is x itself, where nothing but x does, the logarithm of x.
 */
function log1p(t: Tensors, x: Value): Value {
  const one = t.number(1);
  const u = t.add(one, x);
  const log = t.apply("Log", u);
  const isTiny = t.compare("==", u, one);
  const rest = t.select(isTiny, one, t.sub(u, one));
  const near = t.select(isTiny, x, t.mul(log, t.div(x, rest)));
  return t.select(t.compare("==", u, x), log, near);
}

const max: Build = (t, a, b) => t.combine("Max", a!, b!);
const min: Build = (t, a, b) => t.combine("Min", a!, b!);
const plain =
  (op: string): Build =>
  (t, x) =>
    t.apply(op, x!);

/** Sign of NaN is NaN. */
const sign: Build = (t, x) => t.select(t.isNaN(x!), x!, t.apply("Sign", x!));

const functions: { readonly [K in FunctionName]: Build } = {
  abs: plain("Abs"),
  ceil: plain("Ceil"),
  clip: (t, x, low, high) => max(t, low!, min(t, x!, high!)),
  cos: plain("Cos"),
  exp: plain("Exp"),
  expm1: (t, x) => expm1(t, x!),
  exprel: (t, x) => exprel(t, x!),
  floor: plain("Floor"),
  int: (t, x) => t.toReal(t.toTruth(x!)),
  log: plain("Log"),
  log1p: (t, x) => log1p(t, x!),
  max,
  min,
  prev: () => {
    throw new InternalError("dense", "prev() was not resolved");
  },
  sign,
  sin: plain("Sin"),
  sqrt: plain("Sqrt"),
  tanh: plain("Tanh"),
};

/** A function of the language applied to numbers. */
export const applyFunction = (t: Tensors, fn: FunctionName, args: readonly Value[]): Value =>
  functions[fn](t, ...args);

/** Whole exponents up to here are products, as in the portable definition. */
const largestProduct = 16;

function wholePower(t: Tensors, x: Value, exponent: number): Value {
  let left = Math.abs(exponent);
  let power = x;
  let result: Value | undefined;
  for (;;) {
    if (left % 2 === 1) result = result === undefined ? power : t.mul(result, power);
    left = Math.floor(left / 2);
    if (left === 0) break;
    power = t.mul(power, power);
  }
  return exponent < 0 ? t.div(t.number(1), result!) : result!;
}

/** A power; as in JavaScript 1 to the power of NaN or an infinity is NaN. */
export function power(t: Tensors, x: Value, exponent: Value): Value {
  const known = exponent.constant;
  if (known === 0) return t.number(1);
  if (known !== undefined && Number.isInteger(known) && Math.abs(known) <= largestProduct) {
    return wholePower(t, x, known);
  }
  const made = t.combine("Pow", x, exponent);
  if (known !== undefined && Number.isFinite(known)) return made;
  const isOne = t.compare("==", t.apply("Abs", x), t.number(1));
  // 0 for finite numbers, NaN for others.
  const isFinite = t.compare("==", t.mul(exponent, t.number(0)), t.number(0));
  return t.select(t.both(isOne, t.not(isFinite)), t.number(NaN), made);
}
