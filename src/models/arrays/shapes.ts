// Nested and typed arrays, and matrices of other libraries, as flat numbers with a shape. They are
// read by their form; nothing is imported. Invariant: all rows are equally long.

import { ValidationError } from "../../errors.js";
import { isArrayLike } from "../../util/array-like.js";
import { product } from "../../util/product.js";

/** A matrix of another library: mathjs matrices have `toArray`, and `_data` inside. */
export interface MatrixLike {
  toArray(): unknown;
}
/** Rows of numbers. */
export type Rows = ArrayLike<ArrayLike<number>>;

/** A value read by its form: flat numbers with their shape, or something that is no array. */
export type Flat =
  | {
      readonly kind: "array";
      readonly shape: readonly number[];
      readonly values: ArrayLike<unknown>;
    }
  | { readonly kind: "single"; readonly value: unknown };

function unwrap(value: unknown): unknown {
  if (typeof value !== "object" || value === null || "length" in value) return value;
  if ("toArray" in value && typeof value.toArray === "function") return value.toArray() as unknown;
  return "_data" in value ? value._data : value;
}

/** Reads a value of one or two dimensions. */
export function flatten(given: unknown, where: string): Flat {
  const value = unwrap(given);
  if (!isArrayLike(value)) return { kind: "single", value };
  const first: unknown = value.length > 0 ? value[0] : undefined;
  if (!isArrayLike(first)) return { kind: "array", shape: [value.length], values: value };
  const columns = first.length;
  const values = new Array<unknown>(value.length * columns);
  for (let r = 0; r < value.length; r++) {
    const row: unknown = value[r];
    if (!isArrayLike(row) || row.length !== columns) {
      throw new ValidationError({
        code: "ragged",
        where: `${where}[${r}]`,
        problem: "all rows must be equally long",
        got: isArrayLike(row) ? row.length : row,
        allowed: String(columns),
      });
    }
    for (let c = 0; c < columns; c++) values[r * columns + c] = row[c];
  }
  return { kind: "array", shape: [value.length, columns], values };
}

/** Flattens all values of a factory; `shape` is what the arrays among them share. */
export function flattenAll(
  values: Readonly<Record<string, unknown>>,
  where: string,
  given: readonly number[] | undefined,
): { readonly values: Record<string, unknown>; readonly shape: readonly number[] | undefined } {
  let first: { readonly key: string; readonly shape: readonly number[] } | undefined =
    given === undefined ? undefined : { key: "shape", shape: given };
  // Not a record that is filled by assignment: a key such as "__proto__" would vanish from it.
  const flat: [key: string, value: unknown][] = [];
  for (const [key, value] of Object.entries(values)) {
    const read = flatten(value, `${where}.${key}`);
    flat.push([key, read.kind === "array" ? read.values : read.value]);
    if (read.kind === "single") continue;
    const shape = given !== undefined && isFlatFor(read.shape, given) ? given : read.shape;
    first ??= { key, shape };
    if (shape.join() === first.shape.join()) continue;
    throw new ValidationError({
      code: "shape-mismatch",
      where: `${where}.${key}`,
      problem: `must have the shape of ${first.key}`,
      got: shape.join(" x "),
      allowed: first.shape.join(" x "),
      hint: "Give arrays of one shape, or single numbers for all.",
    });
  }
  return { values: Object.fromEntries(flat), shape: first?.shape };
}

/** Whether a flat array fills a given shape. */
function isFlatFor(shape: readonly number[], given: readonly number[]): boolean {
  return shape.length === 1 && shape[0] === product(given);
}

/** Checks a shape that a user gave as an option. */
export function readShape(shape: unknown, where: string): readonly number[] | undefined {
  if (shape === undefined) return undefined;
  const isShape =
    Array.isArray(shape) &&
    (shape.length === 1 || shape.length === 2) &&
    shape.every((n: unknown) => Number.isSafeInteger(n) && Number(n) > 0);
  if (isShape) return Object.freeze([...(shape as readonly number[])]);
  throw new ValidationError({
    code: "bad-shape",
    where: `${where}.shape`,
    problem: "not a shape",
    got: Array.isArray(shape) ? shape.join(" x ") : shape,
    allowed: "a list of one or two whole numbers above 0, for example [2, 3]",
  });
}
