// One value from many, in a fixed tree order: neighbours in pairs, again and again, so that the
// result does not depend on how a backend splits the work. An odd last one moves up unchanged.

import type { ReduceOp } from "../../src/ir/program.js";
import { slotAt } from "../../src/memory/memory.js";
import { rounder, spikesOf, type Context, type Run } from "./context.js";
import { bindLoad, bindStore, newSite } from "./kernel.js";

/** Reduces the first `count` values in place and gives the result. */
function reduceTree(
  values: Float64Array,
  count: number,
  combine: (a: number, b: number) => number,
): number {
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    for (let i = 0; 2 * i < left; i++) {
      const first = values[2 * i]!;
      values[i] = 2 * i + 1 < left ? combine(first, values[2 * i + 1]!) : first;
    }
  }
  return values[0]!;
}

type Combine = (a: number, b: number) => number;

function emitCount(op: ReduceOp, context: Context): Run {
  const site = newSite();
  const store = bindStore(context, op.write, site);
  const list = spikesOf(context, op.from.array);
  const round = rounder(context.program);
  const first = op.from.offset ?? 0;
  const lag = Number(op.from.lag ?? 0);
  return (copy) => {
    site.copy = copy;
    const slot = slotAt(list, copy, lag);
    let count = 0;
    for (let i = 0; i < list.counts[slot]!; i++) {
      const number = list.items[slot * list.length + i]! - first;
      if (number >= 0 && number < op.count) count++;
    }
    store(round(count));
  };
}

/** Binds a reduction. */
export function emitReduce(op: ReduceOp, context: Context): Run {
  if (op.fn === "count") return emitCount(op, context);
  const site = newSite();
  const load = bindLoad(context, op.from, site, new Map());
  const store = bindStore(context, op.write, site);
  const round = rounder(context.program);
  const values = new Float64Array(op.count);
  const sum: Combine = (a, b) => round(a + b);
  const combine: { readonly [K in "sum" | "mean" | "min" | "max"]: Combine } = {
    sum,
    mean: sum,
    min: (a, b) => Math.min(a, b),
    max: (a, b) => Math.max(a, b),
  };
  const pair = combine[op.fn];
  const isMean = op.fn === "mean";
  return (copy) => {
    site.copy = copy;
    for (site.element = 0; site.element < op.count; site.element++) values[site.element] = load();
    const total = reduceTree(values, op.count, pair);
    store(isMean ? round(total / op.count) : total);
  };
}
