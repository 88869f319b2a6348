// Writes whose value nothing reads in the rest of a step. Invariant: only arrays that have no meaning
// from step to step are looked at.

import { accessOf } from "../../ir/access.js";
import type { Op, Program, Write } from "../../ir/program.js";
import { isBodyOp, pruneBody } from "./bodies.js";

/** The op without some writes, or undefined where it then does nothing. */
function withoutWrites(op: Op, isDead: (write: Write) => boolean): Op | undefined {
  if (!isBodyOp(op) || op.kind === "random") return op;
  // What settles a history does more than write.
  if (op.kind === "edges" && op.trigger.on === "history") return op;
  const writes = op.writes.filter((write) => !isDead(write));
  if (writes.length === op.writes.length) return op;
  const isIdle = writes.length === 0 && !(op.kind === "map" && op.emit !== undefined);
  return isIdle ? undefined : pruneBody({ ...op, writes });
}

/** Drops writes to scratch arrays that nothing reads after them. */
export function dropDeadStores(program: Program): Program {
  const scratch = new Set(
    program.arrays.filter(({ role }) => role === "scratch").map(({ name }) => name),
  );
  for (const { array } of program.names) scratch.delete(array);
  const read = new Set<string>();
  const look = (op: Op): void => {
    const { reads, writes } = accessOf(op);
    for (const { array } of reads) read.add(array);
    for (const { array, mode } of writes) if (mode === "add") read.add(array);
  };
  const isDead = ({ array }: Write): boolean => scratch.has(array) && !read.has(array);
  const kept: Op[] = [];
  for (const op of [...program.ops].reverse()) {
    const next = withoutWrites(op, isDead);
    if (next === undefined) continue;
    kept.push(next);
    look(next);
    // A full history is settled where it is filled, by an op that stands elsewhere.
    if (next.kind !== "remember") continue;
    const settler = program.ops.find(({ id }) => id === next.settle);
    if (settler !== undefined) look(settler);
  }
  return { ...program, ops: kept.reverse() };
}
