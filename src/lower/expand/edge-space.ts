// How the synapses of one connection are numbered and walked, as layouts of the Program. Invariant:
// patterns without per-synapse state stay kernels; nothing is ever stored for absent synapses but
// the gaps of a pattern's border.

import { edgeCount, forEachEdge } from "../../network/connectivity.js";
import type { Layout } from "../../ir/program.js";
import type { Connection, Population } from "../../network/types.js";
import type { ExpandContext } from "./context.js";
import { product } from "../../util/product.js";

/** The numbering of synapses and the layouts over it; index arrays are made when first asked for. */
export interface EdgeSpace {
  /** Edge numbers run over 0 .. count - 1. */
  readonly count: number;
  /** Array values belong to kernel taps: value index = edge % period. */
  readonly period?: number;
  /** Shape under which array values and states are shown. */
  readonly shape: readonly number[];
  /** Incoming edges of each target. */
  readonly byTarget: () => Layout;
  /** Outgoing edges of each source. */
  readonly bySource: () => Layout;
  /** Sums over outgoing edges, for what flows back into the source: its targets are our sources. */
  readonly backwards: () => Layout;
}

/** `stored`: the edges hold values of their own, so each needs its number. */
export function edgeSpace(
  context: ExpandContext,
  connection: Connection,
  source: Population,
  target: Population,
  stored: boolean,
): EdgeSpace {
  const { connectivity } = connection;
  const sources = source.size;
  const targets = target.size;
  if (connectivity.kind === "one-to-one") {
    const layout = (): Layout => ({ kind: "diagonal", count: sources });
    return {
      count: sources,
      shape: [sources],
      byTarget: layout,
      bySource: layout,
      backwards: layout,
    };
  }
  const full =
    connectivity.kind === "all-to-all" ||
    (connectivity.kind === "matrix" && connectivity.present.every((bit) => bit === 1));
  if (full) {
    const dense = (): Layout => ({ kind: "dense", sources, targets });
    const swapped = (): Layout => ({ kind: "dense", sources: targets, targets: sources });
    const listed = lazily(() => compressed(context, connection, source, target).backwards());
    const backwards = stored ? listed : swapped;
    const count = sources * targets;
    return { count, shape: [targets, sources], byTarget: dense, bySource: dense, backwards };
  }
  const indices = compressed(context, connection, source, target);
  if (connectivity.kind !== "pattern") return indices;
  const { kernel, lost } = connectivity;
  const stencil = (): Layout => ({ kind: "stencil", shape: source.shape, kernel });
  return stored || lost !== undefined ? indices : { ...indices, byTarget: stencil };
}

/** One direction of compressed rows: names of index arrays. */
interface Rows {
  readonly start: string;
  readonly other: string;
  readonly edge?: string;
}
/** The same with the arrays themselves; without `edge` edges are numbered as they lie. */
interface RowArrays {
  readonly start: Int32Array;
  readonly other: Int32Array;
  readonly edge?: Int32Array;
}

function compressed(
  context: ExpandContext,
  connection: Connection,
  source: Population,
  target: Population,
): EdgeSpace {
  const { connectivity, name } = connection;
  const taps = connectivity.kind === "pattern" ? product(connectivity.kernel) : undefined;
  const listed = lazily(() => listEdges(connection, source, target));
  const rows = (end: "source" | "target"): Rows => {
    if (connectivity.kind === "csr") {
      const isStored = end === "source";
      const given = { start: connectivity.start, other: connectivity.targets };
      return storeRows(context, name, end, isStored ? given : transposed(given, target.size));
    }
    const { sources, targets, numbers } = listed();
    const [own, other] = end === "target" ? [targets, sources] : [sources, targets];
    const size = end === "target" ? target.size : source.size;
    return storeRows(context, name, end, sortedRows({ own, other, numbers }, size));
  };
  const targetRows = lazily(() => rows("target"));
  const sourceRows = lazily(() => rows("source"));
  const sizes = { sources: source.size, targets: target.size };
  /** Patterns have gaps in their numbers, at the border. */
  const count = lazily(() =>
    taps === undefined ? edgeCount(connectivity, source, target) : target.size * taps,
  );
  return {
    get count() {
      return count();
    },
    ...(taps === undefined ? {} : { period: taps }),
    get shape() {
      return taps === undefined ? [count()] : [target.size, taps];
    },
    byTarget: () => ({ kind: "csr", rows: "target", ...sizes, edges: count(), ...targetRows() }),
    bySource: () => ({ kind: "csr", rows: "source", ...sizes, edges: count(), ...sourceRows() }),
    backwards: () => ({
      kind: "csr",
      rows: "target",
      sources: target.size,
      targets: source.size,
      edges: count(),
      ...sourceRows(),
    }),
  };
}

