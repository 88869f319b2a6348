// From trees back to text, with no parenthesis that is not needed. Invariant: the parser makes an
// equal tree of what is printed here, for every tree that it can produce.

import type { Assignment, BinaryOperator, Expr, NumberExpr, Statement } from "./ast.js";

/** How tightly something binds; higher binds tighter. */
const level = {
  conditional: 0,
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  /** A number with its unit: no operand of ^, nor what something is divided by. */
  quantity: 7,
  sign: 8,
  power: 9,
  operand: 10,
} as const;

interface Shape {
  readonly level: number;
  /** Least level of each side. */
  readonly left: number;
  readonly right: number;
}

const chain = (own: number, right = own + 1): Shape => ({ level: own, left: own, right });
const comparison: Shape = { level: level.comparison, left: level.sum, right: level.sum };

/** Comparisons do not chain; the others associate to the left, and ^ to the right. */
const shapes: Readonly<Record<BinaryOperator, Shape>> = {
  or: chain(level.or),
  and: chain(level.and),
  "<": comparison,
  "<=": comparison,
  ">": comparison,
  ">=": comparison,
  "==": comparison,
  "!=": comparison,
  "+": chain(level.sum),
  "-": chain(level.sum),
  "*": chain(level.product),
  "/": chain(level.product, level.sign),
  "^": { level: level.power, left: level.operand, right: level.sign },
};

const isNegative = (value: number) => value < 0 || Object.is(value, -0);

function levelOf(expr: Expr): number {
  switch (expr.kind) {
    case "number":
      if (expr.unit !== undefined) return level.quantity;
      return isNegative(expr.value) ? level.sign : level.operand;
    case "unary":
      return expr.op === "not" ? level.not : level.sign;
    case "binary":
      return shapes[expr.op].level;
    case "conditional":
      return level.conditional;
    case "name":
    case "call":
      return level.operand;
  }
}

function printNumber({ value, unit }: NumberExpr): string {
  const size = Number.isNaN(value) ? "nan" : Math.abs(value) === Infinity ? "inf" : undefined;
  const text = (isNegative(value) ? "-" : "") + (size ?? String(Math.abs(value)));
  return unit === undefined ? text : `${text} ${unit}`;
}

function printAtLeast(expr: Expr, least: number): string {
  const text = printExpression(expr);
  return levelOf(expr) < least ? `(${text})` : text;
}

/** Prints an expression: `(V - Er) / tau`. */
export function printExpression(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return printNumber(expr);
    case "name":
      return expr.name;
    case "call":
      return `${expr.fn}(${expr.args.map(printExpression).join(", ")})`;
    case "unary": {
      if (expr.op === "not") return `not ${printAtLeast(expr.arg, level.not)}`;
      // A sign directly before digits would become part of the number.
      const isDigits = levelOf(expr.arg) === level.operand && expr.arg.kind === "number";
      return `-${printAtLeast(expr.arg, isDigits ? level.operand + 1 : level.sign)}`;
    }
    case "binary": {
      const { left, right } = shapes[expr.op];
      const sign = expr.op === "^" ? "^" : ` ${expr.op} `;
      return printAtLeast(expr.left, left) + sign + printAtLeast(expr.right, right);
    }
    case "conditional": {
      const test = printAtLeast(expr.test, level.or);
      return `${test} ? ${printExpression(expr.then)} : ${printExpression(expr.else)}`;
    }
  }
}

/** Prints an assignment: `V = V + 1`. */
export function printAssignment({ target, value }: Assignment): string {
  return `${target} = ${printExpression(value)}`;
}

function printLeft(statement: Statement): string {
  if (statement.kind === "assign") return `${statement.target} ${statement.op}`;
  const { target, coefficient } = statement;
  const factor = coefficient === undefined ? "" : `${printAtLeast(coefficient, level.quantity)} `;
  return `${factor}d${target}/dt =`;
}

/** Prints a statement as one line: `C dV/dt = G * (Er - V) : nA (unless refractory)`. */
export function printStatement(statement: Statement): string {
  const unit = statement.unit === undefined ? "" : ` : ${statement.unit}`;
  const flags = statement.flags.length === 0 ? "" : ` (${statement.flags.join(", ")})`;
  return `${printLeft(statement)} ${printExpression(statement.value)}${unit}${flags}`;
}
