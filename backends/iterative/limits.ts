// What the iterative backend refuses (nothing but other precisions) and what a step would cost.
// The costs are rough: only the ratio to other backends matters, and that is large.

import { visitExpr } from "../../src/expr/rewrite.js";
import type { Assignment } from "../../src/expr/ast.js";
import { visitsOf } from "../../src/ir/layout.js";
import type { Op, Operand, Program, Write } from "../../src/ir/program.js";
import type { Cost, Problem } from "../../src/runtime/backend.js";
import { bytesOf } from "./memory.js";

/** Rates at which sources are expected to fire where nothing else is known [1/ms]: 10 per second. */
const expectedRate = 0.01;
/** Measured order of magnitude for one interpreted operation, load or store. */
const nanosecondsPerOperation = 15;
const nanosecondsPerOp = 50;

export function supports(program: Program): Problem[] {
  const problems: Problem[] = [];
  if (program.format !== 1) {
    problems.push({
      code: "format",
      reason: `the Program has the format ${program.format}, not 1`,
    });
  }
  if (program.precision !== "float64" && program.precision !== "float32") {
    problems.push({ code: "precision", reason: `computes in float64 or float32 only` });
  }
  return problems;
}

interface Work {
  /** How often the body runs in a step of one copy. */
  readonly times: number;
  readonly reads?: readonly Operand[];
  readonly body?: readonly Assignment[];
  readonly writes?: readonly Write[];
  /** Numbers moved without a body. */
  readonly moved?: number;
}

function operationsIn(body: readonly Assignment[]): number {
  let count = 0;
  for (const { value } of body) {
    visitExpr(value, (node) => {
      if (node.kind !== "number" && node.kind !== "name") count++;
    });
  }
  return count;
}

type WorkTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, program: Program) => Work;
};

/** The part of the sources that is expected to fire in one step. */
const activity = (program: Program): number => Math.min(1, expectedRate * program.dt);

const lengthOf = (program: Program, name: string): number =>
  program.arrays.find((spec) => spec.name === name)?.length ?? 0;

const workTable: WorkTable = {
  map: (op) => ({ ...op, times: op.count }),
  gather: (op) => ({ ...op, times: visitsOf(op.layout) }),
  deliver: (op, program) => ({ ...op, times: visitsOf(op.layout) * activity(program) }),
  edges: (op, program) => {
    const share = op.trigger.on === "every" ? 1 / op.trigger.steps : activity(program);
    return { ...op, times: visitsOf(op.layout) * share };
  },
  ring({ into }, program) {
    const spec = program.arrays.find((one) => one.name === into.array);
    const share = spec?.type === "spikes" ? activity(program) : 1;
    return { times: 0, moved: (spec?.length ?? 0) * share };
  },
  remember: ({ values, history }, program) => ({
    times: lengthOf(program, history) * activity(program),
    reads: values,
  }),
  // Ten rounds of a block cipher: about forty operations for each number.
  random: (op, program) => ({
    times: 0,
    moved: 40 * op.count * (op.how === "skip" ? activity(program) : 1),
  }),
  reduce: ({ count }) => ({ times: 0, moved: count }),
  stop: () => ({ times: 0, moved: 1 }),
  host: ({ reads, writes }) => ({
    times: 0,
    moved: [...reads, ...writes].reduce((sum, { count }) => sum + count, 10),
  }),
  io: ({ pieces }) => ({ times: 0, moved: pieces.reduce((sum, { count }) => sum + count, 0) }),
  record: () => ({ times: 0 }),
};

/** What one step of all copies would cost here. */
export function estimate(program: Program): Cost {
  const { batch, precision, arrays, ops } = program;
  const width = precision === "float64" ? 8 : 4;
  let bytes = 0;
  let work = 0;
  for (const op of ops) {
    const measure = workTable[op.kind] as (op: Op, program: Program) => Work;
    const { times, reads = [], body = [], writes = [], moved = 0 } = measure(op, program);
    const accesses = reads.length + writes.length;
    bytes += batch * width * (times * accesses + 2 * moved);
    work += batch * (times * (accesses + operationsIn(body)) + moved);
  }
  const launches = ops.length * batch;
  const memory = arrays.reduce((sum, spec) => sum + bytesOf(spec, precision, batch), 0);
  return {
    bytes,
    work,
    launches,
    nanoseconds: work * nanosecondsPerOperation + launches * nanosecondsPerOp,
    startup: 1 + memory / 1e6,
    memory,
  };
}
