// The iterative backend: a plain interpreter of Programs. Invariant: it defines what a Program means
// and is never optimised; the other backends are compared with it.

import type { Program } from "../../src/ir/program.js";
import { MemoryExecutable } from "../../src/memory/executable.js";
import { checkLoad } from "../../src/memory/loading.js";
import type { Backend, Executable, LoadOptions } from "../../src/runtime/backend.js";
import { createEngine } from "./engine.js";
import { estimate, supports } from "./limits.js";

function loadSync(program: Program, options: LoadOptions): Executable {
  checkLoad(backend, program, options);
  return new MemoryExecutable(program, createEngine(program, options));
}

const backend: Backend = {
  name: "iterative",
  synchronous: true,
  devices: ["cpu"],
  precisions: ["float64", "float32"],
  supports,
  estimate,
  load: async (program, options) => loadSync(program, options),
  loadSync,
};

/** The backend; it is available everywhere. */
export async function create(): Promise<Backend | null> {
  return backend;
}
