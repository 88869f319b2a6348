// Reads the two kinds of text that models consist of: single expressions, and statements one per
// line. Invariant: every refusal is a SpecError that shows the place; nothing is evaluated here.

import type { Expr, Statement } from "./ast.js";
import { cursorOver, failAt, isAt, peek, skipOp, spanFrom, take, unexpected } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { isName, reservedBecause } from "./names.js";
import { readExpression, readProduct, refuseName } from "./parse-expression.js";
import type { Token } from "./tokenize.js";
import { readUnit } from "./units.js";

type AssignOp = Extract<Statement, { kind: "assign" }>["op"];
const assignments: ReadonlySet<string> = new Set<AssignOp>(["=", "+=", "-=", "*=", "/="]);

/** What stands on the left of a statement. */
type Head =
  | { readonly kind: "assign"; readonly target: string; readonly op: AssignOp }
  | { readonly kind: "differential"; readonly target: string; readonly coefficient?: Expr };

function skipSeparators(c: Cursor): void {
  while (peek(c).kind === "separator") c.position++;
}

/** Reads one expression from a text: `(V - Er) / tau`. */
export function parseExpression(text: string, where = "expression"): Expr {
  const c = cursorOver({ text, where });
  skipSeparators(c);
  const expr = readExpression(c);
  skipSeparators(c);
  if (peek(c).kind !== "end") unexpected(c, peek(c), "an operator or the end of the expression");
  return expr;
}

/** Reads statements, separated by line ends or `;`; an empty text has none. */
export function parseStatements(text: string, where = "equations"): Statement[] {
  const c = cursorOver({ text, where });
  const end = c.stop;
  const statements: Statement[] = [];
  for (;;) {
    c.stop = end;
    skipSeparators(c);
    if (c.position >= end) return statements;
    c.stop = c.position;
    while (c.stop < end && c.tokens[c.stop]!.kind !== "separator") c.stop++;
    statements.push(readStatement(c));
  }
}

function readStatement(c: Cursor): Statement {
  const { start } = peek(c);
  const head = readHead(c);
  const value = readExpression(c);
  const unit = readUnitSuffix(c);
  const flags = isAt(c, "(") ? readFlags(c) : [];
  if (peek(c).kind !== "end") unexpected(c, peek(c), "an operator or the end of the line");
  const tail = { ...(unit === undefined ? {} : { unit }), flags, span: spanFrom(c, start) };
  return { ...head, value, ...tail };
}

/** Index of the sign that divides a statement into its two sides; -1 where there is none. */
function findAssignment(c: Cursor): number {
  let depth = 0;
  for (let i = c.position; i < c.stop; i++) {
    const { kind, text } = c.tokens[i]!;
    if (kind !== "op") continue;
    if (text === "(") depth++;
    else if (text === ")") depth--;
    else if (depth === 0 && assignments.has(text)) return i;
  }
  return -1;
}

function readHead(c: Cursor): Head {
  const from = c.position;
  const at = findAssignment(c);
  const target = c.tokens[from]!;
  const sign = c.tokens[at];
  if (sign === undefined || at === from) refuseLine(c, "this line is no assignment");
  c.position = at + 1;
  if (at - from === 1) {
    if (target.kind !== "name") refuseTarget(c, from, at);
    requireFree(c, target);
    return { kind: "assign", target: target.text, op: sign.text as AssignOp };
  }
  if (c.tokens[at - 1]!.text !== "dt" || c.tokens[at - 2]!.text !== "/" || at - from < 3) {
    refuseTarget(c, from, at);
  }
  if (sign.text !== "=") unexpected(c, sign, "=", "A differential equation is written with =.");
  return readDerivative(c, from, at);
}

/** The left side of `C dV/dt =`, from the token `from` to the sign at `at`. */
function readDerivative(c: Cursor, from: number, at: number): Head {
  const written = c.tokens[at - 3]!;
  const name = { ...written, text: written.text.slice(1), start: written.start + 1 };
  if (written.kind !== "name" || !written.text.startsWith("d") || !isName(name.text)) {
    refuseTarget(c, from, at);
  }
  requireFree(c, name);
  const target = name.text;
  if (at - 3 === from) return { kind: "differential", target };
  return { kind: "differential", target, coefficient: readCoefficient(c, from, at - 3) };
}

