// Sums over the edges of each target. Invariant: a sum of products in which one factor belongs to the
// edge and another to the source becomes a product of a matrix and a vector (in a batch of a matrix
// and a matrix), which is what this backend is fast at; everything else is added up edge by edge.

import type { Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import type { Tensors } from "../tensors/tensors.js";
import type { Space } from "./space.js";
import { spread } from "./store.js";

/** The factors of a product by what they depend on. */
interface Parts {
  /** On the target or on nothing. */
  outside: Value | undefined;
  /** On the source. */
  source: Value | undefined;
  /** On the edge. */
  edge: Value | undefined;
}

const isFull = (value: Value, space: Space, axis: number): boolean =>
  value.shape.length > space.shape.length && value.shape[axis]! > 1;

/** Splits a product by what its factors depend on; `last` is the axis of the sources. */
function split(t: Tensors, space: Space, value: Value): Parts {
  const last = space.shape.length;
  const parts: Parts = { outside: undefined, source: undefined, edge: undefined };
  const kindOf = (factor: Value): keyof Parts => {
    if (!isFull(factor, space, last)) return "outside";
    return isFull(factor, space, last - 1) ? "edge" : "source";
  };
  const { over, under } = t.factorsOf(value);
  for (const factor of over) {
    const kind = kindOf(factor);
    const known = parts[kind];
    parts[kind] = known === undefined ? factor : t.mul(known, factor);
  }
  for (const factor of under) {
    const kind = kindOf(factor);
    parts[kind] = t.div(parts[kind] ?? t.number(1), factor);
  }
  return parts;
}

/**
 * One matrix for all copies times their vectors. Measured with onnxruntime on a processor, for 1024
 * neurons: in float64 the matrix has to come first (0.3 ms for 16 copies, 2 ms the other way round),
 * in float32 it is best as the second factor of `Gemm`, as it lies.
 */
function sharedMatrixSum(t: Tensors, edge: Value, source: Value): Value {
  const [, targets, sources] = edge.shape as [number, number, number];
  const matrix = t.reshape(edge, [targets, sources]);
  const vectors = t.flat(source);
  if (t.real === "float32") return t.productWithTransposed(vectors, matrix);
  return t.transpose(t.matrixProduct(matrix, t.transpose(vectors, [1, 0])), [1, 0]);
}

/** A matrix for each copy (or one for all) times a vector for each copy; gives [copies, targets]. */
function matrixSum(t: Tensors, edge: Value, source: Value): Value {
  if (edge.shape.length === 3 && edge.shape[0] === 1) return sharedMatrixSum(t, edge, source);
  const column = [...source.shape.slice(0, -2), source.shape.at(-1)!, 1];
  return t.flat(t.matrixProduct(edge, t.reshape(source, column)));
}

const times = (t: Tensors, a: Value, b: Value | undefined): Value =>
  b === undefined ? a : t.mul(a, b);

/** Sums along the last axis of a space, where a mask (if any) holds. */
function sumLast(t: Tensors, space: Space, value: Value, mask: Value | undefined): Value {
  const axis = space.shape.length;
  const { shape } = space;
  const sumUp = (each: Value): Value => t.reduce("ReduceSum", each, axis);
  const zero = t.number(0);
  if (mask !== undefined && isFull(mask, space, axis) && isFull(mask, space, axis - 1)) {
    return spread(t, sumUp(t.select(mask, value, zero)), [...shape.slice(0, -1), 1]);
  }
  const { outside, source, edge } = split(t, space, value);
  const marked = mask === undefined ? source : t.select(mask, source ?? t.number(1), zero);
  const rest = [...shape.slice(0, -1), 1];
  const whole = (each: Value): Value => spread(t, times(t, each, outside), rest);
  if (edge === undefined) {
    if (marked === undefined) return whole(t.number(shape.at(-1)!));
    const full = marked.shape.at(-1) === shape.at(-1) ? marked : spreadSource(t, space, marked);
    return whole(sumUp(full));
  }
  if (marked === undefined) return whole(sumUp(edge));
  const sum = matrixSum(t, edge, spreadSource(t, space, marked));
  return whole(t.reshape(sum, [sum.shape[0]!, ...rest]));
}

/** What belongs to the source, as large as the sources are many. */
const spreadSource = (t: Tensors, { shape }: Space, value: Value): Value => {
  const copies = value.shape.length > shape.length ? value.shape[0]! : 1;
  const size = shape.map((one, i) => (i === shape.length - 2 ? 1 : one));
  return t.expand(value, [copies, ...size]);
};

/** The number of the target of each edge, for adding to targets. */
export function targetList({ t, shared }: Context, space: Space): Value {
  const key = `${space.key} | targets`;
  const known = shared.lists.get(key);
  if (known !== undefined) return known;
  const { places } = space.views.target!;
  const data = BigInt64Array.from({ length: space.shape[0]! }, (_, i) =>
    BigInt(places === undefined ? i : places[i]!),
  );
  const made = t.graph.tensor("int64", [1, data.length], data);
  shared.lists.set(key, made);
  return made;
}

/**
 * Adds up, for each target, a value over its edges where a mask (if any) holds; gives the sums, of
 * shape [copies, targets].
 */
export function sumEdges(
  context: Context,
  space: Space,
  value: Value,
  mask: Value | undefined,
): Value {
  const { t } = context;
  const masked = (): Value => (mask === undefined ? value : t.select(mask, value, t.number(0)));
  switch (space.summing) {
    case "none":
      return spread(t, masked(), space.shape);
    case "all": {
      const each = spread(t, masked(), space.shape);
      return t.reduce("ReduceSum", each, 1);
    }
    case "last":
      return sumLast(t, space, value, mask);
    case "scatter": {
      const updates = spread(t, masked(), space.shape);
      const zeros = t.expand(t.number(0), [updates.shape[0]!, space.views.target!.size]);
      return t.scatter(zeros, targetList(context, space), updates, true);
    }
  }
}
