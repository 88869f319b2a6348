// Gathers: for each target a sum over its edges.

import { targetsOf } from "../../../src/ir/layout.js";
import type { GatherOp } from "../../../src/ir/program.js";
import { specOf, type Context } from "../context.js";
import { isEmptySpace, spaceOf } from "../places/space.js";
import { presentAt, replaceAt, spread, store } from "../places/store.js";
import { sumEdges, targetList } from "../places/sums.js";
import { evaluate } from "./body.js";

/** Sums over the edges of each target. */
export function emitGather(op: GatherOp, context: Context): void {
  const { t, shared } = context;
  const targets = targetsOf(op.layout);
  if (targets === 0) return;
  const space = spaceOf(op.layout, shared.indexes, shared.spaces);
  if (isEmptySpace(space)) {
    for (const write of op.writes) store(context, write, t.expand(t.number(0), [1, targets]));
    return;
  }
  const scope = evaluate(context, space, op);
  for (const write of op.writes) {
    const value = t.toReal(scope.get(write.symbol)!);
    const isReal = specOf(context, write.array).type === "real";
    if (space.summing === "scatter" && write.mode === "add" && isReal) {
      // Starting from what is there adds in the order in which the edges are listed.
      const updates = spread(t, value, space.shape);
      const present = presentAt(context, write, targets);
      replaceAt(context, write, t.scatter(present, targetList(context, space, 0), updates, true));
      continue;
    }
    const sum = sumEdges(context, space, value, undefined);
    store(context, write, t.expand(sum, [sum.shape[0]!, targets]));
  }
}
