// The sparse backend: every Program becomes one WebAssembly module with one memory. Invariant: its
// results have the bits of the iterative backend's, in the same precision.

import type { Program } from "../../src/ir/program.js";
import { InternalError } from "../../src/errors.js";
import { checkLoad } from "../../src/memory/loading.js";
import type { Backend, Executable, LoadOptions } from "../../src/runtime/backend.js";
import { compileProgram } from "./compile-program.js";
import { loadModule, loadModuleAsync } from "./executable.js";
import { estimate, supports } from "./limits.js";

/** What threads need, once a model has asked for them: most never do. */
let workers: typeof import("./workers/load.js") | undefined;

function loadSync(program: Program, options: LoadOptions): Executable {
  checkLoad(backend, program, options);
  if ((options.workers ?? 1) > 1) {
    // A model loads at once only what takes the place of something that it has loaded before.
    if (workers === undefined) throw new InternalError(program.name, "no model had workers before");
    return workers.loadWorkers(program, options);
  }
  return loadModule(program, compileProgram(program), options);
}

async function load(program: Program, options: LoadOptions): Promise<Executable> {
  checkLoad(backend, program, options);
  if ((options.workers ?? 1) > 1) {
    workers ??= await import("./workers/load.js");
    return workers.loadWorkersAsync(program, options);
  }
  return loadModuleAsync(program, compileProgram(program), options);
}

const backend: Backend = {
  name: "sparse",
  synchronous: true,
  devices: ["cpu"],
  precisions: ["float64", "float32"],
  supports,
  estimate,
  load,
  loadSync,
};

/** The backend; null where there is no WebAssembly. */
export async function create(): Promise<Backend | null> {
  return typeof WebAssembly === "object" ? backend : null;
}
