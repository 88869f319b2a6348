// A place in a list of tokens, shared by the readers of expressions, statements and units.
// Invariant: reading never passes `stop`, so that a part of a list can be read on its own.

import type { Expr, Span } from "./ast.js";
import { specErrorAt } from "./place.js";
import type { Complaint, Source } from "./place.js";
import { childrenOf } from "./rewrite.js";
import { tokenize } from "./tokenize.js";
import type { Token } from "./tokenize.js";

/** Deepest nesting of parentheses, calls, signs and conditionals in a text. */
const maxNesting = 200;
/** Highest tree: a chain such as `a + b + c` grows by one for each operator. */
export const maxHeight = 500;

export interface Cursor {
  readonly source: Source;
  readonly tokens: readonly Token[];
  position: number;
  /** Index of the first token that does not belong to the part being read. */
  stop: number;
  nesting: number;
  /** Parentheses that are open at this place. */
  readonly open: Token[];
  readonly heights: WeakMap<Expr, number>;
}

/** A cursor at the first token of a text. */
export function cursorOver(source: Source): Cursor {
  const tokens = tokenize(source);
  const heights = new WeakMap<Expr, number>();
  return { source, tokens, position: 0, stop: tokens.length - 1, nesting: 0, open: [], heights };
}

/** The token at the cursor, or `ahead` places after it; an `end` token from `stop` on. */
export function peek(c: Cursor, ahead = 0): Token {
  const index = c.position + ahead;
  if (index < c.stop) return c.tokens[index]!;
  const place = c.stop > 0 ? c.tokens[c.stop - 1]!.end : 0;
  return { kind: "end", text: "", value: 0, start: place, end: place };
}

/** The token at the cursor, which then moves on. */
export function take(c: Cursor): Token {
  const token = peek(c);
  if (c.position < c.stop) c.position++;
  return token;
}

/** Whether the token at the cursor is this operator. */
export function isAt(c: Cursor, op: string): boolean {
  const token = peek(c);
  return token.kind === "op" && token.text === op;
}

/** Moves on if the token at the cursor is this operator. */
export function skipOp(c: Cursor, op: string): boolean {
  const found = isAt(c, op);
  if (found) c.position++;
  return found;
}

/** From a position to the end of the last token that was taken. */
export function spanFrom(c: Cursor, start: number): Span {
  return { start, end: c.position > 0 ? c.tokens[c.position - 1]!.end : start };
}

/** Throws the error for a complaint about a part of the text. */
export function failAt(c: Cursor, span: Span, complaint: Complaint): never {
  throw specErrorAt(c.source, span, complaint);
}

/** Throws a syntax error about a token: `problem` for the end of a text, `got` is added elsewhere. */
export function unexpected(c: Cursor, token: Token, allowed: string, hint?: string): never {
  const open = c.open[c.open.length - 1];
  const isEnd = token.kind === "end" || token.kind === "separator";
  if (isEnd && open !== undefined) {
    return failAt(c, open, {
      code: "syntax",
      problem: "this parenthesis is never closed",
      hint: "Add the missing ).",
    });
  }
  const isLast = token.kind === "end" && c.stop === c.tokens.length - 1;
  const problem = isLast ? "the text ends too early" : "the line ends too early";
  failAt(c, token, {
    code: "syntax",
    problem: isEnd ? problem : "cannot be read from here on",
    ...(isEnd ? {} : { got: token.text }),
    allowed,
    hint: hint ?? adviceFor(c, token),
  });
}

function adviceFor(c: Cursor, token: Token): string {
  if (token.text === "=") return "To compare, write ==.";
  if (token.text === ")" && c.open.length === 0) return "There is no ( for it.";
  if (token.text === "not") return "Put it in parentheses: (not x).";
  if (token.kind === "separator" || token.kind === "end") {
    return "A line goes on inside parentheses and after an operator.";
  }
  if (token.kind === "number" || token.kind === "name") return "An operator may be missing here.";
  return "Complete or remove this part.";
}

/** Reads something one level deeper; `levels` where one level of text may print as several. */
export function nested<T>(c: Cursor, at: Token, levels: number, read: () => T): T {
  c.nesting += levels;
  if (c.nesting > maxNesting) {
    failAt(c, at, {
      code: "limit",
      problem: "this is nested too deeply",
      allowed: `${maxNesting} levels`,
      hint: "Give parts of it names of their own in lines before.",
    });
  }
  const result = read();
  c.nesting -= levels;
  return result;
}

/** Adds a node to the tree: every node passes here, so that none becomes too high to walk. */
export function grow<E extends Expr>(c: Cursor, node: E): E {
  let height = 1;
  for (const child of childrenOf(node)) {
    height = Math.max(height, 1 + (c.heights.get(child) ?? 0));
  }
  if (height > maxHeight) {
    failAt(c, node.span!, {
      code: "limit",
      problem: "this chain of operators is too long",
      allowed: `${maxHeight} in a row`,
      hint: "Give parts of it names of their own in lines before.",
    });
  }
  c.heights.set(node, height);
  return node;
}
