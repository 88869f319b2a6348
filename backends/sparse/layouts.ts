// Loops over the edges of one target or one source, for every layout. Invariant: the order is that of
// src/ir/layout.ts, edge by edge; nothing is expanded but the rows that a list does not give.

import { sourcesOf, targetsOf, walkerOf } from "../../src/ir/layout.js";
import type { Layout } from "../../src/ir/program.js";
import type { Context } from "./context.js";
import { convolutionLoops, stencilLoops } from "./grid-loops.js";
import { assign, countedLoop, whileBelow, type EdgeLoops } from "./loops.js";
import type { Site } from "./site.js";
import { packedIndices, type Packed } from "./tables.js";
import type { Local } from "./wasm/function-builder.js";

type Of<K extends Layout["kind"]> = Extract<Layout, { kind: K }>;

/** Dense matrices: `sources` and `targets` are those of one block. */
function blockLoops(site: Site, sources: number, targets: number, blocks: number): EdgeLoops {
  const { fn } = site;
  const first = fn.local("i32");
  const k = fn.local("i32");
  const firstOf = (local: Local, own: number, other: number): void => {
    if (blocks === 1) fn.i32(0).set(first);
    else fn.get(local).i32(own).op("i32.div_u").i32(other).op("i32.mul").set(first);
  };
  const ends = (): readonly [Local, Local, Local] => [
    site.index("source"),
    site.index("target"),
    site.index("edge"),
  ];
  return {
    ofTarget(inside) {
      const [source, target, edge] = ends();
      firstOf(target, targets, sources);
      countedLoop(fn, k, { from: 0, to: sources, step: 1 }, () => {
        assign(site, source, [
          [first, 1],
          [k, 1],
        ]);
        assign(site, edge, [
          [target, sources],
          [k, 1],
        ]);
        inside();
      });
    },
    ofSource(inside) {
      const [source, target, edge] = ends();
      const inBlock = fn.local("i32");
      firstOf(source, sources, targets);
      fn.get(source).i32(sources).op("i32.rem_u").set(inBlock);
      countedLoop(fn, k, { from: 0, to: targets, step: 1 }, () => {
        assign(site, target, [
          [first, 1],
          [k, 1],
        ]);
        assign(site, edge, [
          [target, sources],
          [inBlock, 1],
        ]);
        inside();
      });
    },
  };
}

function diagonalLoops(site: Site): EdgeLoops {
  const copy = (from: "source" | "target", to: "source" | "target", inside: () => void): void => {
    const { fn } = site;
    const index = site.index(from);
    fn.get(index).tee(site.index(to)).set(site.index("edge"));
    inside();
  };
  return {
    ofTarget: (inside) => copy("target", "source", inside),
    ofSource: (inside) => copy("source", "target", inside),
  };
}

function segmentLoops(site: Site, { size }: Of<"segments">): EdgeLoops {
  const { fn } = site;
  const k = fn.local("i32");
  return {
    ofTarget(inside) {
      countedLoop(fn, k, { from: 0, to: size, step: 1 }, () => {
        assign(site, site.index("source"), [
          [site.index("target"), size],
          [k, 1],
        ]);
        fn.get(site.index("source")).set(site.index("edge"));
        inside();
      });
    },
    ofSource(inside) {
      fn.get(site.index("source")).tee(site.index("edge"));
      fn.i32(size).op("i32.div_u").set(site.index("target"));
      inside();
    },
  };
}

function uniformLoops(site: Site, { sources, targets }: Of<"uniform">): EdgeLoops {
  const { fn } = site;
  const each = (domain: "source" | "target", count: number, inside: () => void): void => {
    fn.i32(-1).set(site.index("edge"));
    countedLoop(fn, site.index(domain), { from: 0, to: count, step: 1 }, inside);
  };
  return {
    ofTarget: (inside) => each("source", sources, inside),
    ofSource: (inside) => each("target", targets, inside),
  };
}

/** Rows as tables; without `edge` the position is the edge. */
interface Rows {
  readonly start: Packed;
  readonly other: Packed;
  readonly edge?: Packed;
}

