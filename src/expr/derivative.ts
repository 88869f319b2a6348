// Derivatives over the closed list of functions, and what follows from them: which expressions are
// linear. Invariant: total over every node kind; a value of prev() is a constant of the step.

import { binary, call, conditional, name, num } from "./ast.js";
import type { BinaryExpr, CallExpr, Expr, FunctionName } from "./ast.js";
import { mapExpr, namesIn, sameExpr, substitute, visitExpr } from "./rewrite.js";
import { difference, isNumber, negative, power, product, quotient, sum, tidy } from "./simplify.js";

/** `$` cannot occur in a user's name, so this stands for prev(x) and nothing else. */
const previous = "$prev";

function hidePrev(expr: Expr): Expr {
  return mapExpr(expr, (node) => {
    if (node.kind !== "call" || node.fn !== "prev") return node;
    const arg = node.args[0]!;
    return arg.kind === "name" ? name(arg.name + previous) : node;
  });
}

function showPrev(expr: Expr): Expr {
  return mapExpr(expr, (node) => {
    if (node.kind !== "name" || !node.name.endsWith(previous)) return node;
    return call("prev", name(node.name.slice(0, -previous.length)));
  });
}

/** Whether the value of an expression can change with one of the names. */
export function dependsOn(expr: Expr, names: readonly string[]): boolean {
  const found = namesIn(hidePrev(expr));
  return names.some((each) => found.has(each));
}

function choose(test: Expr, then: Expr, otherwise: Expr): Expr {
  return sameExpr(then, otherwise) ? then : conditional(test, then, otherwise);
}

/** d/du of each function of one argument; those that are constant almost everywhere give 0. */
const slopes: {
  readonly [K in Exclude<FunctionName, "clip" | "max" | "min" | "prev">]: (u: Expr) => Expr;
} = {
  abs: (u) => call("sign", u),
  ceil: () => num(0),
  cos: (u) => negative(call("sin", u)),
  exp: (u) => call("exp", u),
  expm1: (u) => call("exp", u),
  exprel: slopeOfExprel,
  floor: () => num(0),
  int: () => num(0),
  log: (u) => quotient(num(1), u),
  log1p: (u) => quotient(num(1), sum(num(1), u)),
  sign: () => num(0),
  sin: (u) => call("cos", u),
  sqrt: (u) => quotient(num(0.5), call("sqrt", u)),
  tanh: (u) => difference(num(1), power(call("tanh", u), num(2))),
};

/** (exp(u) - exprel(u)) / u cancels near 0; the series 1/2 + u/3 + u^2/8 + ... takes over there. */
function slopeOfExprel(u: Expr): Expr {
  const series = [1 / 2, 1 / 3, 1 / 8, 1 / 30, 1 / 144, 1 / 840];
  const near = series.reduceRight<Expr>((rest, c) => sum(num(c), product(u, rest)), num(0));
  const far = quotient(difference(call("exp", u), call("exprel", u)), u);
  return conditional(binary("<", call("abs", u), num(0.02)), near, far);
}

function ofCall(expr: CallExpr, by: string): Expr {
  const [first, second, third] = expr.args as readonly [Expr, Expr, Expr];
  switch (expr.fn) {
    case "prev":
      return num(0);
    case "min":
      return choose(binary("<=", first, second), derivative(first, by), derivative(second, by));
    case "max":
      return choose(binary(">=", first, second), derivative(first, by), derivative(second, by));
    case "clip":
      return derivative(call("max", second, call("min", first, third)), by);
    default: {
      const inner = derivative(first, by);
      return isNumber(inner, 0) ? inner : product(slopes[expr.fn](first), inner);
    }
  }
}

function ofPower({ left, right }: BinaryExpr, by: string): Expr {
  const base = derivative(left, by);
  const exponent = derivative(right, by);
  const whole = power(left, right);
  if (isNumber(exponent, 0)) {
    if (isNumber(base, 0)) return base;
    return product(product(right, power(left, difference(right, num(1)))), base);
  }
  const fromExponent = product(exponent, call("log", left));
  return product(whole, sum(fromExponent, quotient(product(right, base), left)));
}

function ofBinary(expr: BinaryExpr, by: string): Expr {
  const { op, left, right } = expr;
  switch (op) {
    case "+":
      return sum(derivative(left, by), derivative(right, by));
    case "-":
      return difference(derivative(left, by), derivative(right, by));
    case "*":
      return sum(product(derivative(left, by), right), product(left, derivative(right, by)));
    case "/": {
      const below = derivative(right, by);
      const first = quotient(derivative(left, by), right);
      if (isNumber(below, 0)) return first;
      return difference(first, quotient(product(left, below), power(right, num(2))));
    }
    case "^":
      return ofPower(expr, by);
    default:
      return num(0);
  }
}

/**
 * The derivative of an expression by a name, lightly simplified. Piecewise functions are derived piece
 * by piece; comparisons, floor and the like give 0, as they do everywhere but at their jumps.
 */
export function derivative(expr: Expr, by: string): Expr {
  switch (expr.kind) {
    case "number":
      return num(0);
    case "name":
      return num(expr.name === by ? 1 : 0);
    case "unary":
      return expr.op === "-" ? negative(derivative(expr.arg, by)) : num(0);
    case "binary":
      return ofBinary(expr, by);
    case "conditional":
      return choose(expr.test, derivative(expr.then, by), derivative(expr.else, by));
    case "call":
      return ofCall(expr, by);
  }
}

const stepFunctions: ReadonlySet<string> = new Set(["ceil", "floor", "int", "sign"]);
const arithmeticOperators: ReadonlySet<string> = new Set(["+", "-", "*", "/", "^"]);

/** The part of a node whose changes a derivative does not see, if there is one. */
function jumpingPart(node: Expr): Expr | undefined {
  if (node.kind === "conditional") return node.test;
  if (node.kind === "unary") return node.op === "not" ? node : undefined;
  if (node.kind === "binary") return arithmeticOperators.has(node.op) ? undefined : node;
  return node.kind === "call" && stepFunctions.has(node.fn) ? node : undefined;
}

function hasJumpIn(expr: Expr, names: readonly string[]): boolean {
  let found = false;
  visitExpr(expr, (node) => {
    const part = jumpingPart(node);
    if (part !== undefined && dependsOn(part, names)) found = true;
  });
  return found;
}

/**
 * Whether an expression is a sum of multiples of the names and a rest, all free of the names. Judged by
 * derivatives without algebra: x * x / x does not count as linear.
 */
export function isLinearIn(expr: Expr, names: readonly string[]): boolean {
  if (hasJumpIn(expr, names)) return false;
  return names.every((each) => !dependsOn(derivative(expr, each), names));
}

/** `slope` and `rest` of slope * x + rest, both free of the name; undefined where it is not linear. */
export function linearParts(expr: Expr, of: string): { slope: Expr; rest: Expr } | undefined {
  if (!isLinearIn(expr, [of])) return undefined;
  const atZero = substitute(hidePrev(expr), new Map([[of, num(0)]]));
  return { slope: derivative(expr, of), rest: showPrev(tidy(atZero)) };
}
