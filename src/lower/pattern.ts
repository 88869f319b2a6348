// Kernels without taps that do nothing: zero borders are trimmed, and a kernel of one tap becomes a
// diagonal. Invariant: kernels stay kernels, and what a target sums keeps its order.

import type { ArraySpec, GatherOp, Layout, Op, Operand, Program } from "../ir/program.js";
import { NewArrays, stemOf } from "./support/new-arrays.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";
import { canRenumber, knownValues, uselessEdges } from "./support/zero-edges.js";

type Stencil = Extract<Layout, { kind: "stencil" }>;

const product = (sizes: readonly number[]): number => sizes.reduce((all, one) => all * one, 1);

/** The place of a tap along each dimension of its kernel. */
function placeOf(kernel: readonly number[], tap: number): number[] {
  const place: number[] = [];
  let rest = tap;
  for (let d = kernel.length - 1; d >= 0; d--) {
    place[d] = rest % kernel[d]!;
    rest = Math.floor(rest / kernel[d]!);
  }
  return place;
}

const tapAt = (kernel: readonly number[], place: readonly number[]): number =>
  place.reduce((tap, one, d) => tap * kernel[d]! + one, 0);

const centreOf = (size: number): number => Math.floor(size / 2);

/** The smallest kernel with the same centre that holds all useful taps; undefined without any. */
function trimmedKernel(kernel: readonly number[], useless: Uint8Array): number[] | undefined {
  const reach = kernel.map(() => -1);
  for (let tap = 0; tap < product(kernel); tap++) {
    if (useless[tap] === 1) continue;
    placeOf(kernel, tap).forEach((one, d) => {
      reach[d] = Math.max(reach[d]!, Math.abs(one - centreOf(kernel[d]!)));
    });
  }
  if (reach.includes(-1)) return undefined;
  return kernel.map((size, d) => Math.min(size, 2 * reach[d]! + 1));
}

function trimReads(
  op: GatherOp,
  taps: readonly number[],
  context: { readonly specs: ReadonlyMap<string, ArraySpec>; readonly created: NewArrays },
): Operand[] {
  const { specs, created } = context;
  return op.reads.map((read) => {
    if (read.at !== "edge") return read;
    const values = knownValues(op, read, specs)!;
    const spec = specs.get(read.array)!;
    const kept = taps.map((tap) => values[tap]!);
    const list = spec.type === "int" ? Int32Array.from(kept) : Float64Array.from(kept);
    const array = created.addValues(list, "parameter", stemOf(read.array));
    const at = taps.length === 1 ? ("one" as const) : ("edge" as const);
    return { symbol: read.symbol, array, version: 0, at };
  });
}

function trim(
  op: GatherOp,
  layout: Stencil,
  context: { readonly specs: ReadonlyMap<string, ArraySpec>; readonly created: NewArrays },
): GatherOp | undefined {
  const { kernel, shape } = layout;
  const { specs } = context;
  const isAdding = op.writes.every((write) => write.mode === "add");
  if (!canRenumber(op, specs)) return op;
  const useless = uselessEdges(op, specs) ?? new Uint8Array(product(kernel));
  const smaller = trimmedKernel(kernel, useless);
  if (smaller === undefined) return isAdding ? undefined : op;
  const isSmaller = smaller.some((size, d) => size < kernel[d]!);
  const isSingle = product(smaller) === 1;
  if (!isSmaller && !isSingle) return op;
  const taps = Array.from({ length: product(smaller) }, (_, tap) => {
    const place = placeOf(smaller, tap);
    return tapAt(
      kernel,
      place.map((one, d) => one - centreOf(smaller[d]!) + centreOf(kernel[d]!)),
    );
  });
  const reads = trimReads(op, taps, context);
  const next: Layout = isSingle
    ? { kind: "diagonal", count: product(shape) }
    : { kind: "stencil", shape, kernel: smaller };
  return { ...op, layout: next, reads };
}

function trimKernels(program: Program): Program {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const created = new NewArrays(program);
  const ops = program.ops.flatMap((op): Op[] => {
    if (op.kind !== "gather" || op.layout.kind !== "stencil") return [op];
    const trimmed = trim(op, op.layout, { specs, created });
    return trimmed === undefined ? [] : [trimmed];
  });
  return renumberVersions({ ...program, ops, arrays: [...program.arrays, ...created.added] });
}

/** Trims kernels. */
export const pattern: Pass = {
  name: "pattern",
  doc:
    "Trims taps of kernels that add exactly 0; one tap becomes a diagonal. Bit for bit equal for " +
    "finite states, but for the sign of a sum that is 0 and was -0.",
  run: (program) => dropUnreferenced(trimKernels(program)),
};