/** Reads an entry of a table into a local. */
export function loadEntry(site: Site, table: Packed, index: Local, into: Local, ahead = 0): void {
  const { fn } = site;
  fn.get(index);
  site.multiply(table.width);
  const load = table.width === 2 ? "i32.load16_u" : "i32.load";
  fn.memory(load, table.address + ahead * table.width).set(into);
}

function rowLoop(
  site: Site,
  rows: Rows,
  [row, other]: readonly [Local, Local],
  inside: () => void,
): void {
  const { fn } = site;
  const position = fn.local("i32");
  const end = fn.local("i32");
  const edge = site.index("edge");
  loadEntry(site, rows.start, row, position);
  loadEntry(site, rows.start, row, end, 1);
  whileBelow(fn, position, end, () => {
    loadEntry(site, rows.other, position, other);
    if (rows.edge === undefined) fn.get(position).set(edge);
    else loadEntry(site, rows.edge, position, edge);
    inside();
  });
}

/** The rows as they are listed. */
function listedRows(context: Context, layout: Of<"csr">): Rows {
  const pack = (name: string): Packed => packedIndices(context, name, context.indexes.get(name)!);
  const rows = { start: pack(layout.start), other: pack(layout.other) };
  return layout.edge === undefined ? rows : { ...rows, edge: pack(layout.edge) };
}

/** The same edges listed from the other end. */
function turnedRows(context: Context, layout: Of<"csr">): Rows {
  const walker = walkerOf(layout, context.indexes);
  const bySource = layout.rows === "target";
  const count = bySource ? layout.sources : layout.targets;
  const start = new Int32Array(count + 1);
  const other = new Int32Array(layout.edges);
  const edges = new Int32Array(layout.edges);
  let position = 0;
  const visit = (end: number, edge: number): void => {
    other[position] = end;
    edges[position++] = edge;
  };
  for (let row = 0; row < count; row++) {
    if (bySource) walker.ofSource(row, visit);
    else walker.ofTarget(row, visit);
    start[row + 1] = position;
  }
  const key = `turned ${layout.start} ${layout.other} ${layout.edge ?? ""} ${count}`;
  return {
    start: packedIndices(context, `${key} start`, start),
    other: packedIndices(context, `${key} other`, other),
    edge: packedIndices(context, `${key} edge`, edges),
  };
}

function csrLoops(site: Site, layout: Of<"csr">): EdgeLoops {
  const { context } = site;
  const byTarget = layout.rows === "target";
  return {
    ofTarget(inside) {
      const rows = byTarget ? listedRows(context, layout) : turnedRows(context, layout);
      rowLoop(site, rows, [site.index("target"), site.index("source")], inside);
    },
    ofSource(inside) {
      const rows = byTarget ? turnedRows(context, layout) : listedRows(context, layout);
      rowLoop(site, rows, [site.index("source"), site.index("target")], inside);
    },
  };
}

type LoopTable = {
  readonly [K in Layout["kind"]]: (site: Site, layout: Of<K>) => EdgeLoops;
};

const loopTable: LoopTable = {
  dense: (site, { sources, targets }) => blockLoops(site, sources, targets, 1),
  block: (site, { sources, targets, blocks }) => blockLoops(site, sources, targets, blocks),
  diagonal: diagonalLoops,
  segments: segmentLoops,
  csr: csrLoops,
  stencil: stencilLoops,
  convolution: convolutionLoops,
  uniform: uniformLoops,
};

/** The walks over a layout at a site. */
export const edgeLoops = (site: Site, layout: Layout): EdgeLoops =>
  // The table is total over the kinds; the cast only tells the compiler that key and layout agree.
  (loopTable[layout.kind] as (site: Site, layout: Layout) => EdgeLoops)(site, layout);

/** Runs `inside` for every target of a layout. */
export function eachTarget(site: Site, layout: Layout, inside: () => void): void {
  const count = targetsOf(layout);
  countedLoop(site.fn, site.index("target"), { from: 0, to: count, step: 1 }, inside);
}

/** Runs `inside` for every source of a layout. */
export function eachSource(site: Site, layout: Layout, inside: () => void): void {
  const count = sourcesOf(layout);
  countedLoop(site.fn, site.index("source"), { from: 0, to: count, step: 1 }, inside);
}
