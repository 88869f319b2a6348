// The one way in which dividing a Program is refused. Invariant: the error names the op, where it comes
// from in the user's network, and what to do.

import { CompileError } from "../../errors.js";
import type { Op } from "../program.js";

const usualHint = "Leave out `workers`: on one thread every network runs.";

/** Refuses to divide a Program because of an op. */
export function refuse(op: Op, problem: string, hint = usualHint): never {
  throw new CompileError({
    code: "unsupported",
    where: op.origin ?? op.id,
    problem: `cannot be divided among workers: ${op.id} (${op.kind}) ${problem}`,
    allowed: "neurons that affect each other only by spikes with a delay of at least one step",
    hint,
  });
}

/** Refuses to divide a Program because of all of it. */
export function refuseWhole(where: string, problem: string, hint = usualHint): never {
  throw new CompileError({ code: "unsupported", where, problem, hint });
}
