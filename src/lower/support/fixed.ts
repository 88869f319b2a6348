// Which ops have a place in the step that means more than what they read and write.

import type { Op } from "../../ir/program.js";

/** True for an op that others must not pass: somebody may look at everything there. */
export function isFixed(op: Op): boolean {
  if (op.kind === "edges") return op.trigger.on === "history";
  return op.kind === "record" || op.kind === "remember" || op.kind === "host" || op.kind === "stop";
}
