// The ops that move or reduce values: ring, reduce, io.

import type { IoOp, ReduceOp, RingOp } from "../../../src/ir/program.js";
import { keyOf, shapeOf, specOf, valueOf, type Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { loadArray, loadOperand } from "../places/load.js";
import { elementSpace } from "../places/space.js";
import { replaceRun, store } from "../places/store.js";
import type { Tensors } from "../tensors/tensors.js";

/** A ring is a tensor with the newest slot first: a push moves all others on by one. */
function push(context: Context, into: string, from: string, column?: string): void {
  const { t, values } = context;
  const spec = specOf(context, into);
  if (spec.length === 0) return;
  const ring = valueOf(context, into, column);
  const copies = ring.shape[0]!;
  const newest = t.reshape(valueOf(context, from, column), [copies, 1, spec.length]);
  const others = spec.slots! > 1 ? [t.slice(ring, 1, 0, spec.slots! - 1)] : [];
  values.set(keyOf(into, column), t.concat([newest, ...others], 1));
}

/** Pushes the present value into a delay ring. */
export function emitRing({ from, into }: RingOp, context: Context): void {
  push(context, into.array, from.array);
  for (const column of specOf(context, into.array).payload ?? []) {
    push(context, into.array, from.array, column);
  }
}

/** NaN among the values makes the result NaN, as everywhere; ONNX would leave it out. */
function extreme(t: Tensors, op: "ReduceMin" | "ReduceMax", values: Value): Value {
  const odd = t.reduce("ReduceMax", t.toReal(t.isNaN(values)), 1);
  const isOdd = t.compare(">", odd, t.number(0));
  return t.select(isOdd, t.number(NaN), t.reduce(op, values, 1));
}

type Reduce = (t: Tensors, values: Value, count: number) => Value;
const sum: Reduce = (t, values) => t.reduce("ReduceSum", values, 1);
const reductions: { readonly [K in ReduceOp["fn"]]: Reduce } = {
  sum,
  mean: (t, values, count) => t.div(sum(t, values, count), t.number(count)),
  min: (t, values) => extreme(t, "ReduceMin", values),
  max: (t, values) => extreme(t, "ReduceMax", values),
  count: sum,
};

/** One value from many. */
export function emitReduce(op: ReduceOp, context: Context): void {
  const { t } = context;
  const space = elementSpace(op.count);
  const { array, offset = 0, lag } = op.from;
  const reach = { at: "element", offset, ...(lag === undefined ? {} : { lag }) } as const;
  const each =
    op.fn === "count"
      ? t.toReal(loadArray(context, space, array, reach))
      : loadOperand(context, space, op.from);
  const values = t.expand(each, [each.shape[0]!, op.count]);
  store(context, op.write, reductions[op.fn](t, values, op.count));
}

/** Copies into the output vector. */
export function emitIo(op: IoOp, context: Context): void {
  const { t, values, program } = context;
  const shape = shapeOf(program, specOf(context, op.into));
  for (const { array, offset, count, position } of op.pieces) {
    if (count === 0) continue;
    const piece = t.slice(valueOf(context, array), 1, offset, offset + count);
    const before = valueOf(context, op.into);
    values.set(keyOf(op.into), t.expand(replaceRun(t, before, position, piece), shape));
  }
}
