// Numbers the edges of a connection in the order in which spikes meet them, so that what a delivery
// reads and writes lies side by side. Invariant: every edge keeps its values and its place in every
// list; only numbers change, and names say where their values are now.

import { accessOf } from "../ir/access.js";
import { edgesOf } from "../ir/layout.js";
import type {
  ArraySpec,
  Initial,
  Layout,
  MapOp,
  Named,
  Op,
  Operand,
  Program,
  Write,
} from "../ir/program.js";
import { nameAt } from "../ir/records.js";
import type { Pass } from "./pass.js";
import { isEdgeOp, type EdgeOp } from "./support/bodies.js";
import { NewArrays } from "./support/new-arrays.js";
import { dropUnreferenced } from "./support/references.js";
import { initialAt } from "./support/values.js";
import { int32s } from "../util/tabulate.js";

type Rows = Extract<Layout, { kind: "csr" }>;

/** From a number to the one before another. */
interface Range {
  readonly from: number;
  readonly to: number;
}
const overlaps = (a: Range, b: Range): boolean => Math.max(a.from, b.from) < Math.min(a.to, b.to);
const contains = (a: Range, b: Range): boolean => a.from <= b.from && b.to <= a.to;

/** Edges that are numbered together, whatever the arrays that hold their values. */
interface Space {
  /** What is added to the number of an edge to give its place in an array. */
  readonly shifts: Map<string, number>;
  /** The number of the first edge of each op. */
  readonly firsts: Map<Op, number>;
}

/** What others than the ops of a Program put in, or read by number, stays where it is. */
const fixedRoles: readonly string[] = ["input", "output"];

const allOps = ({ setup, ops, settle = [], rebuild = [] }: Program): readonly Op[] => [
  ...setup,
  ...ops,
  ...settle,
  ...rebuild,
];

/** Arrays with an entry for each edge that ops name apart from their operands. */
function edgeIndices(op: MapOp | EdgeOp): string[] {
  const lags = op.reads.map(({ lag }) => lag);
  if (op.kind === "deliver") lags.push(op.spikes.lag);
  if (op.kind !== "edges" || op.trigger.on === "every") return lags.filter(isName);
  lags.push(op.trigger.spikes.lag);
  if (op.trigger.on === "history") lags.push(op.trigger.since);
  return lags.filter(isName);
}
const isName = (lag: number | string | undefined): lag is string => typeof lag === "string";

const listsOf = ({ start, other, edge }: Rows): (string | undefined)[] => [start, other, edge];

/** Ops that may be over any edges in any order. */
function isOverEdges(op: Op): op is MapOp | EdgeOp {
  if (op.kind === "map") return op.emit === undefined;
  if (!isEdgeOp(op)) return false;
  return op.layout.kind === "csr" || (op.kind === "edges" && op.layout.kind === "diagonal");
}

/** One value for all edges. */
const isShared = (operand: Operand | Write): boolean =>
  operand.at === "one" || ("period" in operand && operand.period === 1);

/** Whether an operand names the edges one by one. */
function isPlain(operand: Operand | Write, count: number): boolean {
  if ("lag" in operand && operand.lag !== undefined) return false;
  const repeat = "repeat" in operand ? (operand.repeat ?? 1) : 1;
  const period = "period" in operand ? (operand.period ?? count) : count;
  return repeat === 1 && period >= count;
}

function rangeOf(op: Op, first: number): Range {
  const count = op.kind === "map" ? op.count : isEdgeOp(op) ? edgesOf(op.layout) : 0;
  return { from: first, to: first + count };
}

/** What an op reads and writes edge by edge. */
interface Place {
  readonly array: string;
  readonly offset: number;
}

/** Undefined where the op reads or writes what it must not, if edges are numbered anew. */
function placesIn(op: MapOp | EdgeOp, shifts: ReadonlyMap<string, number>): Place[] | undefined {
  const own = op.kind === "map" ? "element" : "edge";
  const isDiagonal = isEdgeOp(op) && op.layout.kind === "diagonal";
  const { from, to } = rangeOf(op, 0);
  const places: Place[] = edgeIndices(op).map((array) => ({ array, offset: 0 }));
  for (const operand of [...op.reads, ...op.writes]) {
    const { array, at, offset = 0 } = operand;
    if (at === "spike" || at === "event") continue;
    if (at === own && isPlain(operand, to - from)) places.push({ array, offset });
    else if (shifts.has(array)) return undefined;
    // Without a list the ends of an edge have its number.
    else if ((at === own || isDiagonal) && !isShared(operand)) return undefined;
  }
  return places;
}

