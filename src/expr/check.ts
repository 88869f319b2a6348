// Names and dimensions of an expression. Invariant: the tree that comes out has no units left, only
// plain numbers in the model's system and names that the scope declares.

import { binary, num } from "./ast.js";
import type { BinaryExpr, CallExpr, ConditionalExpr, Expr, FunctionName } from "./ast.js";
import type { NameExpr, NumberExpr, Span, UnaryExpr } from "./ast.js";
import { callableNames } from "./names.js";
import { specErrorAt } from "./place.js";
import type { Complaint } from "./place.js";
import { isBareUnitName, isUnitName } from "./unit-table.js";
import { dimensionless, namedUnit, overDimension, powerDimension } from "./units.js";
import { printDimension, sameDimension, timesDimension, toSystem } from "./units.js";
import type { Dimension, UnitSystem } from "./units.js";
import { SpecError } from "../errors.js";
import { didYouMean } from "../util/nearest.js";

/** `any` fits every dimension: the literals 0, inf and nan, and names of unknown dimension. */
export type AnyDimension = Dimension | "any";

export interface ScopeEntry {
  readonly dimension: AnyDimension;
  /** Holds 1 or 0, and may stand where a condition is demanded. */
  readonly boolean?: boolean;
}
/** The names that an expression may use. */
export type Scope = ReadonlyMap<string, ScopeEntry>;

/**
 * The system in which the numbers of a text are: ms mV nA uS nF, or V A S F s. `none`: dimensions are
 * not compared; units are converted to the consistent set.
 */
export type UnitChecking = UnitSystem | "none";

export interface CheckOptions {
  readonly system: UnitChecking;
  /** Path of the text in the user's definition. */
  readonly where: string;
  /** The text that the expression's spans point into; without it errors show no excerpt. */
  readonly text?: string;
}

export interface Checked {
  readonly expr: Expr;
  readonly dimension: AnyDimension;
  /** A comparison, a logical operation, or a name that the scope calls boolean. */
  readonly isBoolean: boolean;
}

interface Checker {
  readonly scope: Scope;
  readonly options: CheckOptions;
  readonly units: UnitSystem;
}

/** Checks names and dimensions of an expression and turns units into numbers. */
export function checkExpression(expr: Expr, scope: Scope, options: CheckOptions): Checked {
  const units = options.system === "SI" ? "SI" : "consistent";
  return check({ scope, options, units }, expr);
}

/** Throws unless a dimension is the one that the place demands; `what` names the value. */
export function requireDimension(
  found: Pick<Checked, "expr" | "dimension">,
  wanted: AnyDimension,
  what: string,
  options: CheckOptions,
): void {
  if (options.system === "none" || fits(found.dimension, wanted)) return;
  fail({ options }, found.expr.span, {
    code: "dimension",
    problem: `${what} has the wrong dimension: it is ${shown(found.dimension, options.system)}`,
    allowed: shown(wanted, options.system),
    hint: "Check the units of its parts.",
  });
}

function shown(dimension: AnyDimension, system: UnitSystem): string {
  return dimension === "any" ? "anything" : printDimension(dimension, system);
}

function fits(a: AnyDimension, b: AnyDimension): boolean {
  return a === "any" || b === "any" || sameDimension(a, b);
}

function fail(c: Pick<Checker, "options">, span: Span | undefined, complaint: Complaint): never {
  const { where, text } = c.options;
  if (text === undefined || span === undefined) throw new SpecError({ ...complaint, where });
  throw specErrorAt({ where, text }, span, complaint);
}

function check(c: Checker, expr: Expr): Checked {
  switch (expr.kind) {
    case "number":
      return checkNumber(c, expr);
    case "name":
      return checkName(c, expr);
    case "unary":
      return checkUnary(c, expr);
    case "binary":
      return checkBinary(c, expr);
    case "conditional":
      return checkConditional(c, expr);
    case "call":
      return checkCall(c, expr);
  }
}

/** A node in place of another one, at the same place in the text. */
const placed = <E extends Expr>(node: E, { span }: Expr): E =>
  span === undefined ? node : { ...node, span };

const plain = (expr: Expr): Checked => ({ expr, dimension: dimensionless, isBoolean: false });

