// Settled views of arrays with pending history events. Invariant: looking never changes later bits,
// because what settling wrote is taken back; only `settleForGood` keeps it.

import type { Program } from "../../src/ir/program.js";
import { valuesOf, type Context } from "./context.js";
import { bindHistoryEdges } from "./history.js";

export interface Settling {
  /** Whether pending events could change this array. */
  readonly concerns: (array: string) => boolean;
  /** Settles, calls `look`, and takes the settling back; `done` is the number of steps done. */
  readonly whileSettled: (done: number, look: () => void) => void;
  readonly settleForGood: (done: number) => void;
}

/** Binds the settling of all edges ops with a history, in their order. */
export function bindSettling(program: Program, context: Context): Settling {
  const settlers = program.ops.flatMap((op) =>
    op.kind === "edges" && op.trigger.on === "history" ? [bindHistoryEdges(op, context)] : [],
  );
  const names = new Set(settlers.flatMap((settler) => settler.writes));
  const kept = [...names].map((name) => {
    const { data } = valuesOf(context, name);
    return { data, copy: data.slice() };
  });
  const settleAll = (done: number): void => {
    for (const settler of settlers) settler.settleAll(done);
  };
  return {
    concerns: (array) => names.has(array),
    whileSettled(done, look) {
      for (const { data, copy } of kept) copy.set(data);
      try {
        settleAll(done);
        look();
      } finally {
        for (const { data, copy } of kept) data.set(copy);
      }
    },
    settleForGood(done) {
      settleAll(done);
      for (const settler of settlers) settler.forget();
    },
  };
}