/** Collects what shares the numbers of some edges. */
class SpaceFinder {
  readonly #ops: readonly Op[];
  readonly #movable: ReadonlySet<string>;

  constructor(program: Program) {
    this.#ops = allOps(program);
    const isMovable = ({ slots, type, role }: ArraySpec): boolean =>
      slots === undefined && (type === "real" || type === "int") && !fixedRoles.includes(role);
    this.#movable = new Set(program.arrays.filter(isMovable).map(({ name }) => name));
  }

  /** Undefined where something depends on the numbers as they are. */
  find(state: string): Space | undefined {
    const space: Space = { shifts: new Map([[state, 0]]), firsts: new Map() };
    for (let size = 0; size !== space.shifts.size;) {
      size = space.shifts.size;
      if (!this.#ops.every((op) => this.#join(op, space))) return undefined;
    }
    return space;
  }

  /** Adds what an op has to do with the space; false where it stands in the way. */
  #join(op: Op, { shifts, firsts }: Space): boolean {
    const { reads, writes, also } = accessOf(op);
    const named = [...reads, ...writes].map(({ array }) => array);
    if (![...named, ...also].some((array) => shifts.has(array))) return true;
    if (!isOverEdges(op)) return false;
    const lists = isEdgeOp(op) && op.layout.kind === "csr" ? listsOf(op.layout) : [];
    const places = placesIn(op, shifts);
    if (places === undefined || lists.some((list) => shifts.has(list ?? ""))) return false;
    const known = places.find(({ array }) => shifts.has(array))!;
    const first = known.offset - shifts.get(known.array)!;
    for (const { array, offset } of places) {
      if (!this.#movable.has(array)) return false;
      if ((shifts.get(array) ?? offset - first) !== offset - first) return false;
      shifts.set(array, offset - first);
    }
    firsts.set(op, first);
    return true;
  }
}

/** For each place in a list the edge there, if the list holds each of them once. */
function edgesInOrder(program: Program, { edge, edges }: Rows): Int32Array | undefined {
  const list = program.arrays.find(({ name }) => name === edge)?.initial;
  if (!(list instanceof Int32Array) || list.length !== edges) return undefined;
  return new Set(list).size === edges ? list : undefined;
}

type SpikeOp = EdgeOp & { readonly layout: Rows };

/** Whether an op follows spikes along the edges of their sources. */
const isBySpikes = (op: Op): op is SpikeOp =>
  (op.kind === "deliver" || (op.kind === "edges" && op.trigger.on !== "every")) &&
  op.layout.kind === "csr" &&
  op.layout.rows === "source";

/** The states of edges that an op changes when spikes come, if its list jumps among them. */
function jumpsAmong(op: Op, program: Program): string[] {
  if (!isBySpikes(op) || op.layout.edge === undefined) return [];
  const operands = [...op.reads, ...op.writes].filter(({ at }) => at === "edge");
  const states = program.arrays.filter(({ role }) => role === "state").map(({ name }) => name);
  return operands.map(({ array }) => array).filter((array) => states.includes(array));
}

/** Edges that are to follow a list. */
interface Piece extends Range {
  readonly list: Int32Array;
}

/** The lists that the edges of a space can follow; no two of them number the same edges. */
function piecesOf(program: Program, { shifts, firsts }: Space): Piece[] {
  const members = [...firsts].map(([op, first]) => rangeOf(op, first));
  for (const { name, length } of program.arrays) {
    const shift = shifts.get(name);
    if (shift !== undefined) members.push({ from: -shift, to: length - shift });
  }
  const swept: Range[] = [];
  const ordered: Range[] = [];
  for (const [op, first] of firsts) {
    // Where a step sums values target by target, that order is the better one.
    if (op.kind === "gather" && program.ops.includes(op)) swept.push(rangeOf(op, first));
    if (isBySpikes(op) && op.layout.edge === undefined) ordered.push(rangeOf(op, first));
  }
  const pieces: Piece[] = [];
  for (const [op, first] of firsts) {
    if (!isBySpikes(op) || jumpsAmong(op, program).length === 0) continue;
    const range = rangeOf(op, first);
    const list = edgesInOrder(program, op.layout);
    const isWhole = members.every((one) => contains(one, range) || !overlaps(one, range));
    const isFree = [...swept, ...ordered, ...pieces].every((one) => !overlaps(one, range));
    if (list !== undefined && isWhole && isFree) pieces.push({ ...range, list });
  }
  return pieces;
}

/** Rewrites a Program for one space. */
class Renumbering {
  readonly #program: Program;
  readonly #space: Space;
  readonly #pieces: readonly Piece[];
  readonly #added: NewArrays;
  readonly #lists = new Map<string, string | undefined>();
  /** All numbers that change lie in here; the new ones. */
  readonly #range: Range;
  readonly #numbers: Int32Array;

