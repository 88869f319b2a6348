// Expressions of parameters, evaluated now. Invariant: in the Program's precision, as the step would.

import { compileExpr } from "../../expr/evaluate.js";
import type { Domain, Program } from "../../ir/program.js";
import { elementOf, initialAt, isKnown } from "../support/values.js";
import type { Bound, Specs } from "./linear.js";

/** Whether all operands have values that are known before anything runs. */
export const hasKnownReads = ({ reads }: Bound, specs: Specs): boolean =>
  reads.every((read) => isKnown(specs.get(read.array)!));

/** Whether all edges read the same elements, so that there is one value for all. */
export const isCommon = ({ reads }: Bound): boolean => reads.every(({ at }) => at === "one");

/** Gives the value of an expression with known operands, for one place of each domain. */
export function bindKnown(
  { expr, reads }: Bound,
  specs: Specs,
  { precision, dt }: Program,
): (indexOf: (at: Domain) => number) => number {
  const slots = new Map(["dt", ...reads.map((read) => read.symbol)].map((one, i) => [one, i]));
  const run = compileExpr(expr, slots, precision);
  const frame = new Float64Array(slots.size);
  frame[0] = dt;
  const loads = reads.map((read) => ({ read, initial: specs.get(read.array)!.initial }));
  return (indexOf) => {
    loads.forEach(({ read, initial }, i) => {
      frame[i + 1] = initialAt(initial, elementOf(read, indexOf(read.at)));
    });
    return run(frame);
  };
}
