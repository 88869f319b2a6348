// Which arrays belong together: the states, sums and lists of one population, or the values of the
// synapses of one connection. They are placed together, so that the same offset fits all of them.
// Invariant: depends only on which ops touch which arrays element by element.

import type { Op, Operand } from "../../ir/program.js";
import { isWrapping } from "../support/values.js";
import type { Inventory } from "./inventory.js";
import type { Refs } from "./refs.js";
import { UnionFind } from "./sets.js";

export interface Bundles {
  /** The leader of an array's bundle. */
  readonly of: (array: number) => number;
  /** True for a single value that only the ops of its own bundle read. */
  readonly isOwn: (array: number) => boolean;
}

/** Hears of the arrays that an op touches element by element, and of those it reads one element of. */
interface TouchVisitor {
  along(array: number): void;
  single(array: number): void;
}

function visitReads(
  reads: readonly Operand[],
  refs: Refs,
  isAlong: (read: Operand) => boolean,
  visitor: TouchVisitor,
): void {
  let place = 0;
  for (const read of reads) {
    if (read.at === "spike" || read.at === "event") continue;
    const array = refs.reads[place++]!;
    if (read.at === "one") visitor.single(array);
    else if (isAlong(read)) visitor.along(array);
  }
}

function visitTouched(op: Op, refs: Refs, visitor: TouchVisitor): void {
  if (op.kind === "map") {
    const { count } = op;
    visitReads(op.reads, refs, (read) => !isWrapping(read, count), visitor);
    for (const array of refs.writes) visitor.along(array);
  } else if (op.kind === "ring") {
    for (const array of refs.reads) visitor.along(array);
    for (const array of refs.writes) visitor.along(array);
  } else if (op.kind === "gather" || op.kind === "deliver" || op.kind === "edges") {
    visitReads(op.reads, refs, ({ at }) => at === "edge", visitor);
    op.writes.forEach(({ at }, i) => {
      if (at === "edge") visitor.along(refs.writes[i]!);
      else if (at === "one") visitor.single(refs.writes[i]!);
    });
  }
}

/** Finds the bundles of the ops whose references the inventory has, in the same order. */
export function findBundles(inventory: Inventory, ops: readonly Op[]): Bundles {
  const { specs, canMove, refs } = inventory;
  const sets = new UnionFind(specs.length);
  /** The first array that each op touches element by element, or -1. */
  const leads = new Int32Array(ops.length).fill(-1);
  const singles: { readonly op: number; readonly array: number }[] = [];
  let op = 0;
  const visitor: TouchVisitor = {
    along(array) {
      if (!canMove[array]!) return;
      if (leads[op]! < 0) leads[op] = array;
      else sets.join(leads[op]!, array);
    },
    single(array) {
      if (canMove[array]!) singles.push({ op, array });
    },
  };
  for (; op < ops.length; op++) visitTouched(ops[op]!, refs[op]!, visitor);

  // The bundle that reads a single value; -1 once there are several.
  const readers = new Map<number, number>();
  for (const { op: reader, array } of singles) {
    const lead = leads[reader]!;
    const bundle = lead < 0 ? specs.length + reader : sets.find(lead);
    const known = readers.get(array);
    readers.set(array, known === undefined || known === bundle ? bundle : -1);
  }
  const own = new Set<number>();
  for (const [array, bundle] of readers) {
    if (bundle < 0 || specs[array]!.length !== 1) continue;
    own.add(array);
    if (bundle < specs.length) sets.join(array, bundle);
  }
  return { of: (id) => sets.find(id), isOwn: (id) => own.has(id) };
}
