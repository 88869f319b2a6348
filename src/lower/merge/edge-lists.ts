// The layout of a joined op. Invariant: edges of a row come in the order of the parts, and inside a
// part in the order of its own layout; regular patterns stay layouts without lists.

import {
  edgesOf,
  forEachEdgeOfSource,
  forEachEdgeOfTarget,
  sourcesOf,
  targetsOf,
  visitsOf,
  type IndexArrays,
} from "../../ir/layout.js";
import type { Layout } from "../../ir/program.js";
import type { NewArrays } from "../support/new-arrays.js";
import { edgeOpOf, leadAlong, placeAlong, type EdgeBodied } from "./alignment.js";
import type { Part } from "./part.js";
import type { Placement } from "./placement.js";

type Line = "source" | "target" | "edge";

/** Where the parts lie along one axis. */
export interface Extent {
  readonly from: readonly number[];
  /** The part that begins first. */
  readonly anchor: number;
  readonly base: number;
  readonly size: number;
  /** False where no reference runs along the axis, so that any place will do. */
  readonly isBound: boolean;
}

const sizeAlong = (layout: Layout, line: Line): number =>
  line === "source" ? sourcesOf(layout) : line === "target" ? targetsOf(layout) : edgesOf(layout);

function extentOf(placement: Placement, parts: readonly Part[], line: Line): Extent {
  const lead = leadAlong(parts[0]!, line);
  const isBound = lead >= 0;
  const from = parts.map((part) => (isBound ? placeAlong(placement, part, part.slots[lead]!) : 0));
  let anchor = 0;
  let end = 0;
  parts.forEach((part, i) => {
    if (from[i]! < from[anchor]!) anchor = i;
    end = Math.max(end, from[i]! + sizeAlong(edgeOpOf(part).layout, line));
  });
  return { from, anchor, base: from[anchor]!, size: end - from[anchor]!, isBound };
}

/** Every edge of the joined op: which part it comes from, what it was there, its new number. */
export interface JoinedEdges {
  readonly layout: Layout;
  /** How many edge values the layout has. */
  readonly edges: number;
  readonly extents: { readonly [K in Line]: Extent };
  readonly parts: readonly Part[];
  readonly part: Int32Array;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly edge: Int32Array;
  readonly number: Int32Array;
}

/** One synapse between two neurons: the usual part of a network that was put together one by one. */
const isSingle = (layout: Layout): boolean =>
  layout.kind === "dense" && layout.sources === 1 && layout.targets === 1;

type Listed = Pick<JoinedEdges, "part" | "source" | "target" | "edge">;

function listEdges(parts: readonly Part[], byTarget: boolean, arrays: IndexArrays): Listed {
  const mostOf = ({ layout }: EdgeBodied): number =>
    layout.kind === "csr" ? (arrays.get(layout.start)!.at(-1) ?? 0) : visitsOf(layout);
  const length = parts.reduce((sum, part) => sum + mostOf(edgeOpOf(part)), 0);
  const list = (): Int32Array => new Int32Array(length);
  const listed: Listed = { part: list(), source: list(), target: list(), edge: list() };
  let place = 0;
  parts.forEach((part, i) => {
    const { layout } = edgeOpOf(part);
    if (isSingle(layout)) {
      // All else is 0 already.
      listed.part[place] = i;
      place += 1;
      return;
    }
    const rows = byTarget ? targetsOf(layout) : sourcesOf(layout);
    const walk = byTarget ? forEachEdgeOfTarget : forEachEdgeOfSource;
    for (let row = 0; row < rows; row++) {
      walk(layout, arrays, row, (other, edge) => {
        listed.part[place] = i;
        listed.source[place] = byTarget ? other : row;
        listed.target[place] = byTarget ? row : other;
        listed.edge[place] = edge;
        place += 1;
      });
    }
  });
  // Kernels meet fewer edges at their borders.
  if (place === length) return listed;
  const cut = (values: Int32Array): Int32Array => values.subarray(0, place);
  const { part, source, target, edge } = listed;
  return { part: cut(part), source: cut(source), target: cut(target), edge: cut(edge) };
}

