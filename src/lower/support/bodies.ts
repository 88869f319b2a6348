// What the passes ask of ops with a body: how long its domains are, and which of its symbols and
// assignments are needed. Invariant: a symbol means its value so far, so later assignments hide
// earlier ones.

import type { Assignment, Expr } from "../../expr/ast.js";
import { neededBody } from "../../expr/needed.js";
import { substitute } from "../../expr/rewrite.js";
import { edgesOf, sourcesOf, targetsOf } from "../../ir/layout.js";
import type {
  DeliverOp,
  EdgesOp,
  GatherOp,
  MapOp,
  Op,
  Operand,
  RandomOp,
} from "../../ir/program.js";

export { neededBody };
export type EdgeOp = GatherOp | DeliverOp | EdgesOp;
export type SkipOp = Extract<RandomOp, { how: "skip" }>;
/** Every op that has a body. */
export type BodyOp = MapOp | EdgeOp | SkipOp;

export const isEdgeOp = (op: Op): op is EdgeOp =>
  op.kind === "gather" || op.kind === "deliver" || op.kind === "edges";

export const isBodyOp = (op: Op): op is BodyOp =>
  op.kind === "map" || isEdgeOp(op) || (op.kind === "random" && op.how === "skip");

/** How many indices a domain of an op has; 1 for the spike or event at hand. */
export function domainSize(op: BodyOp, at: Operand["at"]): number {
  if (at === "one" || at === "spike" || at === "event") return 1;
  if (!isEdgeOp(op)) return op.count;
  if (at === "source") return sourcesOf(op.layout);
  if (at === "target") return targetsOf(op.layout);
  return edgesOf(op.layout);
}

/** The symbols whose values are used after the body has run. */
export function resultsOf(op: BodyOp): string[] {
  if (op.kind === "random") return ["skip"];
  const results = op.writes.map((write) => write.symbol);
  if (op.kind !== "map" || op.emit === undefined) return results;
  return [...results, op.emit.when, ...(op.emit.payload ?? [])];
}

/** The number that a symbol has at the end of a body, if it is one whatever the rest does. */
export function finalNumber(body: readonly Assignment[], symbol: string): number | undefined {
  const last = body.filter(({ target }) => target === symbol).at(-1);
  return last?.value.kind === "number" ? last.value.value : undefined;
}

/** The op without assignments and reads that nothing needs. */
export function pruneBody<T extends BodyOp>(op: T): T {
  const { body, needed } = neededBody(op.body, resultsOf(op));
  const reads = op.reads.filter((read) => needed.has(read.symbol));
  if (body.length === op.body.length && reads.length === op.reads.length) return op;
  return { ...op, body, reads };
}

/**
 * Puts expressions in the place of reads: in the body where the symbol still has the value that
 * was read, and as a first assignment where the body changes it or writes it out as it is.
 */
export function replaceReads<T extends BodyOp>(op: T, values: ReadonlyMap<string, Expr>): T {
  if (values.size === 0) return op;
  const assigned = new Set(op.body.map(({ target }) => target));
  const results = new Set(resultsOf(op));
  const first: Assignment[] = [];
  const table = new Map<string, Expr>();
  for (const [symbol, value] of values) {
    if (assigned.has(symbol) || results.has(symbol)) first.push({ target: symbol, value });
    else table.set(symbol, value);
  }
  const body = op.body.map(({ target, value }) => ({ target, value: substitute(value, table) }));
  const reads = op.reads.filter((read) => !values.has(read.symbol));
  return { ...op, reads, body: [...first, ...body] };
}

/** A symbol that an op does not use yet: `k0` for `k`. */
export function freshSymbol(op: BodyOp, wanted: string, taken: ReadonlySet<string>): string {
  const used = new Set([
    ...["dt", "t", "step", "age", "u", "skip"],
    ...op.reads.map((read) => read.symbol),
    ...op.body.map(({ target }) => target),
    ...taken,
  ]);
  let number = 0;
  while (used.has(`${wanted}${number}`)) number += 1;
  return `${wanted}${number}`;
}
