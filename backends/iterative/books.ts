// The ops that a Program has for its lazily kept states and for sums of states: run when asked, over
// the same memory as the step and in the same way.

import { booksOf } from "../../src/ir/books.js";
import type { Op } from "../../src/ir/program.js";
import type { Engine } from "../../src/memory/executable.js";
import type { Settler } from "../../src/memory/settling.js";
import type { Context, Run } from "./context.js";
import { emitOp } from "./emit.js";

/** Does ops one after the other, each for all copies. */
function bindAll(ops: readonly Op[], context: Context): () => void {
  const runs: readonly Run[] = ops.map((op) => emitOp(op, context));
  const { batch } = context.program;
  return () => {
    for (const run of runs) {
      for (let copy = 0; copy < batch; copy++) run(copy);
    }
  };
}

/** The Program's `settle` as a settler, if it has one. */
export function bindSettle(context: Context): Settler[] {
  const { settle } = context.program;
  if (settle === undefined) return [];
  const { settled, concerned } = booksOf(context.program);
  const settleAll = bindAll(settle, context);
  return [
    {
      writes: [...settled],
      settleAll,
      // What the Program keeps says itself that it is settled.
      forget: () => undefined,
      isConcernedBy: (array) => concerned.has(array),
    },
  ];
}

/** The Program's `rebuild`, if it has one. */
export function bindRebuilding(context: Context): Pick<Engine, "rebuild"> {
  const { rebuild } = context.program;
  return rebuild === undefined ? {} : { rebuild: bindAll(rebuild, context) };
}
