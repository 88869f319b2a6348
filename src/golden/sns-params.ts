// Translates parameters from the names of SNS-Toolbox to ours. Invariant: a parameter that is not
// in the table is an error, so nothing that a file says gets lost.

import { asNumber, asText, malformed } from "./fields.js";
import type { Fields } from "./fields.js";

/** Our name of each parameter of a type; undefined for those that the type computes itself. */
export type Names = Readonly<Record<string, string | undefined>>;
/** Numbers, or nested lists of them. */
export type Numbers = number | readonly Numbers[];

/** Accepted everywhere and without effect on what is computed. */
const decoration: readonly string[] = ["color"];

/** A value as a number or nested lists of numbers. */
function asNested(at: string, value: unknown): Numbers {
  if (!Array.isArray(value)) return asNumber(at, value);
  return (value as readonly unknown[]).map((entry, i) => asNested(`${at}[${i}]`, entry));
}

/** All numbers of a value, changed one by one. */
export function mapNumbers(value: Numbers, change: (value: number) => number): Numbers {
  return typeof value === "number"
    ? change(value)
    : value.map((entry) => mapNumbers(entry, change));
}

function readValue(at: string, key: string, value: unknown): Numbers | string | boolean {
  if (typeof value === "boolean") return value;
  return key === "name" ? asText(at, value) : asNested(at, value);
}

/** Parameters under our names. Null, which Python writes for what was not given, is left out. */
export function translate(
  { at, record }: Fields,
  names: Names,
): Record<string, Numbers | string | boolean> {
  const translated: Record<string, Numbers | string | boolean> = {};
  for (const [key, value] of Object.entries(record)) {
    if (decoration.includes(key)) continue;
    if (!Object.hasOwn(names, key)) {
      const allowed = Object.keys(names).join(", ");
      malformed(`${at}.${key}`, "is not a parameter of this type", value, allowed);
    }
    const name = names[key];
    if (name === undefined || value === null) continue;
    translated[name] = readValue(`${at}.${key}`, key, value);
  }
  return translated;
}
