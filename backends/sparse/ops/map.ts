// Fused expressions over elements, as many side by side as a vector holds. Invariant: elements that
// are left over, and bodies that depend on the order of elements, run one by one.

import type { MapOp, Operand } from "../../../src/ir/program.js";
import { namesIn } from "../../../src/expr/rewrite.js";
import { opFunction, valuesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { countedLoop } from "../loops.js";
import { Site } from "../site.js";
import { canRunInLanes } from "../vector-access.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { bindEmitter } from "./emitter.js";
import { splitBody } from "./when-fired.js";

/** Operands without periods and repeats that nothing reaches. */
function simplified(reads: readonly Operand[], count: number): Operand[] {
  return reads.map((read) => {
    if (read.at !== "element") return read;
    const { repeat = 1, period = Infinity, ...rest } = read;
    if (repeat >= count || period === 1) return { ...rest, at: "one" };
    const isWhole = period >= Math.ceil(count / repeat);
    return { ...rest, ...(repeat > 1 && { repeat }), ...(!isWhole && { period }) };
  });
}

/**
 * Whether a last vector may be written beyond the last element: there must be nothing there but the
 * padding of the arrays.
 */
function mayOverrun(context: Context, { writes, count }: MapOp): boolean {
  return writes.every((write) => {
    const { length, copies, slots } = valuesOf(context, write.array);
    return (write.offset ?? 0) + count === length && copies * slots === 1;
  });
}

/** Emits a map as a function. */
export function emitMap(op: MapOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  emitElements(new Site(context, fn), op);
  return fn;
}

/** Emits the loops of a map. */
export function emitElements(site: Site, op: MapOp): void {
  const { fn, context } = site;
  const { always, fired } = splitBody(op);
  const parts = { reads: simplified(op.reads, op.count), body: always, writes: op.writes };
  const also = [
    ...(op.emit === undefined ? [] : [op.emit.when, ...(op.emit.payload ?? [])]),
    ...fired.flatMap(({ value }) => [...namesIn(value)]),
  ];
  const index = site.index("element");
  const emitter = op.emit === undefined ? undefined : bindEmitter(site, op.emit, op.count);
  const wide = lanesOf(fn, context.vector);
  const width = wide.count;
  const inLanes = op.count >= width && canRunInLanes(site, parts);
  const overruns = inLanes && mayOverrun(context, op);
  const whole = inLanes ? op.count - (op.count % width) : 0;
  const end = overruns ? Math.ceil(op.count / width) * width : whole;
  const run = (kernel: Kernel, from: number, to: number, step: number): void => {
    if (from >= to) return;
    countedLoop(fn, index, { from, to, step }, () => {
      kernel.lanes.scope(() => {
        kernel.evaluate();
        kernel.store();
        emitter?.emit(kernel, fired);
      });
    });
  };
  emitter?.begin();
  if (end > 0) {
    const kernel = new Kernel(site, parts, wide, also);
    kernel.begin();
    run(kernel, 0, end, width);
  }
  if (end < op.count) {
    const kernel = new Kernel(site, parts, lanesOf(fn, context.scalar), also);
    kernel.begin();
    run(kernel, end, op.count, 1);
  }
  emitter?.end();
}
