// The expression tree: what the parser makes, every pass rewrites and every backend prints.
// Invariant: trees are immutable plain data, and the list of functions is closed.

/** Half-open range of characters in the text that a tree came from. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type UnaryOperator = "-" | "not";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "^";
export type ComparisonOperator = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type LogicalOperator = "and" | "or";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator;

/**
 * Every function of the language with its number of arguments.
 * `clip(x, lo, hi)` is `max(lo, min(x, hi))`; `exprel(x)` is `(exp(x) - 1) / x`, 1 at 0; `int(b)` is
 * 1 where `b` holds, else 0; `prev(x)` is the value of `x` when the step began.
 */
export const functionArity = {
  abs: 1,
  ceil: 1,
  clip: 3,
  cos: 1,
  exp: 1,
  expm1: 1,
  exprel: 1,
  floor: 1,
  int: 1,
  log: 1,
  log1p: 1,
  max: 2,
  min: 2,
  prev: 1,
  sign: 1,
  sin: 1,
  sqrt: 1,
  tanh: 1,
} as const;

export type FunctionName = keyof typeof functionArity;

export interface NumberExpr {
  readonly kind: "number";
  readonly value: number;
  /** Only in freshly parsed trees; `check` converts the value to the model's units and removes it. */
  readonly unit?: string;
  readonly span?: Span;
}
export interface NameExpr {
  readonly kind: "name";
  readonly name: string;
  readonly span?: Span;
}
export interface UnaryExpr {
  readonly kind: "unary";
  readonly op: UnaryOperator;
  readonly arg: Expr;
  readonly span?: Span;
}
export interface BinaryExpr {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly span?: Span;
}
/** `test ? then : else`; a test holds when it is not zero, as in C. */
export interface ConditionalExpr {
  readonly kind: "conditional";
  readonly test: Expr;
  readonly then: Expr;
  readonly else: Expr;
  readonly span?: Span;
}
export interface CallExpr {
  readonly kind: "call";
  readonly fn: FunctionName;
  readonly args: readonly Expr[];
  readonly span?: Span;
}
/** Comparisons and `and`, `or`, `not` give 1 or 0. `min` and `max` treat NaN and -0 as JavaScript does. */
export type Expr = NumberExpr | NameExpr | UnaryExpr | BinaryExpr | ConditionalExpr | CallExpr;

/** `target = value`: the only statement that is left once a model has been expanded. */
export interface Assignment {
  readonly target: string;
  readonly value: Expr;
}

/** A parsed line: an assignment (`=`, `+=`, `-=`, `*=`, `/=`) or a differential equation. */
export type Statement =
  | {
      readonly kind: "assign";
      readonly target: string;
      readonly op: "=" | "+=" | "-=" | "*=" | "/=";
      readonly value: Expr;
      /** Text after the colon, if any. */
      readonly unit?: string;
      readonly flags: readonly string[];
      readonly span: Span;
    }
  | {
      readonly kind: "differential";
      readonly target: string;
      /** `C` of `C dV/dt = ...`; absent means 1. */
      readonly coefficient?: Expr;
      readonly value: Expr;
      readonly unit?: string;
      /** For example `unless refractory`. */
      readonly flags: readonly string[];
      readonly span: Span;
    };

export const num = (value: number): NumberExpr => ({ kind: "number", value });
export const name = (text: string): NameExpr => ({ kind: "name", name: text });
export const unary = (op: UnaryOperator, arg: Expr): UnaryExpr => ({ kind: "unary", op, arg });
export const binary = (op: BinaryOperator, left: Expr, right: Expr): BinaryExpr => ({
  kind: "binary",
  op,
  left,
  right,
});
export const call = (fn: FunctionName, ...args: Expr[]): CallExpr => ({ kind: "call", fn, args });
export const conditional = (test: Expr, then: Expr, otherwise: Expr): ConditionalExpr => ({
  kind: "conditional",
  test,
  then,
  else: otherwise,
});
