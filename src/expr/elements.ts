// Expressions evaluated for each element of the arrays that they name. Invariant: a result never
// shares memory with a value, and each expression is compiled once, not once for each element.

import type { Expr } from "./ast.js";
import { compileExpr, evaluate } from "./evaluate.js";
import { namesIn } from "./rewrite.js";

/** One value for each element, or one for all. */
export type ElementValue = number | boolean | Float64Array;
export type SymbolValues = ReadonlyMap<string, ElementValue>;

/** The value of an expression without names. */
export function evaluateConstant(expr: Expr): number {
  return expr.kind === "number" ? expr.value : evaluate(expr, new Map());
}

interface Compiled {
  /** The names in the expression, in the order of their places in a frame. */
  readonly names: readonly string[];
  readonly run: (frame: Float64Array) => number;
}

/** Expressions come from models, which thousands of neurons and synapses share. */
const compiled = new WeakMap<Expr, Compiled>();

function compileOnce(expr: Expr): Compiled {
  let known = compiled.get(expr);
  if (known === undefined) {
    const names = [...namesIn(expr)];
    const slots = new Map(names.map((name, slot) => [name, slot]));
    known = { names, run: compileExpr(expr, slots, "float64") };
    compiled.set(expr, known);
  }
  return known;
}

/** Gives the value of an expression for each element; booleans count as 1 and 0. */
export function elementReader(expr: Expr, symbols: SymbolValues): (i: number) => number {
  const { names, run } = compileOnce(expr);
  const frame = new Float64Array(names.length);
  const arrays: { readonly slot: number; readonly value: Float64Array }[] = [];
  names.forEach((name, slot) => {
    const value = symbols.get(name)!;
    if (value instanceof Float64Array) arrays.push({ slot, value });
    else frame[slot] = Number(value);
  });
  return (i) => {
    for (const { slot, value } of arrays) frame[slot] = value[i]!;
    return run(frame);
  };
}

/** The value of an expression: an array where one of its names is an array, else a number. */
export function evaluateElements(expr: Expr, symbols: SymbolValues): number | Float64Array {
  // Arrays of different lengths are refused by whoever uses the result.
  let length = Infinity;
  for (const name of compileOnce(expr).names) {
    const value = symbols.get(name);
    if (value instanceof Float64Array) length = Math.min(length, value.length);
  }
  const read = elementReader(expr, symbols);
  return length === Infinity ? read(0) : Float64Array.from({ length }, (_, i) => read(i));
}
