// Walking the edges of a layout in both directions. Invariant: stencils and convolutions are
// computed, never expanded; the order is part of the meaning of a Program. By target: as listed
// (sources ascending where nothing is listed). By source: as listed where rows are sources, else
// ascending target, then edge.

import { InternalError } from "../errors.js";
import type { Layout, Program } from "./program.js";
import { product } from "../util/product.js";

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { floor } = Math;

/** The index arrays of a Program by name. */
export type IndexArrays = ReadonlyMap<string, Int32Array>;

/** Called with the other end of an edge and the number of the edge (-1 where edges have no values). */
export type VisitEdge = (other: number, edge: number) => void;

type Sizes = { sources: number; targets: number; edges: number; visits: number };
type SizeTable = {
  readonly [K in Layout["kind"]]: (layout: Extract<Layout, { kind: K }>) => Sizes;
};

const sizeTable: SizeTable = {
  dense({ sources, targets }) {
    return { sources, targets, edges: sources * targets, visits: sources * targets };
  },
  diagonal({ count }) {
    return { sources: count, targets: count, edges: count, visits: count };
  },
  segments({ targets, size }) {
    return { sources: targets * size, targets, edges: targets * size, visits: targets * size };
  },
  block({ blocks, sources, targets }) {
    const edges = blocks * sources * targets;
    return { sources: blocks * sources, targets: blocks * targets, edges, visits: edges };
  },
  csr({ sources, targets, edges }) {
    return { sources, targets, edges, visits: edges };
  },
  stencil({ shape, kernel }) {
    const count = product(shape);
    const edges = product(kernel);
    return { sources: count, targets: count, edges, visits: count * edges };
  },
  convolution({ input, output, kernel, channels, filters, groups }) {
    const taps = product(kernel) * (channels / groups);
    const targets = product(output) * filters;
    const sources = product(input) * channels;
    return { sources, targets, edges: taps * filters, visits: targets * taps };
  },
  uniform({ sources, targets }) {
    return { sources, targets, edges: 0, visits: sources * targets };
  },
};

// The table is total over the kinds; the cast only tells the compiler that key and argument agree.
const sizesOf = (layout: Layout): Sizes =>
  (sizeTable[layout.kind] as (layout: Layout) => Sizes)(layout);

// Thousands of single synapses are asked for their sizes again and again: matrices and rows, which
// say how large they are, get no record of it.

/** How many sources a layout has. */
export const sourcesOf = (layout: Layout): number =>
  layout.kind === "dense" || layout.kind === "csr" ? layout.sources : sizesOf(layout).sources;
/** How many targets a layout has. */
export const targetsOf = (layout: Layout): number =>
  layout.kind === "dense" || layout.kind === "csr" ? layout.targets : sizesOf(layout).targets;
/** How many edge values a layout has: the number of taps for a stencil, 0 for `uniform`. */
export function edgesOf(layout: Layout): number {
  if (layout.kind === "dense") return layout.sources * layout.targets;
  return layout.kind === "csr" ? layout.edges : sizesOf(layout).edges;
}
/** How many (source, target, edge) triples a walk over everything meets, borders not subtracted. */
export const visitsOf = (layout: Layout): number =>
  layout.kind === "dense" ? layout.sources * layout.targets : sizesOf(layout).visits;

/** Finds the int arrays with role `index` of a Program; an array filled with one number is expanded. */
export function indexArraysOf(program: Program): IndexArrays {
  const found = new Map<string, Int32Array>();
  for (const { name, role, length, initial } of program.arrays) {
    if (role !== "index") continue;
    if (initial instanceof Int32Array) found.set(name, initial);
    else if (typeof initial === "number") found.set(name, new Int32Array(length).fill(initial));
  }
  return found;
}

/** Both directions of one layout. */
export interface Walker {
  readonly ofTarget: (target: number, visit: VisitEdge) => void;
  readonly ofSource: (source: number, visit: VisitEdge) => void;
}

/** Compressed rows with their index arrays at hand. */
interface Rows {
  readonly start: Int32Array;
  readonly other: Int32Array;
  /** Absent: the position itself. */
  readonly edge?: Int32Array | undefined;
}

function visitRow(rows: Rows, row: number, visit: VisitEdge): void {
  const { start, other, edge } = rows;
  const end = start[row + 1]!;
  for (let p = start[row]!; p < end; p++) visit(other[p]!, edge === undefined ? p : edge[p]!);
}

