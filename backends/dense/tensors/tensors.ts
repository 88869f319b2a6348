// Arithmetic on the tensors of a graph: shapes follow from the arguments, as ONNX broadcasts them.
// Invariant: the first axis of whatever belongs to a network is the copy of the batch, of size 1
// where all copies share the value.

import { product } from "../../../src/util/product.js";
import { elementCodes, type Element } from "../onnx/model.js";
import type { Graph, Value } from "../onnx/graph.js";

/** Element type of the numbers of a Program. */
export type Real = "float32" | "float64";

const comparisons = {
  "<": "Less",
  "<=": "LessOrEqual",
  ">": "Greater",
  ">=": "GreaterOrEqual",
  "==": "Equal",
} as const;

/** The shape of two tensors combined element by element. */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const one = a[i - rank + a.length] ?? 1;
    const two = b[i - rank + b.length] ?? 1;
    return one === 1 ? two : one;
  });
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** What a product was made of: so that sums over it can become matrix products. */
export interface Factors {
  readonly over: readonly Value[];
  readonly under: readonly Value[];
}

/** Makes nodes in one graph. */
export class Tensors {
  readonly graph: Graph;
  readonly real: Real;
  readonly #factors = new Map<string, Factors>();
  /** What was there before a reshape, by the name of what came out. */
  readonly #unshaped = new Map<string, Value>();
  /** Truth values by the name of the numbers that were made of them. */
  readonly #truths = new Map<string, Value>();

  constructor(graph: Graph, real: Real) {
    this.graph = graph;
    this.real = real;
  }

  /** The same for another graph or type of numbers. */
  with(graph: Graph, real: Real = this.real): Tensors {
    return new Tensors(graph, real);
  }

  number(value: number, type: Element = this.real): Value {
    return this.graph.scalar(type, value);
  }

