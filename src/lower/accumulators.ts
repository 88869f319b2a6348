// Edge states that only decay between spikes are kept lazily: an edge is brought up to date when a
// spike reaches it, and what it contributes is summed for all edges that decay alike. A step then
// costs in proportion to spikes, not to edges. Invariant: equal to the Program before it in exact
// arithmetic, in every order of the step, because each op takes the place of the one it comes from.

import { expectedActivity } from "../ir/expected-activity.js";
import type { GatherOp, MapOp, Op, Program, Write } from "../ir/program.js";
import { costOf } from "./accumulators/cost.js";
import { checkDelivery, factorsOf, isRefusal, type Terms } from "./accumulators/linear.js";
import type { RewriteContext } from "./accumulators/parts.js";
import { planContext, planState, type PlanContext, type StatePlan } from "./accumulators/plan.js";
import { clearClocks, rewriteDecay, settleOp } from "./accumulators/rewrite-decay.js";
import { rewriteDelivery } from "./accumulators/rewrite-delivery.js";
import { rebuildSums, rewriteSum } from "./accumulators/rewrite-sum.js";
import { findUses, type EdgeState, type Found } from "./accumulators/uses.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced, referencedArrays } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";

/** All ops that touch a state, by their place in the step. */
const placesOf = ({ decays, deliveries, sums }: EdgeState): number[] =>
  [...decays, ...deliveries, ...sums].map((use) => use.at);

/** The states that each op touches. */
function statesByOp({ states }: Found): Map<number, Set<EdgeState>> {
  const found = new Map<number, Set<EdgeState>>();
  for (const state of states.values()) {
    for (const at of placesOf(state)) {
      const known = found.get(at);
      if (known === undefined) found.set(at, new Set([state]));
      else known.add(state);
    }
  }
  return found;
}

/** Plans for all states that can be kept lazily; the others get a reason. */
class Planning {
  readonly plans = new Map<string, StatePlan>();
  readonly #factors = new Map<GatherOp, ReadonlyMap<Write, Terms>>();
  readonly #byOp: Map<number, Set<EdgeState>>;

  constructor(
    readonly found: Found,
    readonly context: PlanContext,
  ) {
    this.#byOp = statesByOp(found);
    // What is refused in one op may have been needed in another one.
    let waiting = new Set(this.#byOp.keys());
    while (waiting.size > 0) {
      const again = new Set<number>();
      for (const at of waiting) this.#checkOp(at, again);
      if (again.size === 0) this.#planStates(again);
      waiting = again;
    }
  }

  #refuse(state: EdgeState, reason: string, again: Set<number>): void {
    const { name } = state.spec;
    this.found.states.delete(name);
    this.found.refused.set(name, reason);
    this.plans.delete(name);
    for (const at of placesOf(state)) {
      this.#byOp.get(at)!.delete(state);
      again.add(at);
    }
  }

  #checkOp(at: number, again: Set<number>): void {
    const states = [...this.#byOp.get(at)!];
    const op = this.context.program.ops[at]!;
    if (states.length === 0 || op.kind === "map") return;
    const found = op.kind === "gather" ? this.#checkSum(op, states) : this.#checkSpikes(op, states);
    if (found === undefined) return;
    for (const state of states) this.#refuse(state, found, again);
  }

  #checkSum(op: GatherOp, states: readonly EdgeState[]): string | undefined {
    const symbols = states.map(({ sums }) => sums.find((use) => use.op === op)!.symbol);
    const factors = factorsOf(op, symbols, this.context.specs);
    if (isRefusal(factors)) return factors.reason;
    this.#factors.set(op, factors);
    return undefined;
  }

  #checkSpikes(op: Op, states: readonly EdgeState[]): string | undefined {
    if (op.kind !== "deliver") return undefined;
    const touches = states.map(({ deliveries }) => {
      const { read, write } = deliveries.find((use) => use.op === op)!;
      return { symbol: read?.symbol, write };
    });
    return checkDelivery(op, touches)?.reason;
  }

  #planStates(again: Set<number>): void {
    for (const [array, state] of this.found.states) {
      if (this.plans.has(array)) continue;
      const plan = planState(state, this.#factors, this.context);
      if (isRefusal(plan)) this.#refuse(state, plan.reason, again);
      else this.plans.set(array, plan);
    }
  }
}

