// Which edges of an op can never contribute anything, because a parameter of theirs is 0.
// Invariant: an edge is only called useless when that is proven for every finite state.

import type { ArraySpec, DeliverOp, GatherOp, Operand } from "../../ir/program.js";
import { domainSize } from "./bodies.js";
import { elementOf, initialAt, isKnown } from "./values.js";
import { areZero, finite, knownNumber, type Known } from "./zero.js";
import { float64s } from "../../util/tabulate.js";

type SumOp = GatherOp | DeliverOp;
type Specs = ReadonlyMap<string, ArraySpec>;

/** The values of an operand for every index of its domain, where they are known. */
export function knownValues(op: SumOp, read: Operand, specs: Specs): Float64Array | undefined {
  if (read.at === "spike" || read.at === "event" || read.lag !== undefined) return undefined;
  const spec = specs.get(read.array)!;
  if (!isKnown(spec)) return undefined;
  const { initial } = spec;
  const size = domainSize(op, read.at);
  const { offset = 0, repeat = 1, period } = read;
  // Matrices are large: looked at where they are, not copied.
  if (
    initial instanceof Float64Array &&
    repeat === 1 &&
    period === undefined &&
    read.at !== "one"
  ) {
    return initial.subarray(offset, offset + size);
  }
  return float64s(size, (i) => initialAt(initial, elementOf(read, i)));
}

function summary(values: Float64Array): Known {
  const [first] = values;
  if (first === undefined) return finite;
  if (values.every((value) => Object.is(value, first))) return knownNumber(first);
  return {
    isZero: values.every((value) => value === 0),
    isFinite: values.every(Number.isFinite),
    isNumber: !values.some(Number.isNaN),
    isNonNegative: values.every((value) => value >= 0),
    isPositive: values.every((value) => value > 0),
  };
}

/** Marks the edges that add exactly 0 to every sum; undefined where none can be told apart. */
export function uselessEdges(op: SumOp, specs: Specs): Uint8Array | undefined {
  const isSum = op.writes.every(
    ({ at, mode }) => at === "target" && (mode === "add" || op.kind === "gather"),
  );
  if (!isSum) return undefined;
  const start = new Map<string, Known>();
  const factors: { readonly symbol: string; readonly values: Float64Array }[] = [];
  for (const read of op.reads) {
    const spec = specs.get(read.array);
    if (spec !== undefined && isKnown(spec) && typeof spec.initial === "number") {
      if (read.at !== "edge" || spec.initial !== 0) {
        start.set(read.symbol, knownNumber(spec.initial));
        continue;
      }
    }
    const values = knownValues(op, read, specs);
    if (values === undefined) continue;
    start.set(read.symbol, summary(values));
    if (read.at === "edge") factors.push({ symbol: read.symbol, values });
  }
  const results = op.writes.map((write) => write.symbol);
  let useless: Uint8Array | undefined;
  for (const { symbol, values } of factors) {
    if (!values.includes(0)) continue;
    // As if the factor were 0: does that alone make every sum's term 0?
    if (!areZero(op.body, results, new Map([...start, [symbol, knownNumber(0)]]))) continue;
    useless ??= new Uint8Array(values.length);
    for (let edge = 0; edge < values.length; edge++) if (values[edge] === 0) useless[edge] = 1;
  }
  return useless;
}

/** True if every value at an edge is known, so that edges can be numbered anew. */
export const canRenumber = (op: SumOp, specs: Specs): boolean =>
  op.reads.every(
    (read) => (read.at !== "edge" && typeof read.lag !== "string") || isPlainKnown(read, specs),
  ) &&
  op.writes.every((write) => write.at !== "edge") &&
  !(op.kind === "deliver" && typeof op.spikes.lag === "string");

const isPlainKnown = (read: Operand, specs: Specs): boolean =>
  read.lag === undefined && isKnown(specs.get(read.array)!);
