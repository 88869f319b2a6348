// Expression trees as nodes. Invariant: a comparison stays a truth value as long as only tests look at
// it, and becomes 1 or 0 where a number is needed; both branches of a condition are computed.

import type { Assignment, BinaryOperator, Expr } from "../../../src/expr/ast.js";
import { InternalError } from "../../../src/errors.js";
import type { Value } from "../onnx/graph.js";
import { applyFunction, power } from "./functions.js";
import type { Tensors } from "./tensors.js";

/** What symbols stand for. */
export type Scope = ReadonlyMap<string, Value>;

type Build = (t: Tensors, left: Value, right: Value) => Value;

const arithmetic =
  (name: "add" | "sub" | "mul" | "div"): Build =>
  (t, left, right) =>
    t[name](t.toReal(left), t.toReal(right));
const comparison =
  (op: "<" | "<=" | ">" | ">=" | "=="): Build =>
  (t, left, right) =>
    t.compare(op, t.toReal(left), t.toReal(right));

const binaries: { readonly [K in BinaryOperator]: Build } = {
  "+": arithmetic("add"),
  "-": arithmetic("sub"),
  "*": arithmetic("mul"),
  "/": arithmetic("div"),
  "^": (t, left, right) => power(t, t.toReal(left), t.toReal(right)),
  "<": comparison("<"),
  "<=": comparison("<="),
  ">": comparison(">"),
  ">=": comparison(">="),
  "==": comparison("=="),
  "!=": (t, left, right) => t.not(comparison("==")(t, left, right)),
  and: (t, left, right) => t.both(t.toTruth(left), t.toTruth(right)),
  or: (t, left, right) => t.either(t.toTruth(left), t.toTruth(right)),
};

type Table = {
  readonly [K in Expr["kind"]]: (
    t: Tensors,
    expr: Extract<Expr, { kind: K }>,
    scope: Scope,
  ) => Value;
};

const table: Table = {
  number: (t, { value }) => t.number(value),
  name(_t, { name }, scope) {
    const found = scope.get(name);
    if (found === undefined) throw new InternalError("dense", `no value for the symbol "${name}"`);
    return found;
  },
  unary(t, { op, arg }, scope) {
    const value = build(t, arg, scope);
    return op === "-" ? t.negate(t.toReal(value)) : t.not(t.toTruth(value));
  },
  binary: (t, { op, left, right }, scope) =>
    binaries[op](t, build(t, left, scope), build(t, right, scope)),
  conditional(t, expr, scope) {
    const test = t.toTruth(build(t, expr.test, scope));
    const then = build(t, expr.then, scope);
    const otherwise = build(t, expr.else, scope);
    if (then.type === "bool" && otherwise.type === "bool") return t.select(test, then, otherwise);
    return t.select(test, t.toReal(then), t.toReal(otherwise));
  },
  call: (t, { fn, args }, scope) =>
    applyFunction(
      t,
      fn,
      args.map((arg) => t.toReal(build(t, arg, scope))),
    ),
};

/** The value of an expression. */
export const build = (t: Tensors, expr: Expr, scope: Scope): Value =>
  // The table is total over the kinds; the cast only tells the compiler that key and node agree.
  (table[expr.kind] as (t: Tensors, expr: Expr, scope: Scope) => Value)(t, expr, scope);

/** What the symbols of a body stand for at its end. */
export function runBody(t: Tensors, body: readonly Assignment[], given: Scope): Scope {
  const scope = new Map(given);
  for (const { target, value } of body) scope.set(target, build(t, value, scope));
  return scope;
}
