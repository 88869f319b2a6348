// The range that a parameter's definition allows, in words. Invariant: NaN and infinity are in no
// range.

import type { ParameterDefinition } from "../types.js";

/** Why a number is refused, or undefined. `allowed` names the range and the unit. */
export function boundProblem(
  definition: ParameterDefinition,
  value: number,
): { readonly problem: string; readonly allowed?: string } | undefined {
  const { min, max, above, below } = definition;
  const isInside =
    value >= (min ?? -Infinity) &&
    value <= (max ?? Infinity) &&
    value > (above ?? -Infinity) &&
    value < (below ?? Infinity);
  // Arrays have millions of elements: words are only made for those that are wrong.
  if (isInside && Number.isFinite(value)) return undefined;
  const range = describeRange(definition);
  const allowed = range === "" ? {} : { allowed: range };
  if (!Number.isFinite(value)) return { problem: "must be a finite number", ...allowed };
  if (above === 0 && value <= 0) return { problem: "must be positive", ...allowed };
  if (min === 0 && value < 0) return { problem: "must not be negative", ...allowed };
  return { problem: "is out of range", ...allowed };
}

/** For example `> 0 and <= 10 [ms]`; empty where every number is allowed. */
export function describeRange({ min, max, above, below, unit }: ParameterDefinition): string {
  const parts = [
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(min === undefined ? [] : [`>= ${min}`]),
    ...(below === undefined ? [] : [`< ${below}`]),
    ...(max === undefined ? [] : [`<= ${max}`]),
  ];
  if (parts.length === 0) return "";
  return parts.join(" and ") + (unit === undefined || unit === "1" ? "" : ` [${unit}]`);
}
