// What takes the place of a sum over edges: a sum over the accumulators of each target; and the ops
// that add accumulators up from the edges. Invariant: additions to a target stay where they were.

import { binary, name, num, type Assignment } from "../../expr/ast.js";
import { isNumber, product } from "../../expr/simplify.js";
import type { GatherOp, Op, Write } from "../../ir/program.js";
import { edgeCount, factorReads, type Share } from "./factors.js";
import { elementsBySlot, fromSlots } from "./lists.js";
import { headOf, operand, write, type RewriteContext } from "./parts.js";
import type { ClassPlan, StatePlan } from "./plan.js";
import { Symbols } from "./symbols.js";
import type { SumUse } from "./uses.js";

/** The array that a share is read from. */
function arrayOf(one: ClassPlan, share: Exclude<Share, { kind: "none" }>): string {
  const key = share.kind === "edge" ? share.factor.key : undefined;
  return one.accumulators.find(({ factor }) => factor?.key === key)!.array;
}

/** The sum of one class of edges, from its accumulators. */
function sumOfClass(
  plan: StatePlan,
  of: number,
  use: SumUse,
  isFirst: boolean,
  context: RewriteContext,
): Omit<GatherOp, "id"> | undefined {
  const one = plan.classes[of]!;
  const sum = plan.state.sums.indexOf(use);
  const symbols = new Symbols();
  const body: Assignment[] = [];
  const writes: Write[] = [];
  const sums = new Map<string, string>();
  const read = (array: string): string => {
    const known = sums.get(array);
    if (known !== undefined) return known;
    const symbol = symbols.read(operand("sum", { array, at: "source" })).name;
    sums.set(array, symbol);
    return symbol;
  };
  for (const [each, share] of one.shares.get(sum)!) {
    const mode = isFirst ? each.mode : "add";
    if (share.kind === "none" && mode === "add") continue;
    if (share.kind === "edge") {
      writes.push({ ...each, mode, symbol: read(arrayOf(one, share)) });
      continue;
    }
    const factor = share.kind === "none" ? num(0) : symbols.bind(share.bound);
    const total = share.kind === "none" ? undefined : read(arrayOf(one, share));
    if (total !== undefined && isNumber(factor, 1)) {
      writes.push({ ...each, mode, symbol: total });
      continue;
    }
    const symbol = symbols.fresh("term");
    const value = total === undefined ? num(0) : product(name(total), factor);
    body.push({ target: symbol, value });
    writes.push({ ...each, mode, symbol });
  }
  if (writes.length === 0) return undefined;
  const { classOf, slotOf } = plan.slots;
  const slot = (edge: number): number =>
    classOf[use.offset + edge] === of ? slotOf[use.offset + edge]! : -1;
  const layout = one.isPlain
    ? ({ kind: "diagonal", count: one.count } as const)
    : fromSlots(use.op.layout, slot, one.count, context);
  return { kind: "gather", ...headOf(use.op), layout, reads: symbols.reads, body, writes };
}

/** The sums that take the place of one; the first keeps the id. */
export function rewriteSum(
  op: GatherOp,
  plans: readonly StatePlan[],
  context: RewriteContext,
): Op[] {
  const ops: GatherOp[] = [];
  for (const plan of plans) {
    for (const use of plan.state.sums) {
      if (use.op !== op) continue;
      const sum = plan.state.sums.indexOf(use);
      plan.classes.forEach((one, of) => {
        if (!one.sums.includes(sum)) return;
        const made = sumOfClass(plan, of, use, ops.length === 0, context);
        if (made === undefined) return;
        ops.push({ ...made, id: ops.length === 0 ? op.id : context.freshId("gather") });
      });
    }
  }
  // Without any edge it may still be what makes the sums 0.
  const isSetting = op.writes.some(({ mode }) => mode === "set");
  return ops.length === 0 && isSetting ? [op] : ops;
}

/** Adds up the accumulators of one class from its edges. */
function rebuildClass(plan: StatePlan, of: number, context: RewriteContext): GatherOp[] {
  const one = plan.classes[of]!;
  if (one.accumulators.length === 0) return [];
  const use = plan.state.sums[one.sums[0]!]!;
  const { classOf, slotOf } = plan.slots;
  const layout = one.isPlain
    ? use.op.layout
    : elementsBySlot(slotOf, (element) => classOf[element] === of, one.count, context);
  const first = one.isPlain ? use.offset : 0;
  const edges = one.isPlain ? edgeCount(use) : slotOf.length;
  const symbols = new Symbols();
  const state = { array: plan.state.spec.name, at: "edge", offset: first } as const;
  const held = symbols.read(operand(use.symbol, state));
  const body: Assignment[] = [];
  const writes = one.accumulators.map(({ array, factor }) => {
    const place = { array, at: "target" } as const;
    if (factor === undefined) return write(held.name, place);
    const reads = factorReads(factor, first, edges, context.specs)!;
    const symbol = symbols.fresh("share");
    const value = binary("*", held, symbols.bind({ expr: factor.expr, reads }));
    body.push({ target: symbol, value });
    return write(symbol, place);
  });
  const id = context.freshId("rebuild");
  const { reads } = symbols;
  return [{ kind: "gather", id, ...headOf(use.op), layout, reads, body, writes }];
}

/** Adds up all accumulators of a state. */
export const rebuildSums = (plan: StatePlan, context: RewriteContext): GatherOp[] =>
  plan.classes.flatMap((_, of) => rebuildClass(plan, of, context));