function checkNumber(c: Checker, expr: NumberExpr): Checked {
  const { value, unit } = expr;
  if (unit === undefined) {
    const isFree = value === 0 || !Number.isFinite(value);
    return { expr, dimension: isFree ? "any" : dimensionless, isBoolean: false };
  }
  if (c.scope.has(unit)) {
    const factor = placed({ kind: "name", name: unit } as const, expr);
    return check(c, placed(binary("*", placed(num(value), expr), factor), expr));
  }
  const found = namedUnit(unit);
  if (found === undefined) return refuseUnknown(c, unit, expr.span);
  const converted = placed(num(toSystem(value, found, c.units)), expr);
  return { expr: converted, dimension: found.dimension, isBoolean: false };
}

function checkName(c: Checker, expr: NameExpr): Checked {
  const entry = c.scope.get(expr.name);
  if (entry !== undefined) {
    return { expr, dimension: entry.dimension, isBoolean: entry.boolean === true };
  }
  const unit = isBareUnitName(expr.name) ? namedUnit(expr.name) : undefined;
  if (unit === undefined) return refuseUnknown(c, expr.name, expr.span);
  const converted = placed(num(toSystem(1, unit, c.units)), expr);
  return { expr: converted, dimension: unit.dimension, isBoolean: false };
}

function refuseUnknown(c: Checker, name: string, span: Span | undefined): never {
  const isLetter = isUnitName(name);
  const unit = "As a unit, a single letter only stands after a number; else write volt or second.";
  const advice =
    didYouMean(name, c.scope.keys()) ??
    didYouMean(name, callableNames) ??
    (isLetter ? undefined : "Declare it, or correct the spelling.");
  const listed = [...c.scope.keys()].slice(0, 20).join(", ");
  fail(c, span, {
    code: "unknown-name",
    problem: "this name is not declared",
    got: name,
    ...(listed === "" ? {} : { allowed: listed + (c.scope.size > 20 ? ", ..." : "") }),
    hint: [advice, isLetter ? unit : undefined].filter((part) => part !== undefined).join(" "),
  });
}

function checkUnary(c: Checker, expr: UnaryExpr): Checked {
  const arg = check(c, expr.arg);
  const whole = arg.expr === expr.arg ? expr : { ...expr, arg: arg.expr };
  if (expr.op === "not") return { ...plain(whole), isBoolean: true };
  return { expr: whole, dimension: arg.dimension, isBoolean: false };
}

/** The dimension that two operands share. */
function agree(c: Checker, whole: Expr, what: string, a: Checked, b: Checked): AnyDimension {
  if (a.dimension === "any") return b.dimension;
  if (b.dimension === "any" || c.options.system === "none") return a.dimension;
  if (sameDimension(a.dimension, b.dimension)) return a.dimension;
  return fail(c, whole.span, {
    code: "dimension",
    problem: `${what} needs equal dimensions: one is ${shown(a.dimension, c.units)}`,
    got: `${shown(b.dimension, c.units)}`,
    allowed: shown(a.dimension, c.units),
    hint: "Check the units of both, or multiply one by what is missing.",
  });
}

function requirePlain(c: Checker, part: Expr, { dimension }: Checked, what: string): void {
  if (c.options.system === "none" || fits(dimension, dimensionless)) return;
  fail(c, part.span, {
    code: "dimension",
    problem: `${what} must be a plain number`,
    got: shown(dimension, c.units),
    hint: "Divide it by a quantity of the same kind.",
  });
}

function productOf(a: AnyDimension, b: AnyDimension, over: boolean): AnyDimension {
  if (a === "any" || b === "any") return "any";
  return over ? overDimension(a, b) : timesDimension(a, b);
}

function checkBinary(c: Checker, expr: BinaryExpr): Checked {
  const left = check(c, expr.left);
  const right = check(c, expr.right);
  const isSame = left.expr === expr.left && right.expr === expr.right;
  const whole = isSame ? expr : { ...expr, left: left.expr, right: right.expr };
  switch (expr.op) {
    case "+":
    case "-": {
      const dimension = agree(c, expr, expr.op === "+" ? "a sum" : "a difference", left, right);
      return { expr: whole, dimension, isBoolean: false };
    }
    case "*":
    case "/": {
      const dimension = productOf(left.dimension, right.dimension, expr.op === "/");
      return { expr: whole, dimension, isBoolean: false };
    }
    case "^":
      requirePlain(c, expr.right, right, "an exponent");
      return { expr: whole, dimension: powerOf(c, expr, left), isBoolean: false };
    case "and":
    case "or":
      return { ...plain(whole), isBoolean: true };
    default:
      agree(c, expr, "a comparison", left, right);
      return { ...plain(whole), isBoolean: true };
  }
}

