// Sums over a kernel on a grid, neighbours of a row side by side. Invariant: each target adds its taps
// in their order; targets whose kernel crosses the ends of a row go one by one.

import { sourcesOf } from "../../../src/ir/layout.js";
import type { GatherOp, Layout, Operand, Write } from "../../../src/ir/program.js";
import { product } from "../../../src/util/product.js";
import { valuesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf, type LaneValue } from "../lanes/lanes.js";
import { countedLoop } from "../loops.js";
import type { Site } from "../site.js";
import type { Local } from "../wasm/function-builder.js";

type Stencil = Extract<Layout, { kind: "stencil" }>;
export type StencilGather = GatherOp & { readonly layout: Stencil };

/** Rows of a kernel up to this length are written out tap by tap. */
const longestRow = 32;

function canLoad(context: Context, { array, at, repeat = 1, period, lag }: Operand): boolean {
  if (at === "one" || at === "edge") return typeof lag !== "string";
  const isReal = valuesOf(context, array).spec.type === "real";
  return isReal && repeat === 1 && period === undefined && typeof lag !== "string";
}

/** Whether a gather can be done this way. */
export function isStencil(op: GatherOp, context: Context): op is StencilGather {
  const { layout, reads, writes } = op;
  if (layout.kind !== "stencil") return false;
  const width = layout.shape[layout.shape.length - 1]!;
  const taps = layout.kernel[layout.kernel.length - 1]!;
  const lanes = 16 / context.width;
  const isReal = ({ array }: Write): boolean => valuesOf(context, array).spec.type === "real";
  return (
    width - taps + 1 >= lanes &&
    taps <= longestRow &&
    new Set(writes.map(({ array }) => array)).size === writes.length &&
    writes.every(isReal) &&
    reads.every((read) => canLoad(context, read))
  );
}

/** The vector at work: where it begins, and the tap. */
interface Cursor {
  readonly target: Local;
  /** First element of the row of sources, plus x, and first tap of the row of taps. */
  readonly source: Local;
  readonly tap: Local;
  /** Added to `source` and `tap`. */
  shift: number;
  column: number;
}

/** Pushes the address of an element: a local plus a number that may be negative. */
function pushAddress(site: Site, read: Operand, index: Local, ahead: number): number {
  const { fn, context } = site;
  const base = site.valuesBase(read);
  fn.get(index);
  if (ahead !== 0) fn.i32(ahead).op("i32.add");
  site.toAddress(base, context.width);
  return base.offset + (read.offset ?? 0) * context.width;
}

/** One edge value in every lane. */
function loadTap(site: Site, read: Operand, cursor: Cursor): void {
  const { fn, context } = site;
  const place = valuesOf(context, read.array);
  const { repeat = 1, period, offset = 0 } = read;
  const base = site.valuesBase(read);
  fn.get(cursor.tap).i32(cursor.column).op("i32.add");
  if (repeat > 1) fn.i32(repeat).op("i32.div_u");
  if (period !== undefined) fn.i32(period).op("i32.rem_u");
  site.toAddress(base, place.width);
  const from = base.offset + offset * place.width;
  if (place.spec.type === "int") {
    fn.memory("i32.load", from).op(`${context.scalar}.convert_i32_s`);
    fn.op(`${context.vector}.splat`);
  } else fn.memory(`v128.load${context.width * 8}_splat`, from);
}

function loaderOf(site: Site, cursor: Cursor, wrap: (local: Local) => LaneValue) {
  const { fn } = site;
  return (read: Operand): LaneValue | undefined => {
    if (read.at === "one") return undefined;
    const value = fn.local("v128");
    if (read.at === "edge") loadTap(site, read, cursor);
    else {
      const from =
        read.at === "target"
          ? pushAddress(site, read, cursor.target, 0)
          : pushAddress(site, read, cursor.source, cursor.shift + cursor.column);
      fn.memory("v128.load", from);
    }
    fn.set(value);
    return wrap(value);
  };
}

/** For each dimension, the number of elements that one step along it skips (row-major). */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, d) => product(shape.slice(d + 1)));

/**
 * Runs `inside` for every row of taps whose row of sources lies on the grid; `cursor.source` is then
 * the element of that row above (or below) the target, `cursor.tap` the first tap of the row.
 */
