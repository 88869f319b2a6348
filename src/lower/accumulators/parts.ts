// Small pieces of the ops that are put together here.

import type { Op, Operand, Write } from "../../ir/program.js";
import type { PlanContext } from "./plan.js";

export interface RewriteContext extends PlanContext {
  /** An id that no op has yet. */
  readonly freshId: (stem: string) => string;
}

/** Elements of an array that an op binds. */
export interface Place extends Pick<Operand, "array" | "at"> {
  readonly offset?: number;
}

/** An operand; versions are counted at the end. */
export const operand = (symbol: string, { array, at, offset = 0 }: Place): Operand => ({
  ...{ symbol, array, version: 0, at },
  ...(offset === 0 ? {} : { offset }),
});

/** A write; versions are counted at the end. */
export const write = (symbol: string, place: Place, mode: Write["mode"] = "set"): Write => ({
  ...operand(symbol, place),
  mode,
});

/** What an op takes over from the one whose place it takes. */
export const headOf = ({ phase, origin }: Op): Pick<Op, "phase" | "origin"> => ({
  phase,
  ...(origin === undefined ? {} : { origin }),
});
