// What takes the place of a delivery: each edge is brought up to date, changed as before, and what
// changed goes into its accumulators. Invariant: an edge sees what it saw before, because deliveries
// that are taken apart concern one edge at a time.

import { binary, name, type Assignment } from "../../expr/ast.js";
import { product } from "../../expr/simplify.js";
import { edgesOf } from "../../ir/layout.js";
import type { DeliverOp, Op, Write } from "../../ir/program.js";
import { pruneBody } from "../support/bodies.js";
import { caughtUp } from "./catch-up.js";
import { factorReads } from "./factors.js";
import { toSlots } from "./lists.js";
import { operand, write, type RewriteContext } from "./parts.js";
import type { StatePlan } from "./plan.js";
import { Symbols } from "./symbols.js";
import type { DeliveryUse } from "./uses.js";

interface Delivery {
  readonly plan: StatePlan;
  readonly use: DeliveryUse;
  /** What is delivered to this state. */
  readonly op: DeliverOp;
}

/** The classes of the edges that a delivery reaches. */
function classesOf({ plan, use, op }: Delivery): number[] {
  const { classOf } = plan.slots;
  const edges = classOf.subarray(use.offset, use.offset + edgesOf(op.layout));
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** The body with the state brought up to date first, and what has to be added afterwards. */
function deliverTo(
  { plan, use, op }: Delivery,
  of: number,
  context: RewriteContext,
): Pick<DeliverOp, "reads" | "body" | "writes"> {
  const one = plan.classes[of]!;
  const symbols = new Symbols(op.reads, op.body);
  const place = { array: plan.state.spec.name, at: "edge", offset: use.offset } as const;
  const held = use.read?.symbol ?? symbols.read(operand("held", place)).name;
  const catchUp = { plan, decay: one.decay, first: use.offset, at: "edge" } as const;
  const { value, clock } = caughtUp(name(held), catchUp, symbols, context);
  const before: Assignment[] = [{ target: held, value }];
  if (use.write === undefined) {
    return { reads: symbols.reads, body: [...before, ...op.body], writes: op.writes };
  }
  const writes: Write[] = [...op.writes, write(clock.name, { ...place, array: plan.last })];
  if (one.accumulators.length === 0) {
    return { reads: symbols.reads, body: [...before, ...op.body], writes };
  }
  const old = symbols.fresh("old");
  before.push({ target: old, value: name(held) });
  const change = symbols.fresh("change");
  const after: Assignment[] = [
    { target: change, value: binary("-", name(use.write.symbol), name(old)) },
  ];
  const edges = edgesOf(op.layout);
  for (const { array, factor } of one.accumulators) {
    let symbol = change;
    if (factor !== undefined) {
      const reads = factorReads(factor, use.offset, edges, context.specs)!;
      const times = symbols.bind({ expr: factor.expr, reads });
      symbol = symbols.fresh("share");
      after.push({ target: symbol, value: product(name(change), times) });
    }
    writes.push(write(symbol, { array, at: "target" }, "add"));
  }
  return { reads: symbols.reads, body: [...before, ...op.body, ...after], writes };
}

/** One op for each class of edges; the first keeps the id. */
function rewriteOne(
  delivery: Delivery,
  nextId: () => string,
  context: RewriteContext,
): DeliverOp[] {
  const { plan, use, op } = delivery;
  const { classOf, slotOf } = plan.slots;
  const classes = classesOf(delivery);
  return classes.map((of): DeliverOp => {
    const { count, accumulators } = plan.classes[of]!;
    const isSummed = accumulators.length > 0 && use.write !== undefined;
    if (classes.length === 1 && !isSummed) {
      return { ...op, id: nextId(), ...deliverTo(delivery, of, context) };
    }
    const slot = (edge: number): number => {
      const element = use.offset + edge;
      if (classOf[element] !== of) return -1;
      return isSummed ? slotOf[element]! : 0;
    };
    const layout = toSlots(op.layout, slot, isSummed ? count : 1, context);
    return { ...op, id: nextId(), layout, ...deliverTo(delivery, of, context) };
  });
}

/** The deliveries that take the place of one, first those to the lazily kept states. */
export function rewriteDelivery(
  op: DeliverOp,
  plans: readonly StatePlan[],
  context: RewriteContext,
): Op[] {
  const ids = [op.id];
  const nextId = (): string => ids.pop() ?? context.freshId("deliver");
  const uses = plans.flatMap((plan) =>
    plan.state.deliveries.filter((use) => use.op === op).map((use) => ({ plan, use })),
  );
  const addsToTargets = op.writes.some(({ at }) => at === "target");
  if (uses.length === 1 && !addsToTargets) return rewriteOne({ ...uses[0]!, op }, nextId, context);
  const lazy = new Set(uses.map(({ use }) => use.write));
  const ops = uses.flatMap(({ plan, use }) => {
    if (use.write === undefined) return [];
    const own = pruneBody({ ...op, writes: [use.write] });
    return rewriteOne({ plan, use, op: own }, nextId, context);
  });
  const rest = op.writes.filter((one) => !lazy.has(one));
  return rest.length === 0
    ? ops
    : [...ops, { ...pruneBody({ ...op, writes: rest }), id: nextId() }];
}
