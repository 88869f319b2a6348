// Values of a document: single ones, lists of any nesting, and parts of files. Invariant: a list is
// walked through before memory for it is taken, so that what is allocated is what is there.

import { LoadError, ValidationError } from "../errors.js";
import { product } from "../util/product.js";
import { isArrayPart, readArrayPart } from "./arrays.js";
import type { ArraySource } from "./arrays.js";
import type { NestedDocument, NumberDocument } from "./document.js";
import { documentLimits } from "./document.js";
import { tooMany, wrongKind } from "./place.js";

/** JSON has no text for it that JSON.stringify() would write. */
const negativeZero = "-0";

/** A value as it was read. */
export type ReadValue =
  | { readonly kind: "single"; readonly value: number | boolean | string }
  | { readonly kind: "array"; readonly shape: readonly number[]; readonly values: ReadArray };
/** Numbers, or a list of booleans for parameters that are true or false. */
export type ReadArray = ArrayLike<number> | readonly boolean[];

/** A number as it stands in a document. */
export const writeNumber = (value: number): NumberDocument =>
  Object.is(value, -0) ? negativeZero : value;

/** What a single value of a document means: the text "-0" is a number. */
export const plainValue = (value: unknown): unknown => (value === negativeZero ? -0 : value);

/** Reads a value of a parameter or of a start. */
export function readValue(
  where: string,
  value: unknown,
  source: ArraySource | undefined,
): ReadValue {
  if (Array.isArray(value)) return readList(where, value);
  if (isArrayPart(value)) {
    const values = readArrayPart(where, value, source);
    return { kind: "array", shape: [values.length], values };
  }
  const single = plainValue(value);
  const isSingle = ["number", "boolean", "string"].includes(typeof single);
  if (isSingle) return { kind: "single", value: single as number | boolean | string };
  const allowed = 'a number, a text such as "20 pA", true, false, a list, or { "arrays": name }';
  throw wrongKind(where, value, allowed);
}

/** A list of lists of ... of numbers, with its shape. */
function readList(where: string, list: readonly unknown[]): ReadValue {
  const shape = shapeOf(where, list);
  if (product(shape) > documentLimits.neurons) {
    throw tooMany(where, "numbers", product(shape), documentLimits.neurons);
  }
  checkRows({ where, shape }, list, 0);
  if (shape.length === 1 && list.some((each) => typeof each === "boolean")) {
    return { kind: "array", shape, values: list.map((each, i) => readFlag(where, each, i)) };
  }
  const values = new Float64Array(product(shape));
  fillInto(values, { where, list, shape, axis: 0, offset: 0 });
  return { kind: "array", shape, values };
}

/** The shape that the first element of each list gives. */
function shapeOf(where: string, list: readonly unknown[]): readonly number[] {
  const shape: number[] = [];
  for (let part: unknown = list; Array.isArray(part); part = part[0]) {
    shape.push(part.length);
    if (shape.length <= documentLimits.depth) continue;
    throw new LoadError({
      code: "too-deep",
      where,
      problem: "lists are nested too deeply",
      allowed: `at most ${documentLimits.depth} levels`,
    });
  }
  return shape;
}

interface Expected {
  readonly where: string;
  readonly shape: readonly number[];
}

/** Throws unless all lists of one level are equally long, which bounds the product of the shape. */
function checkRows({ where, shape }: Expected, list: readonly unknown[], axis: number): void {
  const length = shape[axis + 1];
  if (length === undefined) return;
  list.forEach((row, i) => {
    const path = `${where}[${i}]`;
    if (!Array.isArray(row) || row.length !== length) {
      throw new ValidationError({
        code: "ragged",
        where: path,
        problem: "all rows must be equally long",
        got: Array.isArray(row) ? row.length : row,
        allowed: `a list of ${length}`,
      });
    }
    checkRows({ where: path, shape }, row, axis + 1);
  });
}

function readFlag(where: string, value: unknown, i: number): boolean {
  if (typeof value === "boolean") return value;
  throw wrongKind(`${where}[${i}]`, value, "true or false, as the other elements");
}

interface Filling {
  readonly where: string;
  readonly list: readonly unknown[];
  readonly shape: readonly number[];
  readonly axis: number;
  readonly offset: number;
}

function fillInto(values: Float64Array, filling: Filling): void {
  const { where, list, shape, axis, offset } = filling;
  if (axis === shape.length - 1) {
    for (let i = 0; i < list.length; i += 1) {
      const value = plainValue(list[i]);
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new ValidationError({
          code: typeof value === "number" ? "not-finite" : "wrong-kind",
          where: `${where}[${i}]`,
          problem: "must be a finite number",
          got: value,
          allowed: "a number",
        });
      }
      values[offset + i] = value;
    }
    return;
  }
  const stride = product(shape.slice(axis + 1));
  list.forEach((row, i) => {
    const next = { where: `${where}[${i}]`, list: row as readonly unknown[], axis: axis + 1 };
    fillInto(values, { ...next, shape, offset: offset + i * stride });
  });
}

/** Whether an array is flat with as many elements as a shape, or has the shape itself. */
export function fits(shape: readonly number[], wanted: readonly number[]): boolean {
  if (shape.length === 1) return shape[0] === product(wanted);
  return shape.join() === wanted.join();
}

/** Numbers as a document lists them, in rows where a shape of two axes is given. */
export function writeNumbers(
  values: ArrayLike<number>,
  shape: readonly number[] = [],
): NestedDocument {
  const rowOf = (start: number, length: number): NumberDocument[] =>
    Array.from({ length }, (_, i) => writeNumber(values[start + i]!));
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    return rowOf(0, values.length);
  }
  return Array.from({ length: rows }, (_, row) => rowOf(row * columns, columns));
}
