// Writes values into arrays, which gives the arrays new values. Invariant: int arrays cut towards
// zero, stay inside the range of int32 and turn NaN into 0, as src/util/to-int32.ts says.

import type { Write } from "../../../src/ir/program.js";
import { keyOf, shapeOf, specOf, valueOf, type Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import type { Tensors } from "../tensors/tensors.js";

const lowest = -2147483648;
const highest = 2147483647;

/** Numbers as int32; float32 cannot hold the highest int32, so the limits are those of float64. */
export function toInt32(t: Tensors, value: Value): Value {
  const wide = t.cast(value, "float64");
  const limit = (op: string, to: number, x: Value): Value =>
    t.combine(op, x, t.number(to, "float64"));
  const inside = limit("Max", lowest, limit("Min", highest, wide));
  return t.cast(t.select(t.isNaN(wide), t.number(0, "float64"), inside), "int32");
}

/** A value with the axes [copies, count], however little of it varies. */
export function spread(t: Tensors, value: Value, shape: readonly number[]): Value {
  const copies = value.shape.length > shape.length ? value.shape[0]! : 1;
  return t.flat(t.expand(value, [copies, ...shape]));
}

/** An array of shape [copies, length] with a run of its elements replaced. */
export function replaceRun(t: Tensors, array: Value, from: number, value: Value): Value {
  const [copies, length] = array.shape as [number, number];
  const count = value.shape[1]!;
  const full = t.expand(value, [copies, count]);
  if (count === length) return full;
  const parts = [
    ...(from > 0 ? [t.slice(array, 1, 0, from)] : []),
    full,
    ...(from + count < length ? [t.slice(array, 1, from + count, length)] : []),
  ];
  return t.concat(parts, 1);
}

/** The elements of an array that a write reaches; `count` is the size of its domain. */
export function presentAt(context: Context, write: Write, count: number): Value {
  const from = write.offset ?? 0;
  return context.t.slice(valueOf(context, write.array), 1, from, from + count);
}

/** What a write stores where `present` was, in the type of the array. */
export function storedOver(context: Context, write: Write, present: Value, value: Value): Value {
  const { t } = context;
  const isInt = specOf(context, write.array).type === "int";
  if (!isInt) return write.mode === "add" ? t.add(present, value) : value;
  if (write.mode === "set") return toInt32(t, value);
  // Adding rounds once, when the sum is cut.
  return toInt32(t, t.add(t.cast(present, "float64"), t.cast(value, "float64")));
}

/** Gives an array the values that a write reaches, of shape [copies, count], as they are. */
export function replaceAt(context: Context, write: Write, value: Value): void {
  const { t, values, program } = context;
  const spec = specOf(context, write.array);
  const covers = value.shape[1] === spec.length;
  const next = covers
    ? t.expand(value, shapeOf(program, spec))
    : replaceRun(t, valueOf(context, write.array), write.offset ?? 0, value);
  values.set(keyOf(write.array), next);
}

/** Stores numbers of shape [copies, count] by a write. */
export function store(context: Context, write: Write, value: Value): void {
  const needsPresent = write.mode === "add";
  const present = needsPresent ? presentAt(context, write, value.shape[1]!) : value;
  replaceAt(context, write, storedOver(context, write, present, value));
}
