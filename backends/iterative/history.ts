// Remembered events of targets: appending them, applying them when a source fires, and settling them
// early. Invariant: an event is applied to an edge once, in the order in which events happened;
// `since` of an edge stays the step of its last source spike, also when its target is settled.

import { readsNextStep } from "../../src/ir/between-steps.js";
import { sourcesOf, targetsOf, walkerOf } from "../../src/ir/layout.js";
import type { EdgesOp, RememberOp } from "../../src/ir/program.js";
import { copyOf, type HistoryArray } from "../../src/memory/memory.js";
import {
  historyOf,
  rounder,
  valuesOf,
  type Context,
  type HistoryEdges,
  type Run,
} from "./context.js";
import { bindKernel, bindLoad, columnsOf, newSite, type Kernel } from "./kernel.js";
import { bindTrain } from "./spikes.js";

type HistoryTrigger = Extract<EdgesOp["trigger"], { on: "history" }>;

/**
 * Runs the body for the pending events of the edge that the site is at. Where the op comes before
 * those that remember, events of the step of a source spike are younger than it, else older.
 */
function bindPending(
  context: Context,
  trigger: HistoryTrigger,
  kernel: Kernel,
  history: HistoryArray,
): (now: number) => void {
  const { site, frame } = kernel;
  const since = valuesOf(context, trigger.since);
  const round = rounder(context.program);
  const age = kernel.slotOf("age");
  const isAfterRemembering = trigger.version > 0;
  return (now) => {
    const row = copyOf(history, site.copy) * history.length + site.target;
    const first = row * history.capacity;
    const last = since.data[copyOf(since, site.copy) * since.length + site.edge]!;
    for (let i = first; i < first + history.counts[row]!; i++) {
      const then = history.steps[i]!;
      if (then < last || (isAfterRemembering && then === last)) continue;
      site.event = i;
      frame[age] = round(now - then);
      kernel.evaluate();
      kernel.store();
    }
  };
}

function makeHistoryEdges(op: EdgesOp, trigger: HistoryTrigger, context: Context): HistoryEdges {
  const { layout } = op;
  const history = historyOf(context, trigger.history);
  const since = valuesOf(context, trigger.since);
  const columns = columnsOf(history.spec.payload, history.columns);
  const kernel = bindKernel(context, { ...op, columns, given: ["age"] });
  const { site } = kernel;
  const train = bindTrain(context, trigger.spikes, sourcesOf(layout), site);
  const walker = walkerOf(layout, context.indexes);
  const targets = targetsOf(layout);
  const applyPending = bindPending(context, trigger, kernel, history);
  const ahead = readsNextStep(op, context.program) ? 0 : 1;
  let now = 0;

  const reach = (target: number, edge: number): void => {
    site.target = target;
    site.edge = edge;
    if (!train.isDue()) return;
    applyPending(now);
    since.data[copyOf(since, site.copy) * since.length + edge] = now;
  };
  const fire = (source: number): void => {
    site.source = source;
    walker.ofSource(source, reach);
  };
  const settleEdge = (source: number, edge: number): void => {
    site.source = source;
    site.edge = edge;
    applyPending(now);
  };
  const settleTarget = (copy: number, target: number, step: number): void => {
    kernel.begin(copy, step);
    now = step;
    site.target = target;
    walker.ofTarget(target, settleEdge);
  };
  return {
    run(copy) {
      now = context.now.step;
      kernel.begin(copy, now);
      train.forEach(copy, fire);
    },
    writes: op.writes.map((write) => write.array),
    settleTarget,
    settleAll(done) {
      for (let copy = 0; copy < context.program.batch; copy++) {
        for (let target = 0; target < targets; target++) settleTarget(copy, target, done - ahead);
      }
    },
    forget: () => void history.counts.fill(0),
  };
}

/** Binds an edges op with a history, once however often it is asked for. */
export function bindHistoryEdges(op: EdgesOp, context: Context): HistoryEdges {
  const known = context.settlers.get(op.id);
  if (known !== undefined) return known;
  const made = makeHistoryEdges(op, op.trigger as HistoryTrigger, context);
  context.settlers.set(op.id, made);
  return made;
}

/** All edges ops with a history, in their order. */
export const bindSettlers = (context: Context): HistoryEdges[] =>
  context.program.ops.flatMap((op) =>
    op.kind === "edges" && op.trigger.on === "history" ? [bindHistoryEdges(op, context)] : [],
  );

/** Appends an event for each target that fired; a full history is settled and emptied first. */
export function emitRemember(op: RememberOp, context: Context): Run {
  const history = historyOf(context, op.history);
  const settling = context.program.ops.find((one) => one.id === op.settle) as EdgesOp;
  const settler = bindHistoryEdges(settling, context);
  const site = newSite();
  const train = bindTrain(context, op.spikes, history.length, site);
  const values = op.values.map((value) => bindLoad(context, value, site, new Map()));
  const remember = (target: number): void => {
    const { step } = context.now;
    site.target = target;
    const row = copyOf(history, site.copy) * history.length + target;
    if (history.counts[row] === history.capacity) {
      settler.settleTarget(site.copy, target, step);
      history.counts[row] = 0;
    }
    const place = row * history.capacity + history.counts[row]!++;
    history.steps[place] = step;
    for (let i = 0; i < values.length; i++) history.columns[i]![place] = values[i]!();
  };
  return (copy) => {
    site.copy = copy;
    train.forEach(copy, remember);
  };
}
