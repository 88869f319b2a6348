// Finds what the edges of a gather compute again and again for the same source. Invariant: an
// expression only counts as the source's own when every operand has one value for all its edges.

import type { Expr } from "../../expr/ast.js";
import { visitExpr } from "../../expr/rewrite.js";
import { forEachEdgeOfTarget, sourcesOf, targetsOf, type IndexArrays } from "../../ir/layout.js";
import type { ArraySpec, GatherOp, Operand } from "../../ir/program.js";
import { elementOf, initialAt, isKnown } from "./values.js";

export interface SourceContext {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly arrays: IndexArrays;
}

/** What an operand is for each source. */
export type SourceOperand =
  | { readonly kind: "operand"; readonly operand: Operand }
  | { readonly kind: "values"; readonly operand: Operand; readonly values: Float64Array };

/** The values of a parameter by source, if all edges that leave a source agree. */
function valuesBySource(
  context: SourceContext,
  op: GatherOp,
  read: Operand,
): Float64Array | undefined {
  const spec = context.specs.get(read.array)!;
  const { layout } = op;
  const values = new Float64Array(sourcesOf(layout));
  const seen = new Uint8Array(values.length);
  let agrees = true;
  for (let target = 0; target < targetsOf(layout) && agrees; target++) {
    forEachEdgeOfTarget(layout, context.arrays, target, (source, edge) => {
      const value = initialAt(spec.initial, elementOf(read, read.at === "edge" ? edge : target));
      if (seen[source] === 1 && !Object.is(values[source], value)) agrees = false;
      values[source] = value;
      seen[source] = 1;
    });
  }
  if (!agrees) return undefined;
  // Sources without edges compute something too; any harmless value of the same kind will do.
  const any = values[seen.indexOf(1)] ?? 0;
  seen.forEach((one, source) => {
    if (one === 0) values[source] = any;
  });
  return values;
}

/** The operands that belong to the source, by symbol; `symbols` limits the search. */
export function sourceOperands(
  context: SourceContext,
  op: GatherOp,
  symbols: ReadonlySet<string>,
): Map<string, SourceOperand> {
  const found = new Map<string, SourceOperand>();
  for (const read of op.reads) {
    if (!symbols.has(read.symbol) || typeof read.lag === "string") continue;
    if (read.at === "source" || read.at === "one") {
      found.set(read.symbol, { kind: "operand", operand: read });
    } else if (read.at === "edge" && isKnown(context.specs.get(read.array)!)) {
      const values = valuesBySource(context, op, read);
      if (values !== undefined) found.set(read.symbol, { kind: "values", operand: read, values });
    }
  }
  return found;
}

/** Whether computing an expression takes more than reading its result. */
export function isCurve(expr: Expr): boolean {
  let cost = 0;
  visitExpr(expr, (node) => {
    if (node.kind === "call") cost += 2;
    else if (node.kind === "binary") cost += node.op === "/" || node.op === "^" ? 2 : 1;
    else if (node.kind === "conditional") cost += 1;
  });
  return cost >= 2;
}
