// Programs as ONNX models. Invariant: the code for it is loaded when somebody asks for it, and needs no
// package; only running such models does.

import type { Program } from "../ir/program.js";
import { backendLoaders } from "../runtime/backend-list.js";

/**
 * The bytes of an ONNX model that does one step of a Program. `parameters`: what its tunable arrays
 * hold now.
 */
export async function exportOnnx(
  program: Program,
  parameters: ReadonlyMap<string, ArrayLike<number>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { toOnnx } = await backendLoaders.dense();
  return toOnnx(program, parameters);
}
