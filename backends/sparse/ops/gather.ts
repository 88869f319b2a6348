// Sums over the incoming edges of each target. Invariant: each sum is one chain of additions in the
// order of the edges, from 0 or from what is there; lanes only ever hold different targets.

import type { GatherOp } from "../../../src/ir/program.js";
import { sourcesOf } from "../../../src/ir/layout.js";
import { opFunction, valuesOf, type Context } from "../context.js";
import { Kernel, loadPresent, storeScalar } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { edgeLoops, eachTarget } from "../layouts.js";
import { countedLoop } from "../loops.js";
import { Site } from "../site.js";
import { canPack, emitPacked } from "./gather-packed.js";
import { emitStencil, isStencil } from "./gather-stencil.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** One local for the sum of each write. */
function startSums(site: Site, op: GatherOp, sums: readonly Local[], fromPresent: boolean): void {
  const { fn, context } = site;
  op.writes.forEach((write, i) => {
    if (fromPresent && write.mode === "add") {
      fn.get(loadPresent(site, write, valuesOf(context, write.array)));
    } else fn.get(fn.constant(context.scalar, 0));
    fn.set(sums[i]!);
  });
}

/** Runs the body at the edge and adds to the sums. */
function addEdge(site: Site, op: GatherOp, kernel: Kernel, sums: readonly Local[]): void {
  const { fn, context } = site;
  kernel.lanes.scope(() => {
    kernel.evaluate();
    op.writes.forEach((write, i) => {
      const term = kernel.number(write.symbol);
      fn.get(sums[i]!).get(term).op(`${context.scalar}.add`).set(sums[i]!);
    });
  });
}

/** The one sum of a uniform layout is made once, from 0, and then given to every target. */
function emitUniform(site: Site, op: GatherOp, kernel: Kernel, sums: readonly Local[]): void {
  const { fn, context } = site;
  startSums(site, op, sums, false);
  const sources = sourcesOf(op.layout);
  countedLoop(fn, site.index("source"), { from: 0, to: sources, step: 1 }, () =>
    addEdge(site, op, kernel, sums),
  );
  eachTarget(site, op.layout, () => {
    op.writes.forEach((write, i) =>
      storeScalar(site, write, valuesOf(context, write.array), sums[i]!),
    );
  });
}

/** Emits a gather as a function. */
export function emitGather(op: GatherOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  if (canPack(op, context)) {
    emitPacked(site, op);
    return fn;
  }
  const sums = op.writes.map(() => fn.local(context.scalar));
  const kernel = new Kernel(site, op, lanesOf(fn, context.scalar));
  kernel.begin();
  if (op.layout.kind === "uniform") {
    emitUniform(site, op, kernel, sums);
    return fn;
  }
  const loops = edgeLoops(site, op.layout);
  const emitTarget = (): void => {
    kernel.lanes.scope(() => {
      startSums(site, op, sums, true);
      kernel.beginInner("target");
      loops.ofTarget(() => addEdge(site, op, kernel, sums));
      op.writes.forEach((write, i) => {
        const place = valuesOf(context, write.array);
        storeScalar(site, { ...write, mode: "set" }, place, sums[i]!);
      });
    });
  };
  if (isStencil(op, context)) emitStencil(site, op, emitTarget);
  else eachTarget(site, op.layout, emitTarget);
  return fn;
}
