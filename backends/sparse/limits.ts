// What the sparse backend refuses (machines without SIMD, pages that allow no WebAssembly, more than
// one memory can hold) and what a step would cost. The costs are rough: only the ratio to other
// backends matters.

import { MemoryLimitError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import { stepWork } from "../../src/ir/work.js";
import { commonProblems } from "../../src/memory/loading.js";
import type { Cost, Problem } from "../../src/runtime/backend.js";
import { Arena, placesOf } from "./arena.js";

/** Measured order of magnitude for one float64 operation, load or store; SIMD does several at once. */
const nanosecondsPerOperation = 0.1;
/** A function such as exp in float64. */
const nanosecondsPerCall = 4;
/** What memory gives beyond the caches: about 20 GB/s. */
const nanosecondsPerByte = 0.05;
/** Arrays up to this size stay in the caches. */
const cachedBytes = 8 << 20;
/** An op's function, called and its loop begun. */
const nanosecondsPerOp = 5;
/** One call of the module, and the vectors moved in and out. */
const nanosecondsPerStep = 40;
/** Generating and compiling the code of an op [ms]. */
const startupPerOp = 0.2;

/** A module with one function that makes a vector; it is valid where there is SIMD. */
const vectorModule = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x11, 0x0b],
);

function memoryProblem(program: Program): Problem[] {
  try {
    placesOf(program, new Arena(program.name));
    return [];
  } catch (error) {
    if (!(error instanceof MemoryLimitError)) throw error;
    return [{ code: error.code, reason: error.message }];
  }
}

function engineProblem(): Problem[] {
  if (!WebAssembly.validate(vectorModule)) {
    return [{ code: "simd", reason: "WebAssembly has no SIMD on this machine" }];
  }
  try {
    // A page's policy lets modules be validated, but not be made.
    new WebAssembly.Module(vectorModule);
    return [];
  } catch {
    const policy = "its content security policy needs 'wasm-unsafe-eval' in script-src";
    return [{ code: "policy", reason: `this page allows no WebAssembly; ${policy}` }];
  }
}

/** Why this backend cannot run a Program here. */
export function supports(program: Program): Problem[] {
  return [...commonProblems(program), ...engineProblem(), ...memoryProblem(program)];
}

/** What a step would cost. */
export function estimate(program: Program): Cost {
  const { bytes, work, calls, ops, memory } = stepWork(program);
  const fetched = memory > cachedBytes ? bytes : 0;
  // Twice as many float32 numbers fit into a vector.
  const share = program.precision === "float64" ? 1 : 0.5;
  const computed = share * (work * nanosecondsPerOperation + calls * nanosecondsPerCall);
  const fixed = nanosecondsPerStep + ops * nanosecondsPerOp;
  return {
    bytes,
    work,
    launches: 1,
    nanoseconds: fixed + Math.max(computed, fetched * nanosecondsPerByte),
    fixed,
    startup: 5 + program.ops.length * startupPerOp + memory / 1e6,
    memory,
  };
}
