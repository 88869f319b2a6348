// Constant folding and hoisting: what is known is computed now, what only depends on parameters is
// computed once, when they are set, and not in every step. Invariant: every operation keeps its
// operands, so that nothing is re-associated.

import { num, type Assignment, type Expr } from "../expr/ast.js";
import { foldConstants } from "../expr/simplify.js";
import { substitute } from "../expr/rewrite.js";
import type { MapOp, Op, Precision, Program } from "../ir/program.js";
import { isBodyOp, pruneBody, type BodyOp } from "./support/bodies.js";
import { hoistConstants } from "./support/hoist.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";

/** Folds a body from top to bottom; symbols that have become numbers are numbers from there on. */
function foldAssignments(
  body: readonly Assignment[],
  dt: number,
  precision: Precision,
): Assignment[] {
  const known = new Map<string, Expr>([["dt", num(dt)]]);
  const kept: Assignment[] = [];
  for (const { target, value } of body) {
    const folded = foldConstants(substitute(value, known), precision);
    if (folded.kind === "name" && folded.name === target) continue;
    if (folded.kind === "number") known.set(target, folded);
    else known.delete(target);
    kept.push({ target, value: folded });
  }
  return kept;
}

function foldOp<T extends BodyOp>(op: T, dt: number, precision: Precision): T {
  return pruneBody({ ...op, body: foldAssignments(op.body, dt, precision) });
}

function foldProgram(program: Program): Program {
  const { dt, precision } = program;
  // Setup is computed in float64 in any precision.
  const setup = program.setup.map((op): MapOp => foldOp(op, dt, "float64"));
  const ops = program.ops.map((op): Op => (isBodyOp(op) ? foldOp(op, dt, precision) : op));
  return { ...program, setup, ops };
}

/** Folds constants, then hoists what does not change from step to step. */
export const fold: Pass = {
  name: "fold",
  doc:
    "Computes what is constant once. Bit for bit equal, but for float32 Programs in which tunable " +
    "parameters take part: those parts are computed in float64 and rounded once.",
  run: (program) => dropUnreferenced(hoistConstants(foldProgram(program))),
};