/** The kinds of layouts of which several in a row are again one of them. */
function regularLayout(
  parts: readonly Part[],
  extents: { readonly [K in Line]: Extent },
): Layout | undefined {
  const layouts = parts.map((part) => edgeOpOf(part).layout);
  const isRow = (line: Line, isShared = false): boolean => {
    const { from, isBound } = extents[line];
    if (!isBound) return true;
    const follows = (i: number): number =>
      isShared ? from[0]! : from[i]! + sizeAlong(layouts[i]!, line);
    return from.every((place, i) => i === 0 || place === follows(i - 1));
  };
  if (!isRow("target") || !isRow("edge")) return undefined;
  const first = layouts[0]!;
  const counts = layouts.map((one) =>
    one.kind === "diagonal" ? one.count : one.kind === "dense" && edgesOf(one) === 1 ? 1 : -1,
  );
  if (!counts.includes(-1) && isRow("source")) {
    return { kind: "diagonal", count: counts.reduce((sum, count) => sum + count, 0) };
  }
  if (first.kind !== "dense") return undefined;
  const { sources, targets } = first;
  const isDense = layouts.every((one) => one.kind === "dense" && one.sources === sources);
  if (!isDense) return undefined;
  if (isRow("source", true) && extents.source.isBound) {
    const sum = layouts.reduce((all, one) => all + targetsOf(one), 0);
    return { kind: "dense", sources, targets: sum };
  }
  const isSame = layouts.every((one) => targetsOf(one) === targets);
  return isSame && isRow("source")
    ? { kind: "block", blocks: layouts.length, sources, targets }
    : undefined;
}

/** Rows as lists of positions: a counting sort that keeps the order within a row. */
function sortRows(rows: Int32Array, count: number): { start: Int32Array; order: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const row of rows) start[row + 1]!++;
  for (let row = 0; row < count; row++) start[row + 1]! += start[row]!;
  const next = start.slice(0, count);
  const order = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    order[next[row]!++] = i;
  });
  return { start, order };
}

const isIdentity = (values: Int32Array): boolean => values.every((value, i) => value === i);

/** Joins the edges of parts; `byTarget`: the layout's rows are targets. */
export function joinEdges(
  placement: Placement,
  given: readonly Part[],
  byTarget: boolean,
  context: { readonly arrays: IndexArrays; readonly created: NewArrays },
): JoinedEdges {
  const extentsOf = (parts: readonly Part[]): { readonly [K in Line]: Extent } => ({
    source: extentOf(placement, parts, "source"),
    target: extentOf(placement, parts, "target"),
    edge: extentOf(placement, parts, "edge"),
  });
  const asGiven = extentsOf(given);
  const { from } = asGiven.target;
  const byPlace = given
    .map((_, i) => i)
    .sort((a, b) => from[a]! - from[b]! || a - b)
    .map((i) => given[i]!);
  const sorted = extentsOf(byPlace);
  const regular = regularLayout(byPlace, sorted);
  const parts = regular === undefined ? given : byPlace;
  const extents = regular === undefined ? asGiven : sorted;
  const listed = listEdges(parts, byTarget, context.arrays);
  const { part, source, target, edge } = listed;
  const common = { extents, parts, part, source, target, edge };

  if (regular !== undefined) {
    const starts: number[] = [];
    let edges = 0;
    for (const one of parts) {
      starts.push(edges);
      edges += edgesOf(edgeOpOf(one).layout);
    }
    const number = edge.map((local, i) => starts[part[i]!]! + local);
    return { ...common, layout: regular, edges, number };
  }

  const along = (line: "source" | "target", local: Int32Array): Int32Array => {
    const { from, base } = extents[line];
    return local.map((place, i) => place + from[part[i]!]! - base);
  };
  const ends = { source: along("source", source), target: along("target", target) };
  const rowLine = byTarget ? "target" : "source";
  const { start, order } = sortRows(ends[rowLine], extents[rowLine].size);
  const others = ends[byTarget ? "source" : "target"];
  const other = order.map((i) => others[i]!);
  const number = new Int32Array(part.length);
  const { edge: own } = extents;
  order.forEach((i, position) => {
    number[i] = own.isBound ? edge[i]! + own.from[part[i]!]! - own.base : position;
  });
  const edges = own.isBound ? own.size : part.length;
  const numbers = order.map((i) => number[i]!);
  const add = (values: Int32Array, name: string): string =>
    context.created.addValues(values, "index", name);
  const layout: Layout = {
    kind: "csr",
    rows: rowLine,
    sources: extents.source.size,
    targets: extents.target.size,
    edges,
    start: add(start, `${rowLine}Start`),
    other: add(other, byTarget ? "source" : "target"),
    ...(isIdentity(numbers) ? {} : { edge: add(numbers, "edge") }),
  };
  return { ...common, layout, edges, number };
}
