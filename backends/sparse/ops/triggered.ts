// The ops that spikes trigger: deliveries, and updates of edges. Invariant: spikes come oldest first,
// then ascending; their edges in row order; each edge sees what those before it wrote.

import { sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type { DeliverOp, EdgesOp, Layout, SpikeRef } from "../../../src/ir/program.js";
import { opFunction, spikesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { eachSource, eachTarget, edgeLoops } from "../layouts.js";
import { countDown, whileBelow } from "../loops.js";
import { Site, type Base } from "../site.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** Spikes as an op sees them. */
export interface Train {
  /** Payload columns by name, before the places of spikes. */
  readonly columns: ReadonlyMap<string, Base>;
  /** Runs `visit` for all spikes that arrive, with their number in `into`. */
  readonly each: (into: Local, visit: () => void) => void;
  /** Runs `then` if the spike arrives now at the edge at the site. */
  readonly whenDue: (then: () => void) => void;
}

/** Binds a reference to spikes; `count` is how many numbers from its offset on the op sees. */
export function bindTrain(site: Site, ref: SpikeRef, count: number): Train {
  const { fn, context } = site;
  const place = spikesOf(context, ref.array);
  const { offset = 0 } = ref;
  const isPerEdge = typeof ref.lag === "string";
  const lag = fn.local("i32");
  const end = fn.local("i32");
  const spike = site.index("spike");
  const names = place.spec.payload ?? [];
  // Places of spikes count over all copies and slots, so that columns need no base of their own.
  const columns = new Map(names.map((name, i) => [name, { offset: place.columns[i]! }]));

  function visitSlot(pushSlot: () => void, into: Local, visit: () => void): void {
    pushSlot();
    fn.tee(spike);
    site.multiply(4);
    fn.memory("i32.load", place.counts).set(end);
    fn.get(spike).i32(place.length).op("i32.mul").tee(spike);
    fn.get(end).op("i32.add").set(end);
    whileBelow(fn, spike, end, () => {
      fn.get(spike);
      site.multiply(4);
      fn.memory("i32.load", place.items);
      if (offset !== 0) fn.i32(offset).op("i32.sub");
      fn.set(into);
      if (offset === 0 && count === place.length) visit();
      else {
        fn.get(into).i32(count).op("i32.lt_u");
        fn.if(visit);
      }
    });
  }

  return {
    columns,
    each(into, visit) {
      if (!isPerEdge) {
        const fixed = Number(ref.lag ?? 0);
        visitSlot(() => site.pushSlot(place, fixed), into, visit);
        return;
      }
      countDown(fn, lag, { last: place.slots - 1, first: 0 }, () => {
        visitSlot(() => site.pushSlot(place, lag), into, visit);
      });
    },
    whenDue(then) {
      if (!isPerEdge) {
        then();
        return;
      }
      fn.get(site.loadEdgeLag(ref.lag)).get(lag).op("i32.eq");
      fn.if(then);
    },
  };
}

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
