// Small checks of arguments and options, shared by all calls that build a network.
// Invariant: each one either gives back a checked value or throws; none changes anything.

import { ValidationError } from "../errors.js";
import { product } from "../util/product.js";
import { unknownName } from "./names.js";

const longestColor = 64;
/** Colour words, #rgb to #rrggbbaa: text that is safe inside an SVG attribute. */
const colorForm = /^(?:[A-Za-z]+|#[0-9A-Fa-f]{3,8})$/;
/** Flat numbers of neurons are stored in int32 arrays. */
const mostNeurons = 2 ** 31 - 1;

/** True for objects written as `{ ... }`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A prototype without a parent is Object.prototype, of this realm or of another one.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** True for arrays and typed arrays of numbers (not of big integers). */
export function isList(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

/** Refuses options that are no record, or that have unknown keys. */
export function checkOptions(where: string, options: unknown, allowed: readonly string[]): void {
  if (!isRecord(options)) {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: "the options must be an object",
      got: options,
      allowed: `{ ${allowed.join(", ")} }`,
    });
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) throw unknownName(where, "option", key, allowed);
  }
}

/** A colour word or a hexadecimal colour. */
export function checkColor(where: string, color: unknown): string {
  if (typeof color === "string" && color.length <= longestColor && colorForm.test(color)) {
    return color;
  }
  throw new ValidationError({
    code: "bad-color",
    where: `${where}.color`,
    problem: "not a colour",
    got: color,
    allowed: 'an SVG colour name such as "steelblue", or "#rrggbb"',
  });
}

/** A boolean, and nothing that is merely true-ish. */
export function checkBoolean(where: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ValidationError({
    code: "wrong-kind",
    where,
    problem: "must be a boolean",
    got: value,
    allowed: "true or false",
  });
}

/** A whole number above 0. */
export function checkCount(where: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new ValidationError({
    code: typeof value === "number" ? "out-of-range" : "wrong-kind",
    where,
    problem: "must be a whole number above 0",
    got: value,
    allowed: "1, 2, 3, ...",
  });
}

/** A shape as a list of lengths, from a length or a list of any number of lengths. */
export function checkShape(where: string, shape: unknown): readonly number[] {
  const lengths = isList(shape)
    ? Array.from(shape, (length, i) => checkCount(`${where}.shape[${i}]`, length))
    : [checkCount(`${where}.shape`, shape)];
  const size = product(lengths);
  if (lengths.length > 0 && size <= mostNeurons) return Object.freeze(lengths);
  throw new ValidationError({
    code: "out-of-range",
    where: `${where}.shape`,
    problem: lengths.length === 0 ? "a shape must have a length" : "too many neurons",
    got: lengths.length === 0 ? shape : size,
    allowed: `1 to ${mostNeurons} neurons`,
  });
}

/** A shape as people write it: `5` or `4 x 5`. */
export const showShape = (shape: readonly number[]): string => shape.join(" x ");

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i]);

/** A list of whole numbers in 0 ... below - 1, copied. */
export function checkIndices(
  where: string,
  list: unknown,
  below: number,
  what = "neuron",
): Int32Array {
  if (!isList(list)) {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: `must be a list of ${what} numbers`,
      got: list,
      allowed: "an array of whole numbers",
    });
  }
  const copy = new Int32Array(list.length);
  for (let i = 0; i < copy.length; i += 1) {
    const index = list[i];
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= below) {
      throw new ValidationError({
        code: typeof index === "number" ? "out-of-range" : "wrong-kind",
        where: `${where}[${i}]`,
        problem: `there is no such ${what}`,
        got: index,
        allowed: `0 to ${below - 1}`,
      });
    }
    copy[i] = index;
  }
  return copy;
}
