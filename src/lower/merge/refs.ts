// What each op refers to, by the numbers of the arrays: names are looked up once for each reference,
// not once for each question. Invariant: the same arrays in the same order as in `visitAccess`.

import { visitAccess } from "../../ir/access.js";
import type { AccessVisitor } from "../../ir/access.js";
import type { Op } from "../../ir/program.js";

/** The arrays of one op. */
export interface Refs {
  /** Operands but for payload columns, then spikes. */
  readonly reads: readonly number[];
  /** Writes, then the list that is emitted. */
  readonly writes: readonly number[];
  /** Arrays to which the op only adds sums, so that it may share an op with its neighbours in the sum. */
  readonly sums: readonly number[];
}

/**
 * Those of the arrays an op writes to which it only adds sums; `reads` and `writes` are all arrays in
 * the order of `Refs`, as numbers or as names.
 */
export function sumsAmong<T>(op: Op, reads: readonly T[], writes: readonly T[]): readonly T[] {
  const sums: T[] = [];
  if (op.kind !== "gather" && op.kind !== "deliver") return sums;
  // The spikes of a deliver op come after its operands.
  const operands = op.kind === "gather" ? reads.length : reads.length - 1;
  for (let i = 0; i < op.writes.length; i++) {
    const { at, mode } = op.writes[i]!;
    const array = writes[i]!;
    if (at !== "target" || mode !== "add") continue;
    if (writes.indexOf(array) !== i || writes.lastIndexOf(array) !== i) continue;
    const place = reads.indexOf(array);
    if (place < 0 || place >= operands) sums.push(array);
  }
  return sums;
}

/** The references of every op. */
export function findRefs(ops: readonly Op[], idOf: (name: string) => number): Refs[] {
  let reads: number[] = [];
  let writes: number[] = [];
  const visitor: AccessVisitor = {
    read: (array) => void reads.push(idOf(array)),
    write: (array) => void writes.push(idOf(array)),
    also: () => {},
  };
  return ops.map((op) => {
    reads = [];
    writes = [];
    visitAccess(op, visitor);
    return { reads, writes, sums: sumsAmong(op, reads, writes) };
  });
}

/** Looking through a short list is quicker than making a set. */
const longList = 16;

/** Each number once, in the order of the first. */
export function distinct(list: readonly number[]): readonly number[] {
  if (list.length < 2) return list;
  if (list.length > longList) return [...new Set(list)];
  for (let i = 1; i < list.length; i++) {
    if (list.indexOf(list[i]!) < i) return list.filter((item, k) => list.indexOf(item) === k);
  }
  return list;
}
