// Gathers: for each target a sum over its edges.

import { targetsOf } from "../../../src/ir/layout.js";
import type { GatherOp, Write } from "../../../src/ir/program.js";
import type { Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { isEmptySpace, spaceOf, type Space } from "../places/space.js";
import { presentAt, replaceAt, spread, store, storedOver } from "../places/store.js";
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
    if (isReplaced(op, write)) continue;
    const value = t.toReal(scope.get(write.symbol)!);
    replaceAt(context, write, sumOf(context, { space, write, value, targets }));
  }
}

/**
 * Every sum of a target starts from what was there before the op, so of two sums into the same
 * elements the last one stays. The one sum of a uniform layout is added to what is there.
 */
const isReplaced = ({ writes, layout }: GatherOp, write: Write): boolean =>
  layout.kind !== "uniform" &&
  writes.slice(writes.indexOf(write) + 1).some(({ array, offset = 0 }) => {
    return array === write.array && offset === (write.offset ?? 0);
  });

interface SumParts {
  readonly space: Space;
  readonly write: Write;
  readonly value: Value;
  readonly targets: number;
}

/** What one write stores: the sums, or what is there with the sums added. */
function sumOf(context: Context, { space, write, value, targets }: SumParts): Value {
  const { t } = context;
  const present = presentAt(context, write, targets);
  if (space.summing === "scatter" && write.mode === "add") {
    // Starting from what is there adds in the order in which the edges are listed.
    const updates = spread(t, value, space.shape);
    const sum = t.scatter(t.toReal(present), targetList(context, space), updates, true);
    return storedOver(context, { ...write, mode: "set" }, present, sum);
  }
  const sum = sumEdges(context, space, value, undefined);
  return storedOver(context, write, present, t.expand(sum, [sum.shape[0]!, targets]));
}
