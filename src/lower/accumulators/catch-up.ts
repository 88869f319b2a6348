// Bringing a lazily kept state up to date: it is multiplied by its rate to the power of the number
// of decays that it missed. Invariant: an edge that missed none keeps its bits.

import { binary, call, name, num, type Expr, type NameExpr } from "../../expr/ast.js";
import { portable64 } from "../../expr/portable.js";
import type { Bound } from "./linear.js";
import { operand } from "./parts.js";
import type { PlanContext, StatePlan } from "./plan.js";
import type { Symbols } from "./symbols.js";

/** The known rates of the edges of one decay: one number for all, or an array by element. */
interface KnownRates {
  readonly common: number | undefined;
  readonly isPositive: boolean;
}

function knownRates({ rates }: StatePlan, decay: number): KnownRates {
  let common: number | undefined;
  let isFirst = true;
  let isPositive = true;
  rates.values.forEach((value, element) => {
    if (rates.useOf[element] !== decay) return;
    if (isFirst) common = value;
    else if (!Object.is(common, value)) common = undefined;
    isFirst = false;
    isPositive &&= value > 0;
  });
  return { common, isPositive };
}

/** The rate of a decay, or its logarithm where that exists, by element from `first` on. */
function rateOf(
  plan: StatePlan,
  decay: number,
  first: number,
  { created }: PlanContext,
): Bound & { readonly isLog: boolean } {
  const rate = plan.rates.rates[decay]!;
  if (rate.kind === "shared") return { ...rate.bound, isLog: false };
  const { common, isPositive: isLog } = knownRates(plan, decay);
  // Powers of numbers below 0 and of 0 are products, not exponentials.
  const change = isLog ? portable64.log : (value: number): number => value;
  if (common !== undefined) return { expr: num(change(common)), reads: [], isLog };
  const values = plan.rates.values.map((value, element) =>
    plan.rates.useOf[element] === decay ? change(value) : 0,
  );
  const array = created.addValues(values, "parameter", isLog ? "logRate" : "rate");
  const symbol = isLog ? "logRate" : "rate";
  const read = operand(symbol, { array, at: "edge", offset: first });
  return { expr: name(symbol), reads: [read], isLog };
}

/** Where an op is that brings edges up to date. */
export interface CatchUp {
  readonly plan: StatePlan;
  readonly decay: number;
  /** Element of the state that belongs to index 0 of the op. */
  readonly first: number;
  readonly at: "edge" | "element";
}

/** The state as it is now, and the symbol that says when that is. */
export function caughtUp(
  state: Expr,
  { plan, decay, first, at }: CatchUp,
  symbols: Symbols,
  context: PlanContext,
): { readonly value: Expr; readonly clock: NameExpr } {
  const clock = symbols.read(operand("clock", { array: plan.clocks[decay]!, at: "one" }));
  const last = symbols.read(operand("last", { array: plan.last, at, offset: first }));
  const missed = binary("-", clock, last);
  const rate = rateOf(plan, decay, first, context);
  const reads = rate.reads.map((read) => (read.at === "edge" ? { ...read, at } : read));
  const expr = symbols.bind({ expr: rate.expr, reads });
  const left = rate.isLog ? call("exp", binary("*", missed, expr)) : binary("^", expr, missed);
  return { value: binary("*", state, left), clock };
}
