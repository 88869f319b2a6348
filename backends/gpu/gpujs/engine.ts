// Does the steps of a Program with kernels of gpu.js, over plain memory: what changes goes up before
// each kernel, and its results come back. Invariant: the memory is the whole state after every op.

import { indexArraysOf } from "../../../src/ir/layout.js";
import type { EdgesOp, IoOp, Op, Program, StopOp } from "../../../src/ir/program.js";
import { InternalError } from "../../../src/errors.js";
import { allocateMemory } from "../../../src/memory/allocate.js";
import type { Engine } from "../../../src/memory/executable.js";
import { bindStep } from "../../../src/memory/step.js";
import { copyOf, valuesIn, type Memory } from "../../../src/memory/memory.js";
import type { Now } from "../../../src/memory/monitors.js";
import {
  diagonalKernels,
  gatherKernels,
  mapKernels,
  type Making,
  type OpKernels,
} from "./kernels.js";
import type { Runner } from "./runner.js";

/** Does an op for one copy of the batch. */
type Run = (copy: number) => void;

function bindKernels({ sources, now: numbers, fill, store }: OpKernels, context: Context): Run {
  const kernels = sources.map((source) => context.runner.make(source));
  context.texts.push(...sources);
  // gpu.js compiles a kernel when it first runs: what goes wrong is to go wrong here.
  fill(0, 0);
  const results = kernels.map((run) => run(numbers));
  return (copy) => {
    fill(copy, context.now.step);
    for (let i = 0; i < kernels.length; i++) results[i] = kernels[i]!(numbers);
    store(results, copy);
  };
}

/** An update of a diagonal in every so many steps: the only trigger that limits.ts lets through. */
function bindEvery(op: EdgesOp, context: Context): Run {
  const { trigger } = op;
  if (trigger.on !== "every") throw new InternalError(op.id, `${trigger.on} was not refused`);
  const run = bindKernels(diagonalKernels(op, context), context);
  return (copy) => {
    if (context.now.step % trigger.steps === 0) run(copy);
  };
}

function bindIo(op: IoOp, memory: Memory): Run {
  const into = valuesIn(memory, op.into);
  const pieces = op.pieces.map((piece) => ({ ...piece, from: valuesIn(memory, piece.array) }));
  return (copy) => {
    const base = copyOf(into, copy) * into.length;
    for (const { from, offset, count, position } of pieces) {
      const first = copyOf(from, copy) * from.length + offset;
      for (let i = 0; i < count; i++) into.data[base + position + i] = from.data[first + i]!;
    }
  };
}

function bindStop({ when, reason }: StopOp, { memory }: Making, now: Now): Run {
  const array = valuesIn(memory, when.array);
  return (copy) => {
    const place = copyOf(array, copy) * array.length + (when.offset ?? 0);
    if (array.data[place] !== 0) now.reason ??= reason;
  };
}

interface Context extends Making {
  readonly runner: Runner;
  readonly now: Now;
  /** All that was written, for `generated`. */
  readonly texts: OpKernels["sources"][number][];
}

function bindOp(op: Op, context: Context): Run {
  switch (op.kind) {
    case "map":
      return bindKernels(mapKernels(op, context), context);
    case "gather":
      return bindKernels(gatherKernels(op, context), context);
    case "edges":
      return bindEvery(op, context);
    case "io":
      return bindIo(op, context.memory);
    case "stop":
      return bindStop(op, context, context.now);
    case "record":
      return (copy) => {
        if (copy === 0) context.now.sample?.();
      };
    default:
      throw new InternalError(op.id, `${op.kind} was not refused`);
  }
}

const textOf = ({ text, functions }: Context["texts"][number]): string =>
  [text, ...functions.map((one) => one.text)].join("\n");

/** Makes the kernels of a Program. */
export function createEngine(program: Program, runner: Runner): Engine {
  const now: Now = { step: 0, reason: undefined, sample: undefined };
  const memory = allocateMemory(program);
  const indexes = indexArraysOf(program);
  const context: Context = { program, memory, indexes, runner, now, texts: [] };
  const runs = program.ops.map((op) => bindOp(op, context));
  const step = bindStep(program, memory, { now, runs });
  return {
    memory,
    now,
    settlers: [],
    step,
    advance: step,
    dispose: () => runner.dispose(),
    generated: () => [{ file: "kernels.js", text: context.texts.map(textOf).join("\n\n") }],
  };
}
