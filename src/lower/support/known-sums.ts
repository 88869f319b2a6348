// Evaluates what ops write when they read nothing but parameters. Invariant: the bits that the step
// would give, in the Program's precision and in the order of its sums.

import { compileBody } from "../../expr/evaluate.js";
import { forEachEdgeOfTarget, targetsOf, type IndexArrays } from "../../ir/layout.js";
import type { ArraySpec, GatherOp, MapOp, Operand, Program, Write } from "../../ir/program.js";
import { neededBody } from "./bodies.js";
import { elementOf, initialAt, isKnown } from "./values.js";

export interface KnownContext {
  readonly program: Program;
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly arrays: IndexArrays;
}

/** Whether one write of an op depends on parameters alone. */
export function isKnownWrite(context: KnownContext, op: MapOp | GatherOp, write: Write): boolean {
  const { needed } = neededBody(op.body, [write.symbol]);
  for (const read of op.reads) {
    if (!needed.delete(read.symbol)) continue;
    if (read.lag !== undefined || !isKnown(context.specs.get(read.array)!)) return false;
  }
  needed.delete("dt");
  return needed.size === 0;
}

/** Gives the value of a symbol for one place of every operand. */
function bindValue(
  { program, specs }: KnownContext,
  op: MapOp | GatherOp,
  symbol: string,
): (indexOf: (at: Operand["at"]) => number) => number {
  const { body, needed } = neededBody(op.body, [symbol]);
  const reads = op.reads.filter((read) => needed.has(read.symbol));
  const symbols = ["dt", symbol, ...reads.map((read) => read.symbol)];
  for (const { target } of body) symbols.push(target);
  const slots = new Map([...new Set(symbols)].map((one, i) => [one, i]));
  const run = compileBody(body, slots, program.precision);
  const round = program.precision === "float32" ? Math.fround : (value: number) => value;
  const frame = new Float64Array(slots.size);
  const result = slots.get(symbol)!;
  return (indexOf) => {
    frame[slots.get("dt")!] = program.dt;
    for (const read of reads) {
      const { initial } = specs.get(read.array)!;
      frame[slots.get(read.symbol)!] = initialAt(initial, elementOf(read, indexOf(read.at)));
    }
    run(frame);
    return round(frame[result]!);
  };
}

/** Does one write of an op on `values`. */
export function writeKnown(
  context: KnownContext,
  op: MapOp | GatherOp,
  write: Write,
  values: Float64Array,
): void {
  const round = context.program.precision === "float32" ? Math.fround : (value: number) => value;
  const valueAt = bindValue(context, op, write.symbol);
  const isAdding = write.mode === "add";
  if (op.kind === "map") {
    for (let i = 0; i < op.count; i++) {
      const place = elementOf(write, i);
      const value = valueAt(() => i);
      values[place] = isAdding ? round(values[place]! + value) : value;
    }
    return;
  }
  const at = { target: 0, source: 0, edge: 0 };
  const indexOf = (domain: Operand["at"]): number => at[domain as keyof typeof at] ?? 0;
  for (at.target = 0; at.target < targetsOf(op.layout); at.target++) {
    const place = elementOf(write, at.target);
    let sum = isAdding ? values[place]! : 0;
    forEachEdgeOfTarget(op.layout, context.arrays, at.target, (source, edge) => {
      at.source = source;
      at.edge = edge;
      sum = round(sum + valueAt(indexOf));
    });
    values[place] = sum;
  }
}