/** Several edges between the same two ends come in ascending edge number, however they were listed. */
function orderEqualEnds(other: Int32Array, edge: Int32Array, from: number, to: number): void {
  for (let p = from + 1; p < to; p++) {
    const moving = edge[p]!;
    let q = p;
    while (q > from && other[q - 1] === other[p] && edge[q - 1]! > moving) {
      edge[q] = edge[q - 1]!;
      q--;
    }
    edge[q] = moving;
  }
}

/** The same edges listed from the other end: ascending row, then edge. */
function transpose(rows: Rows, count: number): Rows {
  const rowCount = rows.start.length - 1;
  const start = new Int32Array(count + 1);
  for (let row = 0; row < rowCount; row++) {
    visitRow(rows, row, (end) => {
      start[end + 1]!++;
    });
  }
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!;
  const other = new Int32Array(start[count]!);
  const edge = new Int32Array(start[count]!);
  const next = start.slice(0, count);
  for (let row = 0; row < rowCount; row++) {
    visitRow(rows, row, (end, number) => {
      const position = next[end]!++;
      other[position] = row;
      edge[position] = number;
    });
  }
  for (let i = 0; i < count; i++) orderEqualEnds(other, edge, start[i]!, start[i + 1]!);
  return { start, other, edge };
}

function csrWalker(layout: Extract<Layout, { kind: "csr" }>, arrays: IndexArrays): Walker {
  const find = (name: string): Int32Array => {
    const found = arrays.get(name);
    if (found === undefined) throw new InternalError(name, "is not an index array");
    return found;
  };
  const rows: Rows = {
    start: find(layout.start),
    other: find(layout.other),
    edge: layout.edge === undefined ? undefined : find(layout.edge),
  };
  const count = layout.rows === "target" ? layout.sources : layout.targets;
  let columns: Rows | undefined;
  const along = (row: number, visit: VisitEdge): void => visitRow(rows, row, visit);
  const across = (column: number, visit: VisitEdge): void => {
    columns ??= transpose(rows, count);
    visitRow(columns, column, visit);
  };
  return layout.rows === "target"
    ? { ofTarget: along, ofSource: across }
    : { ofTarget: across, ofSource: along };
}

/** For each dimension, the number of elements that one step along it skips (row-major). */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, d) => product(shape.slice(d + 1)));
}

function stencilWalker({ shape, kernel }: Extract<Layout, { kind: "stencil" }>): Walker {
  const taps = product(kernel);
  const gridStrides = stridesOf(shape);
  const tapStrides = stridesOf(kernel);
  const centre = kernel.map((size) => floor(size / 2));
  /** The element at `from` + sign * (tap - centre), or -1 outside the grid. */
  const neighbour = (from: number, tap: number, sign: 1 | -1): number => {
    let found = 0;
    for (let d = 0; d < shape.length; d++) {
      const here = floor(from / gridStrides[d]!) % shape[d]!;
      const k = floor(tap / tapStrides[d]!) % kernel[d]!;
      const there = here + sign * (k - centre[d]!);
      if (there < 0 || there >= shape[d]!) return -1;
      found += there * gridStrides[d]!;
    }
    return found;
  };
  return {
    ofTarget(target, visit) {
      for (let tap = 0; tap < taps; tap++) {
        const source = neighbour(target, tap, 1);
        if (source >= 0) visit(source, tap);
      }
    },
    ofSource(source, visit) {
      // The last tap belongs to the first target.
      for (let tap = taps - 1; tap >= 0; tap--) {
        const target = neighbour(source, tap, -1);
        if (target >= 0) visit(target, tap);
      }
    },
  };
}

