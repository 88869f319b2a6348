// Chooses the cheapest layout for matrices: rows that are in fact dense, diagonal or blocks lose
// their lists, and matrices of mostly zeros get them. Invariant: every edge that contributes keeps
// its place in the sum of its target.

import {
  edgesOf,
  forEachEdgeOfSource,
  forEachEdgeOfTarget,
  indexArraysOf,
  sourcesOf,
  targetsOf,
  visitsOf,
  type IndexArrays,
} from "../ir/layout.js";
import type {
  ArraySpec,
  DeliverOp,
  GatherOp,
  Layout,
  Op,
  Operand,
  Program,
} from "../ir/program.js";
import { isEdgeOp, type EdgeOp } from "./support/bodies.js";
import { NewArrays, stemOf } from "./support/new-arrays.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { regularRows } from "./support/regular-rows.js";
import { renumberVersions } from "./support/rewire.js";
import { elementOf, initialAt } from "./support/values.js";
import { canRenumber, uselessEdges } from "./support/zero-edges.js";

/** Lists of edges cost about half as much again as the values: worth it from this share of zeros. */
const leastUseless = 0.5;

type Csr = Extract<Layout, { kind: "csr" }>;
interface Context {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly arrays: IndexArrays;
  readonly created: NewArrays;
}

const isIdentity = (numbers: Int32Array): boolean => numbers.every((number, i) => number === i);

/** Reads edge values in a new order; `numbers` gives the old number of each new edge. */
function renumberReads(context: Context, op: EdgeOp, numbers: Int32Array): Operand[] {
  return op.reads.map((read) => {
    if (read.at !== "edge") return read;
    const spec = context.specs.get(read.array)!;
    const values =
      spec.type === "int" ? new Int32Array(numbers.length) : new Float64Array(numbers.length);
    numbers.forEach((number, i) => {
      values[i] = initialAt(spec.initial, elementOf(read, number));
    });
    const array = context.created.addValues(values, "parameter", stemOf(read.array));
    return { symbol: read.symbol, array, version: 0, at: "edge" };
  });
}

const isSum = (op: EdgeOp): op is GatherOp | DeliverOp => op.kind !== "edges";

/** Whether an op has anything of its own for each edge. */
const usesEdges = (op: EdgeOp): boolean => {
  const spikes = op.kind === "deliver" ? [op.spikes] : [];
  return (
    op.kind === "edges" ||
    [...op.reads, ...op.writes].some(({ at }) => at === "edge") ||
    [...op.reads, ...spikes].some(({ lag }) => typeof lag === "string")
  );
};

/** The same rows without the numbers of their edges, where these say nothing or nobody asks. */
function withoutNumbers(op: EdgeOp, layout: Csr, find: (name: string) => Int32Array): EdgeOp {
  if (layout.edge === undefined) return op;
  const { edge, ...rest } = layout;
  if (isIdentity(find(edge))) return { ...op, layout: rest };
  if (usesEdges(op)) return op;
  return { ...op, layout: { ...rest, edges: find(layout.other).length } };
}

function withoutLists(context: Context, op: EdgeOp): EdgeOp {
  const { layout } = op;
  if (layout.kind !== "csr") return op;
  const find = (name: string): Int32Array => context.arrays.get(name)!;
  const regular = regularRows({
    layout,
    start: find(layout.start),
    other: find(layout.other),
    edge: layout.edge === undefined ? undefined : find(layout.edge),
  });
  if (regular === undefined) return withoutNumbers(op, layout, find);
  const { numbers } = regular;
  if (isIdentity(numbers) && layout.edges === numbers.length) {
    return { ...op, layout: regular.layout };
  }
  if (!isSum(op) || !canRenumber(op, context.specs)) return op;
  return { ...op, layout: regular.layout, reads: renumberReads(context, op, numbers) };
}

interface Kept {
  readonly layout: Layout;
  readonly numbers: Int32Array;
}

/** Rows of the edges that are left. */
function listKept(context: Context, op: GatherOp | DeliverOp, useless: Uint8Array): Kept {
  const { layout } = op;
  const byTarget = op.kind === "gather";
  const rows = byTarget ? targetsOf(layout) : sourcesOf(layout);
  const walk = byTarget ? forEachEdgeOfTarget : forEachEdgeOfSource;
  const start = new Int32Array(rows + 1);
  const other: number[] = [];
  const numbers: number[] = [];
  for (let row = 0; row < rows; row++) {
    walk(layout, context.arrays, row, (end, edge) => {
      if (useless[edge] === 1) return;
      other.push(end);
      numbers.push(edge);
    });
    start[row + 1] = other.length;
  }
  const add = (values: Int32Array, name: string): string =>
    context.created.addValues(values, "index", name);
  const kept: Layout = {
    kind: "csr",
    rows: byTarget ? "target" : "source",
    sources: sourcesOf(layout),
    targets: targetsOf(layout),
    edges: other.length,
    start: add(start, byTarget ? "targetStart" : "sourceStart"),
    other: add(Int32Array.from(other), byTarget ? "source" : "target"),
  };
  return { layout: kept, numbers: Int32Array.from(numbers) };
}

const listable: ReadonlySet<string> = new Set(["dense", "block", "segments", "diagonal", "csr"]);

function withoutZeros(context: Context, op: EdgeOp): EdgeOp {
  const { layout } = op;
  if (!isSum(op) || !listable.has(layout.kind) || visitsOf(layout) === 0) return op;
  if (!canRenumber(op, context.specs)) return op;
  const useless = uselessEdges(op, context.specs);
  if (useless === undefined) return op;
  const count = useless.reduce((sum, one) => sum + one, 0);
  if (count < leastUseless * edgesOf(layout)) return op;
  const kept = listKept(context, op, useless);
  return { ...op, layout: kept.layout, reads: renumberReads(context, op, kept.numbers) };
}

function chooseLayouts(program: Program): Program {
  const created = new NewArrays(program);
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const context: Context = { specs, arrays: indexArraysOf(program), created };
  const ops = program.ops.map((op): Op => {
    if (!isEdgeOp(op)) return op;
    const sparse = withoutZeros(context, op);
    return sparse === op ? withoutLists(context, op) : sparse;
  });
  return renumberVersions({ ...program, ops, arrays: [...program.arrays, ...created.added] });
}

/** Chooses layouts by what they list. */
export const matrix: Pass = {
  name: "matrix",
  doc:
    "Drops lists that say nothing, and edges that add exactly 0 where they are at least half. " +
    "Bit for bit equal for finite states, but for the sign of a sum that is 0 and was -0.",
  run: (program) => dropUnreferenced(chooseLayouts(program)),
};
