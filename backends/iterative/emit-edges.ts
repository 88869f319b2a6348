// The ops that walk edges: gather, deliver and edges. Invariant: the order of edges is that of
// src/ir/layout.ts, so sums come out in one defined order.

import { sourcesOf, targetsOf, walkerOf, type Walker } from "../../src/ir/layout.js";
import type { DeliverOp, EdgesOp, GatherOp, Layout } from "../../src/ir/program.js";
import { rounder, spikesOf, type Context, type Run } from "./context.js";
import { bindHistoryEdges } from "./history.js";
import { bindKernel, bindPresent, bindStore, columnsOf, type Kernel } from "./kernel.js";
import { bindTrain, type Train } from "./spikes.js";

/** One sum for each write of a gather, and how it reaches the target. */
interface Sums {
  readonly clear: () => void;
  /** Starts from what is there where the write adds. */
  readonly start: () => void;
  readonly add: () => void;
  readonly store: () => void;
  /** Adds to what is there, or replaces it. */
  readonly storeWhole: () => void;
}

function bindSums(context: Context, op: GatherOp, kernel: Kernel): Sums {
  const { site, frame } = kernel;
  const round = rounder(context.program);
  const sums = new Float64Array(op.writes.length);
  const symbols = op.writes.map((write) => kernel.slotOf(write.symbol));
  const present = op.writes.map((write) =>
    write.mode === "add" ? bindPresent(context, write, site) : () => 0,
  );
  const stores = op.writes.map((write) => bindStore(context, { ...write, mode: "set" }, site));
  const wholes = op.writes.map((write) => bindStore(context, write, site));
  return {
    clear: () => void sums.fill(0),
    start() {
      for (let i = 0; i < sums.length; i++) sums[i] = round(present[i]!());
    },
    add() {
      for (let i = 0; i < sums.length; i++) sums[i] = round(sums[i]! + frame[symbols[i]!]!);
    },
    store() {
      for (let i = 0; i < sums.length; i++) stores[i]!(sums[i]!);
    },
    storeWhole() {
      for (let i = 0; i < sums.length; i++) wholes[i]!(sums[i]!);
    },
  };
}

/** The one sum of a uniform layout is made once, from 0, and then given to every target. */
function bindUniform(context: Context, op: GatherOp, kernel: Kernel, sums: Sums): Run {
  const sources = sourcesOf(op.layout);
  const targets = targetsOf(op.layout);
  const { site } = kernel;
  return (copy) => {
    kernel.begin(copy, context.now.step);
    sums.clear();
    for (site.source = 0; site.source < sources; site.source++) {
      kernel.evaluate();
      sums.add();
    }
    for (site.target = 0; site.target < targets; site.target++) sums.storeWhole();
  };
}

/** For each target, the sum over its incoming edges. */
export function emitGather(op: GatherOp, context: Context): Run {
  const kernel = bindKernel(context, op);
  const sums = bindSums(context, op, kernel);
  if (op.layout.kind === "uniform") return bindUniform(context, op, kernel, sums);
  const walker = walkerOf(op.layout, context.indexes);
  const targets = targetsOf(op.layout);
  const { site } = kernel;
  const visit = (source: number, edge: number): void => {
    site.source = source;
    site.edge = edge;
    kernel.evaluate();
    sums.add();
  };
  return (copy) => {
    kernel.begin(copy, context.now.step);
    for (let target = 0; target < targets; target++) {
      site.target = target;
      sums.start();
      walker.ofTarget(target, visit);
      sums.store();
    }
  };
}

interface Triggered {
  readonly kernel: Kernel;
  readonly train: Train;
  readonly walker: Walker;
}

function bindTriggered(
  context: Context,
  op: DeliverOp | EdgesOp,
  spikes: DeliverOp["spikes"],
  ends: number,
): Triggered {
  const list = spikesOf(context, spikes.array);
  const columns = columnsOf(list.spec.payload, list.columns);
  const kernel = bindKernel(context, { ...op, columns });
  const train = bindTrain(context, spikes, ends, kernel.site);
  return { kernel, train, walker: walkerOf(op.layout, context.indexes) };
}

/** Runs the body for the outgoing edges of each source that fired; each edge sees those before it. */
function runFromSources({ kernel, train, walker }: Triggered, context: Context): Run {
  const { site } = kernel;
  const visit = (target: number, edge: number): void => {
    site.target = target;
    site.edge = edge;
    if (!train.isDue()) return;
    kernel.evaluate();
    kernel.store();
  };
  const fire = (source: number): void => {
    site.source = source;
    walker.ofSource(source, visit);
  };
  return (copy) => {
    kernel.begin(copy, context.now.step);
    train.forEach(copy, fire);
  };
}

/** Runs the body for the incoming edges of each target that fired. */
function runFromTargets({ kernel, train, walker }: Triggered, context: Context): Run {
  const { site } = kernel;
  const visit = (source: number, edge: number): void => {
    site.source = source;
    site.edge = edge;
    if (!train.isDue()) return;
    kernel.evaluate();
    kernel.store();
  };
  const fire = (target: number): void => {
    site.target = target;
    walker.ofTarget(target, visit);
  };
  return (copy) => {
    kernel.begin(copy, context.now.step);
    train.forEach(copy, fire);
  };
}

/** For each arriving spike, the outgoing edges of its source. */
export function emitDeliver(op: DeliverOp, context: Context): Run {
  return runFromSources(bindTriggered(context, op, op.spikes, sourcesOf(op.layout)), context);
}

const rowsAreSources = (layout: Layout): boolean =>
  layout.kind === "csr" && layout.rows === "source";

/** All edges, row after row of the layout, in every so many steps. */
function emitEvery(op: EdgesOp, steps: number, context: Context): Run {
  const kernel = bindKernel(context, op);
  const walker = walkerOf(op.layout, context.indexes);
  const bySource = rowsAreSources(op.layout);
  const rows = bySource ? sourcesOf(op.layout) : targetsOf(op.layout);
  const { site } = kernel;
  const row: "source" | "target" = bySource ? "source" : "target";
  const end: "source" | "target" = bySource ? "target" : "source";
  const visit = (other: number, edge: number): void => {
    site[end] = other;
    site.edge = edge;
    kernel.evaluate();
    kernel.store();
  };
  return (copy) => {
    if (context.now.step % steps !== 0) return;
    kernel.begin(copy, context.now.step);
    for (let i = 0; i < rows; i++) {
      site[row] = i;
      if (bySource) walker.ofSource(i, visit);
      else walker.ofTarget(i, visit);
    }
  };
}

/** Per-edge updates by each kind of trigger. */
export function emitEdges(op: EdgesOp, context: Context): Run {
  const { trigger, layout } = op;
  switch (trigger.on) {
    case "source":
      return runFromSources(bindTriggered(context, op, trigger.spikes, sourcesOf(layout)), context);
    case "target":
      return runFromTargets(bindTriggered(context, op, trigger.spikes, targetsOf(layout)), context);
    case "every":
      return emitEvery(op, trigger.steps, context);
    case "history":
      return bindHistoryEdges(op, context).run;
  }
}
