// Evaluates the parts of the setup that no tunable parameter reaches. Invariant: gives the bits that
// loading would have given: float64 arithmetic on the values as they are stored.

import type { Assignment } from "../expr/ast.js";
import { compileBody } from "../expr/evaluate.js";
import type { ArraySpec, MapOp, Operand, Program, Write } from "../ir/program.js";
import { Kept } from "../util/kept.js";
import { toInt32 } from "../util/to-int32.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";
import { elementOf, initialAt, isKnown } from "./support/values.js";

type Numbers = Float64Array | Int32Array;

/** The derived arrays that depend on nothing but parameters, through ops that write nothing else. */
function settledArrays(program: Program, specs: ReadonlyMap<string, ArraySpec>): Set<string> {
  const settled = new Set(
    program.arrays
      .filter((spec) => spec.role === "derived" && !spec.perCopy)
      .map((spec) => spec.name),
  );
  const isSettled = (array: string): boolean => settled.has(array) || isKnown(specs.get(array)!);
  for (let changed = true; changed;) {
    changed = false;
    for (const { reads, writes } of program.setup) {
      const isWhole = writes.every((write) => settled.has(write.array));
      if (isWhole && reads.every((read) => isSettled(read.array))) continue;
      for (const { array } of writes) changed = settled.delete(array) || changed;
    }
  }
  return settled;
}

/** As a value is after it was stored in an array of this type. */
function storing(spec: ArraySpec, program: Program): (value: number) => number {
  if (spec.type === "int") return toInt32;
  return program.precision === "float32" ? Math.fround : (value) => value;
}

interface Compiled {
  readonly slots: ReadonlyMap<string, number>;
  readonly run: (frame: Float64Array) => void;
}

/** Bodies come from models, which many populations share. */
const compiled = new Kept<readonly Assignment[], Compiled>();

function compileOnce({ reads, body }: MapOp): Compiled {
  const symbols = ["step", "t", "dt", ...reads.map((read) => read.symbol)];
  return compiled.get(body, symbols.join(" "), () => {
    for (const { target } of body) symbols.push(target);
    const slots = new Map([...new Set(symbols)].map((symbol, i) => [symbol, i]));
    return { slots, run: compileBody(body, slots, "float64") };
  });
}

function runMap(
  op: MapOp,
  program: Program,
  valueOf: (read: Operand, i: number) => number,
  store: (write: Write, i: number, value: number) => void,
): void {
  const { slots, run } = compileOnce(op);
  const frame = new Float64Array(slots.size);
  frame[slots.get("dt")!] = program.dt;
  for (let i = 0; i < op.count; i++) {
    for (const read of op.reads) frame[slots.get(read.symbol)!] = valueOf(read, i);
    run(frame);
    for (const write of op.writes) store(write, i, frame[slots.get(write.symbol)!]!);
  }
}

function evaluate(program: Program): Program {
  if (program.setup.length === 0) return program;
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const settled = settledArrays(program, specs);
  if (settled.size === 0) return program;
  const made = new Map<string, Numbers>();
  for (const name of settled) {
    const { type, length } = specs.get(name)!;
    made.set(name, type === "int" ? new Int32Array(length) : new Float64Array(length));
  }
  const valueOf = (read: Operand, i: number): number => {
    const element = elementOf(read, i);
    const own = made.get(read.array);
    if (own !== undefined) return own[element]!;
    const spec = specs.get(read.array)!;
    return storing(spec, program)(initialAt(spec.initial, element));
  };
  const store = (write: Write, i: number, value: number): void => {
    const values = made.get(write.array)!;
    const element = elementOf(write, i);
    const sum = write.mode === "add" ? values[element]! + value : value;
    values[element] = storing(specs.get(write.array)!, program)(sum);
  };
  const isDone = (op: MapOp): boolean => op.writes.every((write) => settled.has(write.array));
  for (const op of program.setup) if (isDone(op)) runMap(op, program, valueOf, store);
  const evaluated: Program = {
    ...program,
    arrays: program.arrays.map((spec) =>
      settled.has(spec.name) ? { ...spec, role: "parameter", initial: made.get(spec.name)! } : spec,
    ),
    setup: program.setup.filter((op) => !isDone(op)),
  };
  return dropUnreferenced(renumberVersions(evaluated));
}

/** Evaluates what is known before anything runs. */
export const precompute: Pass = {
  name: "precompute",
  doc:
    "Evaluates setup that depends on no tunable parameter, and makes its results parameters. " +
    "Bit for bit equal.",
  run: evaluate,
};
