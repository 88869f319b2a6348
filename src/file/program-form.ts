// A Program as plain data and arrays of numbers. Invariant: read-program.ts makes an equal Program of it;
// equal Programs give equal data.

import { allNames } from "../ir/names.js";
import type { Program } from "../ir/program.js";
import type { Section } from "./container.js";
import { assignmentForm, numberForm } from "./expr-form.js";

/** Gives arrays their numbers in the file, equal objects one number. */
export class SectionList {
  readonly sections: Section[] = [];
  readonly #numbers = new Map<Section, number>();

  add(values: Section): number {
    const known = this.#numbers.get(values);
    if (known !== undefined) return known;
    this.#numbers.set(values, this.sections.length);
    return this.sections.push(values) - 1;
  }
}

/** Plain data of anything in a Program; arrays go to the list, places in texts are left out. */
function plainForm(value: unknown, into: SectionList): unknown {
  if (typeof value === "number") return numberForm(value);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return { section: into.add(value as Section) };
  if (Array.isArray(value)) return value.map((each) => plainForm(each, into));
  const entries: [string, unknown][] = [];
  // Sorted, so that equal Programs give equal files.
  for (const key of Object.keys(value).sort()) {
    const each = (value as Readonly<Record<string, unknown>>)[key];
    if (each === undefined) continue;
    const isBody = key === "body" && Array.isArray(each);
    const form = isBody ? each.map(assignmentForm) : plainForm(each, into);
    entries.push([key, form]);
  }
  return Object.fromEntries(entries);
}

/** A Program as plain data, with its names one by one; its arrays are added to the list. */
export const programForm = (program: Program, into: SectionList): unknown =>
  plainForm({ ...program, names: allNames(program) }, into);
