// Loops over the edges of one target or one source, for every layout. Invariant: the order is that of
// src/ir/layout.ts, edge by edge; nothing is expanded but the rows that a list does not give.

import { sourcesOf, targetsOf, walkerOf } from "../../src/ir/layout.js";
import type { Layout } from "../../src/ir/program.js";
import { product } from "../../src/util/product.js";
import type { Context } from "./context.js";
import { countDown, countedLoop, whileBelow } from "./loops.js";
import type { Site } from "./site.js";
import { packedIndices, type Packed } from "./tables.js";
import type { Local } from "./wasm/function-builder.js";

/** Emits a walk; `inside` finds the other end and the edge at the site. */
export interface EdgeLoops {
  /** All edges into the target at the site. */
  readonly ofTarget: (inside: () => void) => void;
  /** All edges out of the source at the site. */
  readonly ofSource: (inside: () => void) => void;
}

type Of<K extends Layout["kind"]> = Extract<Layout, { kind: K }>;

/** Sets a local to a sum of products of locals and constants. */
function assign(
  site: Site,
  into: Local,
  terms: readonly (readonly [Local, number] | number)[],
): void {
  const { fn } = site;
  terms.forEach((term, i) => {
    if (typeof term === "number") fn.i32(term);
    else {
      fn.get(term[0]);
      site.multiply(term[1]);
    }
    if (i > 0) fn.op("i32.add");
  });
  fn.set(into);
}

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

/** For each dimension, the number of elements that one step along it skips (row-major). */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, d) => product(shape.slice(d + 1)));

/** One dimension of a walk over the taps of a kernel. */
interface Axis {
  readonly taps: number;
  readonly tapStride: number;
  /** Elements along this dimension on the side that is looked for. */
  readonly size: number;
  readonly stride: number;
  /** Sets `there` from `here` and the tap `k`; leaves 1 on the stack if a place may be there. */
  readonly reach: (here: Local, k: Local, there: Local) => void;
}

/**
 * Nested loops over the taps, outermost dimension first; inside, `found` and `tap` are numbers of the
 * place and the tap. Places outside the grid are left out.
 */