interface EdgeList {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** Absent: edges are numbered as they are listed. */
  readonly numbers?: Int32Array;
}

function listEdges(connection: Connection, source: Population, target: Population): EdgeList {
  const { connectivity } = connection;
  if (connectivity.kind === "edges") return connectivity;
  const taps = connectivity.kind === "pattern" ? product(connectivity.kernel) : undefined;
  const count = edgeCount(connectivity, source, target);
  const sources = new Int32Array(count);
  const targets = new Int32Array(count);
  const numbers = new Int32Array(count);
  let edge = 0;
  forEachEdge(connection, source, target, (from, to, valueIndex) => {
    sources[edge] = from;
    targets[edge] = to;
    numbers[edge] = taps === undefined ? edge : to * taps + valueIndex;
    edge += 1;
  });
  return { sources, targets, numbers };
}

/** Where each row begins, by the row of each edge. */
function startsOf(own: Int32Array, size: number): Int32Array {
  const start = new Int32Array(size + 1);
  for (let i = 0; i < own.length; i += 1) start[own[i]! + 1]! += 1;
  for (let row = 0; row < size; row += 1) start[row + 1]! += start[row]!;
  return start;
}

interface Listed {
  /** The row of each edge, its other end and its number. */
  readonly own: Int32Array;
  readonly other: Int32Array;
  readonly numbers?: Int32Array | undefined;
}

/** Counting sort by row; edges of one row keep their order. */
function sortedRows({ own, other, numbers }: Listed, size: number): RowArrays {
  const start = startsOf(own, size);
  const isSorted = numbers === undefined && own.every((row, i) => i === 0 || own[i - 1]! <= row);
  if (isSorted) return { start, other };
  const next = start.slice(0, size);
  const sortedOther = new Int32Array(own.length);
  const edge = new Int32Array(own.length);
  for (let i = 0; i < own.length; i += 1) {
    const row = own[i]!;
    const position = next[row]!;
    next[row] = position + 1;
    sortedOther[position] = other[i]!;
    edge[position] = numbers === undefined ? i : numbers[i]!;
  }
  return { start, other: sortedOther, edge };
}

/** The same rows from their other end; edges keep their numbers. */
function transposed({ start: given, other: ends }: RowArrays, size: number): RowArrays {
  const start = startsOf(ends, size);
  const next = start.slice(0, size);
  const other = new Int32Array(ends.length);
  const edge = new Int32Array(ends.length);
  for (let row = 0; row < given.length - 1; row += 1) {
    const behind = given[row + 1]!;
    for (let i = given[row]!; i < behind; i += 1) {
      const end = ends[i]!;
      const position = next[end]!;
      next[end] = position + 1;
      other[position] = row;
      edge[position] = i;
    }
  }
  return { start, other, edge };
}

function storeRows(context: ExpandContext, path: string, end: string, rows: RowArrays): Rows {
  const store = (name: string, initial: Int32Array): string =>
    context.addArray({
      name: `${path}.${end}.${name}`,
      type: "int",
      role: "index",
      length: initial.length,
      initial,
      origin: path,
    });
  const { start, other, edge } = rows;
  return {
    start: store("start", start),
    other: store("other", other),
    ...(edge === undefined ? {} : { edge: store("edge", edge) }),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
