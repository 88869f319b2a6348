// Proves that expressions are 0 whatever the states are. Invariant: claims nothing that one finite
// state could refute; states are taken to be finite, for a run in which they are not has ended with
// an error.

import type { Assignment, CallExpr, Expr } from "../../expr/ast.js";

/** What is known of a value. */
export interface Known {
  readonly isZero: boolean;
  readonly isFinite: boolean;
  /** Finite or infinite, but a number. */
  readonly isNumber: boolean;
  /** Not below 0. */
  readonly isNonNegative: boolean;
  /** Above 0 by a fixed amount. */
  readonly isPositive: boolean;
}

const nothing: Known = {
  isZero: false,
  isFinite: false,
  isNumber: false,
  isNonNegative: false,
  isPositive: false,
};
/** Some finite value. */
export const finite: Known = { ...nothing, isFinite: true, isNumber: true };
const truth: Known = { ...finite, isNonNegative: true };
const zero: Known = { ...truth, isZero: true };

/** What is known of a number. */
export const knownNumber = (value: number): Known => ({
  isZero: value === 0,
  isFinite: Number.isFinite(value),
  isNumber: !Number.isNaN(value),
  isNonNegative: value >= 0,
  isPositive: value > 0,
});

function product(a: Known, b: Known): Known {
  if ((a.isZero && b.isFinite) || (b.isZero && a.isFinite)) return zero;
  const isFinite = a.isFinite && b.isFinite;
  const isNonNegative = a.isNonNegative && b.isNonNegative && isFinite;
  return { ...nothing, isFinite, isNumber: isFinite, isNonNegative };
}

function quotient(a: Known, b: Known): Known {
  if (!b.isPositive || !b.isNumber) return nothing;
  if (a.isZero) return zero;
  const { isFinite, isNonNegative } = a;
  return { ...nothing, isFinite, isNumber: isFinite, isNonNegative };
}

function sum(a: Known, b: Known): Known {
  const isFinite = a.isFinite && b.isFinite;
  const isNonNegative = a.isNonNegative && b.isNonNegative;
  return {
    isZero: a.isZero && b.isZero,
    isFinite,
    isNumber: isFinite || (isNonNegative && a.isNumber && b.isNumber),
    isNonNegative,
    isPositive: isNonNegative && (a.isPositive || b.isPositive),
  };
}

function either(a: Known, b: Known): Known {
  return {
    isZero: a.isZero && b.isZero,
    isFinite: a.isFinite && b.isFinite,
    isNumber: a.isNumber && b.isNumber,
    isNonNegative: a.isNonNegative && b.isNonNegative,
    isPositive: a.isPositive && b.isPositive,
  };
}

const keepsFinite: ReadonlySet<string> = new Set(["ceil", "cos", "floor", "sign", "sin", "tanh"]);
const keepsZero: ReadonlySet<string> = new Set(["ceil", "floor", "sign", "sin", "tanh"]);

function callOf({ fn }: CallExpr, args: readonly Known[]): Known {
  const [first, second, third] = args as [Known, Known, Known];
  if (fn === "min" || fn === "max") return either(first, second);
  if (fn === "clip") {
    // Between two finite bounds whatever x is, as long as it is a number.
    const bounds = either(second, third);
    return first.isNumber ? bounds : nothing;
  }
  if (fn === "abs") return { ...first, isNonNegative: first.isNumber, isPositive: false };
  if (fn === "int") return first.isZero ? zero : truth;
  if (fn === "exp" || fn === "exprel") {
    return first.isFinite ? { ...nothing, isNumber: true, isNonNegative: true } : nothing;
  }
  if (fn === "sqrt") return first.isZero ? zero : nothing;
  if (!keepsFinite.has(fn) || !first.isFinite) return nothing;
  return keepsZero.has(fn) && first.isZero ? zero : finite;
}

/** What is known of an expression, from what is known of its names. */
export function knownOf(expr: Expr, names: (symbol: string) => Known): Known {
  const of = (child: Expr): Known => knownOf(child, names);
  switch (expr.kind) {
    case "number":
      return knownNumber(expr.value);
    case "name":
      return names(expr.name);
    case "unary": {
      const arg = of(expr.arg);
      return expr.op === "not" ? truth : { ...arg, isNonNegative: arg.isZero, isPositive: false };
    }
    case "conditional":
      return either(of(expr.then), of(expr.else));
    case "call":
      return callOf(expr, expr.args.map(of));
    case "binary": {
      const left = of(expr.left);
      const right = of(expr.right);
      switch (expr.op) {
        case "*":
          return product(left, right);
        case "/":
          return quotient(left, right);
        case "+":
          return sum(left, right);
        case "-":
          return sum(left, { ...right, isNonNegative: right.isZero, isPositive: false });
        case "^":
          return left.isZero && right.isPositive ? zero : nothing;
        default:
          return truth;
      }
    }
  }
}

/** True if all these symbols are 0 after the body has run. */
export function areZero(
  body: readonly Assignment[],
  results: readonly string[],
  start: ReadonlyMap<string, Known>,
): boolean {
  const now = new Map(start);
  // What is not listed is something that the op reads: a state, or the time.
  const look = (symbol: string): Known => now.get(symbol) ?? finite;
  for (const { target, value } of body) now.set(target, knownOf(value, look));
  return results.every((symbol) => look(symbol).isZero);
}
