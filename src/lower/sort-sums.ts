// Brings equal sums together, so that merging finds more of them side by side. Invariant: only the
// order in which terms are added changes; a sum may differ in its last bits, so that this pass is
// off unless it is asked for.

import { accessOf } from "../ir/access.js";
import type { Op, Program } from "../ir/program.js";
import { sumsAmong } from "./merge/refs.js";
import { Renaming } from "./merge/body-key.js";
import type { Pass } from "./pass.js";
import { renumberVersions } from "./support/rewire.js";

const nameOf = ({ array }: { readonly array: string }): string => array;

function sumsOf(op: Op): readonly string[] {
  const { reads, writes } = accessOf(op);
  return sumsAmong(op, reads.map(nameOf), writes.map(nameOf));
}

/** A gather that only adds to sums may change places with another one. */
const isSum = (op: Op, sums: readonly string[]): boolean =>
  op.kind === "gather" && sums.length === op.writes.length;

function keyOf(op: Op): string {
  if (op.kind !== "gather") return "";
  const renaming = new Renaming();
  const reads = op.reads.map(({ symbol, at }) => `${renaming.add(symbol)}:${at}`);
  return [...reads, renaming.keyOfBody(op.body)].join("|");
}

/** Orders a run of sums by what they compute; the first of each kind keeps its rank. */
function sortRun(run: readonly Op[]): Op[] {
  const kinds = new Map<string, Op[]>();
  for (const op of run) {
    const key = keyOf(op);
    const alike = kinds.get(key);
    if (alike === undefined) kinds.set(key, [op]);
    else alike.push(op);
  }
  return [...kinds.values()].flat();
}

function sortOps(program: Program): Program {
  const ops: Op[] = [];
  let run: Op[] = [];
  const written = new Set<string>();
  const read = new Set<string>();
  const flush = (): void => {
    ops.push(...sortRun(run));
    run = [];
    written.clear();
    read.clear();
  };
  for (const op of program.ops) {
    const last = run.at(-1);
    const reads = op.kind === "gather" ? op.reads : [];
    const isApart = last !== undefined && last.phase !== op.phase;
    const sums = sumsOf(op);
    // What sums of one run read must not be summed in it.
    const isFed =
      reads.some(({ array }) => written.has(array)) || sums.some((one) => read.has(one));
    if (!isSum(op, sums) || isApart || isFed) flush();
    if (!isSum(op, sums)) {
      ops.push(op);
      continue;
    }
    run.push(op);
    for (const array of sums) written.add(array);
    for (const { array } of reads) read.add(array);
  }
  flush();
  return renumberVersions({ ...program, ops });
}

/** Orders sums by what they compute. */
export const sortSums: Pass = {
  name: "sortSums",
  tolerance: 1e-12,
  doc:
    "Orders sums by kind before merging: fewer ops where kinds of synapses alternate. Terms are " +
    "added in another order, so that the last bits of sums may differ; off by default.",
  run: sortOps,
};
