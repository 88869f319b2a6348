// Which edges can share an accumulator: those that are summed into the same targets and decay alike.
// Invariant: each edge has one slot; slots come in the order of the targets of the first sum.

import { targetsOf, walkerOf, type IndexArrays } from "../../ir/layout.js";
import type { Layout } from "../../ir/program.js";
import type { Refusal } from "./linear.js";
import type { Rates } from "./rates.js";
import type { EdgeState, SumUse } from "./uses.js";

/** Edges that one decay makes smaller and the same sums take up. */
export interface SlotClass {
  /** Number of the decay in the state. */
  readonly decay: number;
  /** Numbers of the sums in the state; empty: nobody sums these edges. */
  readonly sums: readonly number[];
  /** How many accumulators each sum needs; with `isPlain` one for each target. */
  readonly count: number;
  /** Slot i belongs to target i of the one sum, all of whose edges are in this class. */
  readonly isPlain: boolean;
}

/** The slots of one state. */
export interface Slots {
  readonly classes: readonly SlotClass[];
  /** By element. */
  readonly classOf: Int32Array;
  readonly slotOf: Int32Array;
}

const walked: ReadonlySet<Layout["kind"]> = new Set([
  ...(["dense", "diagonal", "segments", "block", "csr"] as const),
]);

/** The target of each element in a sum, -1 where it is not in it. */
function targetsIn(use: SumUse, length: number, arrays: IndexArrays): Int32Array | Refusal {
  const { layout, id } = use.op;
  if (!walked.has(layout.kind)) return { reason: `${id} is a kernel, in which pairs share edges` };
  const targets = new Int32Array(length).fill(-1);
  const walker = walkerOf(layout, arrays);
  let isTwice = false;
  for (let target = 0; target < targetsOf(layout); target++) {
    walker.ofTarget(target, (_source, edge) => {
      isTwice ||= targets[use.offset + edge] !== -1;
      targets[use.offset + edge] = target;
    });
  }
  return isTwice ? { reason: `${id} adds some of it twice` } : targets;
}

/** A number for each element, below `span`; element i has numbers[i] + shift. */
interface Numbers {
  readonly numbers: Int32Array;
  readonly shift: number;
  readonly span: number;
}

/** Splits `count` groups of elements by a number that each has; gives the number of groups. */
function refine(groups: Int32Array, count: number, by: Numbers): number {
  const { numbers, shift, span } = by;
  const keyOf = (i: number): number => groups[i]! * span + numbers[i]! + shift;
  let next = 0;
  // Ten times as quick as a table of hashes, where it is not much longer than the list itself.
  if (count * span <= 4 * groups.length) {
    const known = new Int32Array(count * span).fill(-1);
    for (let i = 0; i < groups.length; i++) {
      const key = keyOf(i);
      if (known[key]! < 0) known[key] = next++;
      groups[i] = known[key]!;
    }
    return next;
  }
  const known = new Map<number, number>();
  for (let i = 0; i < groups.length; i++) {
    const key = keyOf(i);
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = next++));
    groups[i] = number;
  }
  return next;
}

/** One more than the largest number. */
function spanOf(numbers: Int32Array): number {
  let most = -1;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!;
  return most + 1;
}

/** Numbers the known rates, so that equal ones have equal numbers. */
function rateNumbers({ values }: Rates): { numbers: Int32Array; count: number } {
  const known = new Map<number, number>();
  const numbers = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let number = known.get(values[i]!);
    if (number === undefined) known.set(values[i]!, (number = known.size));
    numbers[i] = number;
  }
  return { numbers, count: known.size };
}

interface Grouping {
  /** Edges with the same decay and the same sums. */
  readonly classOf: Int32Array;
  readonly classes: number;
  /** Among those, edges with the same rate and the same targets. */
  readonly groupOf: Int32Array;
  readonly groups: number;
}

