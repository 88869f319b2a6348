// Evaluates expression trees and bodies in float64, or in float32 with every operation rounded.
// Invariant: closures only, never generated code; this defines what every backend has to compute.

import { InternalError } from "../errors.js";
import { functionArity } from "./ast.js";
import type { Assignment, BinaryOperator, Expr, FunctionName, UnaryOperator } from "./ast.js";
import { portable32, portable64, type Portable, type Precision } from "./portable.js";
import { namesIn } from "./rewrite.js";

/** Reads symbols by slot number from a frame and gives the value of an expression. */
export type FrameFunction = (frame: Float64Array) => number;
/** Runs the assignments of a body on a frame. */
export type FrameProcedure = (frame: Float64Array) => void;

type Callable = (...args: number[]) => number;

/** The meaning of every operator and function in one precision. */
interface Operations {
  readonly round: (x: number) => number;
  readonly powConstant: Portable<number>["powConstant"];
  readonly unary: { readonly [K in UnaryOperator]: (a: number) => number };
  readonly binary: { readonly [K in BinaryOperator]: (a: number, b: number) => number };
  readonly calls: { readonly [K in Exclude<FunctionName, "prev">]: Callable };
}

const truth = (holds: boolean): number => (holds ? 1 : 0);

function operations(round: (x: number) => number, maths: Portable<number>): Operations {
  const { exp, expm1, exprel, log, log1p, tanh, sin, cos } = maths;
  return {
    round,
    powConstant: maths.powConstant,
    unary: { "-": (a) => -a, not: (a) => truth(a === 0) },
    binary: {
      "+": (a, b) => round(a + b),
      "-": (a, b) => round(a - b),
      "*": (a, b) => round(a * b),
      "/": (a, b) => round(a / b),
      "^": maths.pow,
      "<": (a, b) => truth(a < b),
      "<=": (a, b) => truth(a <= b),
      ">": (a, b) => truth(a > b),
      ">=": (a, b) => truth(a >= b),
      "==": (a, b) => truth(a === b),
      "!=": (a, b) => truth(a !== b),
      // As everywhere, what is not zero holds; that includes NaN.
      and: (a, b) => truth(a !== 0 && b !== 0),
      or: (a, b) => truth(a !== 0 || b !== 0),
    },
    calls: {
      abs: Math.abs,
      ceil: Math.ceil,
      clip: (x: number, low: number, high: number) => Math.max(low, Math.min(x, high)),
      cos,
      exp,
      expm1,
      exprel,
      floor: Math.floor,
      int: (a: number) => truth(a !== 0),
      log,
      log1p,
      max: Math.max,
      min: Math.min,
      sign: Math.sign,
      sin,
      sqrt: (a: number) => round(Math.sqrt(a)),
      tanh,
    },
  };
}

const tables: { readonly [K in Precision]: Operations } = {
  float64: operations((x) => x, portable64),
  float32: operations(Math.fround, portable32),
};

/** A name as a slot number; the frame holds its value. */
type Slots = ReadonlyMap<string, number>;

function slotOf(symbol: string, slots: Slots): number {
  const slot = slots.get(symbol);
  if (slot !== undefined) return slot;
  const known = [...slots.keys()].join(", ");
  throw new InternalError("evaluate", `no slot for the symbol "${symbol}"; known are: ${known}`);
}

function compileCall(fn: FunctionName, args: readonly FrameFunction[], table: Operations) {
  if (fn === "prev") throw new InternalError("evaluate", "prev() was not resolved");
  if (args.length !== functionArity[fn]) {
    throw new InternalError("evaluate", `${fn}() was given ${args.length} arguments`);
  }
  const f = table.calls[fn];
  const [first, second, third] = args;
  if (third !== undefined) {
    return (frame: Float64Array) => f(first!(frame), second!(frame), third(frame));
  }
  if (second !== undefined) return (frame: Float64Array) => f(first!(frame), second(frame));
  return (frame: Float64Array) => f(first!(frame));
}

/** The value of an exponent that is written as a number, with or without a minus. */
function literalOf(expr: Expr): number | undefined {
  if (expr.kind === "number") return expr.value;
  if (expr.kind !== "unary" || expr.op !== "-" || expr.arg.kind !== "number") return undefined;
  return -expr.arg.value;
}

function compileNode(expr: Expr, slots: Slots, table: Operations): FrameFunction {
  switch (expr.kind) {
    case "number": {
      if (expr.unit !== undefined) {
        throw new InternalError("evaluate", `the unit ${expr.unit} of a number was not converted`);
      }
      const value = table.round(expr.value);
      return () => value;
    }
    case "name": {
      const slot = slotOf(expr.name, slots);
      const { round } = table;
      return (frame) => round(frame[slot]!);
    }
    case "unary": {
      const f = table.unary[expr.op];
      const arg = compileNode(expr.arg, slots, table);
      return (frame) => f(arg(frame));
    }
    case "binary": {
      const left = compileNode(expr.left, slots, table);
      const exponent = expr.op === "^" ? literalOf(expr.right) : undefined;
      if (exponent !== undefined) return (frame) => table.powConstant(left(frame), exponent);
      const f = table.binary[expr.op];
      const right = compileNode(expr.right, slots, table);
      return (frame) => f(left(frame), right(frame));
    }
    case "conditional": {
      const test = compileNode(expr.test, slots, table);
      const then = compileNode(expr.then, slots, table);
      const otherwise = compileNode(expr.else, slots, table);
      // NaN is not zero, so a test that is NaN holds.
      return (frame) => (test(frame) !== 0 ? then(frame) : otherwise(frame));
    }
    case "call": {
      const args = expr.args.map((arg) => compileNode(arg, slots, table));
      return compileCall(expr.fn, args, table);
    }
  }
}

/** Turns an expression into a function of a frame; symbols are read at their slot numbers. */
export function compileExpr(expr: Expr, slots: Slots, precision: Precision): FrameFunction {
  return compileNode(expr, slots, tables[precision]);
}

/**
 * Turns assignments into one procedure that reads and writes symbols at their slot numbers, in order.
 * In float32 values are rounded when they are read, so a frame may hold float64 numbers.
 */
export function compileBody(
  body: readonly Assignment[],
  slots: Slots,
  precision: Precision,
): FrameProcedure {
  const targets = body.map(({ target }) => slotOf(target, slots));
  const values = body.map(({ value }) => compileExpr(value, slots, precision));
  const count = body.length;
  return (frame) => {
    for (let i = 0; i < count; i++) frame[targets[i]!] = values[i]!(frame);
  };
}

/** Values of names, for one evaluation. */
type Values = ReadonlyMap<string, number> | Readonly<Record<string, number>>;

function lookUp(scope: Values, symbol: string): number {
  const value =
    scope instanceof Map
      ? (scope.get(symbol) as number | undefined)
      : Object.hasOwn(scope, symbol)
        ? (scope as Readonly<Record<string, number>>)[symbol]
        : undefined;
  if (value === undefined) throw new InternalError("evaluate", `"${symbol}" has no value`);
  return value;
}

/** The value of an expression where names have the values in `scope`. */
export function evaluate(expr: Expr, scope: Values, precision: Precision = "float64"): number {
  const names = [...namesIn(expr)];
  const slots = new Map(names.map((symbol, i) => [symbol, i]));
  const frame = Float64Array.from(names, (symbol) => lookUp(scope, symbol));
  return compileExpr(expr, slots, precision)(frame);
}
