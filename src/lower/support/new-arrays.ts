// Arrays that a pass adds: unique readable names, and one array for equal values. Invariant: names
// depend only on the Program and on the order of the requests.

import type { ArraySpec, Program } from "../../ir/program.js";
import { EqualValues, type Numbers } from "../../util/equal-values.js";

/** The last component of an array's name, without generated numbers: `leg/left.V` gives `V`. */
export function stemOf(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("/")) + 1);
  const stem = last.replace(/#\d+$/, "");
  // `V.0` was generated: its stem comes before the number.
  if (/^\d+$/.test(stem) && name.includes(".")) return stemOf(name.slice(0, name.lastIndexOf(".")));
  return stem === "" ? "values" : stem;
}

/** Common beginning of paths, at whole components; undefined where they share none. */
export function commonOrigin(paths: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = paths;
  if (first === undefined || others.includes(undefined)) return undefined;
  if (others.every((path) => path === first)) return first;
  let parts = first.split("/");
  for (const path of others) {
    const own = path!.split("/");
    let same = 0;
    while (same < parts.length && same < own.length && parts[same] === own[same]) same++;
    if (same === 0) return undefined;
    parts = parts.slice(0, same);
  }
  return parts.join("/");
}

/** Collects the arrays that a pass adds. */
export class NewArrays {
  readonly added: ArraySpec[] = [];
  readonly #taken: { has(name: string): boolean };
  readonly #own = new Set<string>();
  readonly #onAdd: ((spec: ArraySpec) => void) | undefined;
  readonly #next = new Map<string, number>();
  readonly #known = new EqualValues<string>();

  /** `onAdd` hears of every array that is added; `taken`: the names of the Program's arrays. */
  constructor(
    program: Program,
    given: {
      readonly onAdd?: (spec: ArraySpec) => void;
      readonly taken?: { has(name: string): boolean };
    } = {},
  ) {
    this.#onAdd = given.onAdd;
    this.#taken = given.taken ?? new Set(program.arrays.map((spec) => spec.name));
  }

  #isTaken(name: string): boolean {
    return this.#own.has(name) || this.#taken.has(name);
  }

  /** A name that nothing has yet: `V.0`. */
  nameFor(stem: string): string {
    let number = this.#next.get(stem) ?? 0;
    while (this.#isTaken(`${stem}.${number}`)) number += 1;
    this.#next.set(stem, number + 1);
    const name = `${stem}.${number}`;
    this.#own.add(name);
    return name;
  }

  add(spec: Omit<ArraySpec, "name">, stem: string): string {
    const name = this.nameFor(stem);
    const added = { name, ...spec };
    this.added.push(added);
    this.#onAdd?.(added);
    return name;
  }

  /** A parameter or index array with these values; asked for twice, it is made once. */
  addValues(values: Numbers, role: "parameter" | "index", stem: string): string {
    const type = values instanceof Int32Array ? "int" : "real";
    const spec = { type, role, length: values.length, initial: values, perCopy: false } as const;
    return this.#known.of(values, `${role} ${type}`, () => this.add(spec, stem));
  }
}
