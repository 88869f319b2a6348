// A map joins the op that it waits for where that is a map over the same elements, for example the
// reset the update, so that states are loaded and stored once. Invariant: no op passes one that it
// depends on, and none passes the place where monitors sample.

import { accessOf } from "../ir/access.js";
import type { Op, Program } from "../ir/program.js";
import type { Pass } from "./pass.js";
import { fuseMaps } from "./support/fuse-maps.js";
import { renumberVersions } from "./support/rewire.js";

/** Ops whose place among the others means more than what they read and write. */
function isFixed(op: Op): boolean {
  if (op.kind === "edges") return op.trigger.on === "history";
  return op.kind === "record" || op.kind === "remember" || op.kind === "host" || op.kind === "stop";
}

/** Who touched each array last. */
class Waiting {
  readonly #written = new Map<string, number>();
  readonly #touched = new Map<string, number>();
  #fixed = -1;

  /** The last place that an op has to come after. */
  placeOf(op: Op): number {
    const { reads, writes } = accessOf(op);
    let place = this.#fixed;
    for (const { array } of reads) place = Math.max(place, this.#written.get(array) ?? -1);
    for (const { array } of writes) place = Math.max(place, this.#touched.get(array) ?? -1);
    return place;
  }

  note(op: Op, place: number): void {
    const { reads, writes } = accessOf(op);
    const raise = (table: Map<string, number>, array: string): void => {
      table.set(array, Math.max(place, table.get(array) ?? -1));
    };
    for (const { array } of reads) raise(this.#touched, array);
    for (const { array } of writes) {
      raise(this.#touched, array);
      raise(this.#written, array);
    }
    if (isFixed(op)) this.#fixed = place;
  }
}

function fuseOps(program: Program): Program {
  const waiting = new Waiting();
  const ops: Op[] = [];
  for (const op of program.ops) {
    const place = waiting.placeOf(op);
    const before = ops[place];
    const fused = op.kind === "map" && before?.kind === "map" ? fuseMaps(before, op) : undefined;
    if (fused === undefined) ops.push(op);
    else ops[place] = fused;
    waiting.note(op, fused === undefined ? ops.length - 1 : place);
  }
  return ops.length === program.ops.length ? program : renumberVersions({ ...program, ops });
}

/** Joins maps that follow each other on the same elements. */
export const fuse: Pass = {
  name: "fuse",
  doc:
    "Maps over the same elements that wait for each other become one, so that what the first stores " +
    "the second need not load. Bit for bit equal.",
  run: fuseOps,
};
