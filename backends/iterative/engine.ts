// Does the steps of a loaded Program by running a closure for each op. Invariant: nothing is generated;
// what runs is the Program itself.

import { allocateMemory } from "../../src/memory/allocate.js";
import type { Engine } from "../../src/memory/executable.js";
import { bindStep } from "../../src/memory/step.js";
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
  const runs = program.ops.map((op) => emitOp(op, context));
  const step = bindStep(program, memory, { now, runs });
  return {
    memory,
    now,
    settlers: [...bindSettlers(context), ...bindSettle(context)],
    ...bindRebuilding(context),
    step,
    // Samples are asked for in every step; what is not due is not taken.
    advance: step,
    generated: () => [{ file: "program.txt", text: printProgram(program) }],
  };
}
