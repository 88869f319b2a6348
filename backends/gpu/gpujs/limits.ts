// What the device gpu.js refuses, and what a step would cost there. Invariant: what is not refused here
// is computed with the meaning that the iterative backend gives it.

import { edgesOf, sourcesOf, targetsOf, visitsOf } from "../../../src/ir/layout.js";
import type { EdgesOp, GatherOp, MapOp, Op, Operand, Program } from "../../../src/ir/program.js";
import { stepWork } from "../../../src/ir/work.js";
import { commonProblems } from "../../../src/memory/loading.js";
import type { Cost, Problem } from "../../../src/runtime/backend.js";
import { canCollide } from "../ops/body.js";

/** Numbers in one list of a kernel: shaders address them by a float32, which is exact up to here. */
export const mostNumbers = 2 ** 24;

/** A kernel of gpu.js: its numbers go up, it runs, and its results come back, each time. */
const nanosecondsPerKernel = 300_000;
const nanosecondsPerNumber = 5;

/** Why an op of this kind cannot be a kernel; absent: it can, or needs none. */
const refusals: { readonly [K in Op["kind"]]?: string } = {
  deliver: "gpu.js has no spikes: its kernels cannot write to places that they choose",
  remember: "gpu.js has no plasticity: its kernels cannot write to places that they choose",
  ring: "gpu.js has no delays here",
  random: "gpu.js has no random numbers that can be told beforehand",
  reduce: "gpu.js has no sums in the tree order that a reduction has",
  host: "a GPU cannot call a function of the computer inside the step",
};

type Kernels = MapOp | GatherOp | EdgesOp;

function sizesOf(op: Kernels): Readonly<Record<string, number>> {
  if (op.kind === "map") return { element: op.count };
  const { layout } = op;
  return { source: sourcesOf(layout), target: targetsOf(layout), edge: edgesOf(layout) };
}

/** How many numbers the kernels of an op read. */
function numbersOf(op: Kernels): number {
  const sizes = sizesOf(op);
  const columns = op.reads.reduce((sum, { at }) => sum + (sizes[at] ?? 1), 0);
  if (op.kind !== "gather" || op.layout.kind === "uniform") return columns;
  const sums = op.writes.length * targetsOf(op.layout);
  const listed = op.layout.kind === "dense" ? 0 : 2 * visitsOf(op.layout) + targetsOf(op.layout);
  return columns + sums + listed;
}

function opProblems(op: Op): string[] {
  const refused = refusals[op.kind];
  if (refused !== undefined) return [refused];
  if (op.kind !== "map" && op.kind !== "gather" && op.kind !== "edges") return [];
  const problems: string[] = [];
  if (op.kind === "edges" && (op.trigger.on !== "every" || op.layout.kind !== "diagonal")) {
    problems.push("gpu.js has no plasticity: its kernels cannot write to places that they choose");
  }
  if (op.kind === "map" && op.emit !== undefined) problems.push("gpu.js has no spikes");
  if (op.reads.some(({ lag }: Operand) => lag !== undefined)) {
    problems.push("gpu.js has no delays here");
  }
  const sizes = sizesOf(op);
  if (canCollide(op.writes, (at) => sizes[at] ?? 1)) {
    problems.push("elements write to the same places, which gpu.js cannot do in their order");
  }
  const numbers = numbersOf(op);
  if (numbers > mostNumbers) {
    problems.push(`a kernel reads ${numbers} numbers, and one of gpu.js at most ${mostNumbers}`);
  }
  return problems;
}

/** Why this device cannot run a Program. */
export function gpuJsProblems(program: Program): Problem[] {
  const problems = commonProblems(program);
  if (program.precision === "float64") {
    problems.push({ code: "precision", reason: "gpu.js computes in float32, not in float64" });
  }
  for (const { name, type, slots } of program.arrays) {
    if (slots === undefined && type !== "spikes" && type !== "history") continue;
    const what = type === "spikes" || type === "history" ? "spikes" : "delays";
    problems.push({ code: "gpu.js", op: name, reason: `gpu.js has no ${what}` });
  }
  for (const op of program.ops) {
    for (const reason of opProblems(op)) problems.push({ code: "gpu.js", op: op.id, reason });
  }
  if (program.settle !== undefined || program.rebuild !== undefined) {
    problems.push({ code: "gpu.js", reason: "gpu.js keeps no states that are brought up to date" });
  }
  return problems;
}

/** What a step would cost on this device. */
export function estimateGpuJs(program: Program): Cost {
  const { bytes, work, memory } = stepWork(program);
  const launches = program.ops.reduce((sum, op) => {
    return op.kind === "map" || op.kind === "gather" ? sum + op.writes.length : sum;
  }, 0);
  const fixed = launches * nanosecondsPerKernel * program.batch;
  const nanoseconds = fixed + (bytes / 4) * nanosecondsPerNumber;
  return { bytes, work, launches, nanoseconds, fixed, startup: 200 + launches * 30, memory };
}