function tapLoops(
  site: Site,
  axes: readonly (Axis & { readonly here: Local })[],
  isDescending: boolean,
  inside: (found: Local, tap: Local) => void,
): void {
  const { fn } = site;
  const walk = (d: number, place: Local | undefined, tap: Local | undefined): void => {
    const axis = axes[d];
    if (axis === undefined) {
      inside(place!, tap!);
      return;
    }
    const [k, there, found, number] = [0, 1, 2, 3].map(() => fn.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const step = (): void => {
      axis.reach(axis.here, k, there);
      fn.get(there).i32(axis.size).op("i32.lt_u").op("i32.and");
      fn.if(() => {
        assign(site, found, [
          [there, axis.stride],
          ...(place === undefined ? [] : [[place, 1] as const]),
        ]);
        assign(site, number, [
          [k, axis.tapStride],
          ...(tap === undefined ? [] : [[tap, 1] as const]),
        ]);
        walk(d + 1, found, number);
      });
    };
    if (isDescending) countDown(fn, k, { last: axis.taps - 1, first: 0 }, step);
    else countedLoop(fn, k, { from: 0, to: axis.taps, step: 1 }, step);
  };
  walk(0, undefined, undefined);
}

/** The coordinates of the place in a local. */
function coordinates(site: Site, place: Local, shape: readonly number[]): Local[] {
  const { fn } = site;
  const strides = stridesOf(shape);
  return shape.map((size, d) => {
    const here = fn.local("i32");
    fn.get(place).i32(strides[d]!).op("i32.div_u").i32(size).op("i32.rem_u").set(here);
    return here;
  });
}

function stencilLoops(site: Site, { shape, kernel }: Of<"stencil">): EdgeLoops {
  const { fn } = site;
  const gridStrides = stridesOf(shape);
  const tapStrides = stridesOf(kernel);
  const walk = (from: Local, to: Local, sign: 1 | -1, inside: () => void): void => {
    const here = coordinates(site, from, shape);
    const axes = shape.map((size, d): Axis & { readonly here: Local } => ({
      taps: kernel[d]!,
      tapStride: tapStrides[d]!,
      size,
      stride: gridStrides[d]!,
      here: here[d]!,
      reach(own, k, there) {
        const centre = Math.floor(kernel[d]! / 2);
        assign(site, there, [[own, 1], [k, sign], -sign * centre]);
        fn.i32(1);
      },
    }));
    tapLoops(site, axes, sign < 0, (found, tap) => {
      fn.get(found).set(to);
      fn.get(tap).set(site.index("edge"));
      inside();
    });
  };
  return {
    ofTarget: (inside) => walk(site.index("target"), site.index("source"), 1, inside),
    // The last tap belongs to the first target.
    ofSource: (inside) => walk(site.index("source"), site.index("target"), -1, inside),
  };
}

function convolutionLoops(site: Site, layout: Of<"convolution">): EdgeLoops {
  const { fn } = site;
  const { input, output, kernel, strides, pad, channels, filters, groups } = layout;
  const tapStrides = stridesOf(kernel);
  const groupChannels = channels / groups;
  const groupFilters = filters / groups;
  const [place, own, first, c] = [0, 1, 2, 3].map(() => fn.local("i32")) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const split = (whole: Local, parts: number): void => {
    fn.get(whole).i32(parts).op("i32.div_u").set(place);
    fn.get(whole).i32(parts).op("i32.rem_u").set(own);
  };
  const firstOfGroup = (size: number, other: number): void => {
    fn.get(own).i32(size).op("i32.div_u").i32(other).op("i32.mul").set(first);
  };
  const axesTo = (
    there: readonly number[],
    here: readonly Local[],
    reach: (d: number) => Axis["reach"],
  ): (Axis & { readonly here: Local })[] =>
    kernel.map((taps, d) => ({
      taps,
      tapStride: tapStrides[d]!,
      size: there[d]!,
      stride: stridesOf(there)[d]!,
      here: here[d]!,
      reach: reach(d),
    }));
  return {
    ofTarget(inside) {
      split(site.index("target"), filters);
      firstOfGroup(groupFilters, groupChannels);
      const axes = axesTo(input, coordinates(site, place, output), (d) => (here, k, there) => {
        assign(site, there, [[here, strides[d]!], [k, 1], -pad[d]!]);
        fn.i32(1);
      });
      tapLoops(site, axes, false, (found, tap) => {
        countedLoop(fn, c, { from: 0, to: groupChannels, step: 1 }, () => {
          assign(site, site.index("source"), [
            [found, channels],
            [first, 1],
            [c, 1],
          ]);
          assign(site, site.index("edge"), [
            [tap, groupChannels * filters],
            [c, filters],
            [own, 1],
          ]);
          inside();
        });
      });
    },
    ofSource(inside) {
      const inGroup = fn.local("i32");
      split(site.index("source"), channels);
      fn.get(own).i32(groupChannels).op("i32.rem_u").set(inGroup);
      firstOfGroup(groupChannels, groupFilters);
      const axes = axesTo(output, coordinates(site, place, input), (d) => (here, k, there) => {
        assign(site, there, [[here, 1], [k, -1], pad[d]!]);
        // Before the first element, and between two strides, there is nothing.
        fn.get(there).i32(0).op("i32.ge_s");
        fn.get(there).i32(strides[d]!).op("i32.rem_s").op("i32.eqz").op("i32.and");
        fn.get(there).i32(strides[d]!).op("i32.div_s").set(there);
      });
      const filter = fn.local("i32");
      tapLoops(site, axes, true, (found, tap) => {
        countedLoop(fn, c, { from: 0, to: groupFilters, step: 1 }, () => {
          assign(site, filter, [
            [first, 1],
            [c, 1],
          ]);
          assign(site, site.index("target"), [
            [found, filters],
            [filter, 1],
          ]);
          assign(site, site.index("edge"), [
            [tap, groupChannels * filters],
            [inGroup, filters],
            [filter, 1],
          ]);
          inside();
        });
      });
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
