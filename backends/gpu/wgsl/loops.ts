// Walking the edges of one row of a layout inside a kernel: all edges of a target, or of a source.
// Invariant: the order is that of src/ir/layout.ts; stencils and convolutions are computed.

import type { Layout } from "../../../src/ir/program.js";
import { product } from "../../../src/util/product.js";
import { whole, type Text } from "./text.js";

export type End = "source" | "target";

/** Compressed rows in the buffer `indexes`; `edge` is absent where it is the position. */
export interface Rows {
  readonly start: number;
  readonly other: number;
  readonly edge?: number | undefined;
}

export interface Walk {
  readonly text: Text;
  /** Whose edges: WGSL expression for its number. */
  readonly row: string;
  readonly by: End;
  /** For compressed rows: those of this end. */
  readonly rows?: Rows;
  /** Writes what is done at an edge, given the other end and the number of the edge. */
  readonly visit: (other: string, edge: string) => void;
}

const count = (text: Text, from: string, to: string, inner: (i: string) => void): void => {
  const i = text.name("e");
  text.block(`for (var ${i} = ${from}; ${i} < ${to}; ${i}++)`, () => inner(i));
};

/** For each dimension, the number of elements that one step along it skips (row-major). */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, d) => product(shape.slice(d + 1)));

/** One coordinate of an element of a grid, as i32. */
const coordinate = (element: string, shape: readonly number[], d: number): string =>
  `i32((${element} / ${whole(stridesOf(shape)[d]!)}) % ${whole(shape[d]!)})`;

interface Axis {
  /** Where on the other grid, as i32. */
  readonly at: string;
  /** Has to hold besides lying inside. */
  readonly when?: string;
}

/** The element of a grid at these coordinates, where they lie inside. */
function atPlace(
  text: Text,
  shape: readonly number[],
  axes: readonly Axis[],
  inner: (element: string) => void,
): void {
  const strides = stridesOf(shape);
  const names = axes.map(({ at }) => text.let(at, "at"));
  const inside = names.map((name, d) => `${name} >= 0 && ${name} < ${shape[d]!}`);
  const others = axes.flatMap(({ when }) => when ?? []);
  text.block(`if (${[...inside, ...others].join(" && ")})`, () => {
    const terms = names.map((name, d) => `u32(${name}) * ${whole(strides[d]!)}`);
    inner(text.let(terms.join(" + "), "place"));
  });
}

function walkStencil({ shape, kernel }: Extract<Layout, { kind: "stencil" }>, walk: Walk): void {
  const { text, row, by, visit } = walk;
  const taps = product(kernel);
  const sign = by === "target" ? "+" : "-";
  count(text, whole(0), whole(taps), (i) => {
    // From a source, the last tap belongs to the first target.
    const tap = by === "target" ? i : text.let(`${whole(taps - 1)} - ${i}`, "tap");
    const axes = shape.map((_, d): Axis => {
      const centre = Math.floor(kernel[d]! / 2);
      const moved = `(${coordinate(tap, kernel, d)} - ${centre})`;
      return { at: `${coordinate(row, shape, d)} ${sign} ${moved}` };
    });
    atPlace(text, shape, axes, (place) => visit(place, tap));
  });
}