  #pair(op: string, a: Value, b: Value, type: Element): Value {
    return this.graph.node(op, [a, b], { type, shape: broadcast(a.shape, b.shape) });
  }

  #one(op: string, a: Value, type: Element = a.type): Value {
    return this.graph.node(op, [a], { type, shape: a.shape });
  }

  /** A function of one argument that ONNX has. */
  apply(op: string, a: Value): Value {
    return this.#one(op, a);
  }

  /** A function of two arguments that ONNX has. */
  combine(op: string, a: Value, b: Value, attributes?: Readonly<Record<string, string>>): Value {
    const shape = broadcast(a.shape, b.shape);
    return this.graph.node(op, [a, b], { type: a.type, shape }, attributes);
  }

  /** What a value is a product of; itself where nothing is known. */
  factorsOf(value: Value): Factors {
    return this.#factors.get(value.name) ?? { over: [value], under: [] };
  }

  add(a: Value, b: Value): Value {
    return this.#pair("Add", a, b, a.type);
  }

  sub(a: Value, b: Value): Value {
    return this.#pair("Sub", a, b, a.type);
  }

  mul(a: Value, b: Value): Value {
    const made = this.#pair("Mul", a, b, a.type);
    const [one, two] = [this.factorsOf(a), this.factorsOf(b)];
    const under = [...one.under, ...two.under];
    this.#factors.set(made.name, { over: [...one.over, ...two.over], under });
    return made;
  }

  div(a: Value, b: Value): Value {
    const made = this.#pair("Div", a, b, a.type);
    const { over, under } = this.factorsOf(a);
    this.#factors.set(made.name, { over, under: [...under, b] });
    return made;
  }

  negate(a: Value): Value {
    if (a.constant !== undefined) return this.number(-a.constant, a.type);
    const made = this.#one("Neg", a);
    const { over, under } = this.factorsOf(a);
    this.#factors.set(made.name, { over: [this.number(-1, a.type), ...over], under });
    return made;
  }

  compare(op: keyof typeof comparisons, a: Value, b: Value): Value {
    return this.#pair(comparisons[op], a, b, "bool");
  }

  not(a: Value): Value {
    return this.#one("Not", a);
  }

  both(a: Value, b: Value): Value {
    return this.#pair("And", a, b, "bool");
  }

  either(a: Value, b: Value): Value {
    return this.#pair("Or", a, b, "bool");
  }

  isNaN(a: Value): Value {
    return this.#one("IsNaN", a, "bool");
  }

  /** `a` where the mask holds, else `b`. */
  select(mask: Value, a: Value, b: Value): Value {
    if (a.name === b.name) return a;
    const shape = broadcast(mask.shape, broadcast(a.shape, b.shape));
    // onnxruntime has no Where for truth values.
    if (a.type === "bool") {
      return this.either(this.both(mask, a), this.both(this.not(mask), b));
    }
    return this.graph.node("Where", [mask, a, b], { type: a.type, shape });
  }

  cast(a: Value, type: Element): Value {
    if (a.type === type) return a;
    if (a.constant !== undefined && type !== "bool") return this.number(a.constant, type);
    const made = this.graph.node("Cast", [a], { type, shape: a.shape }, { to: elementCodes[type] });
    if (a.type === "bool") this.#truths.set(made.name, a);
    return made;
  }

  /** Numbers of the Program's precision; truth becomes 1 or 0. */
  toReal(a: Value): Value {
    return this.cast(a, this.real);
  }

  /** Whether values are not 0; NaN is not 0. */
  toTruth(a: Value): Value {
    const known = a.type === "bool" ? a : this.#truths.get(a.name);
    return known ?? this.not(this.compare("==", a, this.number(0, a.type)));
  }

  /** The same elements in another shape; what has been reshaped before is taken as it was. */
  reshape(a: Value, shape: readonly number[]): Value {
    const from = this.#unshaped.get(a.name) ?? a;
    if (sameShape(a.shape, shape)) return a;
    if (sameShape(from.shape, shape)) return from;
    const made = this.graph.node("Reshape", [from, this.graph.list(shape)], {
      type: a.type,
      shape,
    });
    this.#unshaped.set(made.name, from);
    return made;
  }

  /** As large as a shape says, by repeating. */
  expand(a: Value, shape: readonly number[]): Value {
    if (sameShape(a.shape, shape)) return a;
    return this.graph.node("Expand", [a, this.graph.list(shape)], { type: a.type, shape });
  }

  slice(a: Value, axis: number, from: number, to: number): Value {
    if (from === 0 && to === a.shape[axis]) return a;
    const lists = [[from], [to], [axis]].map((list) => this.graph.list(list));
    const shape = a.shape.map((size, i) => (i === axis ? to - from : size));
    return this.graph.node("Slice", [a, ...lists], { type: a.type, shape });
  }

  concat(parts: readonly Value[], axis: number): Value {
    const [first] = parts;
    if (parts.length === 1) return first!;
    const size = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const shape = first!.shape.map((one, i) => (i === axis ? size : one));
    return this.graph.node("Concat", parts, { type: first!.type, shape }, { axis });
  }

  /** Elements by their numbers along an axis. */
  gather(a: Value, indices: Value, axis: number): Value {
    const shape = [...a.shape.slice(0, axis), ...indices.shape, ...a.shape.slice(axis + 1)];
    return this.graph.node("Gather", [a, indices], { type: a.type, shape }, { axis });
  }

  /** Puts updates at places along the second axis, or adds them one after the other. */
  scatter(base: Value, indices: Value, updates: Value, adds: boolean): Value {
    const shape = [base.shape[0]!, updates.shape[1]!];
    const full = this.expand(updates, shape);
    const places = this.expand(indices, shape);
    const attributes = adds ? { axis: 1, reduction: "add" } : { axis: 1 };
    const { type } = base;
    return this.graph.node(
      "ScatterElements",
      [base, places, full],
      { type, shape: base.shape },
      attributes,
    );
  }

  /** One value along an axis, which stays with size 1. */
  reduce(op: "ReduceSum" | "ReduceMin" | "ReduceMax", a: Value, axis: number): Value {
    const shape = a.shape.map((size, i) => (i === axis ? 1 : size));
    const axes = this.graph.list([axis]);
    return this.graph.node(op, [a, axes], { type: a.type, shape }, { keepdims: 1 });
  }

  transpose(a: Value, order: readonly number[]): Value {
    const shape = order.map((axis) => a.shape[axis]!);
    // With one axis larger than 1 the elements stay where they are.
    if (a.shape.filter((size) => size > 1).length <= 1) return this.reshape(a, shape);
    return this.graph.node("Transpose", [a], { type: a.type, shape }, { perm: order });
  }

  /** a times the transposed b, both matrices. */
  productWithTransposed(a: Value, b: Value): Value {
    const shape = [a.shape[0]!, b.shape[0]!];
    return this.graph.node("Gemm", [a, b], { type: a.type, shape }, { transB: 1 });
  }

  matrixProduct(a: Value, b: Value): Value {
    const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const shape = [...leading, a.shape.at(-2)!, b.shape.at(-1)!];
    return this.graph.node("MatMul", [a, b], { type: a.type, shape });
  }

  /** All elements one after the other behind the axis of copies. */
  flat(a: Value): Value {
    return this.reshape(a, [a.shape[0]!, product(a.shape.slice(1))]);
  }
}
