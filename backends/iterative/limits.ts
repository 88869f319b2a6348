// What the iterative backend refuses (nothing but other precisions) and what a step would cost.
// The costs are rough: only the ratio to other backends matters, and that is large.

import type { Program } from "../../src/ir/program.js";
import { stepWork } from "../../src/ir/work.js";
import { commonProblems } from "../../src/memory/loading.js";
import type { Cost, Problem } from "../../src/runtime/backend.js";

/** Measured order of magnitude for one interpreted operation, load or store. */
const nanosecondsPerOperation = 15;
const nanosecondsPerOp = 50;

export const supports = (program: Program): Problem[] => commonProblems(program);

export function estimate(program: Program): Cost {
  const { bytes, work, ops, memory } = stepWork(program);
  return {
    bytes,
    work,
    launches: ops,
    nanoseconds: work * nanosecondsPerOperation + ops * nanosecondsPerOp,
    fixed: ops * nanosecondsPerOp,
    startup: 1 + memory / 1e6,
    memory,
  };
}
