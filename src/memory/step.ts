// A step of an engine that has a closure for each op. Invariant: the state is scanned after every step,
// so a divergence is found in the step that makes it.

import type { Program } from "../ir/program.js";
import { bindScan } from "./divergence.js";
import type { Memory } from "./memory.js";
import type { Now } from "./monitors.js";

/** The function that does one step; `runs` do the ops of the Program for one copy of the batch each. */
export function bindStep(
  program: Program,
  memory: Memory,
  { now, runs }: { readonly now: Now; readonly runs: readonly ((copy: number) => void)[] },
): () => void {
  const { batch } = program;
  const hasRecord = program.ops.some(({ kind }) => kind === "record");
  const scan = bindScan(program, memory);
  return () => {
    now.reason = undefined;
    for (let i = 0; i < runs.length; i++) {
      for (let copy = 0; copy < batch; copy++) runs[i]!(copy);
    }
    if (!hasRecord) now.sample?.();
    now.step++;
    scan(now.step - 1);
  };
}
