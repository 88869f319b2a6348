// The iterative backend: a plain interpreter of Programs. Invariant: it defines what a Program means
// and is never optimised; the other backends are compared with it.

import { BackendUnavailableError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import type { Backend, Executable, LoadOptions } from "../../src/runtime/backend.js";
import { IterativeExecutable } from "./executable.js";
import { estimate, supports } from "./limits.js";

const devices = ["cpu"];

function loadSync(program: Program, options: LoadOptions): Executable {
  if (!devices.includes(options.device)) {
    throw new BackendUnavailableError({
      code: "device",
      where: program.name,
      problem: "cannot run there on the iterative backend",
      got: options.device,
      allowed: devices.join(", "),
      hint: "Choose another device or backend.",
    });
  }
  const [problem] = supports(program);
  if (problem !== undefined) {
    throw new BackendUnavailableError({
      code: problem.code,
      where: program.name,
      problem: `cannot run on the iterative backend: ${problem.reason}`,
    });
  }
  return new IterativeExecutable(program, options);
}

const backend: Backend = {
  name: "iterative",
  synchronous: true,
  devices,
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
