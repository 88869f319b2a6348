// Lays the arrays of each class one behind the other. Invariant: the arrays of one bundle have the
// same rank in all of their classes, so one offset serves all; bundles with the same uses are
// neighbours, so that groups come out contiguous.

import type { Plan } from "./classes.js";
import type { Group } from "./part.js";
import { membersOfClasses } from "./classes.js";
import type { Part, Slot } from "./part.js";
import { pushTo } from "./sets.js";

export interface Placement {
  /** The leader of the base that an array is in. */
  readonly baseOf: (array: number) => number;
  /** Where an array begins in its base. */
  readonly startOf: (array: number) => number;
  /** The arrays of each base of more than one, in order. */
  readonly bases: ReadonlyMap<number, readonly number[]>;
}

/** Where a slot begins in its base. */
export const placeOf = (placement: Placement, slot: Slot): number =>
  placement.startOf(slot.array) + slot.offset;

const isAlong = ({ axis }: Slot): boolean => axis !== "source" && axis !== "target";

/** The bundles that each group touches element by element, for groups of several parts. */
function bundlesOfGroups({ bundles, inventory, setup, ops }: Plan): Set<number>[] {
  const sets: Set<number>[] = [];
  for (const group of [...setup, ...ops]) {
    if (group.length < 2) continue;
    const found = new Set<number>();
    for (const { slots } of group) {
      for (const slot of slots) {
        if (isAlong(slot) && inventory.canMove[slot.array]!) found.add(bundles.of(slot.array));
      }
    }
    if (found.size > 1) sets.push(found);
  }
  return sets;
}

/** For each bundle the numbers of the groups it is in, the largest groups first. */
function profilesOf(plan: Plan): Map<number, number[]> {
  const groups = bundlesOfGroups(plan);
  const order = groups.map((_, i) => i).sort((a, b) => groups[b]!.size - groups[a]!.size || a - b);
  const profiles = new Map<number, number[]>();
  order.forEach((group, rank) => {
    for (const bundle of groups[group]!) pushTo(profiles, bundle, rank);
  });
  return profiles;
}

/**
 * Orders sets of groups as a reflected Gray code does: neighbours differ in as little as possible,
 * so that each group covers one run of bundles, or few.
 */
function compareProfiles(a: readonly number[], b: readonly number[]): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at++;
  if (at === a.length && at === b.length) return 0;
  const hasA = at < a.length && (at >= b.length || a[at]! < b[at]!);
  const sign = at % 2 === 0 ? 1 : -1;
  return hasA ? sign : -sign;
}

/** Where a bundle reads or writes arrays that stay where they are, such as the input vector. */
function pinsOf(plan: Plan): Map<number, number> {
  const { bundles, inventory } = plan;
  const pins = new Map<number, number>();
  for (const group of plan.ops) {
    if (group.length < 2) continue;
    for (const { slots } of group) {
      const own = slots.find((slot) => isAlong(slot) && inventory.canMove[slot.array]!);
      const fixed = slots.find((slot) => isAlong(slot) && !inventory.canMove[slot.array]!);
      if (own === undefined || fixed === undefined) continue;
      const bundle = bundles.of(own.array);
      if (!pins.has(bundle)) pins.set(bundle, fixed.offset);
    }
  }
  return pins;
}

/** The bundle of the targets that the synapses of a bundle act on. */
function targetsOfEdges(plan: Plan): Map<number, number> {
  const { bundles } = plan;
  const found = new Map<number, number>();
  const look = ({ op, slots }: Part): void => {
    if (op.kind !== "gather") return;
    const edge = slots.find((slot) => slot.axis === "edge" || slot.axis === "own");
    const target = slots.find((slot) => slot.axis === "target" && slot.isWrite);
    if (edge === undefined || target === undefined) return;
    const bundle = bundles.of(edge.array);
    if (!found.has(bundle)) found.set(bundle, bundles.of(target.array));
  };
  for (const group of plan.ops) group.forEach(look);
  return found;
}

function rankBundles(plan: Plan, all: readonly number[]): Map<number, number> {
  const profiles = profilesOf(plan);
  const pins = pinsOf(plan);
  const profileOf = (bundle: number): readonly number[] => profiles.get(bundle) ?? [];
  const pinOf = (bundle: number): number => pins.get(bundle) ?? 0;
  const rank = (extra: (bundle: number) => number): Map<number, number> => {
    const sorted = all
      .slice()
      .sort(
        (a, b) =>
          compareProfiles(profileOf(a), profileOf(b)) ||
          extra(a) - extra(b) ||
          pinOf(a) - pinOf(b) ||
          a - b,
      );
    return new Map(sorted.map((bundle, i) => [bundle, i]));
  };
  // Synapses follow the order of their targets, so that sums walk straight through memory.
  const targets = targetsOfEdges(plan);
  const first = rank(() => 0);
  return rank((bundle) => {
    const target = targets.get(bundle);
    return target === undefined ? -1 : (first.get(target) ?? -1);
  });
}

/** Orders one class: by bundle, and where a bundle has several arrays here, all firsts before all seconds. */
function orderClass(plan: Plan, ranks: Map<number, number>, members: readonly number[]): number[] {
  const { bundles } = plan;
  const counts = new Map<number, number>();
  const turn = members.map((array) => {
    const bundle = bundles.of(array);
    const seen = counts.get(bundle) ?? 0;
    counts.set(bundle, seen + 1);
    return seen;
  });
  const rankOf = (i: number): number => ranks.get(bundles.of(members[i]!))!;
  return members
    .map((_, i) => i)
    .sort((a, b) => turn[a]! - turn[b]! || rankOf(a) - rankOf(b) || members[a]! - members[b]!)
    .map((i) => members[i]!);
}

/** Gives every array its place. */
export function placeArrays(plan: Plan): Placement {
  const { inventory, bundles, classOf } = plan;
  const classes = membersOfClasses(plan);
  const moving = new Set([...classes.values()].flat().map((array) => bundles.of(array)));
  const ranks = rankBundles(
    plan,
    [...moving].sort((a, b) => a - b),
  );
  const starts = new Map<number, number>();
  const bases = new Map<number, number[]>();
  for (const [leader, members] of classes) {
    const ordered = orderClass(plan, ranks, members);
    bases.set(leader, ordered);
    let start = 0;
    for (const array of ordered) {
      starts.set(array, start);
      start += inventory.specs[array]!.length;
    }
  }
  return { baseOf: classOf, startOf: (array) => starts.get(array) ?? 0, bases };
}

/** Splits a group of maps into runs of parts whose slots follow one another everywhere. */
export function splitRuns(placement: Placement, group: Group): Part[][] {
  const { op, slots } = group[0]!;
  // Sources must be emitted in ascending order, so the list decides where there is one.
  const emits = op.kind === "map" && op.emit !== undefined;
  const lead = emits ? slots.length - 1 : slots.findIndex((slot) => slot.isWrite);
  if (lead < 0) return group.map((part) => [part]);
  const place = (part: Part, i: number): number => placeOf(placement, part.slots[i]!);
  const sorted = group.slice().sort((a, b) => place(a, lead) - place(b, lead) || a.index - b.index);
  const runs: Part[][] = [];
  for (const part of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows = last?.slots.every((slot, i) => place(part, i) === place(last, i) + slot.span);
    if (run !== undefined && follows === true) run.push(part);
    else runs.push([part]);
  }
  return runs;
}
