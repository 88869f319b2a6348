// What takes the place of a decay over edges: accumulators decay, and a clock counts.
// Invariant: an edge is up to date when the clock says what it said at the edge's last change.

import { binary, name, num, type Assignment, type Expr } from "../../expr/ast.js";
import type { EdgesOp, MapOp, Op } from "../../ir/program.js";
import { pruneBody } from "../support/bodies.js";
import { caughtUp } from "./catch-up.js";
import { headOf, operand, write, type RewriteContext } from "./parts.js";
import type { ClassPlan, StatePlan } from "./plan.js";
import { Symbols } from "./symbols.js";
import type { DecayUse } from "./uses.js";

/** Single precision counts no further than 2^24, so clocks start anew after so many steps. */
const clockPeriod = 2 ** 20;

/** The rate of each slot of a class; a slot without edges has that of any other. */
function slotRates({ rates, slots, classes }: StatePlan, one: ClassPlan): Float64Array {
  const values = new Float64Array(one.count).fill(NaN);
  let any = 0;
  slots.slotOf.forEach((slot, element) => {
    if (slot < 0 || classes[slots.classOf[element]!] !== one) return;
    any = rates.values[element]!;
    values[slot] = any;
  });
  return values.map((value) => (Number.isNaN(value) ? any : value));
}

function rateOfSlots(
  plan: StatePlan,
  one: ClassPlan,
  symbols: Symbols,
  { created }: RewriteContext,
): Expr {
  const rate = plan.rates.rates[one.decay]!;
  if (rate.kind === "shared") return symbols.bind(rate.bound);
  const values = slotRates(plan, one);
  const first = values[0]!;
  if (values.every((value) => Object.is(value, first))) return num(first);
  const array = created.addValues(values, "parameter", "rate");
  return symbols.read(operand("rate", { array, at: "element" }));
}

function decaySlots(plan: StatePlan, one: ClassPlan, use: DecayUse, context: RewriteContext): Op[] {
  if (one.accumulators.length === 0) return [];
  const symbols = new Symbols();
  const sums = one.accumulators.map(
    ({ array }) => symbols.read(operand("sum", { array, at: "element" })).name,
  );
  const rate = rateOfSlots(plan, one, symbols, context);
  const body = sums.map((sum): Assignment => {
    return { target: sum, value: binary("*", name(sum), rate) };
  });
  const writes = one.accumulators.map(({ array }, i) => write(sums[i]!, { array, at: "element" }));
  const id = context.freshId("decay");
  const { reads } = symbols;
  return [{ kind: "map", id, ...headOf(use.op), count: one.count, reads, body, writes }];
}

function countOn(clock: string, use: DecayUse, context: RewriteContext): MapOp {
  const place = { array: clock, at: "element" } as const;
  return {
    kind: "map",
    id: context.freshId("clock"),
    ...headOf(use.op),
    count: 1,
    reads: [operand("clock", place)],
    body: [{ target: "clock", value: binary("+", name("clock"), num(1)) }],
    writes: [write("clock", place)],
  };
}

/** Every so often all edges are brought up to date and the clock starts anew. */
function startAnew(plan: StatePlan, decay: number, context: RewriteContext): EdgesOp[] {
  const use = plan.state.decays[decay]!;
  const first = use.offset;
  const { count } = use.op;
  const common = {
    ...({ kind: "edges", ...headOf(use.op) } as const),
    trigger: { on: "every", steps: clockPeriod },
  } as const;
  const symbols = new Symbols();
  const state = { array: plan.state.spec.name, at: "edge", offset: first } as const;
  const held = symbols.read(operand(use.symbol, state));
  const { value } = caughtUp(held, { plan, decay, first, at: "edge" }, symbols, context);
  const zero: Assignment = { target: "zero", value: num(0) };
  const settle: EdgesOp = {
    ...common,
    id: context.freshId("settle"),
    layout: { kind: "diagonal", count },
    reads: symbols.reads,
    body: [{ target: held.name, value }, zero],
    writes: [write(held.name, state), write("zero", { ...state, array: plan.last })],
  };
  const restart: EdgesOp = {
    ...common,
    id: context.freshId("clock"),
    layout: { kind: "diagonal", count: 1 },
    reads: [],
    body: [zero],
    writes: [write("zero", { array: plan.clocks[decay]!, at: "edge" })],
  };
  return [settle, restart];
}

/** The decay without these states, if it does anything else, and what is done instead. */
export function rewriteDecay(
  op: MapOp,
  plans: readonly StatePlan[],
  context: RewriteContext,
): Op[] {
  const lazy = new Set(plans.map(({ state }) => state.spec.name));
  const writes = op.writes.filter(({ array }) => !lazy.has(array));
  const isEmpty = writes.length === 0 && op.emit === undefined;
  const ops: Op[] = isEmpty ? [] : [pruneBody({ ...op, writes })];
  for (const plan of plans) {
    plan.state.decays.forEach((use, decay) => {
      if (use.op !== op) return;
      if (context.program.precision === "float32") ops.push(...startAnew(plan, decay, context));
      for (const one of plan.classes) {
        if (one.decay === decay) ops.push(...decaySlots(plan, one, use, context));
      }
      ops.push(countOn(plan.clocks[decay]!, use, context));
    });
  }
  return ops;
}

/** Brings all edges of a decay up to date, for a look at them or before a write. */
export function settleOp(plan: StatePlan, decay: number, context: RewriteContext): MapOp {
  const use = plan.state.decays[decay]!;
  const first = use.offset;
  const symbols = new Symbols();
  const state = { array: plan.state.spec.name, at: "element", offset: first } as const;
  const held = symbols.read(operand(use.symbol, state));
  const { value, clock } = caughtUp(held, { plan, decay, first, at: "element" }, symbols, context);
  return {
    kind: "map",
    id: context.freshId("settle"),
    ...headOf(use.op),
    count: use.op.count,
    reads: symbols.reads,
    body: [{ target: held.name, value }],
    writes: [write(held.name, state), write(clock.name, { ...state, array: plan.last })],
  };
}

/** Puts the clocks of a state and the times of its edges to 0. */
export function clearClocks(plan: StatePlan, context: RewriteContext): MapOp[] {
  const lengths = new Map<string, number>(plan.clocks.map((clock) => [clock, 1]));
  lengths.set(plan.last, plan.state.spec.length);
  return [...lengths].map(([array, count]): MapOp => {
    const [use] = plan.state.decays;
    const body: Assignment[] = [{ target: "zero", value: num(0) }];
    const writes = [write("zero", { array, at: "element" })];
    const id = context.freshId("rebuild");
    return { kind: "map", id, ...headOf(use!.op), count, reads: [], body, writes };
  });
}
