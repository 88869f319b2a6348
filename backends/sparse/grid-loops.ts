// Loops over the taps of kernels: stencils and convolutions. Invariant: nothing is expanded, and taps
// come in the order of src/ir/layout.ts.

import type { Layout } from "../../src/ir/program.js";
import { product } from "../../src/util/product.js";
import { assign, countDown, countedLoop, type EdgeLoops } from "./loops.js";
import type { Site } from "./site.js";
import type { Local } from "./wasm/function-builder.js";

type Of<K extends Layout["kind"]> = Extract<Layout, { kind: K }>;

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

/** A kernel over a grid. */
export function stencilLoops(site: Site, { shape, kernel }: Of<"stencil">): EdgeLoops {
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

/** What both directions of a convolution need: its numbers, and locals for the place at hand. */
interface Convolution extends Of<"convolution"> {
  readonly groupChannels: number;
  readonly groupFilters: number;
  readonly place: Local;
  /** The channel or filter at the place. */
  readonly own: Local;
  /** The first filter or channel of its group. */
  readonly first: Local;
  readonly counter: Local;
}

/** Splits an element into its place and what is its own there, and finds the group. */
function openPlace(
  site: Site,
  whole: Local,
  parts: number,
  of: Convolution,
  toChannels: boolean,
): void {
  const { fn } = site;
  const [size, other] = toChannels
    ? [of.groupFilters, of.groupChannels]
    : [of.groupChannels, of.groupFilters];
  fn.get(whole).i32(parts).op("i32.div_u").set(of.place);
  fn.get(whole).i32(parts).op("i32.rem_u").set(of.own);
  fn.get(of.own).i32(size).op("i32.div_u").i32(other).op("i32.mul").set(of.first);
}

type Found = readonly (Axis & { readonly here: Local })[];

/** The axes from places of a shape to places of another. */
function axesOf(
  { kernel }: Convolution,
  there: readonly number[],
  here: readonly Local[],
  reach: (d: number) => Axis["reach"],
): Found {
  const tapStrides = stridesOf(kernel);
  const strides = stridesOf(there);
  return kernel.map((taps, d) => ({
    taps,
    tapStride: tapStrides[d]!,
    size: there[d]!,
    stride: strides[d]!,
    here: here[d]!,
    reach: reach(d),
  }));
}

function convolutionOfTarget(site: Site, of: Convolution, inside: () => void): void {
  const { fn } = site;
  const { channels, filters, groupChannels, own, first, counter } = of;
  openPlace(site, site.index("target"), filters, of, true);
  const here = coordinates(site, of.place, of.output);
  const axes = axesOf(of, of.input, here, (d) => (at, k, there) => {
    assign(site, there, [[at, of.strides[d]!], [k, 1], -of.pad[d]!]);
    fn.i32(1);
  });
  tapLoops(site, axes, false, (found, tap) => {
    countedLoop(fn, counter, { from: 0, to: groupChannels, step: 1 }, () => {
      const edge = site.index("edge");
      assign(site, site.index("source"), [
        [found, channels],
        [first, 1],
        [counter, 1],
      ]);
      assign(site, edge, [
        [tap, groupChannels * filters],
        [counter, filters],
        [own, 1],
      ]);
      inside();
    });
  });
}

function convolutionOfSource(site: Site, of: Convolution, inside: () => void): void {
  const { fn } = site;
  const { filters, groupChannels, own, first, counter } = of;
  const inGroup = fn.local("i32");
  const filter = fn.local("i32");
  openPlace(site, site.index("source"), of.channels, of, false);
  fn.get(own).i32(groupChannels).op("i32.rem_u").set(inGroup);
  const here = coordinates(site, of.place, of.input);
  const axes = axesOf(of, of.output, here, (d) => (at, k, there) => {
    assign(site, there, [[at, 1], [k, -1], of.pad[d]!]);
    // Before the first element, and between two strides, there is nothing.
    fn.get(there).i32(0).op("i32.ge_s");
    fn.get(there).i32(of.strides[d]!).op("i32.rem_s").op("i32.eqz").op("i32.and");
    fn.get(there).i32(of.strides[d]!).op("i32.div_s").set(there);
  });
  tapLoops(site, axes, true, (found, tap) => {
    countedLoop(fn, counter, { from: 0, to: of.groupFilters, step: 1 }, () => {
      const edge = site.index("edge");
      assign(site, filter, [
        [first, 1],
        [counter, 1],
      ]);
      assign(site, site.index("target"), [
        [found, filters],
        [filter, 1],
      ]);
      assign(site, edge, [
        [tap, groupChannels * filters],
        [inGroup, filters],
        [filter, 1],
      ]);
      inside();
    });
  });
}

/** Correlation with strides, padding and channels. */
export function convolutionLoops(site: Site, layout: Of<"convolution">): EdgeLoops {
  const { fn } = site;
  const of: Convolution = {
    ...layout,
    groupChannels: layout.channels / layout.groups,
    groupFilters: layout.filters / layout.groups,
    place: fn.local("i32"),
    own: fn.local("i32"),
    first: fn.local("i32"),
    counter: fn.local("i32"),
  };
  return {
    ofTarget: (inside) => convolutionOfTarget(site, of, inside),
    ofSource: (inside) => convolutionOfSource(site, of, inside),
  };
}
