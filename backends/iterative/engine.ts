// Does the steps of a loaded Program by running a closure for each op. Invariant: the state is
// scanned after every step, so a divergence is found in the step that makes it.

import { allocateMemory } from "../../src/memory/allocate.js";
import { bindScan } from "../../src/memory/divergence.js";
import type { Engine } from "../../src/memory/executable.js";
import { indexArraysOf } from "../../src/ir/layout.js";
import { printProgram } from "../../src/ir/print.js";
import type { Program } from "../../src/ir/program.js";
import type { LoadOptions } from "../../src/runtime/backend.js";
import type { Context } from "./context.js";
import { bindRebuilding, bindSettle } from "./books.js";
import { emitOp } from "./emit.js";
import { bindSettlers } from "./history.js";

/** Binds every op of a Program to its memory. */
export function createEngine(program: Program, options: LoadOptions): Engine {
  const context: Context = {
    program,
    memory: allocateMemory(program),
    indexes: indexArraysOf(program),
    hosts: options.hosts,
    settlers: new Map(),
    now: { step: 0, reason: undefined, sample: undefined },
  };
  const { memory, now } = context;
  const { batch } = program;
  const runs = program.ops.map((op) => emitOp(op, context));
  const hasRecord = program.ops.some((op) => op.kind === "record");
  const scan = bindScan(program, memory);
  const step = (): void => {
    now.reason = undefined;
    for (let i = 0; i < runs.length; i++) {
      for (let copy = 0; copy < batch; copy++) runs[i]!(copy);
    }
    if (!hasRecord) now.sample?.();
    now.step++;
    scan(now.step - 1);
  };
  return {
    memory,
    now,
    settlers: [...bindSettlers(context), ...bindSettle(context)],
    ...bindRebuilding(context),
    step,
    // Samples are asked for in every step; what is not due is not taken.
    advance: step,
    // There is no generated code; the Program itself is what runs.
    generated: () => [{ file: "program.txt", text: printProgram(program) }],
  };
}
