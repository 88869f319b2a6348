// The gpu backend for tests. Invariant: where there is no GPU, tests are skipped and say why; the test
// file asks for a software one by the environment option softwareGpu.

import { create, whyUnavailable } from "../../backends/gpu/index.js";
import { create as createIterative } from "../../backends/iterative/index.js";
import type { Program } from "../../src/ir/program.js";
import type { Backend, Executable } from "../../src/runtime/backend.js";
import type { Hosts, Loaded } from "./side-by-side.js";

/** The backend, where it can run here. */
export const gpu: Backend | null = await create();
const iterative = (await createIterative())!;

const missing = await whyUnavailable();
const howTo =
  `tests on a GPU are skipped: ${missing?.reason ?? ""}; ` +
  "apt-get install --no-install-recommends chromium gives one that is computed on the CPU";

/** Declares tests that need a GPU; where there is none, one that says so stands in for them. */
export function describeOnGpu(name: string, tests: () => void): void {
  if (gpu !== null) {
    describe(name, tests);
    return;
  }
  // Jest names skipped tests only when it runs a single file.
  console.warn(howTo);
  describe(name, () => test.skip(howTo, () => undefined));
}

/** Loads a Program on the GPU. */
export const loadGpu = (program: Program, hosts: Hosts = new Map()): Promise<Executable> =>
  gpu!.load(program, { device: "gpu", hosts });

/** Loads a Program in the iterative backend. */
export const loadTruth = (program: Program, hosts: Hosts = new Map()): Loaded =>
  iterative.loadSync!(program, { device: "cpu", hosts }) as Loaded;