function eachTapRow(
  site: Site,
  { shape, kernel }: Stencil,
  cursor: Cursor,
  inside: () => void,
): void {
  const { fn } = site;
  const outer = shape.length - 1;
  const [strides, tapStrides] = [stridesOf(shape), stridesOf(kernel)];
  const walk = (d: number, source: Local, tap: Local | undefined): void => {
    if (d === outer) {
      fn.get(source).set(cursor.source);
      if (tap === undefined) fn.i32(0).set(cursor.tap);
      else fn.get(tap).set(cursor.tap);
      inside();
      return;
    }
    const [k, there, from, number] = [0, 1, 2, 3].map(() => fn.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const centre = Math.floor(kernel[d]! / 2);
    countedLoop(fn, k, { from: 0, to: kernel[d]!, step: 1 }, () => {
      fn.get(cursor.target).i32(strides[d]!).op("i32.div_u").i32(shape[d]!).op("i32.rem_u");
      fn.get(k).op("i32.add").i32(centre).op("i32.sub").tee(there);
      fn.i32(shape[d]!).op("i32.lt_u");
      fn.if(() => {
        fn.get(k).i32(centre).op("i32.sub").i32(strides[d]!).op("i32.mul");
        fn.get(source).op("i32.add").set(from);
        fn.get(k).i32(tapStrides[d]!).op("i32.mul");
        if (tap !== undefined) fn.get(tap).op("i32.add");
        fn.set(number);
        walk(d + 1, from, number);
      });
    });
  };
  walk(0, cursor.target, undefined);
}

/** Emits the sums of as many neighbours as there are lanes. */
function emitVector(site: Site, op: StencilGather, kernel: Kernel, cursor: Cursor): void {
  const { fn, context } = site;
  const { lanes } = kernel;
  const sums = op.writes.map(() => fn.local("v128"));
  const rowLength = op.layout.kernel[op.layout.kernel.length - 1]!;
  op.writes.forEach((write, i) => {
    if (write.mode === "add") {
      const from = pushAddress(site, { ...write, at: "target" }, cursor.target, 0);
      fn.memory("v128.load", from);
    } else fn.get(fn.constant(context.vector, 0));
    fn.set(sums[i]!);
  });
  lanes.scope(() => {
    kernel.beginInner("target");
    eachTapRow(site, op.layout, cursor, () => {
      for (cursor.column = 0; cursor.column < rowLength; cursor.column++) {
        lanes.scope(() => {
          kernel.evaluate();
          op.writes.forEach(({ symbol }, i) => {
            const term = kernel.number(symbol);
            fn.get(sums[i]!).get(term).op(`${lanes.shape}.add`).set(sums[i]!);
          });
        });
      }
    });
  });
  op.writes.forEach((write, i) => {
    const to = pushAddress(site, { ...write, at: "target" }, cursor.target, 0);
    fn.get(sums[i]!).memory("v128.store", to);
  });
}

/** Emits a gather over a kernel; `emitTarget` does the target at the site alone. */
export function emitStencil(site: Site, op: StencilGather, emitTarget: () => void): void {
  const { fn, context } = site;
  const { shape, kernel: taps } = op.layout;
  const lanes = lanesOf(fn, context.vector);
  const width = shape[shape.length - 1]!;
  const rowLength = taps[taps.length - 1]!;
  const centre = Math.floor(rowLength / 2);
  const target = site.index("target");
  const cursor: Cursor = {
    target,
    source: fn.local("i32"),
    tap: fn.local("i32"),
    shift: -centre,
    column: 0,
  };
  const loader = loaderOf(site, cursor, (local) => lanes.value(local));
  const kernel = new Kernel(site, { ...op, loader }, lanes);
  kernel.begin();
  const x = fn.local("i32");
  // The last place at which all lanes have all taps of a row.
  const last = width - (rowLength - 1 - centre) - lanes.count;
  fn.i32(0).set(target);
  fn.loop((again) => {
    fn.get(target).i32(width).op("i32.rem_u").i32(centre).op("i32.sub").tee(x);
    fn.i32(last - centre + 1).op("i32.lt_u");
    fn.if(
      () => {
        emitVector(site, op, kernel, cursor);
        fn.get(target).i32(lanes.count).op("i32.add").set(target);
      },
      () => {
        emitTarget();
        fn.get(target).i32(1).op("i32.add").set(target);
      },
    );
    fn.get(target).i32(sourcesOf(op.layout)).op("i32.lt_u").branchIf(again);
  });
}
