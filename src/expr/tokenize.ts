// From text to tokens. Invariant: one pass, linear time; every token knows its place in the text; a
// character that is not part of the language is refused where it stands.

import { numberWords, operatorWords } from "./names.js";
import { specErrorAt } from "./place.js";
import type { Complaint, Source } from "./place.js";
import { isUnitName } from "./unit-table.js";

/** `separator` is a line end or `;` between statements; `end` closes every list. */
export type TokenKind = "number" | "name" | "op" | "separator" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** In one spelling: `^` for `**`, `and` for `&&`, `or` for `||`; `!` and `not` stay apart. */
  readonly text: string;
  /** Of numbers; 0 otherwise. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Longest text that is read. */
const maxTextLength = 100_000;
/** Longest name that is read. */
const maxNameLength = 1000;

const pairs = new Map([
  ...["<=", ">=", "==", "!=", "+=", "-=", "*=", "/="].map((op) => [op, op] as const),
  ["**", "^"],
  ["&&", "and"],
  ["||", "or"],
]);
const singles = new Set("+-*/^<>!?:=(),");

/** Characters that look like, or mean, something that the language writes otherwise. */
const written = new Map([
  ["\u2212", "-"],
  ["\u2013", "-"],
  ["\u00b7", "*"],
  ["\u00d7", "*"],
  ["\u00f7", "/"],
  ["\u2264", "<="],
  ["\u2265", ">="],
  ["\u00b2", "^2"],
  ["\u00b3", "^3"],
  ["\u221e", "inf"],
  ["\u03a9", "Ohm"],
  ["\u2126", "Ohm"],
  ["&", "&&"],
  ["|", "||"],
  ["[", "("],
  ["]", ")"],
  ["{", "("],
  ["}", ")"],
  ["\u2260", "!="],
]);

interface Scanner {
  readonly source: Source;
  readonly text: string;
  readonly tokens: Token[];
  position: number;
  /** Open parentheses: inside them a line end is a space. */
  depth: number;
}

const isDigit = (c: number) => c >= 48 && c <= 57;
const isNameStart = (c: number) => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isNamePart = (c: number) => isNameStart(c) || isDigit(c);
/** Both characters that are used for micro. */
const isMicro = (c: number) => c === 0xb5 || c === 0x3bc;

function fail(s: Scanner, start: number, end: number, complaint: Complaint): never {
  throw specErrorAt(s.source, { start, end }, complaint);
}

function skip(s: Scanner, from: number, isPart: (c: number) => boolean): number {
  let i = from;
  while (i < s.text.length && isPart(s.text.charCodeAt(i))) i++;
  return i;
}

function push(s: Scanner, kind: TokenKind, end: number, text: string, value = 0): void {
  s.tokens.push({ kind, text, value, start: s.position, end });
  s.position = end;
}

function scanNumber(s: Scanner): void {
  const start = s.position;
  let end = skip(s, start, isDigit);
  if (s.text[end] === ".") end = skip(s, end + 1, isDigit);
  if (s.text[end] === "e" || s.text[end] === "E") {
    const sign = s.text[end + 1] === "+" || s.text[end + 1] === "-" ? 1 : 0;
    const last = skip(s, end + 1 + sign, isDigit);
    if (last > end + 1 + sign) end = last;
    else if (sign === 1 || !isNamePart(s.text.charCodeAt(end + 1))) {
      fail(s, start, end + 1 + sign, {
        code: "syntax",
        problem: "this number's exponent has no digits",
        hint: "Write it as 1e-3, or put * between a number and a name.",
      });
    }
  }
  const value = Number(s.text.slice(start, end));
  if (!Number.isFinite(value)) {
    fail(s, start, end, {
      code: "syntax",
      problem: "this number is too large for a double",
      hint: "Write inf for infinity.",
    });
  }
  push(s, "number", end, s.text.slice(start, end), value);
}

