// Writes plain data as JSON, piece by piece, so that a result larger than the longest string can be
// written. Invariant: numbers read back as they were, also -0; those that JSON cannot hold are texts.

import { visibleJson } from "../util/visible.js";

/** What can be written. Generators give the entries of a list one by one. */
export type Json =
  | null
  | boolean
  | number
  | string
  | undefined
  | ArrayLike<number>
  | readonly Json[]
  | (() => Iterable<Json>)
  | { readonly [key: string]: Json };

function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function* list(items: Iterable<Json>): Generator<string> {
  let before = "[";
  for (const item of items) {
    yield before;
    yield* jsonPieces(item);
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}

/** Many numbers make one piece: a piece for each would take most of the time. */
const numbersInPiece = 1000;

function* numbers(values: ArrayLike<number>): Generator<string> {
  yield "[";
  for (let start = 0; start < values.length; start += numbersInPiece) {
    const end = Math.min(values.length, start + numbersInPiece);
    let text = start === 0 ? "" : ",";
    for (let i = start; i < end; i++) text += (i > start ? "," : "") + numberText(values[i]!);
    yield text;
  }
  yield "]";
}

/** The text of a value in pieces; keys with the value undefined are left out. */
export function* jsonPieces(value: Json): Generator<string> {
  if (value === null || value === undefined) yield "null";
  else if (typeof value === "number") yield numberText(value);
  else if (typeof value === "boolean") yield String(value);
  else if (typeof value === "string") yield visibleJson(value);
  else if (typeof value === "function") yield* list(value());
  else if (Array.isArray(value)) yield* list(value as readonly Json[]);
  else if (ArrayBuffer.isView(value)) yield* numbers(value as unknown as ArrayLike<number>);
  else {
    let before = "{";
    for (const [key, item] of Object.entries(value as { readonly [key: string]: Json })) {
      if (item === undefined) continue;
      yield `${before}${visibleJson(key)}:`;
      yield* jsonPieces(item);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  }
}

/** The text of a small value. */
export const jsonText = (value: Json): string => [...jsonPieces(value)].join("");