/** States that share an op are decided on together. */
function groupPlans(plans: Iterable<StatePlan>): StatePlan[][] {
  const groupOf = new Map<number, StatePlan[]>();
  const groups = new Set<StatePlan[]>();
  for (const plan of plans) {
    let group = [plan];
    groups.add(group);
    for (const at of placesOf(plan.state)) {
      const other = groupOf.get(at);
      if (other === undefined || other === group) {
        groupOf.set(at, group);
        continue;
      }
      groups.delete(group);
      other.push(...group);
      for (const one of group) for (const place of placesOf(one.state)) groupOf.set(place, other);
      group = other;
    }
  }
  return [...groups];
}

interface Rewritten {
  /** By place in the step. */
  readonly ops: ReadonlyMap<number, readonly Op[]>;
  readonly settle: readonly MapOp[];
  readonly rebuild: readonly (MapOp | GatherOp)[];
}

function rewriteGroup(plans: readonly StatePlan[], context: RewriteContext): Rewritten {
  const ops = new Map<number, readonly Op[]>();
  const places = [...new Set(plans.flatMap(({ state }) => placesOf(state)))].sort((a, b) => a - b);
  for (const at of places) {
    const op = context.program.ops[at]!;
    if (op.kind === "map") ops.set(at, rewriteDecay(op, plans, context));
    if (op.kind === "deliver") ops.set(at, rewriteDelivery(op, plans, context));
    if (op.kind === "gather") ops.set(at, rewriteSum(op, plans, context));
  }
  return {
    ops,
    settle: plans.flatMap((plan) =>
      plan.state.decays.map((_, decay) => settleOp(plan, decay, context)),
    ),
    rebuild: plans.flatMap((plan) => [
      ...clearClocks(plan, context),
      ...rebuildSums(plan, context),
    ]),
  };
}

/** Ids that no op has yet. */
function idMaker({ setup, ops, settle = [], rebuild = [] }: Program): (stem: string) => string {
  const taken = new Set([...setup, ...ops, ...settle, ...rebuild].map((op) => op.id));
  const next = new Map<string, number>();
  return (stem) => {
    let number = next.get(stem) ?? 0;
    while (taken.has(`${stem}${number}`)) number += 1;
    next.set(stem, number + 1);
    return `${stem}${number}`;
  };
}

/** Why edge states are not kept lazily, by array; for tests and for people who wonder. */
export function refusedStates(program: Program): ReadonlyMap<string, string> {
  return new Planning(findUses(program), planContext(program)).found.refused;
}

/** So much cheaper a step must become: spikes may well come more often than is expected. */
const leastGain = 2;

/** Whether what takes the place of ops costs clearly less than they do. */
function pays(program: Program, { ops }: Rewritten): boolean {
  const activity = expectedActivity(program);
  const before = [...ops.keys()].map((at) => program.ops[at]!);
  const after = [...ops.values()].flat();
  return leastGain * costOf(after, activity) < costOf(before, activity);
}

function accumulate(program: Program, isForced: boolean): Program {
  const found = findUses(program);
  if (found.states.size === 0) return program;
  const context = planContext(program);
  const { plans } = new Planning(found, context);
  const rewriting = { ...context, freshId: idMaker(program) };
  const ops = new Map<number, readonly Op[]>();
  const settle = [...(program.settle ?? [])];
  const rebuild = [...(program.rebuild ?? [])];
  for (const group of groupPlans(plans.values())) {
    const rewritten = rewriteGroup(group, rewriting);
    if (!isForced && !pays(program, rewritten)) continue;
    for (const [at, list] of rewritten.ops) ops.set(at, list);
    settle.push(...rewritten.settle);
    rebuild.push(...rewritten.rebuild);
  }
  if (ops.size === 0) return program;
  const next = { ...program, ops: program.ops.flatMap((op, at) => ops.get(at) ?? [op]) };
  const kept = { ...next, settle, rebuild };
  // What was planned for groups that do not pay is not there.
  const used = referencedArrays(kept);
  const added = context.created.added.filter((spec) => used.has(spec.name));
  return dropUnreferenced(renumberVersions({ ...kept, arrays: [...program.arrays, ...added] }));
}

const doc =
  "Keeps edge states that decay up to date only where spikes arrive, with one sum for each target. " +
  "Within 1e-12 in one step from equal states.";
const common = { name: "accumulators", doc, tolerance: 1e-12 } as const;

/** Keeps edge states lazily where few spikes are expected. */
export const accumulators: Pass = { ...common, run: (program) => accumulate(program, false) };
/** Keeps edge states lazily wherever that is possible. */
export const allAccumulators: Pass = { ...common, run: (program) => accumulate(program, true) };
