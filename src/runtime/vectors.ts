// Fills vectors from what users give: the input of one step, the values of a state or parameter.
// Invariant: after a fill every element is a finite number; nothing is allocated unless it fails.

import type { Port, Precision } from "../ir/program.js";
import { isArrayLike } from "../util/array-like.js";
import type { Values } from "./backend.js";
import { refuse } from "./checks.js";

/**
 * What a vector can be given as: a number for all elements, the elements (in a batch those of one copy
 * for all of them, or of all copies one after the other), or one vector for each copy.
 */
export type VectorInput = number | ArrayLike<number> | readonly ArrayLike<number>[];

/** What a vector must look like; `size` elements in each of `copies`. */
export interface VectorShape {
  /** For error messages. */
  readonly where: string;
  readonly size: number;
  readonly copies: number;
  /** Whether a single number stands for all elements; else only where `size` is 1. */
  readonly spread: boolean;
}

/** The input vector of a Program. */
export interface InputLayout {
  readonly ports: readonly Port[];
  /** Elements of one copy. */
  readonly size: number;
  readonly copies: number;
}

/** Fills a vector for the step `index` of the run; `step` counts from the last reset. */
export type Fill = (step: number, x: Values, index: number) => void;

/** Makes a vector to fill, in the precision of the Program. */
export type MakeVector = (length: number) => Values;

export function newValues(precision: Precision, length: number): Values {
  return precision === "float64" ? new Float64Array(length) : new Float32Array(length);
}

function badElement(where: string, index: number, value: unknown): never {
  refuse(`${where}[${index}]`, "not-a-number", "must be a finite number", {
    got: value,
    allowed: "finite numbers",
  });
}

/** Checks the elements as they are after rounding to the type of the vector. */
export function checkFinite(where: string, vector: Values): void {
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i]!;
    if (value - value !== 0) badElement(where, i, value);
  }
}

/** Typed arrays have a loop of their own: it is several times faster while only they go through it. */
function copyNumbers(into: Values, start: number, from: Values, where: string): void {
  for (let i = 0; i < from.length; i++) {
    into[start + i] = from[i]!;
    const kept = into[start + i]!;
    if (kept - kept !== 0) badElement(where, i, from[i]);
  }
}

function copyInto(into: Values, start: number, from: ArrayLike<unknown>, where: string): void {
  if (from instanceof Float64Array || from instanceof Float32Array) {
    return copyNumbers(into, start, from, where);
  }
  for (let i = 0; i < from.length; i++) {
    const value = from[i];
    if (typeof value !== "number") badElement(where, i, value);
    into[start + i] = value;
    const kept = into[start + i]!;
    if (kept - kept !== 0) badElement(where, i, value);
  }
}

function describe({ size, copies, spread }: VectorShape): string {
  if (copies === 1 && size === 1) return "a number or 1 number in an array";
  const numbers = size === 1 ? "1 number" : `${size} numbers`;
  const one = spread && size > 1 ? `a number for all or ${numbers}` : numbers;
  if (copies === 1) return one;
  return `${one} for all copies, ${copies} x ${size}, one copy after the other, or ${copies} arrays`;
}

function wrongLength(shape: VectorShape, got: unknown): never {
  refuse(shape.where, "wrong-length", "has the wrong number of values", {
    got,
    allowed: describe(shape),
  });
}

/** Refuses what is not a vector of any kind. */
function wrongKind(shape: VectorShape, value: unknown): never {
  const asynchronous = typeof value === "object" && value !== null && "then" in value;
  refuse(shape.where, "wrong-kind", "must be numbers", {
    got: value,
    allowed: describe(shape),
    ...(asynchronous && { hint: "A promise was given: inputs cannot be asynchronous." }),
  });
}

/**
 * Fills the whole of `into`, which has size * copies elements. A vector for one copy is taken for all
 * copies.
 */
export function fillVector(into: Values, value: unknown, shape: VectorShape): void {
  const { where, size, copies } = shape;
  if (typeof value === "number") {
    if (!shape.spread && size !== 1) wrongLength(shape, value);
    into.fill(value);
    return checkFinite(where, into);
  }
  if (!isArrayLike(value)) wrongKind(shape, value);
  if (isArrayLike(value[0])) {
    if (value.length !== copies) wrongLength(shape, value);
    for (let copy = 0; copy < copies; copy++) {
      const part = value[copy];
      if (!isArrayLike(part)) badElement(where, copy, part);
      if (part.length !== size) wrongLength({ ...shape, where: `${where}[${copy}]` }, part);
      copyInto(into, copy * size, part, where);
    }
    return;
  }
  if (value.length === into.length) return copyInto(into, 0, value, where);
  if (value.length !== size) wrongLength(shape, value);
  for (let copy = 0; copy < copies; copy++) copyInto(into, copy * size, value, where);
}
