// Names of populations, connections, inputs, outputs and sub-networks. Invariant: a name that got
// in is harmless as a key, in a path, in a file and on one line of text.

import { ValidationError } from "../errors.js";
import { didYouMean } from "../util/nearest.js";

const longestName = 1_000;
const longestPath = 10_000;
const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
/** Control characters, line separators and halves of surrogate pairs, which no file keeps. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

function wrongWithPart(part: string): string | undefined {
  if (part.length === 0) return "a name must not be empty";
  if (reserved.has(part)) return "a name must not be one that JavaScript objects use themselves";
  if (unprintable.test(part)) return "a name must not contain control characters";
  return undefined;
}

function wrongWith(name: string): string | undefined {
  if (name.length > longestName) return "a name is too long";
  if (name.includes("/")) return 'a name must not contain "/", which separates the parts of a path';
  return wrongWithPart(name);
}

/** Gives back a name that may be used, or throws. */
export function checkName(where: string, name: unknown): string {
  if (typeof name !== "string") {
    throw new ValidationError({
      code: "wrong-kind",
      where: `${where}.name`,
      problem: "a name must be text",
      got: name,
      allowed: "a string",
    });
  }
  const problem = wrongWith(name);
  if (problem === undefined) return name;
  throw new ValidationError({
    code: "bad-name",
    where: `${where}.name`,
    problem,
    got: name,
    allowed: `1 to ${longestName} printable characters`,
  });
}

/** Gives back text that may be appended to names, or throws; empty text is allowed here. */
export function checkSuffix(where: string, suffix: unknown): string {
  if (typeof suffix === "string" && (suffix === "" || wrongWith(`x${suffix}`) === undefined)) {
    return suffix;
  }
  throw new ValidationError({
    code: "bad-name",
    where: `${where}.suffix`,
    problem: "a suffix must be text that may stand in a name",
    got: suffix,
    allowed: `at most ${longestName - 1} printable characters without "/"`,
  });
}

/**
 * Gives back a path, or throws: names with "/" between them, which suffixes may have changed and
 * made longer than a name.
 */
export function checkPath(where: string, path: unknown): string {
  if (typeof path !== "string") return checkName(where, path);
  const isTooLong = path.length > longestPath;
  const parts = isTooLong ? [] : path.split("/");
  const wrong = parts.find((part) => wrongWithPart(part) !== undefined);
  if (!isTooLong && wrong === undefined) return path;
  throw new ValidationError({
    code: "bad-name",
    where: `${where}.name`,
    problem: wrong === undefined ? "nesting makes a path too long" : wrongWithPart(wrong)!,
    got: path,
    allowed: `at most ${longestPath} printable characters`,
    hint: "Use other or shorter names for the networks that are added.",
  });
}

/** The names of one list of things, by position. Of equal names the first is found. */
export class NameTable {
  readonly #first = new Map<string, number>();
  #length = 0;

  find(name: string): number | undefined {
    return this.#first.get(name);
  }

  add(name: string): void {
    if (!this.#first.has(name)) this.#first.set(name, this.#length);
    this.#length += 1;
  }

  names(): Iterable<string> {
    return this.#first.keys();
  }
}

/**
 * `wanted`, or `wanted` with the smallest number that makes it unused. `next` remembers where to go
 * on, so that naming n things alike takes n steps; names never become free again.
 */
function firstUnused(
  wanted: string,
  isTaken: (name: string) => boolean,
  next: Map<string, number>,
): string {
  if (!isTaken(wanted)) return wanted;
  let number = next.get(wanted) ?? 1;
  while (isTaken(`${wanted}${number}`)) number += 1;
  next.set(wanted, number);
  return `${wanted}${number}`;
}

/** One or more lists whose names must all differ. */
export class NameSpace {
  readonly #tables: readonly NameTable[];
  readonly #next = new Map<string, number>();

  constructor(...tables: readonly NameTable[]) {
    this.#tables = tables;
  }

  isTaken(name: string): boolean {
    return this.#tables.some((table) => table.find(name) !== undefined);
  }

  /** `wanted`, with a number where it is taken. */
  unused(wanted: string): string {
    return firstUnused(wanted, (name) => this.isTaken(name), this.#next);
  }

  /** The same for many names at once, which also have to differ from each other. */
  unusedAll(wanted: readonly string[]): string[] {
    const added = new Set<string>();
    const next = new Map<string, number>();
    const isTaken = (name: string): boolean => added.has(name) || this.isTaken(name);
    return wanted.map((each) => {
      const name = firstUnused(each, isTaken, next);
      added.add(name);
      return name;
    });
  }
}

/** The first few names of a list, for the `allowed` part of an error. */
export function someOf(names: Iterable<string>, kind: string): string {
  const all = [...names];
  if (all.length === 0) return `nothing: there are no ${kind}`;
  const shown = all.slice(0, 5).map((text) => JSON.stringify(text));
  return shown.join(", ") + (all.length > 5 ? ` and ${all.length - 5} more` : "");
}

/** The error for a name that is not in a list. */
export function unknownName(
  where: string,
  kind: string,
  name: string,
  known: Iterable<string>,
): ValidationError {
  const all = [...known];
  const hint = didYouMean(name, all);
  return new ValidationError({
    code: "unknown-name",
    where,
    problem: `there is no such ${kind}`,
    got: name,
    allowed: someOf(all, `${kind}s`),
    ...(hint === undefined ? {} : { hint }),
  });
}
