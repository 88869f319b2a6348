// Which arrays belong together: the states, sums and lists of one population, or the values of the
// synapses of one connection. They are placed together, so that the same offset fits all of them.
// Invariant: depends only on which ops touch which arrays element by element.

import type { MapOp, Op, Operand } from "../../ir/program.js";
import { isWrapping } from "../support/values.js";
import type { Inventory } from "./inventory.js";
import { UnionFind } from "./sets.js";

export interface Bundles {
  /** The leader of an array's bundle. */
  readonly of: (array: number) => number;
  /** True for a single value that only the ops of its own bundle read. */
  readonly isOwn: (array: number) => boolean;
}

/** Arrays that an op reads or writes element by element, and those it reads one element of. */
interface Touch {
  readonly along: number[];
  readonly single: number[];
}

function touchMap(inventory: Inventory, op: MapOp): Touch {
  const { idOf } = inventory;
  const isAlong = (read: Operand): boolean => read.at === "element" && !isWrapping(read, op.count);
  const along = op.reads.filter(isAlong).map((read) => idOf(read.array));
  along.push(...op.writes.map((write) => idOf(write.array)));
  if (op.emit !== undefined) along.push(idOf(op.emit.list));
  const single = op.reads.filter((read) => read.at === "one").map((read) => idOf(read.array));
  return { along, single };
}

function touchOf(inventory: Inventory, op: Op): Touch {
  const { idOf } = inventory;
  if (op.kind === "map") return touchMap(inventory, op);
  if (op.kind === "ring") return { along: [idOf(op.from.array), idOf(op.into.array)], single: [] };
  if (op.kind !== "gather" && op.kind !== "deliver" && op.kind !== "edges") {
    return { along: [], single: [] };
  }
  const touch: Touch = { along: [], single: [] };
  for (const list of [op.reads, op.writes]) {
    for (const { at, array } of list) {
      if (at === "edge") touch.along.push(idOf(array));
      else if (at === "one") touch.single.push(idOf(array));
    }
  }
  return touch;
}

/** Finds the bundles of a Program. */
export function findBundles(inventory: Inventory, ops: readonly Op[]): Bundles {
  const { specs, canMove } = inventory;
  const sets = new UnionFind(specs.length);
  const touches = ops.map((op) => {
    const { along, single } = touchOf(inventory, op);
    return {
      along: along.filter((id) => canMove[id]!),
      single: single.filter((id) => canMove[id]!),
    };
  });
  for (const { along } of touches) for (const id of along) sets.join(along[0]!, id);

  // The bundle that reads a single value; -1 once there are several.
  const readers = new Map<number, number>();
  touches.forEach(({ along, single }, index) => {
    const bundle = along.length > 0 ? sets.find(along[0]!) : specs.length + index;
    for (const id of single) {
      const known = readers.get(id);
      readers.set(id, known === undefined || known === bundle ? bundle : -1);
    }
  });
  const own = new Set<number>();
  for (const [id, bundle] of readers) {
    if (bundle < 0 || specs[id]!.length !== 1) continue;
    own.add(id);
    if (bundle < specs.length) sets.join(id, bundle);
  }
  return { of: (id) => sets.find(id), isOwn: (id) => own.has(id) };
}
