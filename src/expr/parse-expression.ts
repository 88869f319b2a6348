// Reads expressions by operator precedence, lowest first: ?:, or, and, not, comparisons, + -,
// * / and juxtaposition, unary - and !, ^. Invariant: recursion is bounded by the nesting limit.
// A number and its unit are one operand (`a * 2 V` is `a * (2 V)`), except after / and inside an
// exponent, where no unit is read.

import { functionArity } from "./ast.js";
import type { BinaryOperator, CallExpr, Expr, NameExpr, NumberExpr } from "./ast.js";
import { failAt, grow, isAt, nested, peek, skipOp, spanFrom, take, unexpected } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { callableNames, isFunctionName, reservedBecause } from "./names.js";
import type { Token } from "./tokenize.js";
import { isUnitName } from "./unit-table.js";
import { didYouMean } from "../util/nearest.js";

const aValue = "a number, a name, a function call or (";
const comparisons = new Set(["<", "<=", ">", ">=", "==", "!="]);

/** Flags that may follow an expression without a unit between: they make no sense as a factor. */
const plainFlags = new Set([
  "unless refractory",
  "event-driven",
  "clock-driven",
  "constant over dt",
]);

/** Reads one whole expression, up to the first token that cannot belong to it. */
export function readExpression(c: Cursor): Expr {
  const first = peek(c);
  const test = readOr(c);
  if (!isAt(c, "?")) return test;
  const question = take(c);
  return nested(c, question, 1, () => {
    const then = readExpression(c);
    if (!skipOp(c, ":")) unexpected(c, peek(c), ": and the value for the other case");
    const otherwise = readExpression(c);
    const span = spanFrom(c, first.start);
    return grow(c, { kind: "conditional", test, then, else: otherwise, span });
  });
}

function join(c: Cursor, op: BinaryOperator, left: Expr, right: Expr, start: number): Expr {
  return grow(c, { kind: "binary", op, left, right, span: spanFrom(c, start) });
}

function readOr(c: Cursor): Expr {
  const { start } = peek(c);
  let left = readAnd(c);
  while (skipOp(c, "or")) left = join(c, "or", left, readAnd(c), start);
  return left;
}

function readAnd(c: Cursor): Expr {
  const { start } = peek(c);
  let left = readNot(c);
  while (skipOp(c, "and")) left = join(c, "and", left, readNot(c), start);
  return left;
}

function readNot(c: Cursor): Expr {
  if (!isAt(c, "not")) return readComparison(c);
  const word = take(c);
  return nested(c, word, 1, () => {
    const arg = readNot(c);
    return grow(c, { kind: "unary", op: "not", arg, span: spanFrom(c, word.start) });
  });
}

function readComparison(c: Cursor): Expr {
  const { start } = peek(c);
  const left = readSum(c);
  const op = peek(c);
  if (op.kind !== "op" || !comparisons.has(op.text)) return left;
  take(c);
  const whole = join(c, op.text as BinaryOperator, left, readSum(c), start);
  const next = peek(c);
  if (next.kind === "op" && comparisons.has(next.text)) {
    failAt(c, next, {
      code: "syntax",
      problem: "comparisons cannot be chained",
      got: next.text,
      hint: "Write a < b and b < c, or add parentheses.",
    });
  }
  return whole;
}

function readSum(c: Cursor): Expr {
  const { start } = peek(c);
  let left = readProduct(c);
  for (;;) {
    if (skipOp(c, "+")) left = join(c, "+", left, readProduct(c), start);
    else if (skipOp(c, "-")) left = join(c, "-", left, readProduct(c), start);
    else return left;
  }
}

/** Products and quotients, with `G (Er - V)` and `2 V` as products. Also the `C` of `C dV/dt`. */
export function readProduct(c: Cursor): Expr {
  const { start } = peek(c);
  let left = readSigned(c, true);
  let isQuotient = false;
  for (;;) {
    const token = peek(c);
    if (skipOp(c, "*")) {
      left = join(c, "*", left, readSigned(c, true), start);
      isQuotient = false;
    } else if (skipOp(c, "/")) {
      left = join(c, "/", left, readSigned(c, false), start);
      isQuotient = true;
    } else if (startsFactor(c)) {
      if (isQuotient) refuseAmbiguous(c, token);
      left = join(c, "*", left, readPower(c, true), start);
    } else if (token.kind === "number") {
      unexpected(c, token, "an operator", "An operator is missing before this number.");
    } else return left;
  }
}

/** Whether what follows multiplies what stands before it without a sign between them. */
function startsFactor(c: Cursor): boolean {
  const token = peek(c);
  if (token.kind === "name") return true;
  return token.text === "(" && token.kind === "op" && !(c.open.length === 0 && startsFlags(c));
}

/** Whether the cursor is at a group of flags, such as `(unless refractory)`, that ends the statement. */
function startsFlags(c: Cursor): boolean {
  const longest = 24;
  let flag = "";
  for (let i = 1; i < longest; i++) {
    const token = peek(c, i);
    if (token.text === ")" || token.text === ",") {
      if (!plainFlags.has(flag)) return false;
      if (token.text === ")") return peek(c, i + 1).kind === "end";
      flag = "";
    } else if (token.kind === "name")
      flag += flag === "" || flag.endsWith("-") ? token.text : ` ${token.text}`;
    else if (token.text === "-") flag += "-";
    else return false;
  }
  return false;
}

function refuseAmbiguous(c: Cursor, token: Token): never {
  failAt(c, token, {
    code: "ambiguous",
    problem: "after a division it is not clear what this multiplies",
    got: token.text,
    hint: "Write a / (b c) or a / b * c.",
  });
}