  constructor(program: Program, space: Space, pieces: readonly Piece[]) {
    this.#program = program;
    this.#space = space;
    this.#pieces = pieces;
    this.#added = new NewArrays(program);
    const from = pieces.reduce((least, piece) => Math.min(least, piece.from), Infinity);
    const to = pieces.reduce((most, piece) => Math.max(most, piece.to), -Infinity);
    this.#range = { from, to };
    this.#numbers = int32s(to - from, (i) => from + i);
    for (const piece of pieces) {
      piece.list.forEach((edge, i) => (this.#numbers[piece.from - from + edge] = piece.from + i));
    }
  }

  #numberOf(old: number): number {
    const { from, to } = this.#range;
    return old < from || old >= to ? old : this.#numbers[old - from]!;
  }

  /** The new numbers at the places of a list; undefined where they are the places. */
  #listOf({ edge, edges }: Rows, first: number): string | undefined {
    const key = `${edge} ${first}`;
    if (this.#lists.has(key)) return this.#lists.get(key);
    const spec = this.#program.arrays.find(({ name }) => name === edge);
    const list = int32s(spec?.length ?? edges, (i) => {
      const old = spec === undefined ? i : initialAt(spec.initial, i);
      return this.#numberOf(first + old) - first;
    });
    const isInOrder = list.every((number, i) => number === i);
    const name = isInOrder ? undefined : this.#added.addValues(list, "index", "edge");
    // Without a list the key says nothing of the number of edges.
    if (edge !== undefined) this.#lists.set(key, name);
    return name;
  }

  #renumber<O extends Op>(op: O): O {
    const first = this.#space.firsts.get(op);
    if (first === undefined || !isEdgeOp(op) || op.layout.kind !== "csr") return op;
    if (!this.#pieces.some((piece) => overlaps(piece, rangeOf(op, first)))) return op;
    const edge = this.#listOf(op.layout, first);
    const { edge: _, ...layout } = op.layout;
    return { ...op, layout: edge === undefined ? layout : { ...layout, edge } };
  }

  #array(spec: ArraySpec, moved: Map<Initial, ArraySpec>): ArraySpec {
    const shift = this.#space.shifts.get(spec.name);
    const { initial, length } = spec;
    if (shift === undefined || typeof initial === "number") return spec;
    // Arrays with the same values go on sharing them.
    const known = moved.get(initial);
    if (known !== undefined && this.#space.shifts.get(known.name) === shift) {
      return { ...spec, initial: known.initial };
    }
    const values = initial.slice();
    for (let i = 0; i < length; i++) values[this.#numberOf(i - shift) + shift] = initial[i]!;
    const next = { ...spec, initial: values };
    moved.set(initial, next);
    return next;
  }

  #name(named: Named): Named {
    const { kind, array, offset, count, order } = named;
    const shift = kind === "constant" ? undefined : this.#space.shifts.get(array);
    if (shift === undefined) return named;
    const places = new Int32Array(count);
    let isInPlace = true;
    for (let i = 0; i < count; i++) {
      const old = offset + (order?.[i] ?? i);
      places[i] = this.#numberOf(old - shift) + shift;
      isInPlace &&= places[i] === old;
    }
    return isInPlace ? named : nameAt(named, array, 0, places);
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
    const moved = new Map<Initial, ArraySpec>();
    const kept = arrays.map((spec) => this.#array(spec, moved));
    const placed = names.map((named) => this.#name(named));
    const next = { ...this.#program, ...changed, names: placed };
    return dropUnreferenced({ ...next, arrays: [...kept, ...this.#added.added] });
  }
}

function run(program: Program): Program {
  let now = program;
  const seen = new Set<string>();
  for (const { id } of program.ops) {
    // Found again by its id, because renumbering makes new ops.
    const op = now.ops.find((one) => one.id === id)!;
    const [state] = seen.has(id) ? [] : jumpsAmong(op, now);
    const space = state === undefined ? undefined : new SpaceFinder(now).find(state);
    if (space === undefined) continue;
    for (const member of space.firsts.keys()) seen.add(member.id);
    const pieces = piecesOf(now, space);
    if (pieces.length > 0) now = new Renumbering(now, space, pieces).run();
  }
  return now;
}

/** Edges are numbered in the order of the lists by which spikes reach them. Bit exact. */
export const edgeOrder: Pass = {
  name: "edgeOrder",
  doc: "Numbers edges in the order in which spikes meet them.",
  run,
};
