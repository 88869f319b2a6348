// The values of a pool from those of its members. Invariant: a value is a single number only where all
// members have the same bits and none may be written alone.

import type { ParameterValue } from "../../models/types.js";
import type { InitialValue } from "../../network/types.js";
import { float64s } from "../../util/tabulate.js";

const first = (value: number | Float64Array): number =>
  typeof value === "number" ? value : value[0]!;

/** One number for all members where it is the same, else one for each. */
function stackNumbers(count: number, valueAt: (member: number) => number): number | Float64Array {
  const same = valueAt(0);
  for (let i = 1; i < count; i += 1) {
    if (!Object.is(valueAt(i), same)) return float64s(count, valueAt);
  }
  return same;
}

/** The parameters of a pool; those that `isApart` names keep one number for each member. */
export function stackParameters(
  members: readonly ReadonlyMap<string, ParameterValue>[],
  isApart: (name: string) => boolean,
): Map<string, ParameterValue> {
  const stacked = new Map<string, ParameterValue>();
  for (const [name, value] of members[0]!) {
    const numberOf = (member: number): number => members[member]!.get(name) as number;
    if (typeof value !== "number") stacked.set(name, value);
    else {
      const stack = isApart(name) ? float64s : stackNumbers;
      stacked.set(name, stack(members.length, numberOf));
    }
  }
  return stacked;
}

/** The initial values of a pool, of the states for which its members have some. */
export function stackInitial(
  members: readonly ReadonlyMap<string, InitialValue>[],
): Map<string, InitialValue> {
  const stacked = new Map<string, InitialValue>();
  for (const state of members[0]!.keys()) {
    stacked.set(
      state,
      stackNumbers(members.length, (member) => first(members[member]!.get(state)!)),
    );
  }
  return stacked;
}
