// What ops cost in a step where few sources fire, to decide whether lazily kept states pay.
// Only the ratio of two such costs means anything.

import { visitExpr } from "../../expr/rewrite.js";
import { visitsOf } from "../../ir/layout.js";
import type { Op } from "../../ir/program.js";
import { isBodyOp, isEdgeOp } from "../support/bodies.js";

/** What starting an op costs, in loads. */
const opCost = 20;
/** Operations that are more than one instruction. */
const functionCost = 8;
/** What arrives with a spike lies anywhere, and is done one edge at a time: no vectors, no prefetching. */
const eventCost = 4;

/** Loads, stores and operations of an op for one index. */
function bodyCost(op: Extract<Op, { readonly body: unknown }>): number {
  if (!isBodyOp(op)) return 0;
  const writes = op.kind === "random" ? 0 : op.writes.length;
  let cost = op.reads.length + writes;
  for (const { value } of op.body) {
    visitExpr(value, (node) => {
      if (node.kind === "call") cost += node.args.length > 1 ? 1 : functionCost;
      else if (node.kind === "binary" && node.op === "^") cost += functionCost;
      else if (node.kind !== "number" && node.kind !== "name") cost += 1;
    });
  }
  return cost;
}

/** What ops cost in one step of one copy, in which this part of the sources fires. */
export function costOf(ops: readonly Op[], activity: number): number {
  let cost = 0;
  for (const op of ops) {
    cost += opCost;
    if (!isBodyOp(op)) continue;
    const one = bodyCost(op);
    if (!isEdgeOp(op)) cost += op.count * one;
    else if (op.kind === "deliver") cost += visitsOf(op.layout) * activity * eventCost * one;
    else if (op.kind === "gather") cost += visitsOf(op.layout) * one;
    else if (op.trigger.on === "every") cost += (visitsOf(op.layout) * one) / op.trigger.steps;
  }
  return cost;
}
