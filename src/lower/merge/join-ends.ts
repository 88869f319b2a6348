// Joins classes that only synapses see as one: the same quantity of different neuron models, read
// or written at the ends of equal synapses. Then one op serves the synapses of all models.
// Invariant: never joins what a hard rule keeps apart; leaving a join out is always right.

import type { Bundles } from "./bundles.js";
import type { Group } from "./part.js";
import type { Inventory } from "./inventory.js";
import type { UnionFind } from "./sets.js";

interface Joining {
  readonly inventory: Inventory;
  readonly bundles: Bundles;
  readonly sets: UnionFind;
  /** Classes that one op writes and touches together. */
  readonly apart: Map<number, Set<number>>;
  /** The bundles that have an array in a class. */
  readonly bundlesIn: Map<number, Set<number>>;
}

const setOf = (table: Map<number, Set<number>>, key: number): Set<number> => {
  let found = table.get(key);
  if (found === undefined) {
    found = new Set();
    table.set(key, found);
  }
  return found;
};

function keepApart(joining: Joining, groups: readonly Group[]): void {
  const { inventory, sets, apart } = joining;
  for (const group of groups) {
    for (const { written, touched } of group) {
      for (const to of written) {
        if (!inventory.canMove[to]!) continue;
        const one = sets.find(to);
        for (const from of touched) {
          if (!inventory.canMove[from]!) continue;
          const other = sets.find(from);
          if (one === other) continue;
          setOf(apart, one).add(other);
          setOf(apart, other).add(one);
        }
      }
    }
  }
}

/** Rings and lists are pushed and emptied as a whole; they follow stricter rules. */
function isPlain({ specs, canMove, colours }: Inventory, array: number): boolean {
  const { type, slots } = specs[array]!;
  const isPushed = colours[array]!.includes(">");
  return canMove[array]! && type !== "spikes" && slots === undefined && !isPushed;
}

function meets(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const one of small) if (large.has(one)) return true;
  return false;
}

function tryJoin(joining: Joining, a: number, b: number): void {
  const { sets, apart, bundlesIn } = joining;
  const one = sets.find(a);
  const two = sets.find(b);
  if (one === two || setOf(apart, one).has(two)) return;
  if (meets(setOf(bundlesIn, one), setOf(bundlesIn, two))) return;
  sets.join(one, two);
  const leader = sets.find(one);
  const gone = leader === one ? two : one;
  for (const other of setOf(apart, gone)) {
    setOf(apart, leader).add(other);
    setOf(apart, other).add(leader);
  }
  for (const bundle of setOf(bundlesIn, gone)) setOf(bundlesIn, leader).add(bundle);
}

/** Joins what the groups show to be one quantity; changes `sets`. */
export function joinEnds(
  inventory: Inventory,
  bundles: Bundles,
  sets: UnionFind,
  groups: readonly Group[],
): void {
  const joining: Joining = { inventory, bundles, sets, apart: new Map(), bundlesIn: new Map() };
  // What cannot move is in no class with others.
  inventory.canMove.forEach((canMove, id) => {
    if (canMove) setOf(joining.bundlesIn, sets.find(id)).add(bundles.of(id));
  });
  keepApart(joining, groups);
  for (const group of groups) {
    group[0]!.slots.forEach(({ axis, array }, i) => {
      if ((axis !== "source" && axis !== "target") || !isPlain(inventory, array)) return;
      for (const part of group) tryJoin(joining, array, part.slots[i]!.array);
    });
  }
}
