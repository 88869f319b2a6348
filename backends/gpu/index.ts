// The gpu backend: every Program becomes one module of WGSL kernels; the state stays on the device, and
// many steps are one submission. The device gpu.js, for pages without WebGPU, is another technology under
// the same name. Invariant: without a GPU nothing throws until the backend is asked for.

import type { Program } from "../../src/ir/program.js";
import { checkLoad } from "../../src/memory/loading.js";
import type { Backend, Executable, LoadOptions } from "../../src/runtime/backend.js";
import { findGpus, openDevice, type Found } from "./adapters.js";
import { GpuExecutable } from "./executable.js";
import { createGpuJs, gpuJsDevice, whyNoGpuJs } from "./gpujs/device.js";
import { findGpuJs } from "./gpujs/runner.js";
import { estimateOn, problemsOn } from "./limits.js";

function backendOn(gpus: readonly Found[]): Backend {
  const [first] = gpus;
  const backend: Backend = {
    name: "gpu",
    synchronous: false,
    devices: ["gpu", ...gpus.map(({ device }) => device)],
    precisions: ["float32"],
    supports: (program) => problemsOn(program, first!),
    estimate: (program) => estimateOn(program, first!),
    async load(program: Program, options: LoadOptions): Promise<Executable> {
      const own = gpus.find(({ device }) => device === options.device) ?? first!;
      const supports = (of: Program) => problemsOn(of, own);
      checkLoad({ name: "gpu", devices: backend.devices, supports }, program, options);
      return GpuExecutable.load(program, await openDevice(program.name, options.device));
    },
  };
  return backend;
}

/** The backend; null where there is no GPU that WebGPU, or for its device gpu.js, can use. */
export async function create(device?: string): Promise<Backend | null> {
  if (device === gpuJsDevice) return createGpuJs();
  const gpus = await findGpus();
  return "reason" in gpus ? null : backendOn(gpus);
}

/** Why something cannot be used here, and what to do about it. */
interface Missing {
  readonly reason: string;
  readonly hint: string;
}

/** The GPUs that can be told apart here, or why there is none: for the command `myelin devices`. */
export async function listDevices(): Promise<{
  readonly devices: readonly Found[];
  readonly missing?: Missing;
  /** What gpu.js runs on, or why it is of no use. */
  readonly gpuJs: { readonly kind: string } | Missing;
}> {
  const [gpus, found] = [await findGpus(), await findGpuJs()];
  const gpuJs =
    "reason" in found ? { reason: found.reason, hint: found.hint } : { kind: found.kind };
  if (!("reason" in gpus)) return { devices: gpus, gpuJs };
  return { devices: [], missing: { reason: gpus.reason, hint: gpus.hint }, gpuJs };
}

/** Why there is no backend, and what to do about it. */
export async function whyUnavailable(device?: string): Promise<Missing | undefined> {
  if (device === gpuJsDevice) return whyNoGpuJs();
  const gpus = await findGpus();
  return "reason" in gpus ? { reason: gpus.reason, hint: gpus.hint } : undefined;
}
