// The few checks that every option and name of the run-time goes through. Invariant: each failure
// says what was given, what is allowed and, for names, which known ones are near.

import { ValidationError } from "../errors.js";
import { didYouMean } from "../util/nearest.js";

/** Throws a ValidationError; `got` is shown as it was given. */
export function refuse(
  where: string,
  code: string,
  problem: string,
  more: { readonly got?: unknown; readonly allowed?: string; readonly hint?: string } = {},
): never {
  throw new ValidationError({ code, where, problem, ...more });
}

/** "Did you mean ...?" for a misspelled name, else the first few names there are. */
export function suggest(name: string, known: readonly string[]): string {
  const near = didYouMean(name, known);
  if (near !== undefined) return near;
  if (known.length === 0) return "There are none.";
  const most = 8;
  const more = known.length > most ? ` and ${known.length - most} more` : "";
  return `There are ${known.slice(0, most).join(", ")}${more}.`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object with no keys but the known ones. */
export function checkRecord(
  where: string,
  value: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isRecord(value) || ArrayBuffer.isView(value)) {
    refuse(where, "wrong-kind", "must be an object", {
      got: value,
      allowed: `an object with some of: ${known.join(", ")}`,
    });
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    refuse(`${where}.${key}`, "unknown-option", "unknown option", { hint: suggest(key, known) });
  }
  return value;
}

/** A whole number from `least` to `most`. */
export function checkWhole(
  where: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    const isOpen = most === Number.MAX_SAFE_INTEGER && !(Number(value) > most);
    const bound = isOpen ? `of at least ${least}` : `${least} to ${most}`;
    refuse(where, "wrong-number", "must be a whole number", {
      got: value,
      allowed: `whole numbers ${bound}`,
    });
  }
  return value;
}

/** A finite number above 0. */
export function checkPositive(where: string, value: unknown, unit: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    refuse(where, "wrong-number", "must be a positive number", {
      got: value,
      allowed: `> 0 [${unit}]`,
    });
  }
  return value;
}

/** One of a closed list of words. */
export function checkWord<T extends string>(where: string, value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const hint = typeof value === "string" ? didYouMean(value, words) : undefined;
  refuse(where, "unknown-name", "unknown name", {
    got: value,
    allowed: words.join(", "),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A list of different names. */
export function checkNames(where: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    refuse(where, "wrong-kind", "must be an array of names", { got: value, allowed: "names" });
  }
  const names = new Set<string>();
  for (let i = 0; i < value.length; i++) {
    const name: unknown = value[i];
    if (typeof name !== "string") {
      refuse(`${where}[${i}]`, "wrong-kind", "must be a name", { got: name, allowed: "text" });
    }
    names.add(name);
  }
  return [...names];
}

/** A function, where one is given. */
export function checkFunction<T>(where: string, value: unknown, signature: string): T | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "function") return value as T;
  refuse(where, "wrong-kind", "must be a function", { got: value, allowed: signature });
}

/** A path as a text; throws a ValidationError. */
export function checkPath(where: string, path: unknown): string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  throw new ValidationError({
    ...{ code: "wrong-kind", where, problem: "must be the path of a file", got: path },
    allowed: "a text",
  });
}
