// From text to plain data, for texts by strangers. Invariant: one pass in linear time without
// recursion checks grammar, nesting, repeated keys and size before anything is built; after it
// JSON.parse cannot fail and nobody's recursion over the result can be deeper than the limit.

import { LoadError } from "../errors.js";
import type { ErrorDetails } from "../errors.js";
import { documentLimits } from "./document.js";
import { keyPath } from "./place.js";

/** Reads a text as JSON; throws a LoadError with the line, the column and the path. */
export function parseJson(text: string): unknown {
  if (text.length > documentLimits.text) {
    throw new LoadError({
      code: "too-large",
      where: "$",
      problem: "the text of the document is too long",
      got: text.length,
      allowed: `at most ${documentLimits.text} characters`,
      hint: "Put long lists of numbers into a file beside it, and give the option arrays.",
    });
  }
  // Some editors put a byte order mark in front.
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  new JsonCheck(text, start).run();
  return JSON.parse(start === 0 ? text : text.slice(1)) as unknown;
}

/** An open object or list. */
interface Frame {
  readonly isObject: boolean;
  /** Keys so far; a set as soon as there are many. */
  keys: string[] | Set<string>;
  key: string;
  count: number;
}

/** What may come next. */
type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma" | "end";

const manyKeys = 16;
const words = ["true", "false", "null"];
const confused = /^(?:NaN|-?Infinity|undefined|None|True|False|nan|-?inf)\b/;

const code = (char: string): number => char.charCodeAt(0);
const quote = code('"');
const backslash = code("\\");
const comma = code(",");
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
/** Space, tab, line feed, carriage return. */
const isSpace = (c: number): boolean => c === 32 || c === 10 || c === 13 || c === 9;

class JsonCheck {
  readonly #text: string;
  readonly #stack: Frame[] = [];
  #at: number;
  #containers = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  run(): void {
    let expected: Expected = "value";
    for (;;) {
      this.#skipSpace();
      const c = this.#text.charCodeAt(this.#at);
      if (expected === "end" && this.#at >= this.#text.length) return;
      expected = this.#next(expected, c);
    }
  }

