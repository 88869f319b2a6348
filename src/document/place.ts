// Places in a document as JSON paths, and reading its objects. Invariant: only own keys are seen, and
// a key that is unknown or that JavaScript objects use themselves is refused, wherever it stands.

import { LoadError, ValidationError } from "../errors.js";
import { isRecord } from "../network/checks.js";
import { someOf } from "../network/names.js";
import { didYouMean } from "../util/nearest.js";
import { documentLimits } from "./document.js";

const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const plainKey = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const longestKey = 100;

/** The path of a key below a place: `$.models["neurons.mine"].equations`. */
export function keyPath(where: string, key: string): string {
  if (plainKey.test(key) && key.length <= longestKey) return `${where}.${key}`;
  const shown = key.length > longestKey ? `${key.slice(0, longestKey)}...` : key;
  return `${where}[${JSON.stringify(shown)}]`;
}

/** Refuses names that mean something to every JavaScript object. */
export function refuseReserved(where: string, name: string): void {
  if (!reserved.has(name)) return;
  throw new ValidationError({
    code: "reserved-name",
    where,
    problem: "a name must not be one that JavaScript objects use themselves",
    got: name,
    hint: "Choose another name.",
  });
}

/** The error for a value of the wrong kind. */
export function wrongKind(where: string, got: unknown, allowed: string): ValidationError {
  return new ValidationError({
    code: "wrong-kind",
    where,
    problem: "a value of another kind is expected here",
    got,
    allowed,
  });
}

/** Its own keys; refuses anything but an object. */
export function ownKeys(where: string, value: unknown, allowed = "an object"): readonly string[] {
  if (!isRecord(value)) throw wrongKind(where, value, allowed);
  const keys = Object.keys(value);
  if (keys.length > documentLimits.keys) {
    throw tooMany(where, "keys", keys.length, documentLimits.keys);
  }
  for (const key of keys) refuseReserved(keyPath(where, key), key);
  return keys;
}

/** The value of an own key; undefined where there is none. */
export function ownValue(value: unknown, key: string): unknown {
  return Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** An object of the document whose keys are all known. */
export class Fields<K extends string> {
  readonly where: string;
  readonly #value: unknown;

  constructor(where: string, value: unknown, known: readonly K[]) {
    for (const key of ownKeys(where, value, `{ ${known.join(", ")} }`)) {
      if (known.some((each) => each === key)) continue;
      const hint = didYouMean(key, known);
      throw new ValidationError({
        code: "unknown-key",
        where: keyPath(where, key),
        problem: "there is no such key here",
        got: key,
        allowed: known.join(", "),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    this.where = where;
    this.#value = value;
  }

  path(key: K): string {
    return `${this.where}.${key}`;
  }

  /** The value of a key; undefined where it is left out. */
  get(key: K): unknown {
    return ownValue(this.#value, key);
  }

  /** A text, or undefined where it is left out. */
  text(key: K, allowed = "a text"): string | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === "string") return value;
    throw wrongKind(this.path(key), value, allowed);
  }

  /** A value that must be there. */
  needed(key: K, allowed: string): unknown {
    const value = this.get(key);
    if (value !== undefined) return value;
    throw new ValidationError({
      code: "missing-key",
      where: this.where,
      problem: `the key ${key} is missing`,
      allowed: `${JSON.stringify(key)}: ${allowed}`,
      hint: `Add ${key}.`,
    });
  }

  neededText(key: K, allowed: string): string {
    const value = this.needed(key, allowed);
    if (typeof value === "string") return value;
    throw wrongKind(this.path(key), value, allowed);
  }

  /** A whole number of at least `least`, or undefined where it is left out. */
  count(key: K, least: number): number | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : readCount(this.path(key), value, least);
  }

  /** A list of at most so many entries; empty where it is left out. */
  list(key: K, most: number): readonly unknown[] {
    const value = this.get(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrongKind(this.path(key), value, "a list");
    if (value.length > most) throw tooMany(this.path(key), "entries", value.length, most);
    return value;
  }

  /** Those of these keys that are given, as texts: for options that must not be undefined. */
  texts<N extends K>(...keys: readonly N[]): Partial<Readonly<Record<N, string>>> {
    const given = keys.flatMap((key) => {
      const value = this.text(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    return Object.fromEntries(given) as Partial<Record<N, string>>;
  }
}

/** A whole number of at least `least` that a double holds exactly. */
export function readCount(where: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value + 0;
  throw new ValidationError({
    code: typeof value === "number" ? "out-of-range" : "wrong-kind",
    where,
    problem: "must be a whole number",
    got: value,
    allowed: `${least} to ${Number.MAX_SAFE_INTEGER}`,
  });
}

/** The error for lists and objects beyond the limits. */
export function tooMany(where: string, what: string, got: number, most: number): LoadError {
  return new LoadError({
    code: "too-large",
    where,
    problem: `too many ${what}`,
    got,
    allowed: `at most ${most}`,
    hint: "Build networks of this size in code.",
  });
}

/** The error for a name that is not known, listing some that are and the nearest. */
export function unknownName(
  where: string,
  what: string,
  got: string,
  known: readonly string[],
): ValidationError {
  const hint = didYouMean(got, known);
  return new ValidationError({
    code: "unknown-name",
    where,
    problem: `there is no ${what} of this name`,
    got,
    allowed: known.length > 12 ? someOf(known, `${what}s`) : known.join(", ") || "none",
    ...(hint === undefined ? {} : { hint }),
  });
}
