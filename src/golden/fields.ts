// Reading parsed JSON field by field. Invariant: every reader gives back a value of the kind it
// promises or throws an error that names the field; nothing is converted or guessed.

import { LoadError } from "../errors.js";

/** An object of a parsed file, and its path inside the file for error messages. */
export interface Fields {
  readonly at: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Throws for a field that is not what the schema says. */
export function malformed(at: string, problem: string, got: unknown, allowed: string): never {
  throw new LoadError({ code: "malformed-case", where: at, problem, got, allowed });
}

/** A value as an object; keys outside `allowed` are refused where a list of keys is given. */
export function asFields(at: string, value: unknown, allowed?: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    malformed(at, "must be an object", value, "an object");
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const key of allowed === undefined ? [] : Object.keys(record)) {
    if (allowed!.includes(key)) continue;
    malformed(`${at}.${key}`, "is not part of the schema", record[key], allowed!.join(", "));
  }
  return { at, record };
}

/** A value as a list; each entry is read by `read`, which is given its path. */
export function asList<T>(
  at: string,
  value: unknown,
  read: (at: string, value: unknown) => T,
): readonly T[] {
  if (!Array.isArray(value)) malformed(at, "must be a list", value, "a list");
  return (value as readonly unknown[]).map((entry, i) => read(`${at}[${i}]`, entry));
}

/** A value as text. */
export function asText(at: string, value: unknown): string {
  if (typeof value === "string") return value;
  malformed(at, "must be text", value, "text");
}

/** A value as true or false. */
export function asBoolean(at: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  malformed(at, "must be a boolean", value, "true or false");
}

/** A value as a finite number. */
export function asNumber(at: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  malformed(at, "must be a number", value, "a finite number");
}

/** A value as a whole number of at least `least`. */
export function asWhole(at: string, value: unknown, least = 0): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  malformed(at, "must be a whole number", value, `whole numbers from ${least} on`);
}

/** A value as a list of finite numbers. */
export function asNumbers(at: string, value: unknown): readonly number[] {
  return asList(at, value, asNumber);
}

/** A value as a matrix: rows of equal length. */
export function asRows(at: string, value: unknown): readonly (readonly number[])[] {
  const rows = asList(at, value, asNumbers);
  const width = rows[0]?.length ?? 0;
  rows.forEach((row, i) => {
    if (row.length === width) return;
    malformed(`${at}[${i}]`, "the rows must be equally long", row.length, String(width));
  });
  return rows;
}

/** A value as one of a closed list of words. */
export function asWord<T extends string>(at: string, value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  malformed(at, "is not known", value, words.join(", "));
}

/** Reads a field that must be there. */
export function field<T>(fields: Fields, key: string, read: (at: string, value: unknown) => T): T {
  const at = `${fields.at}.${key}`;
  const value = Object.hasOwn(fields.record, key) ? fields.record[key] : undefined;
  if (value === undefined) malformed(at, "is missing", "nothing", "a value");
  return read(at, value);
}

/** Reads a field that may be absent. */
export function optional<T>(
  fields: Fields,
  key: string,
  read: (at: string, value: unknown) => T,
): T | undefined {
  return Object.hasOwn(fields.record, key) ? field(fields, key, read) : undefined;
}
