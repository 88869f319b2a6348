// Numbers the edges of a connection in the order in which spikes meet them, so that what a delivery
// reads and writes lies side by side. Invariant: every edge keeps its values and its place in every
// list; only numbers change, and names say where their values are now.

import { accessOf } from "../ir/access.js";
import type { Layout, NamedValue, Op, Operand, Program, Write } from "../ir/program.js";
import type { Pass } from "./pass.js";
import { NewArrays } from "./support/new-arrays.js";

type Rows = Extract<Layout, { kind: "csr" }>;
type EdgeOp = Extract<Op, { layout: Layout }>;

const hasLayout = (op: Op): op is EdgeOp => "layout" in op;
const allOps = ({ setup, ops, settle = [], rebuild = [] }: Program): readonly Op[] => [
  ...setup,
  ...ops,
  ...settle,
  ...rebuild,
];

/** Index arrays by edge that ops name apart from their operands. */
function edgeIndices(op: EdgeOp): string[] {
  const found: string[] = [];
  const add = (lag: number | string | undefined): void => {
    if (typeof lag === "string") found.push(lag);
  };
  for (const { lag } of op.reads) add(lag);
  if (op.kind === "deliver") add(op.spikes.lag);
  if (op.kind === "edges" && op.trigger.on !== "every") {
    add(op.trigger.spikes.lag);
    if (op.trigger.on === "history") found.push(op.trigger.since);
  }
  return found;
}

const atEdges = ({ reads, writes }: EdgeOp): (Operand | Write)[] =>
  [...reads, ...writes].filter(({ at }) => at === "edge");

/** Arrays that share one numbering of edges, and the ops that use it. */
interface Space {
  readonly arrays: Set<string>;
  readonly lists: EdgeOp[];
}

/** Collects what shares the numbering of an op; undefined where something else depends on it. */
class SpaceFinder {
  readonly #program: Program;
  readonly #length: ReadonlyMap<string, number>;
  readonly #ops: readonly Op[];

  constructor(program: Program) {
    this.#program = program;
    this.#ops = allOps(program);
    const plain = program.arrays.filter(
      ({ slots, type }) => slots === undefined && type !== "spikes",
    );
    this.#length = new Map(plain.map(({ name, length }) => [name, length]));
  }

