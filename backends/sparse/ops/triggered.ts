// The ops that spikes trigger: deliveries, and updates of edges. Invariant: spikes come oldest first,
// then ascending; their edges in row order; each edge sees what those before it wrote.

import { sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type {
  DeliverOp,
  EdgesOp,
  Layout,
  MapOp,
  Operand,
  SpikeRef,
  Write,
} from "../../../src/ir/program.js";
import { opFunction, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { eachSource, eachTarget, edgeLoops } from "../layouts.js";
import { Site } from "../site.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { emitElements } from "./map.js";
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

/** Begins a block that runs in every so many steps. */
function everySteps({ fn, context }: Site, steps: number, inside: () => void): void {
  const isPower = (steps & (steps - 1)) === 0;
  fn.getGlobal(context.globals.step);
  // Division takes much longer.
  if (isPower) fn.i64(BigInt(steps - 1)).op("i64.and");
  else fn.i64(BigInt(steps)).op("i64.rem_u");
  fn.op("i64.eqz");
  fn.if(inside);
}

/** Where edges are numbered like their ends, an update of all is a map, unless each has a lag. */
function asMap(op: EdgesOp): MapOp | undefined {
  const { trigger: _trigger, layout, ...rest } = op;
  if (layout.kind !== "diagonal") return undefined;
  if (op.reads.some(({ lag }) => typeof lag === "string")) return undefined;
  const { count } = layout;
  const atElement = <T extends Operand | Write>(place: T): T =>
    place.at === "one" ? place : { ...place, at: "element" };
  return {
    ...rest,
    ...{ kind: "map", count, reads: op.reads.map(atElement), writes: op.writes.map(atElement) },
  };
}

/** Emits an update of all edges, row after row of the layout, in every so many steps. */
export function emitEvery(op: EdgesOp, steps: number, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const { layout } = op;
  const map = asMap(op);
  if (map !== undefined) {
    everySteps(site, steps, () => emitElements(site, map));
    return fn;
  }
  const kernel = new Kernel(site, op, lanesOf(fn, context.scalar));
  kernel.begin();
  const loops = edgeLoops(site, layout);
  everySteps(site, steps, () => {
    const inside = (): void => runAtEdge(kernel);
    if (rowsAreSources(layout)) eachSource(site, layout, () => loops.ofSource(inside));
    else eachTarget(site, layout, () => loops.ofTarget(inside));
  });
  return fn;
}