function groupElements(rates: Rates, targets: readonly Int32Array[]): Grouping {
  const { useOf } = rates;
  const classOf = useOf.slice();
  const none = new Int32Array(classOf.length);
  let classes = refine(classOf, spanOf(classOf), { numbers: none, shift: 0, span: 1 });
  for (const list of targets) {
    const numbers = list.map((target) => (target === -1 ? 0 : 1));
    classes = refine(classOf, classes, { numbers, shift: 0, span: 2 });
  }
  const groupOf = classOf.slice();
  const { numbers, count } = rateNumbers(rates);
  let groups = refine(groupOf, classes, { numbers, shift: 0, span: count });
  for (const list of targets) {
    groups = refine(groupOf, groups, { numbers: list, shift: 1, span: spanOf(list) + 1 });
  }
  return { classOf, classes, groupOf, groups };
}

/** Whether the targets of a class can be its slots: none needs two, and half of them one. */
function isPlainClass(
  elements: Int32Array,
  groupOf: Int32Array,
  targets: Int32Array,
  size: number,
): boolean {
  const groupAt = new Int32Array(size).fill(-1);
  let needed = 0;
  for (const element of elements) {
    const target = targets[element]!;
    const group = groupOf[element]!;
    if (groupAt[target] === -1) needed += 1;
    else if (groupAt[target] !== group) return false;
    groupAt[target] = group;
  }
  return 2 * needed >= size;
}

/** The elements of each class, ascending. */
function membersOf({ classOf, classes }: Grouping): Int32Array[] {
  const sizes = new Int32Array(classes);
  for (const one of classOf) sizes[one]!++;
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(classes);
  classOf.forEach((one, element) => {
    lists[one]![next[one]!++] = element;
  });
  return lists;
}

interface Numbered {
  readonly groupOf: Int32Array;
  readonly groups: number;
  readonly targets: Int32Array;
  readonly size: number;
}

/** Gives each group of a class a slot, in the order of targets, then of elements; how many there are. */
function numberSlots(elements: Int32Array, of: Numbered, slotOf: Int32Array): number {
  const { groupOf, groups, targets, size } = of;
  const start = new Int32Array(size + 1);
  for (const element of elements) start[targets[element]! + 1]! += 1;
  for (let target = 0; target < size; target++) start[target + 1]! += start[target]!;
  const ordered = new Int32Array(elements.length);
  for (const element of elements) ordered[start[targets[element]!]!++] = element;
  const numbers = new Int32Array(groups).fill(-1);
  let count = 0;
  for (const element of ordered) {
    const group = groupOf[element]!;
    if (numbers[group] === -1) numbers[group] = count++;
    slotOf[element] = numbers[group]!;
  }
  return count;
}

/** Divides the elements of a state into slots. */
export function findSlots(state: EdgeState, rates: Rates, arrays: IndexArrays): Slots | Refusal {
  const targets: Int32Array[] = [];
  for (const use of state.sums) {
    const found = targetsIn(use, state.spec.length, arrays);
    if (!(found instanceof Int32Array)) return found;
    targets.push(found);
  }
  const grouping = groupElements(rates, targets);
  const { classOf, groupOf, groups } = grouping;
  const slotOf = new Int32Array(classOf.length).fill(-1);
  const classes = membersOf(grouping).map((elements): SlotClass => {
    const first = elements[0]!;
    const sums = targets.flatMap((list, i) => (list[first] === -1 ? [] : [i]));
    const decay = rates.useOf[first]!;
    const [sum] = sums;
    if (sum === undefined) return { decay, sums, count: 0, isPlain: false };
    const list = targets[sum]!;
    const { layout } = state.sums[sum]!.op;
    const isWhole = list.every((target, i) => target === -1 || classOf[i] === classOf[first]);
    const size = targetsOf(layout);
    const isPlain = sums.length === 1 && isWhole && isPlainClass(elements, groupOf, list, size);
    if (isPlain) {
      for (const element of elements) slotOf[element] = list[element]!;
      return { decay, sums, count: size, isPlain };
    }
    const count = numberSlots(elements, { groupOf, groups, targets: list, size }, slotOf);
    return { decay, sums, count, isPlain };
  });
  return { classes, classOf, slotOf };
}