function walkConvolution(
  layout: Extract<Layout, { kind: "convolution" }>,
  { text, row, by, visit }: Walk,
): void {
  const { input, output, kernel, strides, pad, channels, filters, groups } = layout;
  const taps = product(kernel);
  const [perGroup, filtersPerGroup] = [channels / groups, filters / groups];
  const edge = (tap: string, c: string, filter: string): string =>
    text.let(`(${tap} * ${whole(perGroup)} + ${c}) * ${whole(filters)} + ${filter}`, "edge");
  if (by === "target") {
    const place = text.let(`${row} / ${whole(filters)}`, "place");
    const filter = text.let(`${row} % ${whole(filters)}`, "filter");
    const first = `(${filter} / ${whole(filtersPerGroup)}) * ${whole(perGroup)}`;
    count(text, whole(0), whole(taps), (tap) => {
      const axes = kernel.map((_, d): Axis => {
        const start = `${coordinate(place, output, d)} * ${strides[d]!} - ${pad[d]!}`;
        return { at: `${start} + ${coordinate(tap, kernel, d)}` };
      });
      atPlace(text, input, axes, (at) => {
        count(text, whole(0), whole(perGroup), (c) => {
          const source = text.let(`${at} * ${whole(channels)} + ${first} + ${c}`, "source");
          visit(source, edge(tap, c, filter));
        });
      });
    });
    return;
  }
  const place = text.let(`${row} / ${whole(channels)}`, "place");
  const channel = text.let(`${row} % ${whole(channels)}`, "channel");
  const c = text.let(`${channel} % ${whole(perGroup)}`, "c");
  const first = text.let(`(${channel} / ${whole(perGroup)}) * ${whole(filtersPerGroup)}`, "first");
  count(text, whole(0), whole(taps), (i) => {
    const tap = text.let(`${whole(taps - 1)} - ${i}`, "tap");
    const axes = kernel.map((_, d): Axis => {
      const start = `${coordinate(place, input, d)} + ${pad[d]!}`;
      const reached = text.let(`${start} - ${coordinate(tap, kernel, d)}`, "reached");
      return {
        at: `${reached} / ${strides[d]!}`,
        when: `${reached} >= 0 && ${reached} % ${strides[d]!} == 0`,
      };
    });
    atPlace(text, output, axes, (at) => {
      count(text, first, `${first} + ${whole(filtersPerGroup)}`, (filter) => {
        const target = text.let(`${at} * ${whole(filters)} + ${filter}`, "target");
        visit(target, edge(tap, c, filter));
      });
    });
  });
}

type WalkTable = {
  readonly [K in Layout["kind"]]: (layout: Extract<Layout, { kind: K }>, walk: Walk) => void;
};

const walkTable: WalkTable = {
  dense({ sources, targets }, { text, row, by, visit }) {
    const ends = by === "target" ? sources : targets;
    const edge = (i: string): string =>
      by === "target" ? `${row} * ${whole(sources)} + ${i}` : `${i} * ${whole(sources)} + ${row}`;
    count(text, whole(0), whole(ends), (i) => visit(i, text.let(edge(i), "edge")));
  },
  diagonal: (_layout, { text, row, visit }) => text.block("", () => visit(row, row)),
  segments({ size }, { text, row, by, visit }) {
    if (by === "source") {
      text.block("", () => visit(text.let(`${row} / ${whole(size)}`, "target"), row));
      return;
    }
    const first = text.let(`${row} * ${whole(size)}`, "first");
    count(text, first, `${first} + ${whole(size)}`, (edge) => visit(edge, edge));
  },
  block({ sources, targets }, { text, row, by, visit }) {
    if (by === "target") {
      const first = text.let(`(${row} / ${whole(targets)}) * ${whole(sources)}`, "first");
      count(text, whole(0), whole(sources), (i) => {
        const source = text.let(`${first} + ${i}`, "source");
        visit(source, text.let(`${row} * ${whole(sources)} + ${i}`, "edge"));
      });
      return;
    }
    const first = text.let(`(${row} / ${whole(sources)}) * ${whole(targets)}`, "first");
    const own = text.let(`${row} % ${whole(sources)}`, "own");
    count(text, first, `${first} + ${whole(targets)}`, (target) =>
      visit(target, text.let(`${target} * ${whole(sources)} + ${own}`, "edge")),
    );
  },
  csr(_layout, { text, row, rows, visit }) {
    const { start, other, edge } = rows!;
    const first = `u32(indexes[${whole(start)} + ${row}])`;
    const end = text.let(`u32(indexes[${whole(start + 1)} + ${row}])`, "end");
    count(text, first, end, (p) => {
      const far = text.let(`u32(indexes[${whole(other)} + ${p}])`, "other");
      const number =
        edge === undefined ? p : text.let(`u32(indexes[${whole(edge)} + ${p}])`, "edge");
      visit(far, number);
    });
  },
  stencil: walkStencil,
  convolution: walkConvolution,
  uniform({ sources, targets }, { text, by, visit }) {
    const ends = by === "target" ? sources : targets;
    count(text, whole(0), whole(ends), (i) => visit(i, whole(0)));
  },
};

/** Writes a walk over the edges of a row. */
export function writeWalk(layout: Layout, walk: Walk): void {
  // The table is total over the kinds; the cast only tells the compiler that key and layout agree.
  (walkTable[layout.kind] as (layout: Layout, walk: Walk) => void)(layout, walk);
}
