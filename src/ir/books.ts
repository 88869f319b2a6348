// Which states of a Program are kept lazily, which are computed from others, and which writes
// concern them. Invariant: the same answers for every backend, so that all settle and rebuild alike.

import { accessOf } from "./access.js";
import type { Op, Program } from "./program.js";

/** The arrays behind `settle` and `rebuild`. */
export interface Books {
  /** What `settle` writes: to be settled before anybody looks at it. */
  readonly settled: ReadonlySet<string>;
  /** What `rebuild` writes: a function of the other states, which nobody else may set. */
  readonly rebuilt: ReadonlySet<string>;
  /** Before a write to one of these everything is settled, and rebuilt after it. */
  readonly concerned: ReadonlySet<string>;
}

const written = (ops: readonly Op[]): Set<string> =>
  new Set(ops.flatMap((op) => accessOf(op).writes.map(({ array }) => array)));

/** Finds the arrays behind `settle` and `rebuild`, also through the setup. */
export function booksOf(program: Program): Books {
  const settle: readonly Op[] = program.settle ?? [];
  const rebuild: readonly Op[] = program.rebuild ?? [];
  const settled = written(settle);
  const rebuilt = written(rebuild);
  const concerned = new Set([...settled, ...rebuilt]);
  for (const op of [...settle, ...rebuild]) {
    for (const { array } of accessOf(op).reads) concerned.add(array);
  }
  // Setup runs in order, so what a later op derives is met before what it derives it from.
  for (const op of [...program.setup].reverse()) {
    const { reads, writes } = accessOf(op);
    if (!writes.some(({ array }) => concerned.has(array))) continue;
    for (const { array } of reads) concerned.add(array);
  }
  return { settled, rebuilt, concerned };
}