  /** Whether an operand names edges one by one, and nothing else of its array. */
  #isPlain(operand: Operand | Write, edges: number): boolean {
    const repeat = "repeat" in operand ? (operand.repeat ?? 1) : 1;
    const period = "period" in operand ? operand.period : undefined;
    const isWhole = (operand.offset ?? 0) === 0 && this.#length.get(operand.array) === edges;
    return isWhole && repeat === 1 && (period === undefined || period >= edges);
  }

  /** What one op adds to the space; false where it stands in the way. */
  #join(op: Op, edges: number, arrays: Set<string>): boolean {
    const touches = (name: string): boolean => arrays.has(name);
    if (hasLayout(op)) {
      const operands = atEdges(op);
      const indices = edgeIndices(op);
      const { reads, writes, also } = accessOf(op);
      const used = [...reads, ...writes].map(({ array }) => array).filter(touches);
      if (used.length === 0 && !also.some(touches)) return true;
      if (op.layout.kind !== "csr" || op.layout.edges !== edges) return false;
      const named = new Set([...operands.map(({ array }) => array), ...indices]);
      if (used.some((name) => !named.has(name))) return false;
      for (const operand of operands) {
        if (this.#isPlain(operand, edges)) arrays.add(operand.array);
        else if (touches(operand.array) || !isShared(operand)) return false;
      }
      for (const name of indices) {
        if (this.#length.get(name) !== edges) return false;
        arrays.add(name);
      }
      return true;
    }
    const { reads, writes } = accessOf(op);
    if (![...reads, ...writes].some(({ array }) => touches(array))) return true;
    if (op.kind !== "map" || op.count !== edges || op.emit !== undefined) return false;
    for (const operand of [...op.reads, ...op.writes]) {
      if (operand.at === "one" || isShared(operand)) {
        if (touches(operand.array)) return false;
      } else if (this.#isPlain(operand, edges)) arrays.add(operand.array);
      else return false;
    }
    return true;
  }

  find(layout: Rows, first: readonly string[]): Space | undefined {
    const arrays = new Set(first);
    for (let size = 0; size !== arrays.size;) {
      size = arrays.size;
      for (const op of this.#ops) if (!this.#join(op, layout.edges, arrays)) return undefined;
    }
    const known = [...arrays].every((name) => this.#length.get(name) === layout.edges);
    if (!known) return undefined;
    const uses = (op: EdgeOp): boolean =>
      [...atEdges(op).map(({ array }) => array), ...edgeIndices(op)].some((a) => arrays.has(a));
    return { arrays, lists: this.#ops.filter(hasLayout).filter(uses) };
  }

  /** Whether a step sums states of edges target by target: then that order is the better one. */
  isSwept({ arrays }: Space): boolean {
    const states = new Set(
      this.#program.arrays.filter(({ role }) => role === "state").map(({ name }) => name),
    );
    return this.#program.ops.some(
      (op) =>
        op.kind === "gather" &&
        atEdges(op).some(({ array }) => arrays.has(array) && states.has(array)),
    );
  }
}

/** One value for all edges: any numbering will do. */
const isShared = (operand: Operand | Write): boolean =>
  operand.at === "one" || ("period" in operand && operand.period === 1);

/** For each edge its new number, if the list holds each of them once. */
function numbering(list: Int32Array): Int32Array | undefined {
  const numbers = new Int32Array(list.length).fill(-1);
  for (let i = 0; i < list.length; i++) {
    const edge = list[i]!;
    if (edge < 0 || edge >= list.length || numbers[edge] !== -1) return undefined;
    numbers[edge] = i;
  }
  return numbers;
}

/** Rewrites a Program for one space. */
class Renumbering {
  readonly #program: Program;
  readonly #space: Space;
  readonly #numbers: Int32Array;
  readonly #added: NewArrays;
  readonly #edges = new Map<string, string | undefined>();

  constructor(program: Program, space: Space, numbers: Int32Array) {
    this.#program = program;
    this.#space = space;
    this.#numbers = numbers;
    this.#added = new NewArrays(program);
  }

  /** The new numbers at the positions of a list; undefined where they are the positions. */
  #edgeOf({ edge, edges }: Rows): string | undefined {
    const key = edge ?? "";
    if (this.#edges.has(key)) return this.#edges.get(key);
    const spec = this.#program.arrays.find(({ name }) => name === edge);
    const old = spec?.initial;
    const list = new Int32Array(edges);
    let isInOrder = true;
    for (let i = 0; i < edges; i++) {
      const number = typeof old === "number" ? old : old === undefined ? i : old[i]!;
      list[i] = this.#numbers[number]!;
      isInOrder &&= list[i] === i;
    }
    const name = isInOrder ? undefined : this.#added.addValues(list, "index", "edge");
    this.#edges.set(key, name);
    return name;
  }

  #renumber<O extends Op>(op: O): O {
    if (!hasLayout(op) || !this.#space.lists.includes(op) || op.layout.kind !== "csr") return op;
    const { edge: _, ...layout } = op.layout;
    const edge = this.#edgeOf(op.layout);
    return { ...op, layout: edge === undefined ? layout : { ...layout, edge } };
  }

  #values(old: Float64Array | Float32Array | Int32Array): typeof old {
    const moved = old.slice();
    for (let i = 0; i < old.length; i++) moved[this.#numbers[i]!] = old[i]!;
    return moved;
  }

  #name(named: NamedValue): NamedValue {
    const { kind, array, offset, count, order } = named;
    if (kind === "constant" || !this.#space.arrays.has(array)) return named;
    const places = new Int32Array(count);
    for (let i = 0; i < count; i++) places[i] = this.#numbers[offset + (order?.[i] ?? i)]!;
    return { ...named, offset: 0, order: places };
  }

  run(): Program {
    const { arrays, setup, ops, settle, rebuild, names } = this.#program;
    const renumber = <O extends Op>(list: readonly O[]): O[] =>
      list.map((op) => this.#renumber(op));
    const changed = {
      setup: renumber(setup),
      ops: renumber(ops),
      ...(settle !== undefined && { settle: renumber(settle) }),
      ...(rebuild !== undefined && { rebuild: renumber(rebuild) }),
    };
    const moved = new Map<object, Float64Array | Float32Array | Int32Array>();
    const kept = arrays.map((spec) => {
      const { name, initial } = spec;
      if (!this.#space.arrays.has(name) || typeof initial === "number") return spec;
      // Arrays with the same values go on sharing them.
      const values = moved.get(initial) ?? this.#values(initial);
      moved.set(initial, values);
      return { ...spec, initial: values };
    });
    const placed = names.map((named) => this.#name(named));
    return { ...this.#program, ...changed, arrays: [...kept, ...this.#added.added], names: placed };
  }
}

/** States of edges that an op changes when their source fires, if its list does not follow their numbers. */
function statesAtEdges(op: Op, program: Program): string[] {
  const isByS =
    (op.kind === "deliver" || (op.kind === "edges" && op.trigger.on !== "every")) &&
    op.layout.kind === "csr" &&
    op.layout.rows === "source" &&
    op.layout.edge !== undefined;
  if (!isByS) return [];
  const states = new Set(
    program.arrays.filter(({ role }) => role === "state").map(({ name }) => name),
  );
  return atEdges(op)
    .map(({ array }) => array)
    .filter((array) => states.has(array));
}

function renumberFor(program: Program, op: EdgeOp): Program {
  const layout = op.layout as Rows;
  const list = program.arrays.find(({ name }) => name === layout.edge)?.initial;
  const states = statesAtEdges(op, program);
  if (!(list instanceof Int32Array) || states.length === 0) return program;
  const finder = new SpaceFinder(program);
  const space = finder.find(layout, states);
  if (space === undefined || finder.isSwept(space)) return program;
  const numbers = numbering(list);
  return numbers === undefined ? program : new Renumbering(program, space, numbers).run();
}

function run(program: Program): Program {
  let now = program;
  // Found again by its id, because renumbering makes new ops.
  for (const { id } of program.ops) {
    const op = now.ops.find((one) => one.id === id)!;
    if (hasLayout(op) && statesAtEdges(op, now).length > 0) now = renumberFor(now, op);
  }
  return now;
}

/** Edges are numbered in the order of the lists by which spikes reach them. Bit exact. */
export const edgeOrder: Pass = {
  name: "edgeOrder",
  doc: "Numbers edges in the order in which spikes meet them.",
  run,
};