function powerOf(c: Checker, { right }: BinaryExpr, base: Checked): AnyDimension {
  const { dimension } = base;
  if (dimension === "any" || sameDimension(dimension, dimensionless)) return dimension;
  const exponent = literalValue(right);
  if (exponent !== undefined && Number.isFinite(exponent)) {
    return powerDimension(dimension, exponent);
  }
  if (c.options.system === "none") return "any";
  return fail(c, right.span, {
    code: "dimension",
    problem: `the power of a ${shown(dimension, c.units)} depends on a variable`,
    allowed: "a number as exponent",
    hint: "Divide the base by a quantity of the same kind first.",
  });
}

/** The value of an exponent that is written in numbers only, such as `-1` or `(1 / 2)`. */
function literalValue(expr: Expr): number | undefined {
  if (expr.kind === "number") return expr.unit === undefined ? expr.value : undefined;
  if (expr.kind === "unary" && expr.op === "-") {
    const value = literalValue(expr.arg);
    return value === undefined ? undefined : -value;
  }
  if (expr.kind !== "binary" || expr.op !== "/") return undefined;
  const above = literalValue(expr.left);
  const below = literalValue(expr.right);
  return above === undefined || below === undefined ? undefined : above / below;
}

function checkConditional(c: Checker, expr: ConditionalExpr): Checked {
  const test = check(c, expr.test);
  const then = check(c, expr.then);
  const otherwise = check(c, expr.else);
  const isSame = test.expr === expr.test && then.expr === expr.then && otherwise.expr === expr.else;
  return {
    expr: isSame ? expr : { ...expr, test: test.expr, then: then.expr, else: otherwise.expr },
    dimension: agree(c, expr, "a conditional", then, otherwise),
    isBoolean: then.isBoolean && otherwise.isBoolean,
  };
}

/**
 * `plain`: numbers to a number; `same`: keeps the dimension; `agree`: all arguments share it;
 * `half`: a square root; `free`: anything to a number.
 */
type Rule = "plain" | "same" | "agree" | "half" | "free";

const rules: Readonly<Record<FunctionName, Rule>> = {
  abs: "same",
  // Where a value is rounded depends on its unit.
  ceil: "plain",
  clip: "agree",
  cos: "plain",
  exp: "plain",
  expm1: "plain",
  exprel: "plain",
  floor: "plain",
  int: "free",
  log: "plain",
  log1p: "plain",
  max: "agree",
  min: "agree",
  prev: "same",
  sign: "free",
  sin: "plain",
  sqrt: "half",
  tanh: "plain",
};

function checkCall(c: Checker, expr: CallExpr): Checked {
  const inner = expr.args[0]!;
  if (expr.fn === "prev" && inner.kind === "name" && !c.scope.has(inner.name)) {
    return refuseUnknown(c, inner.name, inner.span);
  }
  const args = expr.args.map((arg) => check(c, arg));
  const isSame = args.every((arg, i) => arg.expr === expr.args[i]);
  const whole = isSame ? expr : { ...expr, args: args.map((arg) => arg.expr) };
  const [first] = args as [Checked];
  switch (rules[expr.fn]) {
    case "plain":
      args.forEach((arg, i) => requirePlain(c, expr.args[i]!, arg, `the argument of ${expr.fn}`));
      return plain(whole);
    case "free":
      return plain(whole);
    case "same":
      return {
        expr: whole,
        dimension: first.dimension,
        isBoolean: first.isBoolean && expr.fn === "prev",
      };
    case "half": {
      const { dimension } = first;
      const half = dimension === "any" ? dimension : powerDimension(dimension, 0.5);
      return { expr: whole, dimension: half, isBoolean: false };
    }
    case "agree": {
      const dimension = args.reduce<AnyDimension>(
        (sum, arg) => agree(c, expr, expr.fn, { ...arg, dimension: sum }, arg),
        "any",
      );
      return { expr: whole, dimension, isBoolean: false };
    }
  }
}
