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

/** Gives the value of an expression for each element; booleans count as 1 and 0. */
export function elementReader(expr: Expr, symbols: SymbolValues): (i: number) => number {
  const values = [...namesIn(expr)].map((name) => [name, symbols.get(name)!] as const);
  const frame = Float64Array.from(values, ([, value]) => Number(value));
  const arrays = values.flatMap(([, value], slot) =>
    value instanceof Float64Array ? [{ slot, value }] : [],
  );
  const compiled = compileExpr(
    expr,
    new Map(values.map(([name], slot) => [name, slot])),
    "float64",
  );
  return (i) => {
    for (const { slot, value } of arrays) frame[slot] = value[i]!;
    return compiled(frame);
  };
}

/** The value of an expression: an array where one of its names is an array, else a number. */
export function evaluateElements(expr: Expr, symbols: SymbolValues): number | Float64Array {
  const arrays = [...namesIn(expr)].flatMap((name) => {
    const value = symbols.get(name);
    return value instanceof Float64Array ? [value] : [];
  });
  const read = elementReader(expr, symbols);
  if (arrays.length === 0) return read(0);
  // Arrays of different lengths are refused by whoever uses the result.
  const length = Math.min(...arrays.map((array) => array.length));
  return Float64Array.from({ length }, (_, i) => read(i));
}
