// Fills vectors from what users give: the input of one step, the values of a state or parameter.
// Invariant: after a fill every element is a finite number; nothing is allocated unless it fails.

import type { Port, Precision } from "../ir/program.js";
import type { Values } from "./backend.js";
import { refuse } from "./checks.js";

/**
 * What a vector can be given as: a number for all elements, the elements (in a batch of all copies,
 * one copy after the other), or one vector for each copy.
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

export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "length" in value &&
    typeof value.length === "number"
  );
}

function badElement(where: string, index: number, value: unknown): never {
  refuse(`${where}[${index}]`, "not-a-number", "must be a finite number", {
    got: value,
    allowed: "finite numbers",
  });
}

/** Checks the elements from `start` on, as they are after rounding to the type of the vector. */
export function checkFinite(where: string, vector: Values, start = 0, end = vector.length): void {
  for (let i = start; i < end; i++) {
    const value = vector[i]!;
    if (value - value !== 0) badElement(where, i, value);
  }
}

function copyInto(into: Values, start: number, from: ArrayLike<unknown>, where: string): void {
  if (from instanceof Float64Array || from instanceof Float32Array) {
    into.set(from, start);
    return checkFinite(where, into, start, start + from.length);
  }
  for (let i = 0; i < from.length; i++) {
    const value = from[i];
    if (typeof value !== "number") badElement(where, i, value);
    into[start + i] = value;
    const kept = into[start + i]!;
    if (kept - kept !== 0) badElement(where, i, value);
  }
}

function describe({ size, copies }: VectorShape): string {
  if (copies === 1) return size === 1 ? "a number or 1 number in an array" : `${size} numbers`;
  return `${copies} x ${size} numbers, one copy after the other, or ${copies} arrays of ${size}`;
}

function wrongLength(shape: VectorShape, got: unknown): never {
  refuse(shape.where, "wrong-length", "has the wrong number of values", {
    got,
    allowed: describe(shape),
  });
}

/** Fills the whole of `into`, which has size * copies elements. */
export function fillVector(into: Values, value: unknown, shape: VectorShape): void {
  const { where, size, copies } = shape;
  if (typeof value === "number") {
    if (!shape.spread && size !== 1) wrongLength(shape, value);
    into.fill(value);
    return checkFinite(where, into);
  }
  if (!isArrayLike(value)) {
    const asynchronous = typeof value === "object" && value !== null && "then" in value;
    refuse(where, "wrong-kind", "must be numbers", {
      got: value,
      allowed: describe(shape),
      ...(asynchronous && { hint: "A promise was given: inputs cannot be asynchronous." }),
    });
  }
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
  if (value.length !== size * copies) wrongLength(shape, value);
  copyInto(into, 0, value, where);
}

/** As `fillVector`, but a vector for one copy is also taken, for all copies. */
export function fillVectorForAll(into: Values, value: unknown, shape: VectorShape): void {
  const isOne = isArrayLike(value) && !isArrayLike(value[0]) && value.length === shape.size;
  if (!isOne || shape.copies === 1) return fillVector(into, value, shape);
  for (let copy = 0; copy < shape.copies; copy++) {
    copyInto(into, copy * shape.size, value, shape.where);
  }
}
