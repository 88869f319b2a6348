// Reads expressions from plain data, as expr-form.ts writes them. Invariant: what is no expression, or is
// nested so deeply that a recursion over it would end early, is refused.

import { functionArity } from "../expr/ast.js";
import type { Assignment, BinaryOperator, Expr, FunctionName, UnaryOperator } from "../expr/ast.js";
import { number, refuseForm, text, type Form, type Place } from "./forms.js";

const unaryOperators: Readonly<Record<UnaryOperator, true>> = { "-": true, not: true };
const binaryOperators: Readonly<Record<BinaryOperator, true>> = {
  ...{ "+": true, "-": true, "*": true, "/": true, "^": true },
  ...{ "<": true, "<=": true, ">": true, ">=": true, "==": true, "!=": true },
  ...{ and: true, or: true },
};

const isFunction = (name: string): name is FunctionName => Object.hasOwn(functionArity, name);

/** How deep a tree may be, so that nobody's recursion over it ends early. */
const deepest = 1000;

function readExpr(value: unknown, at: Place, depth: number): Expr {
  if (depth > deepest) refuseForm(at, "has an expression that is nested too deeply");
  if (typeof value === "number") return { kind: "number", value };
  if (typeof value === "string") return { kind: "name", name: value };
  const parts: readonly unknown[] = Array.isArray(value) ? value : [];
  const [op] = parts;
  if (typeof op !== "string") refuseForm(at, "must be an expression");
  const arg = (i: number): Expr => readExpr(parts[i], at, depth + 1);
  const count = parts.length - 1;
  if (op === "number" && count === 1) return { kind: "number", value: number(parts[1], at) };
  if (op === "?" && count === 3) {
    return { kind: "conditional", test: arg(1), then: arg(2), else: arg(3) };
  }
  if (count === 1 && Object.hasOwn(unaryOperators, op)) {
    return { kind: "unary", op: op as UnaryOperator, arg: arg(1) };
  }
  if (count === 2 && Object.hasOwn(binaryOperators, op)) {
    return { kind: "binary", op: op as BinaryOperator, left: arg(1), right: arg(2) };
  }
  const fn = op.endsWith("()") ? op.slice(0, -2) : "";
  if (!isFunction(fn) || functionArity[fn] !== count) {
    refuseForm(at, "has an operator that is not known, or the wrong number of arguments", op);
  }
  return { kind: "call", fn, args: parts.slice(1).map((_, i) => arg(i + 1)) };
}

export const assignment: Form<Assignment> = (value, at) => {
  if (!Array.isArray(value) || value.length !== 2) refuseForm(at, "must be a pair");
  return { target: text(value[0], at), value: readExpr(value[1], at, 0) };
};
