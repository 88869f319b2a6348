// Parameters that are the same for everything an op does become numbers in its body. Invariant: the
// values keep their names: where no array is left, the name stands for the values themselves.

import { num, type Expr } from "../expr/ast.js";
import type { ArraySpec, Op, Program } from "../ir/program.js";
import { domainSize, isBodyOp, replaceReads, type BodyOp } from "./support/bodies.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { isKnown, uniformValue } from "./support/values.js";

function withLiterals<T extends BodyOp>(op: T, specs: ReadonlyMap<string, ArraySpec>): T {
  const values = new Map<string, Expr>();
  for (const read of op.reads) {
    if (read.at === "spike" || read.at === "event") continue;
    const spec = specs.get(read.array)!;
    if (spec.role !== "parameter" || !isKnown(spec)) continue;
    const value = uniformValue(spec, read, domainSize(op, read.at));
    // Infinity is a valid bound, but no number of the language.
    if (value !== undefined && Number.isFinite(value)) values.set(read.symbol, num(value));
  }
  return replaceReads(op, values);
}

function replaceUniform(program: Program): Program {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const change = <T extends Op>(op: T): T =>
    isBodyOp(op) ? (withLiterals(op, specs) as typeof op) : op;
  return { ...program, setup: program.setup.map(change), ops: program.ops.map(change) };
}

/** Replaces uniform parameters by numbers. */
export const uniform: Pass = {
  name: "uniform",
  doc: "Parameters with one value for all become numbers in bodies. Bit for bit equal.",
  run: (program) => dropUnreferenced(replaceUniform(program)),
};
