// What a state needs to be kept lazily: its rates, slots, accumulators and the arrays for them.
// Invariant: a plan that was made can be carried out; what cannot is refused here, with a reason.

import { indexArraysOf, type IndexArrays } from "../../ir/layout.js";
import type { GatherOp, Program, Write } from "../../ir/program.js";
import { NewArrays, stemOf } from "../support/new-arrays.js";
import { edgeCount, factorReads, shareOf, type EdgeFactor, type Share } from "./factors.js";
import { isRefusal, type Refusal, type Specs, type Terms } from "./linear.js";
import { ratesOf, type Rates } from "./rates.js";
import { findSlots, type SlotClass, type Slots } from "./slots.js";
import type { EdgeState, SumUse } from "./uses.js";

/** A sum over slots of the states times a factor; without a factor the states themselves. */
export interface Accumulator {
  readonly array: string;
  readonly factor?: EdgeFactor;
}
/** What a write of a sum reads instead. */
export type Shares = ReadonlyMap<Write, Share>;

export interface ClassPlan extends SlotClass {
  /** For each sum of the class, by number of the sum in the state. */
  readonly shares: ReadonlyMap<number, Shares>;
  readonly accumulators: readonly Accumulator[];
}
export interface StatePlan {
  readonly state: EdgeState;
  readonly rates: Rates;
  readonly slots: Slots;
  readonly classes: readonly ClassPlan[];
  /** When each element was brought up to date, by the clock of its decay. */
  readonly last: string;
  /** For each decay, how often it has run. */
  readonly clocks: readonly string[];
}

export interface PlanContext {
  readonly program: Program;
  /** Also of the arrays that were added. */
  readonly specs: Specs;
  readonly arrays: IndexArrays;
  readonly created: NewArrays;
}

/** What planning asks again and again of a Program. */
export function planContext(program: Program): PlanContext {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const created = new NewArrays(program, { onAdd: (spec) => void specs.set(spec.name, spec) });
  return { program, specs, arrays: indexArraysOf(program), created };
}

/** A state of its own for each copy. */
function addState(
  { created }: PlanContext,
  length: number,
  stem: string,
  origin: string | undefined,
): string {
  const spec = { type: "real", role: "state", length, initial: 0, perCopy: true } as const;
  return created.add({ ...spec, ...(origin === undefined ? {} : { origin }) }, stem);
}

/** The factors of a sum for a state, by write. */
export type FactorTable = ReadonlyMap<GatherOp, ReadonlyMap<Write, Terms>>;

function sharesOf(
  use: SumUse,
  length: number,
  factors: FactorTable,
  context: PlanContext,
): Shares | Refusal {
  const shares = new Map<Write, Share>();
  for (const [write, terms] of factors.get(use.op)!) {
    const share = shareOf(use, terms.get(use.symbol)!, length, context);
    if (isRefusal(share)) return share;
    shares.set(write, share);
  }
  return shares;
}

/** Every op that has to read a factor must be able to. */
function checkFactor(state: EdgeState, one: SlotClass, factor: EdgeFactor, specs: Specs) {
  const summing = state.sums[one.sums[0]!]!;
  const places = state.deliveries.map((use) => ({ first: use.offset, edges: edgeCount(use) }));
  places.push(
    one.isPlain
      ? { first: summing.offset, edges: edgeCount(summing) }
      : { first: 0, edges: state.spec.length },
  );
  const fits = places.every((at) => factorReads(factor, at.first, at.edges, specs) !== undefined);
  return fits ? undefined : { reason: "a tunable factor cannot be read by the ops that need it" };
}

function planClass(
  state: EdgeState,
  one: SlotClass,
  all: readonly Shares[],
  context: PlanContext,
): ClassPlan | Refusal {
  const { spec } = state;
  const shares = new Map(one.sums.map((sum) => [sum, all[sum]!]));
  const accumulators = new Map<string, Accumulator>();
  const add = (key: string, factor?: EdgeFactor): void => {
    if (accumulators.has(key)) return;
    const array = addState(context, one.count, `${stemOf(spec.name)}Sum`, spec.origin);
    accumulators.set(key, factor === undefined ? { array } : { array, factor });
  };
  for (const share of [...shares.values()].flatMap((list) => [...list.values()])) {
    if (share.kind === "common") add("");
    if (share.kind !== "edge") continue;
    const refusal = checkFactor(state, one, share.factor, context.specs);
    if (refusal !== undefined) return refusal;
    add(share.factor.key, share.factor);
  }
  return { ...one, shares, accumulators: [...accumulators.values()] };
}

/** Plans one state whose sums have these factors. */
export function planState(
  state: EdgeState,
  factors: FactorTable,
  context: PlanContext,
): StatePlan | Refusal {
  const rates = ratesOf(state, context);
  if (isRefusal(rates)) return rates;
  const slots = findSlots(state, rates, context.arrays);
  if (isRefusal(slots)) return slots;
  const { length, origin } = state.spec;
  const all: Shares[] = [];
  for (const use of state.sums) {
    const shares = sharesOf(use, length, factors, context);
    if (isRefusal(shares)) return shares;
    all.push(shares);
  }
  const classes: ClassPlan[] = [];
  for (const one of slots.classes) {
    const plan = planClass(state, one, all, context);
    if (isRefusal(plan)) return plan;
    classes.push(plan);
  }
  const last = addState(context, length, "last", origin);
  const clocks = state.decays.map((use) => addState(context, 1, "clock", use.op.origin));
  return { state, rates, slots, classes, last, clocks };
}
