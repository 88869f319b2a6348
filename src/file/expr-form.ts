// Expressions as plain data: a number, a name, or a list of an operator and what it works on.
// Invariant: read-expr.ts reads what was written as the same tree.

import type { Assignment, Expr } from "../expr/ast.js";

/** A number as `number` reads it. */
export function numberForm(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

type Plain = number | string | readonly (Plain | string)[];

/** An expression without the places in the text that it came from. */
export function exprForm(expr: Expr): Plain {
  switch (expr.kind) {
    case "number": {
      const form = numberForm(expr.value);
      return typeof form === "number" ? form : ["number", form];
    }
    case "name":
      return expr.name;
    case "unary":
      return [expr.op, exprForm(expr.arg)];
    case "binary":
      return [expr.op, exprForm(expr.left), exprForm(expr.right)];
    case "conditional":
      return ["?", exprForm(expr.test), exprForm(expr.then), exprForm(expr.else)];
    case "call":
      return [`${expr.fn}()`, ...expr.args.map(exprForm)];
  }
}

export const assignmentForm = ({ target, value }: Assignment): readonly unknown[] => [
  target,
  exprForm(value),
];
