// The dense backend: Programs as ONNX graphs that onnxruntime-node runs. Invariant: the package is
// loaded when the backend is asked for, and without it there is no backend.

import type { Program } from "../../src/ir/program.js";
import { checkLoad } from "../../src/memory/loading.js";
import type { Backend, Executable, LoadOptions } from "../../src/runtime/backend.js";
import { estimate } from "./estimate.js";
import { DenseExecutable } from "./executable.js";
import { supports } from "./limits.js";
import { devicesOf, loadOrt, type Ort } from "./runtime.js";

export { toOnnx } from "./export.js";

function backendOn(ort: Ort): Backend {
  const backend: Backend = {
    name: "dense",
    synchronous: false,
    devices: devicesOf(ort),
    precisions: ["float64", "float32"],
    supports,
    estimate,
    async load(program: Program, options: LoadOptions): Promise<Executable> {
      checkLoad(backend, program, options);
      const { device } = options;
      const executable = new DenseExecutable(program, { ort, device });
      if (device !== "cpu") await executable.prepare();
      return executable;
    },
  };
  return backend;
}

/** The backend; null where onnxruntime-node is not installed. */
export async function create(): Promise<Backend | null> {
  const ort = await loadOrt();
  return ort === null ? null : backendOn(ort);
}