function convolutionWalker(layout: Extract<Layout, { kind: "convolution" }>): Walker {
  const { input, output, kernel, strides, pad, channels, filters, groups } = layout;
  const taps = product(kernel);
  const inputStrides = stridesOf(input);
  const outputStrides = stridesOf(output);
  const tapStrides = stridesOf(kernel);
  const groupChannels = channels / groups;
  const groupFilters = filters / groups;
  const inputAt = (place: number, tap: number): number => {
    let found = 0;
    for (let d = 0; d < kernel.length; d++) {
      const o = floor(place / outputStrides[d]!) % output[d]!;
      const k = floor(tap / tapStrides[d]!) % kernel[d]!;
      const i = o * strides[d]! - pad[d]! + k;
      if (i < 0 || i >= input[d]!) return -1;
      found += i * inputStrides[d]!;
    }
    return found;
  };
  const outputAt = (place: number, tap: number): number => {
    let found = 0;
    for (let d = 0; d < kernel.length; d++) {
      const i = floor(place / inputStrides[d]!) % input[d]!;
      const k = floor(tap / tapStrides[d]!) % kernel[d]!;
      const o = (i + pad[d]! - k) / strides[d]!;
      if (o < 0 || o >= output[d]! || !Number.isInteger(o)) return -1;
      found += o * outputStrides[d]!;
    }
    return found;
  };
  return {
    ofTarget(target, visit) {
      const filter = target % filters;
      const first = floor(filter / groupFilters) * groupChannels;
      for (let tap = 0; tap < taps; tap++) {
        const place = inputAt(floor(target / filters), tap);
        if (place < 0) continue;
        for (let c = 0; c < groupChannels; c++) {
          visit(place * channels + first + c, (tap * groupChannels + c) * filters + filter);
        }
      }
    },
    ofSource(source, visit) {
      const channel = source % channels;
      const c = channel % groupChannels;
      const first = floor(channel / groupChannels) * groupFilters;
      for (let tap = taps - 1; tap >= 0; tap--) {
        const place = outputAt(floor(source / channels), tap);
        if (place < 0) continue;
        for (let f = first; f < first + groupFilters; f++) {
          visit(place * filters + f, (tap * groupChannels + c) * filters + f);
        }
      }
    },
  };
}

type WalkerTable = {
  readonly [K in Layout["kind"]]: (
    layout: Extract<Layout, { kind: K }>,
    arrays: IndexArrays,
  ) => Walker;
};

const walkerTable: WalkerTable = {
  dense: ({ sources, targets }) => ({
    ofTarget(target, visit) {
      for (let s = 0; s < sources; s++) visit(s, target * sources + s);
    },
    ofSource(source, visit) {
      for (let t = 0; t < targets; t++) visit(t, t * sources + source);
    },
  }),
  diagonal: () => ({
    ofTarget: (target, visit) => visit(target, target),
    ofSource: (source, visit) => visit(source, source),
  }),
  segments: ({ size }) => ({
    ofTarget(target, visit) {
      for (let e = target * size; e < (target + 1) * size; e++) visit(e, e);
    },
    ofSource: (source, visit) => visit(floor(source / size), source),
  }),
  block: ({ sources, targets }) => ({
    ofTarget(target, visit) {
      const first = floor(target / targets) * sources;
      for (let s = 0; s < sources; s++) visit(first + s, target * sources + s);
    },
    ofSource(source, visit) {
      const first = floor(source / sources) * targets;
      const s = source % sources;
      for (let t = first; t < first + targets; t++) visit(t, t * sources + s);
    },
  }),
  csr: csrWalker,
  stencil: stencilWalker,
  convolution: convolutionWalker,
  uniform: ({ sources, targets }) => ({
    ofTarget(_target, visit) {
      for (let s = 0; s < sources; s++) visit(s, -1);
    },
    ofSource(_source, visit) {
      for (let t = 0; t < targets; t++) visit(t, -1);
    },
  }),
};

const walkers = new WeakMap<Layout, { readonly arrays: IndexArrays; readonly walker: Walker }>();

/**
 * The walker of a layout; made once for each layout and table of arrays, and with it the index of
 * compressed rows in the direction that is not stored, when that direction is first walked.
 */
export function walkerOf(layout: Layout, arrays: IndexArrays): Walker {
  const known = walkers.get(layout);
  if (known !== undefined && known.arrays === arrays) return known.walker;
  const make = walkerTable[layout.kind] as (layout: Layout, arrays: IndexArrays) => Walker;
  const walker = make(layout, arrays);
  walkers.set(layout, { arrays, walker });
  return walker;
}

/** Visits the incoming edges of a target in the order in which a gather sums them. */
export function forEachEdgeOfTarget(
  layout: Layout,
  arrays: IndexArrays,
  target: number,
  visit: VisitEdge,
): void {
  walkerOf(layout, arrays).ofTarget(target, visit);
}

/** Visits the outgoing edges of a source in the order in which a spike is delivered. */
export function forEachEdgeOfSource(
  layout: Layout,
  arrays: IndexArrays,
  source: number,
  visit: VisitEdge,
): void {
  walkerOf(layout, arrays).ofSource(source, visit);
}