/** The `C` of `C dV/dt` or `C*dV/dt`, between two tokens. */
function readCoefficient(c: Cursor, from: number, to: number): Expr {
  const { position, stop } = c;
  const hasTimes = c.tokens[to - 1]!.text === "*";
  const last = c.tokens[to - 1]!;
  c.position = from;
  c.stop = hasTimes ? to - 1 : to;
  const start = peek(c).start;
  if (c.stop === from || (last.kind === "op" && last.text === "/")) {
    unexpected(c, last, "a coefficient before it", "Write C dV/dt = ... for a capacitance C.");
  }
  const coefficient = readProduct(c);
  // A quotient whose span starts with the line is not in parentheses.
  const isQuotient = coefficient.kind === "binary" && coefficient.op === "/";
  const isAmbiguous = isQuotient && !hasTimes && coefficient.span?.start === start;
  if (peek(c).kind !== "end" || isAmbiguous) {
    failAt(
      c,
      { start, end: last.end },
      {
        code: isAmbiguous ? "ambiguous" : "syntax",
        problem: "what multiplies the derivative must be in parentheses",
        hint: "Write (a + b) dx/dt = ... or (a / b) dx/dt = ....",
      },
    );
  }
  c.position = position;
  c.stop = stop;
  return coefficient;
}

function refuseLine(c: Cursor, problem: string): never {
  const { start } = peek(c);
  failAt(
    c,
    { start, end: c.tokens[c.stop - 1]!.end },
    {
      code: "syntax",
      problem,
      allowed: "x = ..., x += ... (also -=, *=, /=) or dx/dt = ...",
      hint: "A line that goes on must end in an operator or stand inside parentheses.",
    },
  );
}

/** What stands between the tokens `from` and `to` is no left side. */
function refuseTarget(c: Cursor, from: number, to: number): never {
  const first = c.tokens[from]!;
  if (first.kind === "number" && reservedBecause(first.text) !== undefined) refuseName(c, first);
  const span = { start: first.start, end: c.tokens[to - 1]!.end };
  failAt(c, span, {
    code: "syntax",
    problem: "the left side is neither a variable nor a derivative",
    allowed: "x = ..., dx/dt = ..., C dx/dt = ... or (a + b) dx/dt = ...",
    hint: "Bring all but one variable or one derivative to the right side.",
  });
}

function requireFree(c: Cursor, token: Token): void {
  if (reservedBecause(token.text) !== undefined) refuseName(c, token);
}

/** Reads `: mV` and gives back what stands after the colon. */
function readUnitSuffix(c: Cursor): string | undefined {
  if (!skipOp(c, ":")) return undefined;
  const { position, stop } = c;
  c.stop = endOfUnit(c);
  readUnit(c);
  let text = "";
  let wasWord = false;
  for (const token of c.tokens.slice(position, c.stop)) {
    const isWord = token.kind !== "op";
    text += (wasWord && isWord ? " " : "") + c.source.text.slice(token.start, token.end);
    wasWord = isWord;
  }
  c.stop = stop;
  return text;
}

/** A parenthesis after an operand opens the flags; elsewhere it belongs to the unit. */
function endOfUnit(c: Cursor): number {
  let depth = 0;
  let afterOperand = false;
  for (let i = c.position; i < c.stop; i++) {
    const { kind, text } = c.tokens[i]!;
    if (kind === "op" && text === "(") {
      if (depth === 0 && afterOperand) return i;
      depth++;
    } else if (kind === "op" && text === ")") depth--;
    afterOperand = kind !== "op" || text === ")";
  }
  return c.stop;
}

/** Reads `(unless refractory, event-driven)`. */
function readFlags(c: Cursor): string[] {
  const opening = take(c);
  const flags: string[] = [];
  c.open.push(opening);
  do flags.push(readFlag(c));
  while (skipOp(c, ","));
  if (!isAt(c, ")")) unexpected(c, peek(c), "a word, a comma or )");
  take(c);
  c.open.pop();
  return flags;
}

function readFlag(c: Cursor): string {
  let flag = "";
  for (;;) {
    const token = peek(c);
    if (token.kind === "name")
      flag += flag === "" || flag.endsWith("-") ? token.text : ` ${token.text}`;
    else if (token.text === "-" && flag !== "" && !flag.endsWith("-")) flag += "-";
    else if (flag === "" || flag.endsWith("-")) return unexpected(c, token, "a flag");
    else return flag;
    take(c);
  }
}
