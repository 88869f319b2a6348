// What the gpu backend refuses, and what a step would cost. The costs are rough: only the ratio to
// other backends matters.

import { visitsOf } from "../../src/ir/layout.js";
import type { Program } from "../../src/ir/program.js";
import { stepWork } from "../../src/ir/work.js";
import { commonProblems } from "../../src/memory/loading.js";
import type { Cost, Problem } from "../../src/runtime/backend.js";
import type { Found } from "./adapters.js";
import { mostJoined } from "./compile-program.js";
import { mostJoinedWork } from "./module.js";
import { bufferNames, Places, type BufferName } from "./places.js";

/** Launching a kernel in a submission of many; an order of magnitude of today's drivers. */
const nanosecondsPerLaunch = 4000;
/** A part of a kernel that does many ops one after the other: a barrier and what is behind it. */
const nanosecondsPerPart = 700;
/** What device memory gives: about 200 GB/s. */
const nanosecondsPerByte = 0.005;
/** An operation, with thousands of them side by side. */
const nanosecondsPerOperation = 0.001;
/** Compiling a kernel [ms]. */
const startupPerOp = 10;
/** How much slower a device that computes on the CPU launches kernels, and computes. */
const softwareLaunches = 50;
const softwareWork = 10;

const contents: Readonly<Record<BufferName, string>> = {
  reals: "states and what a step computes",
  ints: "spikes and whole numbers",
  params: "parameters and weights",
  indexes: "connectivity",
};

function memoryProblems(program: Program, { limits, name }: Found): Problem[] {
  const { sizes } = new Places(program);
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, 2 ** 32);
  return bufferNames
    .filter((buffer) => sizes[buffer] * 4 > most)
    .map((buffer) => ({
      code: "device-memory",
      reason:
        `${contents[buffer]} take ${sizes[buffer] * 4} bytes, ` +
        `and a buffer of ${name} has at most ${most}`,
    }));
}

/** Why this backend cannot run a Program on a GPU. */
export function problemsOn(program: Program, found: Found): Problem[] {
  const problems = commonProblems(program);
  if (program.precision === "float64") {
    problems.push({ code: "precision", reason: "GPUs compute in float32 here, not in float64" });
  }
  for (const op of program.ops) {
    if (op.kind !== "host") continue;
    problems.push({
      code: "host",
      op: op.id,
      reason: "a GPU cannot call a function of the computer inside the step",
    });
  }
  const { maxComputeWorkgroupsPerDimension: mostCopies } = found.limits;
  if (program.batch > mostCopies) {
    const reason = `has ${program.batch} copies, and ${found.name} launches at most ${mostCopies}`;
    problems.push({ code: "batch", reason });
  }
  return [...problems, ...memoryProblems(program, found)];
}

/** Whether all of a step is likely to fit into one entry point: see compile-program.ts. */
function mayJoin({ ops }: Program): boolean {
  const sizes = ops.map((op) => {
    if ("layout" in op) return visitsOf(op.layout);
    return op.kind === "map" || op.kind === "random" ? op.count : 1;
  });
  return ops.length < mostJoined && sizes.every((size) => size <= mostJoinedWork);
}

/** What a step would cost on a GPU. */
export function estimateOn(program: Program, { isSoftware }: Found): Cost {
  const { bytes, work, memory } = stepWork(program);
  const ops = program.ops.length;
  const isJoined = mayJoin(program);
  const started = isJoined ? ops * nanosecondsPerPart : ops * nanosecondsPerLaunch;
  const slowdown = isJoined ? softwareWork : softwareLaunches;
  const spent = Math.max(bytes * nanosecondsPerByte, work * nanosecondsPerOperation);
  const fixed = started * (isSoftware ? slowdown : 1);
  return {
    bytes,
    work,
    launches: isJoined ? 1 : ops,
    nanoseconds: fixed + spent * (isSoftware ? softwareWork : 1),
    fixed,
    startup: 100 + ops * startupPerOp + memory / 1e6,
    memory: 2 * memory,
  };
}
