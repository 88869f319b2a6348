// Calls users' functions inside the step. Invariant: a function gets buffers instead of the arrays,
// so that it cannot keep hold of them; what it does not fill keeps its value.

import { CompileError } from "../errors.js";
import type { HostOp, HostValue, Program } from "../ir/program.js";
import type { HostFunction, Values } from "../runtime/backend.js";
import { copyOf, valuesIn, type Memory } from "./memory.js";

/** What binding a `host` op needs. */
export interface HostParts {
  readonly program: Program;
  readonly memory: Memory;
  readonly hosts: ReadonlyMap<string, HostFunction>;
}

function buffersFor(slices: readonly HostValue[], program: Program): Values[] {
  const isDouble = program.precision === "float64";
  return slices.map(({ count }) => (isDouble ? new Float64Array(count) : new Float32Array(count)));
}

/** Binds the function of an op; calling it does the op for one copy. */
export function bindHost(op: HostOp, parts: HostParts): (step: number, copy: number) => void {
  const { program, memory, hosts } = parts;
  const call = hosts.get(op.name);
  if (call === undefined) {
    throw new CompileError({
      code: "host-missing",
      where: op.origin ?? op.id,
      problem: "needs a function that was not given",
      got: op.name,
      hint: "Pass the function when the model is loaded.",
    });
  }
  const reads = op.reads.map((slice) => valuesIn(memory, slice.array));
  const writes = op.writes.map((slice) => valuesIn(memory, slice.array));
  const inputs = buffersFor(op.reads, program);
  const outputs = buffersFor(op.writes, program);
  return (step, copy) => {
    for (let k = 0; k < inputs.length; k++) {
      const first = copyOf(reads[k]!, copy) * reads[k]!.length + op.reads[k]!.offset;
      for (let i = 0; i < inputs[k]!.length; i++) inputs[k]![i] = reads[k]!.data[first + i]!;
    }
    for (let k = 0; k < outputs.length; k++) {
      const first = copyOf(writes[k]!, copy) * writes[k]!.length + op.writes[k]!.offset;
      for (let i = 0; i < outputs[k]!.length; i++) outputs[k]![i] = writes[k]!.data[first + i]!;
    }
    call(step, inputs, outputs);
    for (let k = 0; k < outputs.length; k++) {
      const first = copyOf(writes[k]!, copy) * writes[k]!.length + op.writes[k]!.offset;
      for (let i = 0; i < outputs[k]!.length; i++) writes[k]!.data[first + i] = outputs[k]![i]!;
    }
  };
}
