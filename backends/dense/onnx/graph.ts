// Builds graphs node by node with names, element types and shapes of everything. Invariant: equal
// nodes are made once, and a node of an inner graph that needs nothing of it goes into the graph
// around it, so what does not change from step to step is computed once in a call.

import type {
  Attribute,
  Element,
  GraphRecord,
  NodeRecord,
  PortRecord,
  TensorData,
  TensorRecord,
} from "./model.js";

/** A tensor in a graph that is being built. Shapes are known; only the number of steps is not. */
export interface Value {
  readonly name: string;
  readonly type: Element;
  readonly shape: readonly number[];
  /** Depth of the graph that makes it; 0 is the outermost. */
  readonly depth: number;
  /** Set where every element is this number. */
  readonly constant?: number;
}

/** What a node gives. */
export interface Result {
  readonly type: Element;
  readonly shape: readonly number[];
}

type Attributes = Readonly<Record<string, Attribute>>;

const typedData = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values),
  int32: (values) => Int32Array.from(values),
  int64: (values) => BigInt64Array.from(values, (value) => BigInt(value)),
  uint64: (values) => BigUint64Array.from(values, (value) => BigInt(value)),
  bool: (values) => Uint8Array.from(values, (value) => (value !== 0 ? 1 : 0)),
} as const satisfies Record<Element, (values: ArrayLike<number> & Iterable<number>) => TensorData>;

/** Numbers as the data of a tensor; whole ones where the type is. */
export const dataOf = (type: Element, values: ArrayLike<number> & Iterable<number>): TensorData =>
  typedData[type](values);

/** A graph that is being built; `inner` makes one inside. */
export class Graph {
  readonly depth: number;
  readonly #outer: Graph | undefined;
  readonly #inputs: PortRecord[] = [];
  readonly #nodes: NodeRecord[] = [];
  readonly #initialisers: TensorRecord[] = [];
  readonly #known = new Map<string, Value>();
  /** Shared by all graphs of a model, so that no name is there twice. */
  readonly #names: { next: number };

  constructor(outer?: Graph) {
    this.#outer = outer;
    this.depth = outer === undefined ? 0 : outer.depth + 1;
    this.#names = outer === undefined ? { next: 0 } : outer.#names;
  }

  inner(): Graph {
    return new Graph(this);
  }

  #fresh(): string {
    return `v${this.#names.next++}`;
  }

  /** An input; its shape may name sizes, which `shape` then must give as any number. */
  input(port: PortRecord, shape?: readonly number[]): Value {
    this.#inputs.push(port);
    const sizes = shape ?? port.shape.map((size) => (typeof size === "number" ? size : -1));
    return { name: port.name, type: port.type, shape: sizes, depth: this.depth };
  }

  /** Numbers that are part of the model; they always lie in the outermost graph. */
  tensor(type: Element, shape: readonly number[], data: TensorData, name?: string): Value {
    if (this.#outer !== undefined) return this.#outer.tensor(type, shape, data, name);
    const record = { name: name ?? this.#fresh(), type, shape, data };
    this.#initialisers.push(record);
    return { name: record.name, type, shape, depth: 0 };
  }

  /** One number. */
  scalar(type: Element, value: number): Value {
    if (this.#outer !== undefined) return this.#outer.scalar(type, value);
    const key = `${type} ${Object.is(value, -0) ? "-0" : value}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = { ...this.tensor(type, [], dataOf(type, [value])), constant: value };
    this.#known.set(key, made);
    return made;
  }

  /** Whole numbers as a list: axes, shapes, indices. */
  list(values: readonly number[]): Value {
    if (this.#outer !== undefined) return this.#outer.list(values);
    const key = `list ${values.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.tensor("int64", [values.length], dataOf("int64", values));
    this.#known.set(key, made);
    return made;
  }

  /** A node with one output. */
  node(op: string, inputs: readonly Value[], result: Result, attributes: Attributes = {}): Value {
    if (this.#outer !== undefined && inputs.every(({ depth }) => depth < this.depth)) {
      return this.#outer.node(op, inputs, result, attributes);
    }
    const names = inputs.map(({ name }) => name);
    const key = JSON.stringify([op, names, attributes, result.type]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { type, shape } = result;
    const made: Value = { name: this.#fresh(), type, shape, depth: this.depth };
    this.#nodes.push({ op, inputs: names, outputs: [made.name], attributes });
    this.#known.set(key, made);
    return made;
  }

  /** A node with an inner graph and any number of outputs, with their names. */
  block(
    op: string,
    inputs: readonly Value[],
    outputs: readonly string[],
    attributes: Attributes,
  ): void {
    const names = inputs.map(({ name }) => name);
    this.#nodes.push({ op, inputs: names, outputs, attributes });
  }

  /**
   * The finished graph; each output is a value under the name it has outside, or what a block gives
   * under that name. What no output needs is left out, inputs of the outermost graph included unless
   * they are to be kept.
   */
  finish(
    name: string,
    outputs: readonly { readonly port: PortRecord; readonly value?: Value }[],
    { keepsInputs = false }: { readonly keepsInputs?: boolean } = {},
  ): GraphRecord {
    const all = [...this.#nodes];
    for (const { port, value } of outputs) {
      // Also what is an input or a constant needs a node of this graph to be an output of it.
      if (value === undefined) continue;
      all.push({ op: "Identity", inputs: [value.name], outputs: [port.name], attributes: {} });
    }
    const needed = new Set(outputs.map(({ port }) => port.name));
    const nodes = neededNodes(all, needed);
    const mayLoseInputs = this.#outer === undefined && !keepsInputs;
    return {
      name,
      inputs: this.#inputs.filter((input) => !mayLoseInputs || needed.has(input.name)),
      outputs: outputs.map(({ port }) => port),
      initialisers: this.#initialisers.filter((tensor) => needed.has(tensor.name)),
      nodes,
    };
  }
}

/** The nodes that lead to what is needed; the names that they need join it. */
function neededNodes(nodes: readonly NodeRecord[], needed: Set<string>): NodeRecord[] {
  const kept: NodeRecord[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
    for (const attribute of Object.values(node.attributes)) {
      if (typeof attribute !== "object" || !("nodes" in attribute)) continue;
      for (const inner of attribute.nodes) for (const input of inner.inputs) needed.add(input);
    }
  }
  return kept.reverse();
}

/** How many nodes a graph has, those inside of nodes included. */
export function countNodes({ nodes }: GraphRecord): number {
  return nodes.reduce((sum, { attributes }) => {
    const inside = Object.values(attributes).map((attribute) =>
      typeof attribute === "object" && "nodes" in attribute ? countNodes(attribute) : 0,
    );
    return inside.reduce((all, count) => all + count, sum + 1);
  }, 0);
}
