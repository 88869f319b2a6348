// What the ops with a body have in common: operands become values, the body becomes nodes.

import type { Assignment } from "../../../src/expr/ast.js";
import type { Operand } from "../../../src/ir/program.js";
import type { Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { loadOperand, type Arriving } from "../places/load.js";
import type { Space } from "../places/space.js";
import { runBody, type Scope } from "../tensors/expressions.js";

/** The symbols that every body has. */
export function clock({ t, program, step }: Context): [string, Value][] {
  const dt: [string, Value] = ["dt", t.number(program.dt)];
  if (step === undefined) return [dt];
  const exact = t.cast(step, "float64");
  const time = t.mul(exact, t.number(program.dt, "float64"));
  return [["step", t.toReal(step)], ["t", t.toReal(time)], dt];
}

export interface BodyParts {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
}

/** What the symbols of an op stand for when its body is done. */
export function evaluate(
  context: Context,
  space: Space,
  { reads, body }: BodyParts,
  arriving?: Arriving,
): Scope {
  const given = new Map(clock(context));
  for (const read of reads) given.set(read.symbol, loadOperand(context, space, read, arriving));
  return runBody(context.t, body, given);
}
