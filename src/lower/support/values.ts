// What an operand reads from an array whose values are known now. Invariant: the same element that a
// backend would read.

import type { ArraySpec, Initial, Operand } from "../../ir/program.js";

/** Element of an initial value. */
export const initialAt = (initial: Initial, index: number): number =>
  typeof initial === "number" ? initial : initial[index]!;

/** The element that an operand reads for index i of its domain. */
export function elementOf(operand: Operand, i: number): number {
  const { offset = 0, repeat = 1, period = Infinity, at } = operand;
  if (at === "one") return offset;
  const place = repeat === 1 ? i : Math.floor(i / repeat);
  return offset + (place < period ? place : place % period);
}

/** How many different elements an operand can reach over `count` indices. */
export function reachOf(operand: Operand, count: number): number {
  if (operand.at === "one") return 1;
  const { repeat = 1, period = Infinity } = operand;
  return Math.min(Math.ceil(count / repeat), period);
}

/** True where an operand comes round to elements that it has read before. */
export const isWrapping = (operand: Operand, count: number): boolean =>
  operand.at !== "one" && Math.ceil(count / (operand.repeat ?? 1)) > (operand.period ?? Infinity);

/** The one value that an operand reads for all indices, or undefined where they differ. */
export function uniformValue(spec: ArraySpec, operand: Operand, count: number): number | undefined {
  const { initial } = spec;
  if (typeof initial === "number") return initial;
  const offset = operand.offset ?? 0;
  const first = initial[offset];
  if (first === undefined) return undefined;
  const end = Math.min(offset + reachOf(operand, count), initial.length);
  for (let i = offset + 1; i < end; i++) {
    if (!Object.is(initial[i], first)) return undefined;
  }
  return first;
}

/** A parameter that every copy shares, so that its values are known before anything runs. */
export const isKnown = (spec: ArraySpec): boolean =>
  (spec.role === "parameter" || spec.role === "index") &&
  !spec.perCopy &&
  spec.slots === undefined &&
  (spec.type === "real" || spec.type === "int");