function scanName(s: Scanner): void {
  const start = s.position;
  const end = skip(s, start + 1, isNamePart);
  const written = s.text.slice(start, end);
  if (written.length > maxNameLength) {
    fail(s, start, end, {
      code: "limit",
      problem: "this name is too long",
      got: written.length,
      allowed: `at most ${maxNameLength} characters`,
      hint: "Shorten it.",
    });
  }
  if (isMicro(s.text.charCodeAt(start))) {
    const text = `u${written.slice(1)}`;
    if (!isUnitName(text)) refuse(s);
    return push(s, "name", end, text);
  }
  const value = numberWords.get(written);
  if (value !== undefined) return push(s, "number", end, written, value);
  push(s, operatorWords.has(written) ? "op" : "name", end, written);
}

/** The character at the present position is not part of the language. */
function refuse(s: Scanner): never {
  const code = s.text.codePointAt(s.position)!;
  const char = String.fromCodePoint(code);
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const isVisible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(char);
  const instead = written.get(char);
  const general =
    "Names are made of Latin letters, digits and _; Greek letters are spelt out, for example tau.";
  fail(s, s.position, s.position + char.length, {
    code: "syntax",
    problem: isVisible
      ? `unexpected character ${char} (${point})`
      : `unexpected invisible character ${point}`,
    hint:
      instead !== undefined
        ? `Write ${instead} instead.`
        : isVisible
          ? general
          : "Delete it, or replace it by an ordinary space or line end.",
  });
}

function skipComment(s: Scanner): void {
  while (s.position < s.text.length) {
    const char = s.text[s.position]!;
    if (char === "\n" || char === "\r") return;
    // Some editors show a new line here, so what follows would look like an equation.
    if (char === "\u2028" || char === "\u2029") refuse(s);
    s.position++;
  }
}

/** A line goes on inside parentheses and after an operator. */
function scanLineEnd(s: Scanner): void {
  const last = s.tokens[s.tokens.length - 1];
  const continues = s.depth > 0 || (last?.kind === "op" && last.text !== ")");
  if (continues) s.position++;
  else push(s, "separator", s.position + 1, "\n");
}

function scanOperator(s: Scanner, char: string): void {
  const pair = pairs.get(s.text.slice(s.position, s.position + 2));
  if (pair !== undefined) return push(s, "op", s.position + 2, pair);
  if (!singles.has(char)) refuse(s);
  if (char === "(") s.depth++;
  if (char === ")" && s.depth > 0) s.depth--;
  push(s, "op", s.position + 1, char);
}

function scanToken(s: Scanner): void {
  const char = s.text[s.position]!;
  const code = s.text.charCodeAt(s.position);
  if (char === " " || char === "\t") s.position++;
  else if (char === "\n" || char === "\r") scanLineEnd(s);
  else if (char === ";") push(s, "separator", s.position + 1, ";");
  else if (char === "#") skipComment(s);
  else if (isDigit(code) || (char === "." && isDigit(s.text.charCodeAt(s.position + 1)))) {
    scanNumber(s);
  } else if (isNameStart(code) || isMicro(code)) scanName(s);
  else scanOperator(s, char);
}

/** Splits a text into tokens; the last one is always `end`. */
export function tokenize(source: Source): Token[] {
  const { text } = source;
  if (typeof text !== "string" || text.length > maxTextLength) {
    throw specErrorAt(
      { text: "", where: source.where },
      { start: 0, end: 0 },
      {
        code: typeof text === "string" ? "limit" : "syntax",
        problem: typeof text === "string" ? "this text is too long" : "this must be a text",
        got: typeof text === "string" ? text.length : text,
        allowed: `a text of at most ${maxTextLength} characters`,
        hint: "Give equations as text, and split long ones.",
      },
    );
  }
  const s: Scanner = { source, text, tokens: [], position: 0, depth: 0 };
  while (s.position < text.length) scanToken(s);
  push(s, "end", text.length, "");
  return s.tokens;
}
