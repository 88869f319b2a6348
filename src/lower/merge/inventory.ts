// The arrays of a Program by number, and which of them may become a part of a larger one.
// Invariant: only arrays that every op addresses through offsets may move.

import { visitAccess } from "../../ir/access.js";
import type { ArraySpec, Op, Program } from "../../ir/program.js";
import { findRefs } from "./refs.js";
import type { Refs } from "./refs.js";

export interface Inventory {
  readonly specs: readonly ArraySpec[];
  readonly ids: ReadonlyMap<string, number>;
  readonly idOf: (name: string) => number;
  /** What the ops of the setup refer to, then those of the step. */
  readonly refs: readonly Refs[];
  /** True: may be joined with other arrays into a longer one. */
  readonly canMove: readonly boolean[];
  /** What arrays must share to be joined; arrays that cannot move have one of their own. */
  readonly colours: readonly string[];
}

const movableRoles: ReadonlySet<string> = new Set(["state", "scratch", "tunable", "derived"]);

/** So many elements may be wasted by giving all rings the depth of the deepest. */
const mostWasted = 2 ** 20;

/** Which rings may become one, of the depth of the deepest. */
type DepthClass = (slots: number | undefined) => string;

function depthClasses(specs: readonly ArraySpec[]): DepthClass {
  let elements = 0;
  let deepest = 0;
  for (const { length, slots } of specs) {
    if (slots === undefined) continue;
    elements += length;
    deepest = Math.max(deepest, slots);
  }
  const isSmall = elements * deepest <= mostWasted;
  return (slots) => {
    if (slots === undefined) return "";
    return isSmall ? "ring" : `ring${32 - Math.clz32(slots - 1)}`;
  };
}

function baseColour(spec: ArraySpec, depthClass: DepthClass): string {
  const { type, role, perCopy, slots, payload } = spec;
  const carried = payload === undefined ? "" : payload.join();
  return `${type}|${role}|${perCopy}|${depthClass(slots)}|${carried}`;
}

/** The arrays of a Program, and what its ops refer to. */
interface Found {
  readonly specs: readonly ArraySpec[];
  readonly ops: readonly Op[];
  readonly refs: readonly Refs[];
  readonly idOf: (name: string) => number;
}

/** Arrays that some op addresses as a whole, without an offset, or that are settled or rebuilt. */
function wholeArrays({ ops, idOf }: Found, books: readonly Op[]): Set<number> {
  const found = new Set<number>();
  const add = (array: string): void => void found.add(idOf(array));
  for (const op of books) visitAccess(op, { read: add, write: add, also: () => {} });
  for (const op of ops) {
    if (op.kind === "edges" && op.trigger.on === "history") add(op.trigger.since);
    if (op.kind === "random" && op.how === "skip") add(op.emit.list);
    if (op.kind === "map" && op.emit !== undefined) {
      const { list, append, offset } = op.emit;
      if (append === true || (offset ?? 0) !== 0) add(list);
    }
  }
  return found;
}

/** How many writes each array gets. */
function countWrites({ specs, refs }: Found): Int32Array {
  const counts = new Int32Array(specs.length);
  for (const { writes } of refs) for (const id of writes) counts[id]!++;
  return counts;
}

/** Whether and when an array is pushed into rings: a ring op pushes all of an array or nothing. */
function ringTexts({ specs, ops, idOf }: Found, depthClass: DepthClass): Map<number, string> {
  const texts = new Map<number, string>();
  for (const op of ops) {
    if (op.kind !== "ring") continue;
    const from = idOf(op.from.array);
    const text = `>${op.phase}:${depthClass(specs[idOf(op.into.array)]!.slots)}`;
    texts.set(from, (texts.get(from) ?? "") + text);
  }
  return texts;
}

/** Numbers the arrays and decides which may move. */
export function takeInventory(program: Program): Inventory {
  const specs = program.arrays;
  const ids = new Map<string, number>();
  specs.forEach(({ name }, id) => ids.set(name, id));
  const idOf = (name: string): number => ids.get(name)!;
  const ops: readonly Op[] = [...program.setup, ...program.ops];
  const refs = findRefs(ops, idOf);
  const found: Found = { specs, ops, refs, idOf };
  const whole = wholeArrays(found, [...(program.settle ?? []), ...(program.rebuild ?? [])]);
  const writers = countWrites(found);
  const depthClass = depthClasses(specs);
  const rings = ringTexts(found, depthClass);
  // Lists that not exactly one op emits, and rings that not exactly one feeds, stay where they are.
  const isOdd = ({ type, slots }: ArraySpec, id: number): boolean =>
    (type === "spikes" || slots !== undefined) && writers[id] !== 1;
  const canMove = specs.map(
    (spec, id) =>
      movableRoles.has(spec.role) &&
      spec.type !== "history" &&
      !whole.has(id) &&
      !isOdd(spec, id) &&
      (spec.slots === undefined || typeof spec.initial === "number"),
  );
  const colours = specs.map((spec, id) =>
    canMove[id]! ? baseColour(spec, depthClass) + (rings.get(id) ?? "") : `#${id}`,
  );
  return { specs, ids, idOf, refs, canMove, colours };
}