  #next(expected: Expected, c: number): Expected {
    switch (expected) {
      case "value":
        return this.#value(c);
      case "value or ]":
        return c === code("]") ? this.#close() : this.#value(c);
      case "key or }":
        return c === code("}") ? this.#close() : this.#key(c);
      case "key":
        return this.#key(c);
      case "colon":
        if (c !== code(":")) this.#refuse("a colon");
        this.#at += 1;
        return "value";
      case "comma":
        return this.#separator(c);
      case "end":
        return this.#refuse("the end of the text");
    }
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #value(c: number): Expected {
    const frame = this.#stack.at(-1);
    if (frame !== undefined && !frame.isObject) frame.count += 1;
    if (c === code("{")) return this.#open(true);
    if (c === code("[")) return this.#open(false);
    if (c === quote) this.#string();
    else if (c === code("-") || isDigit(c)) this.#number(c);
    else this.#word();
    return this.#after();
  }

  #after(): Expected {
    return this.#stack.length === 0 ? "end" : "comma";
  }

  #separator(c: number): Expected {
    const { isObject } = this.#stack.at(-1)!;
    if (c === comma) {
      this.#at += 1;
      return isObject ? "key" : "value";
    }
    if (c === code(isObject ? "}" : "]")) return this.#close();
    return this.#refuse(isObject ? "a comma or }" : "a comma or ]");
  }

  #open(isObject: boolean): Expected {
    this.#containers += 1;
    if (this.#stack.length >= documentLimits.depth) {
      this.#fail("too-deep", {
        problem: "lists and objects are nested too deeply",
        allowed: `at most ${documentLimits.depth} levels`,
      });
    }
    if (this.#containers > documentLimits.containers) {
      this.#fail("too-large", {
        problem: "the text has too many lists and objects",
        allowed: `at most ${documentLimits.containers}`,
      });
    }
    this.#stack.push({ isObject, keys: [], key: "", count: 0 });
    this.#at += 1;
    return isObject ? "key or }" : "value or ]";
  }

  #close(): Expected {
    this.#stack.pop();
    this.#at += 1;
    return this.#after();
  }

  #key(c: number): Expected {
    if (c !== quote) this.#refuse("a key in double quotes");
    const start = this.#at;
    const isEscaped = this.#string();
    const frame = this.#stack.at(-1)!;
    const key = isEscaped
      ? (JSON.parse(this.#text.slice(start, this.#at)) as string)
      : this.#text.slice(start + 1, this.#at - 1);
    frame.key = key;
    frame.count += 1;
    if (this.#isRepeated(frame, key)) {
      this.#at = start;
      this.#fail("duplicate-key", {
        problem: "a key stands twice in one object",
        got: key,
        hint: "Remove one of the two.",
      });
    }
    if (frame.count > documentLimits.keys) {
      this.#fail("too-large", {
        problem: "an object has too many keys",
        allowed: `at most ${documentLimits.keys}`,
      });
    }
    return "colon";
  }

  #isRepeated(frame: Frame, key: string): boolean {
    if (Array.isArray(frame.keys)) {
      if (frame.keys.includes(key)) return true;
      frame.keys.push(key);
      if (frame.keys.length > manyKeys) frame.keys = new Set(frame.keys);
      return false;
    }
    if (frame.keys.has(key)) return true;
    frame.keys.add(key);
    return false;
  }

  /** Goes behind a string; true where it has escapes. */
  #string(): boolean {
    const text = this.#text;
    let isEscaped = false;
    for (let i = this.#at + 1; ; i += 1) {
      const c = text.charCodeAt(i);
      if (c === quote) {
        this.#at = i + 1;
        return isEscaped;
      }
      if (c === backslash) {
        isEscaped = true;
        i += this.#escapeLength(i) - 1;
      } else if (!(c >= 32)) {
        this.#at = i;
        this.#refuse(i < text.length ? "no control character in a text" : "a closing quote");
      }
    }
  }

  #escapeLength(at: number): number {
    const text = this.#text;
    const kind = text[at + 1];
    if (kind === "u" && /^[0-9A-Fa-f]{4}$/.test(text.slice(at + 2, at + 6))) return 6;
    if (kind !== undefined && '"\\/bfnrt'.includes(kind)) return 2;
    this.#at = at;
    return this.#refuse('\\", \\\\, \\/, \\b, \\f, \\n, \\r, \\t or \\u with four digits');
  }

  #number(first: number): void {
    let i = this.#at + (first === code("-") ? 1 : 0);
    const digits = (): void => {
      const start = i;
      while (isDigit(this.#text.charCodeAt(i))) i += 1;
      if (i === start) this.#refuse("a number, for example -1.5e-3");
    };
    // A number that begins with 0 ends there or goes on with a point or an exponent.
    if (this.#text[i] === "0") i += 1;
    else digits();
    if (this.#text[i] === ".") {
      i += 1;
      digits();
    }
    if (this.#text[i] === "e" || this.#text[i] === "E") {
      i += 1;
      if (this.#text[i] === "+" || this.#text[i] === "-") i += 1;
      digits();
    }
    this.#at = i;
  }

  #word(): void {
    const word = words.find((each) => this.#text.startsWith(each, this.#at));
    if (word === undefined) this.#refuse("a value: a text, number, list, object, true or false");
    this.#at += word!.length;
  }

  #refuse(allowed: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 12);
    const hint = confused.test(rest) ? "JSON has no such number; leave the key out." : undefined;
    const got = rest === "" ? "the end of the text" : rest;
    return this.#fail("bad-json", { problem: "this is not JSON", got, allowed }, hint);
  }

  #fail(what: string, details: Omit<ErrorDetails, "code" | "where">, advice?: string): never {
    let line = 1;
    let lineStart = 0;
    for (;;) {
      const end = this.#text.indexOf("\n", lineStart);
      if (end < 0 || end >= this.#at) break;
      line += 1;
      lineStart = end + 1;
    }
    const place = `It is at line ${line}, column ${this.#at - lineStart + 1}.`;
    const own = advice ?? details.hint;
    const hint = own === undefined ? place : `${own} ${place}`;
    throw new LoadError({ ...details, code: what, where: this.#path(), hint });
  }

  /** The JSON path of the place where the check stands. */
  #path(): string {
    let path = "$";
    for (const { isObject, key, count } of this.#stack) {
      if (count === 0) break;
      path = isObject ? keyPath(path, key) : `${path}[${count - 1}]`;
    }
    return path;
  }
}
