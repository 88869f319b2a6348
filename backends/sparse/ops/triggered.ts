// The ops that spikes trigger: deliveries, and updates of edges. Invariant: spikes come oldest first,
// then ascending; their edges in row order; each edge sees what those before it wrote.

import { sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type { DeliverOp, EdgesOp, Layout, SpikeRef } from "../../../src/ir/program.js";
import { opFunction, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { eachSource, eachTarget, edgeLoops } from "../layouts.js";
import { Site } from "../site.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { canRunRows, RowLoop } from "./rows.js";
import { bindTrain } from "./train.js";

/** Runs the body once at the edge at the site. */
export function runAtEdge(kernel: Kernel): void {
  kernel.lanes.scope(() => {
    kernel.evaluate();
    kernel.store();
  });
}

/** Emits what happens at the edges of the sources (or targets) that fired. */
export function emitTriggered(
  op: DeliverOp | EdgesOp,
  spikes: SpikeRef,
  row: "source" | "target",
  context: Context,
): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const count = row === "source" ? sourcesOf(op.layout) : targetsOf(op.layout);
  const train = bindTrain(site, spikes, count);
  if (row === "source" && canRunRows(op, spikes, context)) {
    const loop = new RowLoop(site, op, spikes, train.columns);
    train.each(site.index("source"), () => loop.emit(train));
    return fn;
  }
  const kernel = new Kernel(site, { ...op, columns: train.columns }, lanesOf(fn, context.scalar));
  kernel.begin();
  const loops = edgeLoops(site, op.layout);
  const walk = row === "source" ? loops.ofSource : loops.ofTarget;
  train.each(site.index(row), () => {
    walk(() => train.whenDue(() => runAtEdge(kernel)));
  });
  return fn;
}

const rowsAreSources = (layout: Layout): boolean =>
  layout.kind === "csr" && layout.rows === "source";

/** Emits an update of all edges, row after row of the layout, in every so many steps. */
export function emitEvery(op: EdgesOp, steps: number, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const kernel = new Kernel(site, op, lanesOf(fn, context.scalar));
  kernel.begin();
  const loops = edgeLoops(site, op.layout);
  fn.getGlobal(context.globals.step).i64(BigInt(steps)).op("i64.rem_u").op("i64.eqz");
  fn.if(() => {
    const inside = (): void => runAtEdge(kernel);
    if (rowsAreSources(op.layout)) eachSource(site, op.layout, () => loops.ofSource(inside));
    else eachTarget(site, op.layout, () => loops.ofTarget(inside));
  });
  return fn;
}
