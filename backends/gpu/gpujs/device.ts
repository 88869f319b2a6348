// The device gpu.js of the gpu backend. Invariant: it is there only where gpu.js runs on graphics; the
// setting that lets kernels run elsewhere is for tests, which have no graphics.

import type { Program } from "../../../src/ir/program.js";
import { MemoryExecutable } from "../../../src/memory/executable.js";
import { checkLoad } from "../../../src/memory/loading.js";
import type { Backend, LoadOptions } from "../../../src/runtime/backend.js";
import { createEngine } from "./engine.js";
import type { GpuJsLibrary } from "./library.js";
import { estimateGpuJs, gpuJsProblems } from "./limits.js";
import { findGpuJs, graphicsOnly, Runner, type RunnerOptions } from "./runner.js";

/** The name of the device. */
export const gpuJsDevice = "gpu.js";

/** The backend on this device, with kernels that run as said. */
export function gpuJsBackend(
  library: GpuJsLibrary,
  running: RunnerOptions = graphicsOnly,
): Backend {
  const backend: Backend = {
    name: "gpu",
    synchronous: false,
    devices: [gpuJsDevice],
    precisions: ["float32"],
    supports: gpuJsProblems,
    estimate: estimateGpuJs,
    async load(program: Program, options: LoadOptions) {
      checkLoad(backend, program, options);
      const runner = new Runner(program.name, library, running);
      try {
        return new MemoryExecutable(program, createEngine(program, runner));
      } catch (error) {
        runner.dispose();
        throw error;
      }
    },
  };
  return backend;
}

/** The backend on this device; null where gpu.js is not there or has no graphics. */
export async function createGpuJs(): Promise<Backend | null> {
  const found = await findGpuJs();
  return "reason" in found ? null : gpuJsBackend(found.library);
}

/** Why there is none, and what to do about it. */
export async function whyNoGpuJs(): Promise<{ reason: string; hint: string } | undefined> {
  const found = await findGpuJs();
  return "reason" in found ? { reason: found.reason, hint: found.hint } : undefined;
}
