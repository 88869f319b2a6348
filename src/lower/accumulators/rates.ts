// How fast edge states decay: one number for all edges, a number for each edge, or an expression of
// tunable parameters that all edges share. Invariant: what is known is below 1 in size.

import { num } from "../../expr/ast.js";
import type { Program } from "../../ir/program.js";
import { bindKnown, hasKnownReads, isCommon } from "./known.js";
import { isRefusal, slopeOf, type Bound, type Refusal, type Specs } from "./linear.js";
import type { DecayUse, EdgeState } from "./uses.js";

/** What is left of a state after one decay. */
export type Rate = { readonly kind: "known" } | { readonly kind: "shared"; readonly bound: Bound };

/** The decays of one state. */
export interface Rates {
  /** Which of the state's decays makes an element smaller. */
  readonly useOf: Int32Array;
  /** For each of the state's decays. */
  readonly rates: readonly Rate[];
  /** By element, where the rate is known. */
  readonly values: Float64Array;
}

/** Fills in which elements a decay makes smaller, and by how much. */
function fillRate(
  use: DecayUse,
  slope: Bound,
  filled: Rates,
  index: number,
  context: Context,
): Rate {
  const { specs, program } = context;
  const { offset, op } = use;
  filled.useOf.fill(index, offset, offset + op.count);
  if (!hasKnownReads(slope, specs)) return { kind: "shared", bound: slope };
  const valueAt = bindKnown(slope, specs, program);
  if (isCommon(slope))
    filled.values.fill(
      valueAt(() => 0),
      offset,
      offset + op.count,
    );
  else for (let i = 0; i < op.count; i++) filled.values[offset + i] = valueAt(() => i);
  return { kind: "known" };
}

interface Context {
  readonly program: Program;
  readonly specs: Specs;
}

const refuse = (reason: string): Refusal => ({ reason });

/** Finds the rates of all elements of a state. */
export function ratesOf(state: EdgeState, context: Context): Rates | Refusal {
  const { length } = state.spec;
  const rates: Rate[] = [];
  const filled: Rates = {
    useOf: new Int32Array(length).fill(-1),
    rates,
    values: new Float64Array(length),
  };
  for (const [index, use] of state.decays.entries()) {
    const slope = slopeOf(use, context.specs);
    if (isRefusal(slope)) return slope;
    if (!hasKnownReads(slope, context.specs) && !isCommon(slope)) {
      return refuse(`${use.op.id} has a tunable rate for each edge`);
    }
    const end = use.offset + use.op.count;
    if (filled.useOf.subarray(use.offset, end).some((other) => other >= 0)) {
      return refuse("some of it is made smaller twice in a step");
    }
    rates.push(fillRate(use, slope, filled, index, context));
  }
  if (filled.useOf.includes(-1)) return refuse("nothing makes some of it smaller");
  // What does not decay keeps every rounding error for ever.
  if (!filled.values.every((rate) => Math.abs(rate) < 1))
    return refuse("some of it does not decay");
  return filled;
}

/** A rate as an expression, where all edges share it. */
export const sharedRate = (rate: Rate, value: number | undefined): Bound | undefined =>
  rate.kind === "shared"
    ? rate.bound
    : value === undefined
      ? undefined
      : { expr: num(value), reads: [] };
