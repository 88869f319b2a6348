// Remembered events of targets: appending them, applying them when a source fires, and settling them
// early. Invariant: an event is applied to an edge once, in the order in which events happened.

import { readsNextStep } from "../../../src/ir/between-steps.js";
import { sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type { EdgesOp, Operand, RememberOp } from "../../../src/ir/program.js";
import { historyOf, opFunction, valuesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { edgeLoops } from "../layouts.js";
import { countedLoop, whileBelow } from "../loops.js";
import { Site, type Base } from "../site.js";
import { FunctionBuilder } from "../wasm/function-builder.js";
import { bindTrain } from "./train.js";
import { runAtEdge } from "./triggered.js";

type HistoryTrigger = Extract<EdgesOp["trigger"], { on: "history" }>;
type HistoryEdges = EdgesOp & { readonly trigger: HistoryTrigger };

/** Pushes the row of the target at the site: its number over all copies. */
function pushRow(site: Site, history: string): void {
  const place = historyOf(site.context, history);
  site.pushCopy(place, place.length);
  site.fn.get(site.index("target")).op("i32.add");
}

/** Payload columns of a history, before the places of events. */
function eventColumns(context: Context, history: string): Map<string, Base> {
  const { spec, columns } = historyOf(context, history);
  return new Map((spec.payload ?? []).map((name, i) => [name, { offset: columns[i]! }]));
}

/**
 * Runs the body for the pending events of the edge at the site. Where the op comes before those that
 * remember, events of the step of a source spike are younger than it, else older.
 */
function applyPending(site: Site, op: HistoryEdges, kernel: Kernel): void {
  const { fn, context } = site;
  const { history, since, version } = op.trigger;
  const place = historyOf(context, history);
  const edge: Operand = { symbol: "", array: since, version: 0, at: "edge" };
  const [row, end] = [fn.local("i32"), fn.local("i32")];
  const [last, then, now] = [fn.local("f64"), fn.local("f64"), fn.local("f64")];
  const event = site.index("event");
  pushRow(site, history);
  fn.tee(row);
  site.multiply(4);
  fn.memory("i32.load", place.counts).set(end);
  fn.get(row).i32(place.capacity).op("i32.mul").tee(event).get(end).op("i32.add").set(end);
  pushEdgeAddress(site, edge);
  fn.memory("i32.load", valuesOf(context, since).address).op("f64.convert_i32_s").set(last);
  site.pushStep();
  fn.op("f64.convert_i64_s").set(now);
  whileBelow(fn, event, end, () => {
    fn.get(event);
    site.multiply(8);
    fn.memory("f64.load", place.steps).tee(then);
    fn.get(last).op(version > 0 ? "f64.gt" : "f64.ge");
    fn.if(() => {
      const age = fn.local(context.scalar);
      fn.get(now).get(then).op("f64.sub");
      if (context.scalar === "f32") fn.op("f32.demote_f64");
      fn.set(age);
      kernel.give("age", kernel.lanes.value(age));
      runAtEdge(kernel);
    });
  });
}

function pushEdgeAddress(site: Site, edge: Operand): void {
  site.pushElement(edge);
  site.toAddress(site.valuesBase(edge), 4);
}

/** The function that settles one target: (copy, target, step); made once for each op. */
function settlerOf(op: HistoryEdges, context: Context): number {
  const known = context.settlers.get(op.id);
  if (known !== undefined) return known;
  const fn = new FunctionBuilder(`settle ${op.id}`, ["i32", "i32", "i64"], []);
  const site = new Site(context, fn);
  site.bind("target", fn.parameters[1]!);
  site.now = fn.parameters[2]!;
  const columns = eventColumns(context, op.trigger.history);
  const kernel = new Kernel(site, { ...op, columns }, lanesOf(fn, context.scalar));
  site.valuesBase({ array: op.trigger.since });
  kernel.begin();
  edgeLoops(site, op.layout).ofTarget(() => applyPending(site, op, kernel));
  const index = context.module.add(fn);
  context.settlers.set(op.id, index);
  return index;
}

/** Emits the update of edges by remembered events when their source fires. */
export function emitHistoryEdges(op: EdgesOp, context: Context): FunctionBuilder {
  const own = op as HistoryEdges;
  const { history, since, spikes } = own.trigger;
  settlerOf(own, context);
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const train = bindTrain(site, spikes, sourcesOf(op.layout));
  const columns = new Map([...train.columns, ...eventColumns(context, history)]);
  const kernel = new Kernel(site, { ...op, columns }, lanesOf(fn, context.scalar));
  const edge: Operand = { symbol: "", array: since, version: 0, at: "edge" };
  site.valuesBase(edge);
  kernel.begin();
  const loops = edgeLoops(site, op.layout);
  train.each(site.index("source"), () => {
    loops.ofSource(() =>
      train.whenDue(() => {
        applyPending(site, own, kernel);
        pushEdgeAddress(site, edge);
        site.pushStep();
        fn.op("i32.wrap_i64").memory("i32.store", valuesOf(context, since).address);
      }),
    );
  });
  return fn;
}

/** Emits the appending of an event for each target that fired; a full history is settled first. */
export function emitRemember(op: RememberOp, context: Context): FunctionBuilder {
  const settling = context.program.ops.find((one) => one.id === op.settle) as HistoryEdges;
  const settler = settlerOf(settling, context);
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const place = historyOf(context, op.history);
  const symbols = op.values.map(({ symbol }) => symbol);
  const parts = { reads: op.values, body: [], writes: [] };
  const kernel = new Kernel(site, parts, lanesOf(fn, context.scalar), symbols);
  kernel.begin();
  const target = site.index("target");
  const [row, count, at] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  const storeCount = (): void => {
    fn.get(row);
    site.multiply(4);
    fn.get(count).memory("i32.store", place.counts);
  };
  bindTrain(site, op.spikes, place.length).each(target, () => {
    pushRow(site, op.history);
    fn.tee(row);
    site.multiply(4);
    fn.memory("i32.load", place.counts).tee(count).i32(place.capacity).op("i32.eq");
    fn.if(() => {
      if (site.copy === undefined) fn.i32(0);
      else fn.get(site.copy);
      fn.get(target).getGlobal(context.globals.step).call(settler);
      fn.i32(0).set(count);
    });
    fn.get(row).i32(place.capacity).op("i32.mul").get(count).op("i32.add").tee(at);
    site.multiply(8);
    fn.getGlobal(context.globals.step).op("f64.convert_i64_s").memory("f64.store", place.steps);
    kernel.lanes.scope(() => {
      kernel.evaluate();
      symbols.forEach((symbol, i) => {
        fn.get(at);
        site.multiply(context.width);
        fn.get(kernel.number(symbol)).memory(`${context.scalar}.store`, place.columns[i]!);
      });
    });
    fn.get(count).i32(1).op("i32.add").set(count);
    storeCount();
  });
  return fn;
}

/** Emits the settling of all targets of all copies, into a function whose parameter is the steps done. */
export function emitSettling(fn: FunctionBuilder, context: Context): void {
  const { program } = context;
  const settled = program.ops.filter(
    (op): op is HistoryEdges => op.kind === "edges" && op.trigger.on === "history",
  );
  const [copy, target] = [fn.local("i32"), fn.local("i32")];
  for (const op of settled) {
    const settler = settlerOf(op, context);
    const ahead = readsNextStep(op, context.program) ? 0n : 1n;
    const targets = targetsOf(op.layout);
    countedLoop(fn, copy, { from: 0, to: program.batch, step: 1 }, () => {
      countedLoop(fn, target, { from: 0, to: targets, step: 1 }, () => {
        fn.get(copy).get(target).get(fn.parameters[0]!).i64(ahead).op("i64.sub").call(settler);
      });
    });
  }
}
