// The list that the verifier's parts write their findings into, and small questions they share.

import type { ArraySpec, Program } from "./program.js";

/** Collects problems; every part of the verifier gets the same one. */
export interface Report {
  readonly program: Program;
  readonly arrays: ReadonlyMap<string, ArraySpec>;
  readonly problems: string[];
  /** Records a problem when the condition does not hold, and gives the condition back. */
  readonly need: (holds: boolean, where: string, problem: string) => boolean;
}

/** An empty report on a Program. */
export function reportOn(program: Program): Report {
  const problems: string[] = [];
  return {
    program,
    arrays: new Map(program.arrays.map((spec) => [spec.name, spec])),
    problems,
    need(holds, where, problem) {
      if (!holds) problems.push(`${where}: ${problem}`);
      return holds;
    },
  };
}

/** A whole number that is not below `least`. */
export const isCount = (value: unknown, least = 0): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

/** Finds an array and records a problem where there is none of that name. */
export function findArray(report: Report, name: string, where: string): ArraySpec | undefined {
  const spec = report.arrays.get(name);
  if (spec === undefined) report.need(false, where, `names no array: ${JSON.stringify(name)}`);
  return spec;
}

/** The smallest and largest initial value. */
export function rangeOf(spec: ArraySpec): { readonly least: number; readonly most: number } {
  if (typeof spec.initial === "number") return { least: spec.initial, most: spec.initial };
  const { initial } = spec;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < initial.length; i += 1) {
    const value = initial[i]!;
    if (!(value >= least)) least = value;
    if (!(value <= most)) most = value;
  }
  return { least, most };
}
