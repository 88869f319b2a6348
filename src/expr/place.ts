// Errors that show their place in a text. Invariant: the excerpt is two short lines, whatever the
// length of the text, and shows no control characters.

import { SpecError } from "../errors.js";
import type { ErrorDetails } from "../errors.js";
import type { Span } from "./ast.js";

/** A text and the path of the thing in the user's network or definition that it belongs to. */
export interface Source {
  readonly text: string;
  readonly where: string;
}

/** What is wrong at a place: the details of an error without the path. */
export type Complaint = Omit<ErrorDetails, "where">;

const shownBefore = 60;
const shownAfter = 30;

const isLineEnd = (char: string | undefined) => char === "\n" || char === "\r";

/** Line and column, both from 1, of a position in a text. */
function lineAndColumn(text: string, position: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < position; i++) {
    if (!isLineEnd(text[i])) continue;
    if (text[i] === "\r" && text[i + 1] === "\n" && i + 1 < position) i++;
    line++;
    lineStart = i + 1;
  }
  return { line, column: position - lineStart + 1 };
}

/** The part of the text around a span on one line, and carets under the span on the next. */
export function excerpt(text: string, span: Span): string {
  const start = Math.min(span.start, text.length);
  let from = start;
  while (from > 0 && from > start - shownBefore && !isLineEnd(text[from - 1])) from--;
  let to = start;
  const longest = Math.max(span.end, start) + shownAfter;
  const limit = Math.min(text.length, longest, start + shownBefore);
  while (to < limit && !isLineEnd(text[to])) to++;
  const isCutBefore = from > 0 && !isLineEnd(text[from - 1]);
  const isCutAfter = to < text.length && !isLineEnd(text[to]);
  const isSeveral = text.trimEnd().search(/[\n\r]/) >= 0;
  const margin = `  ${isSeveral ? `${lineAndColumn(text, start).line} | ` : ""}${isCutBefore ? "..." : ""}`;
  const shown = text.slice(from, to).replace(/[\p{Cc}\p{Cf}\p{Z}]/gu, (c) => (c > " " ? "?" : " "));
  const carets = "^".repeat(Math.max(1, Math.min(span.end, to) - start));
  const under = " ".repeat(margin.length + start - from) + carets;
  return `${margin}${shown}${isCutAfter ? "..." : ""}\n${under}`;
}

/** The error for a complaint about a part of a text: its hint ends with that part, underlined. */
export function specErrorAt(source: Source, span: Span, complaint: Complaint): SpecError {
  const advice = complaint.hint === undefined ? "" : complaint.hint;
  const hint = `${advice}\n${excerpt(source.text, span)}`;
  return new SpecError({ ...complaint, where: source.where, hint });
}
