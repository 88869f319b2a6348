// How an op that brings remembered events up to date is to be read between two steps: the one rule that
// all backends follow. Invariant: it follows from the Program alone.

import { accessOf } from "./access.js";
import type { EdgesOp, Program } from "./program.js";

/**
 * What the body of a settling op reads between two steps: if all that changes is read as it was when the
 * step began, it is already the reading of the next step, else that of the last.
 */
export function readsNextStep(op: EdgesOp, program: Program): boolean {
  const own = new Set(op.writes.map((write) => write.array));
  const changing = new Set<string>();
  for (const other of program.ops) {
    for (const { array } of accessOf(other).writes) if (!own.has(array)) changing.add(array);
  }
  const read = op.reads.filter(
    ({ array, at }) => at !== "event" && at !== "spike" && changing.has(array),
  );
  return read.length > 0 && read.every(({ version }) => version === 0);
}