/** `unit`: whether a number may take the name after it as its unit. */
function readSigned(c: Cursor, unit: boolean): Expr {
  const sign = peek(c);
  if (skipOp(c, "+")) return nested(c, sign, 1, () => readSigned(c, unit));
  // Prints as `not` in parentheses: two levels.
  if (skipOp(c, "!")) return nested(c, sign, 2, () => readNegated(c, sign, readSigned(c, unit)));
  if (!skipOp(c, "-")) return readPower(c, unit);
  return nested(c, sign, 1, () => {
    const first = peek(c);
    const arg = readSigned(c, unit);
    const span = spanFrom(c, sign.start);
    // A sign directly before a number belongs to it: -3 is a number, -(3) and -3^2 are not.
    const isLiteral = first.kind === "number" && arg.kind === "number";
    if (isLiteral) return grow(c, { ...arg, value: -arg.value, span });
    return grow(c, { kind: "unary", op: "-", arg, span });
  });
}

function readNegated(c: Cursor, sign: Token, arg: Expr): Expr {
  return grow(c, { kind: "unary", op: "not", arg, span: spanFrom(c, sign.start) });
}

function readPower(c: Cursor, unit: boolean): Expr {
  const first = peek(c);
  const base = readOperand(c, unit);
  if (!isAt(c, "^")) return base;
  const sign = take(c);
  return nested(c, sign, 1, () => join(c, "^", base, readSigned(c, false), first.start));
}

function readOperand(c: Cursor, unit: boolean): Expr {
  const token = peek(c);
  if (token.kind === "number") return readNumber(c, unit);
  if (token.kind === "name") return readName(c);
  if (token.kind !== "op" || token.text !== "(") return unexpected(c, token, aValue);
  return readGroup(c, 1, () => readExpression(c));
}

/** Reads what stands between the parenthesis at the cursor and the one that closes it. */
function readGroup<T>(c: Cursor, levels: number, read: () => T): T {
  const opening = take(c);
  return nested(c, opening, levels, () => {
    c.open.push(opening);
    const inner = read();
    if (!isAt(c, ")")) unexpected(c, peek(c), "an operator or )", adviceInside(c));
    c.open.pop();
    take(c);
    return inner;
  });
}

function adviceInside(c: Cursor): string | undefined {
  const token = peek(c);
  if (token.text === ",") return "A comma only separates the arguments of a function.";
  if (token.text !== "=") return undefined;
  return "To compare, write ==; or a parenthesis before it is not closed.";
}

function readNumber(c: Cursor, unit: boolean): NumberExpr {
  const number = take(c);
  const next = peek(c);
  const after = peek(c, 1);
  // `2 mV^2` squares the unit and `2 V(...)` is no unit: both are left to the readers above.
  const isCall = after.text === "(" && after.start === next.end;
  const isUnit = next.kind === "name" && isUnitName(next.text) && after.text !== "^" && !isCall;
  const { value } = number;
  if (!unit || !isUnit) return grow(c, { kind: "number", value, span: spanFrom(c, number.start) });
  take(c);
  return grow(c, { kind: "number", value, unit: next.text, span: spanFrom(c, number.start) });
}

function readName(c: Cursor): Expr {
  const token = take(c);
  const isCalled = isAt(c, "(");
  if (isFunctionName(token.text) || token.text === "pow") {
    if (isCalled) return readCall(c, token);
    return failAt(c, token, {
      code: "reserved-name",
      problem: `${token.text} is a function and stands here without arguments`,
      hint: `Write ${token.text}(...), or choose another name for the variable.`,
    });
  }
  if (reservedBecause(token.text) !== undefined) refuseName(c, token);
  // `G (Er - V)` is a product; without the space it is far more often a misspelt function.
  if (isCalled && peek(c).start === token.end) refuseCall(c, token);
  return grow<NameExpr>(c, { kind: "name", name: token.text, span: spanFrom(c, token.start) });
}

/** Throws if a name is not free to be used for a variable. */
export function refuseName(c: Cursor, token: Token): never {
  failAt(c, token, {
    code: "reserved-name",
    problem: `${token.text} cannot be a variable: ${reservedBecause(token.text) ?? "it is no name"}`,
    hint: "Choose another name.",
  });
}

function refuseCall(c: Cursor, token: Token): never {
  const near = didYouMean(token.text, callableNames);
  failAt(c, token, {
    code: "unknown-function",
    problem: "there is no such function",
    got: token.text,
    allowed: callableNames.join(", "),
    hint: `${near === undefined ? "" : `${near} `}For a product write * or a space before the (.`,
  });
}

function readCall(c: Cursor, token: Token): Expr {
  const isPower = token.text === "pow";
  // pow(a, b) prints as (a)^(b), which nests two deep.
  const args = readGroup(c, isPower ? 2 : 1, () => {
    const found: Expr[] = [];
    if (isAt(c, ")")) return found;
    do found.push(readExpression(c));
    while (skipOp(c, ","));
    return found;
  });
  const span = spanFrom(c, token.start);
  const arity = isPower ? 2 : functionArity[token.text as keyof typeof functionArity];
  if (args.length !== arity) {
    failAt(c, span, {
      code: "arity",
      problem: `${token.text} has another number of arguments`,
      got: args.length,
      allowed: String(arity),
      hint: "Add or remove arguments.",
    });
  }
  if (isPower) return grow(c, { kind: "binary", op: "^", left: args[0]!, right: args[1]!, span });
  if (token.text === "prev" && args[0]!.kind !== "name") {
    failAt(c, args[0]!.span!, {
      code: "syntax",
      problem: "prev takes the name of one variable",
      hint: "Write prev(a) + prev(b) for prev(a + b).",
    });
  }
  return grow(c, { kind: "call", fn: token.text as CallExpr["fn"], args, span });
}
