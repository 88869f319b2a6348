// What a sum multiplies each edge's state by, as accumulators need it. A factor that all edges share
// is applied to the accumulator; one that edges have of their own goes into it.
// Invariant: factors of edges can be read by element of the state, whatever op they come from.

import { name, num } from "../../expr/ast.js";
import { isNumber } from "../../expr/simplify.js";
import { edgesOf, targetsOf, walkerOf, type IndexArrays } from "../../ir/layout.js";
import type { Domain, Layout, Operand, Program } from "../../ir/program.js";
import { keyOfExpr } from "../merge/body-key.js";
import type { NewArrays } from "../support/new-arrays.js";
import { elementOf } from "../support/values.js";
import { bindKnown, hasKnownReads, isCommon } from "./known.js";
import type { Bound, Refusal, Specs } from "./linear.js";
import type { SumUse } from "./uses.js";

/** A factor that differs from edge to edge; its operands count elements of the state from `base`. */
export interface EdgeFactor extends Bound {
  readonly key: string;
  readonly base: number;
}
/** How a state takes part in one write of a sum. */
export type Share =
  | { readonly kind: "none" }
  | { readonly kind: "common"; readonly bound: Bound }
  | { readonly kind: "edge"; readonly factor: EdgeFactor };

export interface FactorContext {
  readonly program: Program;
  readonly specs: Specs;
  readonly arrays: IndexArrays;
  readonly created: NewArrays;
}

/**
 * An operand by edge for another range of elements of the same state; undefined where no operand says
 * that, or where it would reach beyond its array.
 */
export function movedOperand(
  read: Operand,
  shift: number,
  edges: number,
  specs: Specs,
): Operand | undefined {
  if (read.at !== "edge") return read;
  const { offset = 0, repeat = 1, period } = read;
  if (shift !== 0 && (shift % repeat !== 0 || period !== undefined)) return undefined;
  const moved = { ...read, offset: offset + shift / repeat };
  const last = edges === 0 ? 0 : Math.max(...[0, edges - 1].map((i) => elementOf(moved, i)));
  // With a period the last index need not be the one that reaches furthest.
  const reach = period === undefined ? last : moved.offset + period - 1;
  const fits = moved.offset >= 0 && reach < specs.get(read.array)!.length;
  return fits ? moved : undefined;
}

/** The operands of a factor for an op whose first edge is this element of the state. */
export function factorReads(
  { reads, base }: EdgeFactor,
  first: number,
  edges: number,
  specs: Specs,
): Operand[] | undefined {
  const moved = reads.map((read) => movedOperand(read, first - base, edges, specs));
  return moved.every((read) => read !== undefined) ? moved : undefined;
}

/** The values of a factor by element of the state; edges that are not in the sum have 0. */
function valuesByElement(
  use: SumUse,
  bound: Bound,
  length: number,
  context: FactorContext,
): { readonly values: Float64Array; readonly common: number | undefined } {
  const values = new Float64Array(length);
  const valueAt = bindKnown(bound, context.specs, context.program);
  const { layout } = use.op;
  const walker = walkerOf(layout, context.arrays);
  const place: Partial<Record<Domain, number>> = {};
  const indexOf = (at: Domain): number => place[at] ?? 0;
  let common: number | undefined;
  let isFirst = true;
  for (let target = 0; target < targetsOf(layout); target++) {
    place.target = target;
    walker.ofTarget(target, (source, edge) => {
      place.source = source;
      place.edge = edge;
      const value = valueAt(indexOf);
      values[use.offset + edge] = value;
      if (isFirst) common = value;
      else if (!Object.is(common, value)) common = undefined;
      isFirst = false;
    });
  }
  return { values, common };
}

/** The array that holds the factor by element of the state already, if there is one. */
function alignedArray(
  { expr, reads }: Bound,
  use: SumUse,
  length: number,
  specs: Specs,
): string | undefined {
  const [read] = reads;
  if (expr.kind !== "name" || read?.at !== "edge") return undefined;
  const { array, offset = 0, repeat = 1, period } = read;
  const isSame = offset === use.offset && repeat === 1 && period === undefined;
  return isSame && specs.get(array)!.length >= length ? array : undefined;
}

const placeKey = ({ symbol, array, at, offset = 0, repeat = 1, period = 0 }: Operand): string =>
  [symbol, array, at, offset, repeat, period].join(":");

function edgeFactor(bound: Bound, base: number): EdgeFactor {
  const places = bound.reads.map(placeKey);
  return { ...bound, base, key: [keyOfExpr(bound.expr), base, ...places].join("|") };
}

/** How a state takes part in a write, from the factor that the sum gives it. */
export function shareOf(
  use: SumUse,
  bound: Bound,
  length: number,
  context: FactorContext,
): Share | Refusal {
  if (isNumber(bound.expr, 0)) return { kind: "none" };
  if (isCommon(bound)) return { kind: "common", bound };
  const { specs, created } = context;
  if (!hasKnownReads(bound, specs)) {
    if (bound.reads.every(({ at }) => at === "edge" || at === "one")) {
      return { kind: "edge", factor: edgeFactor(bound, use.offset) };
    }
    return { reason: `${use.op.id} has a tunable factor that belongs to an end of the edge` };
  }
  const { values, common } = valuesByElement(use, bound, length, context);
  if (common !== undefined) return { kind: "common", bound: { expr: num(common), reads: [] } };
  const aligned = alignedArray(bound, use, length, specs);
  const array = aligned ?? created.addValues(values, "parameter", "factor");
  const read: Operand = { symbol: "factor", array, version: 0, at: "edge" };
  return { kind: "edge", factor: edgeFactor({ expr: name("factor"), reads: [read] }, 0) };
}

/** How many edges the op of a use has. */
export const edgeCount = ({ op }: { readonly op: { readonly layout: Layout } }): number =>
  edgesOf(op.layout);
