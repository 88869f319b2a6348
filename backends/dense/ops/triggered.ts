// Ops over the edges of what fired: deliver and edges. All edges are computed, and kept where their
// spike arrived. Invariant: right only where no edge sees what another one wrote; limits.ts refuses
// everything else before a graph is built.

import { sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type { DeliverOp, EdgesOp, Layout, Write } from "../../../src/ir/program.js";
import { InternalError } from "../../../src/errors.js";
import type { Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { loadMarks, type Arriving } from "../places/load.js";
import { isEmptySpace, spaceOf, type Space } from "../places/space.js";
import { presentAt, replaceAt, spread, store, storedOver } from "../places/store.js";
import { sumEdges } from "../places/sums.js";
import { evaluate } from "./body.js";

/** The numbers that a domain has at the places of a list, as a value of shape [1, places]. */
function listOf({ t, shared }: Context, space: Space, at: "edge" | "target"): Value {
  const key = `${space.key} | ${at}s`;
  const known = shared.lists.get(key);
  if (known !== undefined) return known;
  const data = BigInt64Array.from(space.views[at]!.places!, BigInt);
  const made = t.graph.tensor("int64", [1, data.length], data);
  shared.lists.set(key, made);
  return made;
}

interface Written {
  readonly write: Write;
  readonly value: Value;
  readonly mask: Value | undefined;
}

/** Stores one value for each edge, or for targets that have one edge each, where the mask holds. */
function storeEach(context: Context, space: Space, { write, value, mask }: Written): void {
  const { t } = context;
  const at = write.at as "edge" | "target";
  const view = space.views[at]!;
  const { size } = view;
  const present = presentAt(context, write, size);
  const own = spread(t, value, space.shape);
  const marks = mask === undefined ? undefined : spread(t, mask, space.shape);
  if (view.places === undefined) {
    const next = storedOver(context, write, present, own);
    replaceAt(context, write, marks === undefined ? next : t.select(marks, next, present));
    return;
  }
  const list = listOf(context, space, at);
  const before = t.gather(present, t.reshape(list, [list.shape[1]!]), 1);
  const next = storedOver(context, write, before, own);
  const kept = marks === undefined ? next : t.select(marks, next, before);
  replaceAt(context, write, t.scatter(present, list, kept, false));
}

/** Whether every target has at most one edge in a space. */
const hasOwnEdges = (space: Space): boolean =>
  space.summing === "none" || (space.summing === "last" && space.shape.at(-1) === 1);

function storeWrite(context: Context, space: Space, written: Written): void {
  const { write, value, mask } = written;
  if (write.at === "edge" || hasOwnEdges(space) || write.mode === "set") {
    storeEach(context, space, written);
    return;
  }
  const { t } = context;
  const sum = sumEdges(context, space, value, mask);
  const size = space.views.target!.size;
  store(context, write, t.expand(sum, [sum.shape[0]!, size]));
}

/** A delivery over a uniform layout may differ from target to target, as over a matrix. */
function matrixOf(layout: Layout): Layout {
  if (layout.kind !== "uniform") return layout;
  const { sources, targets } = layout;
  return { kind: "dense", sources, targets };
}

/** Runs the body for all edges and stores where the mask holds. */
function runMasked(
  context: Context,
  op: DeliverOp | EdgesOp,
  arriving: Arriving | undefined,
  condition?: Value,
): void {
  const { t, shared } = context;
  const space = spaceOf(matrixOf(op.layout), shared.indexes, shared.spaces);
  if (isEmptySpace(space)) return;
  const scope = evaluate(context, space, op, arriving);
  const mask = arriving === undefined ? condition : loadMarks(context, space, arriving);
  const values = op.writes.map(({ symbol }) => t.toReal(scope.get(symbol)!));
  op.writes.forEach((write, i) => {
    storeWrite(context, space, { write, value: values[i]!, mask });
  });
}

const isEmpty = (layout: Layout): boolean => sourcesOf(layout) === 0 || targetsOf(layout) === 0;

/** For each arriving spike, the outgoing edges of its source. */
export function emitDeliver(op: DeliverOp, context: Context): void {
  if (isEmpty(op.layout)) return;
  runMasked(context, op, { spikes: op.spikes, end: "source" });
}

/** Per-edge updates by each kind of trigger. */
export function emitEdges(op: EdgesOp, context: Context): void {
  if (isEmpty(op.layout)) return;
  const { trigger } = op;
  const { t } = context;
  switch (trigger.on) {
    case "source":
    case "target":
      return runMasked(context, op, { spikes: trigger.spikes, end: trigger.on });
    case "every": {
      if (trigger.steps === 1 || context.step === undefined) {
        return runMasked(context, op, undefined);
      }
      const rest = t.combine("Mod", context.step, t.number(trigger.steps, "int64"));
      const isDue = t.compare("==", rest, t.number(0, "int64"));
      return runMasked(context, op, undefined, isDue);
    }
    case "history":
      throw new InternalError(op.id, "has a history, which was to be refused");
  }
}
