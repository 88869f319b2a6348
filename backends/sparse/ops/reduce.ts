// One value from many, in the fixed tree order of the Program: neighbours in pairs, again and again.
// Invariant: an odd last one moves up unchanged; the working copy is the op's own.

import type { ReduceOp } from "../../../src/ir/program.js";
import { opFunction, spikesOf, valuesOf, type Context } from "../context.js";
import { Kernel, storeScalar } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { countedLoop, whileBelow } from "../loops.js";
import { Site } from "../site.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

const instructionOf = { sum: "add", mean: "add", min: "min", max: "max" } as const;

function emitCount(op: ReduceOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const place = spikesOf(context, op.from.array);
  const { offset = 0 } = op.from;
  const [at, end, count] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  site.prepare([], [op.write]);
  site.pushSlot(place, Number(op.from.lag ?? 0));
  fn.tee(at);
  site.multiply(4);
  fn.memory("i32.load", place.counts).set(end);
  fn.get(at).i32(place.length).op("i32.mul").tee(at).get(end).op("i32.add").set(end);
  whileBelow(fn, at, end, () => {
    fn.get(at);
    site.multiply(4);
    fn.memory("i32.load", place.items).i32(offset).op("i32.sub").i32(op.count).op("i32.lt_u");
    fn.get(count).op("i32.add").set(count);
  });
  const total = fn.local(context.scalar);
  fn.get(count).op(`${context.scalar}.convert_i32_s`).set(total);
  storeScalar(site, op.write, valuesOf(context, op.write.array), total);
  return fn;
}

/** Halves the values at `buffer` until one is left. */
function reduceTree(fn: FunctionBuilder, op: ReduceOp, buffer: number, context: Context): void {
  const { scalar, width } = context;
  const instruction = instructionOf[op.fn as keyof typeof instructionOf];
  const index = fn.local("i32");
  const push = (at: Local, ahead: number): void => {
    fn.get(at)
      .i32(2 * width)
      .op("i32.mul")
      .memory(`${scalar}.load`, buffer + ahead * width);
  };
  for (let left = op.count; left > 1; left = Math.ceil(left / 2)) {
    const pairs = Math.floor(left / 2);
    countedLoop(fn, index, { from: 0, to: pairs, step: 1 }, () => {
      fn.get(index).i32(width).op("i32.mul");
      push(index, 0);
      push(index, 1);
      fn.op(`${scalar}.${instruction}`).memory(`${scalar}.store`, buffer);
    });
    if (left % 2 === 1) {
      fn.i32(0)
        .i32(0)
        .memory(`${scalar}.load`, buffer + (left - 1) * width);
      fn.memory(`${scalar}.store`, buffer + pairs * width);
    }
  }
}

/** Emits a reduction as a function. */
export function emitReduce(op: ReduceOp, context: Context): FunctionBuilder {
  if (op.fn === "count") return emitCount(op, context);
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const { scalar, width } = context;
  const buffer = context.arena.reserve(Math.max(1, op.count) * width);
  const { symbol } = op.from;
  const parts = { reads: [op.from], body: [], writes: [] };
  const kernel = new Kernel(site, parts, lanesOf(fn, scalar), [symbol]);
  site.prepare([], [op.write]);
  kernel.begin();
  const element = site.index("element");
  countedLoop(fn, element, { from: 0, to: op.count, step: 1 }, () => {
    kernel.lanes.scope(() => {
      kernel.evaluate();
      fn.get(element).i32(width).op("i32.mul");
      fn.get(kernel.number(symbol)).memory(`${scalar}.store`, buffer);
    });
  });
  reduceTree(fn, op, buffer, context);
  const total = fn.local(scalar);
  fn.i32(0).memory(`${scalar}.load`, buffer);
  if (op.fn === "mean") {
    // Divided in float64 and rounded once, also where the number of values is no float32.
    if (scalar === "f32") fn.op("f64.promote_f32");
    fn.get(fn.constant("f64", op.count)).op("f64.div");
    if (scalar === "f32") fn.op("f32.demote_f64");
  }
  fn.set(total);
  storeScalar(site, op.write, valuesOf(context, op.write.array), total);
  return fn;
}
