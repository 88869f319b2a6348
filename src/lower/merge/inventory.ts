// The arrays of a Program by number, and which of them may become a part of a larger one.
// Invariant: only arrays that every op addresses through offsets may move.

import { accessOf } from "../../ir/access.js";
import type { ArraySpec, Op, Program } from "../../ir/program.js";

export interface Inventory {
  readonly specs: readonly ArraySpec[];
  readonly idOf: (name: string) => number;
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
  return [type, role, perCopy, depthClass(slots), (payload ?? []).join()].join("|");
}

/** Arrays that some op addresses as a whole, without an offset, or that are settled or rebuilt. */
function wholeArrays(ops: readonly Op[], books: readonly Op[]): Set<string> {
  const found = new Set<string>();
  for (const op of books) {
    const { reads, writes } = accessOf(op);
    for (const { array } of [...reads, ...writes]) found.add(array);
  }
  for (const op of ops) {
    if (op.kind === "edges" && op.trigger.on === "history") found.add(op.trigger.since);
    if (op.kind === "random" && op.how === "skip") found.add(op.emit.list);
    if (op.kind === "map" && op.emit !== undefined) {
      const { list, append, offset } = op.emit;
      if (append === true || (offset ?? 0) !== 0) found.add(list);
    }
  }
  return found;
}

/** Lists that are not emitted by exactly one op, and rings that are not fed by exactly one. */
function irregular(specs: readonly ArraySpec[], ops: readonly Op[]): Set<string> {
  const writers = new Map<string, number>();
  for (const op of ops) {
    for (const { array } of accessOf(op).writes) writers.set(array, (writers.get(array) ?? 0) + 1);
  }
  const found = specs.filter(
    ({ name, type, slots }) =>
      (type === "spikes" || slots !== undefined) && (writers.get(name) ?? 0) !== 1,
  );
  return new Set(found.map(({ name }) => name));
}

/** Whether and when an array is pushed into rings: a ring op pushes all of an array or nothing. */
function ringTexts(program: Program, depthClass: DepthClass): Map<string, string> {
  const slots = new Map(program.arrays.map((spec) => [spec.name, spec.slots]));
  const texts = new Map<string, string>();
  for (const op of program.ops) {
    if (op.kind !== "ring") continue;
    const { array } = op.from;
    const text = `>${op.phase}:${depthClass(slots.get(op.into.array))}`;
    texts.set(array, (texts.get(array) ?? "") + text);
  }
  return texts;
}

/** Numbers the arrays and decides which may move. */
export function takeInventory(program: Program): Inventory {
  const specs = program.arrays;
  const ids = new Map(specs.map((spec, id) => [spec.name, id]));
  const all: readonly Op[] = [...program.setup, ...program.ops];
  const whole = wholeArrays(all, [...(program.settle ?? []), ...(program.rebuild ?? [])]);
  const odd = irregular(specs, all);
  const depthClass = depthClasses(specs);
  const rings = ringTexts(program, depthClass);
  const canMove = specs.map(
    ({ name, role, type, slots, initial }) =>
      movableRoles.has(role) &&
      type !== "history" &&
      !whole.has(name) &&
      !odd.has(name) &&
      (slots === undefined || typeof initial === "number"),
  );
  const colours = specs.map((spec, id) =>
    canMove[id]! ? baseColour(spec, depthClass) + (rings.get(spec.name) ?? "") : `#${id}`,
  );
  return { specs, idOf: (name) => ids.get(name)!, canMove, colours };
}
