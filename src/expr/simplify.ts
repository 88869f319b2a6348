// Simplification, in two strengths. `foldConstants` never changes a bit of any result. The
// constructors sum, product, ... also drop 0 and 1 where that is right only in exact arithmetic
// (x + 0 for x = -0, 0 * x for x = NaN): they are for derivatives, not for a user's text.

import { binary, num, unary } from "./ast.js";
import type { BinaryExpr, Expr, NumberExpr } from "./ast.js";
import { evaluate } from "./evaluate.js";
import type { Precision } from "./portable.js";
import { childrenOf, mapExpr, sameExpr } from "./rewrite.js";

/** Whether an expression is a plain number, or this number (0 and -0 are the same here). */
export function isNumber(expr: Expr, value?: number): expr is NumberExpr {
  if (expr.kind !== "number" || expr.unit !== undefined) return false;
  return value === undefined || expr.value === value;
}

const isZero = (expr: Expr, zero: 0 | -0): boolean => isNumber(expr) && Object.is(expr.value, zero);

const truthOperators: ReadonlySet<string> = new Set([
  "<",
  "<=",
  ">",
  ">=",
  "==",
  "!=",
  "and",
  "or",
  "not",
]);

/** Whether the value can only be 0 or 1. */
function isTruth(expr: Expr): boolean {
  if (expr.kind === "call") return expr.fn === "int";
  return (expr.kind === "binary" || expr.kind === "unary") && truthOperators.has(expr.op);
}

function withoutNeutral(expr: BinaryExpr): Expr {
  const { op, left, right } = expr;
  switch (op) {
    case "*":
      if (isNumber(right, 1)) return left;
      return isNumber(left, 1) ? right : expr;
    case "/":
      return isNumber(right, 1) ? left : expr;
    // Only these zeros: -0 + 0 is 0.
    case "-":
      return isZero(right, 0) ? left : expr;
    case "+":
      if (isZero(right, -0)) return left;
      return isZero(left, -0) ? right : expr;
    case "^":
      if (isNumber(right, 1)) return left;
      return isNumber(right, 0) ? num(1) : expr;
    default:
      return expr;
  }
}

function withoutIdentity(expr: Expr, precision: Precision): Expr {
  switch (expr.kind) {
    case "unary": {
      const { op, arg } = expr;
      return op === "-" && arg.kind === "unary" && arg.op === "-" ? arg.arg : expr;
    }
    case "binary":
      return withoutNeutral(expr);
    case "conditional":
      // Evaluated, since a tiny number is 0 in float32.
      if (isNumber(expr.test)) {
        return evaluate(expr.test, {}, precision) !== 0 ? expr.then : expr.else;
      }
      return sameExpr(expr.then, expr.else) ? expr.then : expr;
    case "call":
      return expr.fn === "int" && isTruth(expr.args[0]!) ? expr.args[0]! : expr;
    default:
      return expr;
  }
}

function fold(expr: Expr, precision: Precision): Expr {
  const children = childrenOf(expr);
  const isPrevious = expr.kind === "call" && expr.fn === "prev";
  const isFixed = children.length > 0 && children.every((child) => isNumber(child));
  if (!isFixed || isPrevious) return withoutIdentity(expr, precision);
  const value = evaluate(expr, {}, precision);
  // NaN and infinities cannot be written as numbers; such a tree stays as it is.
  return Number.isFinite(value) ? num(value) : withoutIdentity(expr, precision);
}

/**
 * Replaces what consists of numbers only by its value, and removes operations that do nothing
 * (x * 1, x / 1, x - 0, x ^ 1, - - x, a test that is a number). Results keep every bit, in the given
 * precision; nothing is distributed or re-associated.
 */
export function foldConstants(expr: Expr, precision: Precision = "float64"): Expr {
  return mapExpr(expr, (node) => fold(node, precision));
}

function folded(expr: BinaryExpr): Expr {
  if (!isNumber(expr.left) || !isNumber(expr.right)) return expr;
  const value = evaluate(expr, {});
  return Number.isFinite(value) ? num(value) : expr;
}

const isNegated = (expr: Expr) => expr.kind === "unary" && expr.op === "-";

/** -a, where -(-x) is x. */
export function negative(a: Expr): Expr {
  if (isNumber(a)) return num(a.value === 0 ? 0 : -a.value);
  return a.kind === "unary" && a.op === "-" ? a.arg : unary("-", a);
}

/** a + b without zeros. */
export function sum(a: Expr, b: Expr): Expr {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  return isNegated(b) ? folded(binary("-", a, negative(b))) : folded(binary("+", a, b));
}

/** a - b without zeros. */
export function difference(a: Expr, b: Expr): Expr {
  if (isNumber(b, 0)) return a;
  if (isNumber(a, 0)) return negative(b);
  return isNegated(b) ? folded(binary("+", a, negative(b))) : folded(binary("-", a, b));
}

/** a * b without factors of 0, 1 and -1. */
export function product(a: Expr, b: Expr): Expr {
  if (isNumber(a, 0) || isNumber(b, 0)) return num(0);
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  if (isNumber(a, -1)) return negative(b);
  if (isNumber(b, -1)) return negative(a);
  return folded(binary("*", a, b));
}

/** a / b, 0 for a = 0. */
export function quotient(a: Expr, b: Expr): Expr {
  if (isNumber(a, 0) && !isNumber(b, 0)) return num(0);
  if (isNumber(b, 1)) return a;
  return isNumber(b, -1) ? negative(a) : folded(binary("/", a, b));
}

/** a ^ b without exponents 0 and 1. */
export function power(a: Expr, b: Expr): Expr {
  if (isNumber(b, 0)) return num(1);
  return isNumber(b, 1) ? a : folded(binary("^", a, b));
}

const rebuild = { "+": sum, "-": difference, "*": product, "/": quotient, "^": power } as const;

/** Rebuilds a tree with the constructors above: equal in exact arithmetic, not bit for bit. */
export function tidy(expr: Expr): Expr {
  return mapExpr(expr, (node) => {
    if (node.kind === "unary" && node.op === "-") return negative(node.arg);
    if (node.kind !== "binary" || !Object.hasOwn(rebuild, node.op))
      return withoutIdentity(node, "float64");
    const next = rebuild[node.op as keyof typeof rebuild](node.left, node.right);
    return sameExpr(next, node) ? node : next;
  });
}
