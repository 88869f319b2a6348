// Parameter values as users give them: checked at the call, converted to the model's units, copied.
// Invariant: what comes out is finite, inside its bounds and shares no memory with the caller.

import { ValidationError } from "../../errors.js";
import type { UnitChecking } from "../../expr/check.js";
import { dimensionless, parseQuantity, parseUnit } from "../../expr/units.js";
import type { Unit } from "../../expr/units.js";
import { isArrayLike } from "../../util/array-like.js";
import { didYouMean } from "../../util/nearest.js";
import { boundProblem, describeRange } from "./bounds.js";
import type { ParameterModel, ParameterValue, ValueShape } from "../types.js";

/** How values are read: where errors say they are, and what the shape of arrays is. */
export interface ReadOptions {
  readonly where: string;
  readonly system: UnitChecking;
  readonly shape?: ValueShape;
  /** Public name of the parameter that is 0 where there is no synapse. */
  readonly strength?: string | undefined;
}

/** Throws unless values are given by name. */
export function refuseNonObject(values: unknown, where: string, example: string): void {
  const isList = Array.isArray(values) || ArrayBuffer.isView(values);
  if (typeof values === "object" && values !== null && !isList) return;
  throw new ValidationError({
    code: "not-an-object",
    where,
    problem: "parameters are given by name in one object",
    got: values,
    hint: `For example { ${example}: 1 }.`,
  });
}

/** Throws for names that are not accepted, listing the nearest. */
export function refuseUnknownNames(
  values: Readonly<Record<string, unknown>>,
  accepted: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(values)) {
    if (accepted.includes(key)) continue;
    const hint = didYouMean(key, accepted);
    throw new ValidationError({
      code: "unknown-parameter",
      where: `${where}.${key}`,
      problem: "there is no parameter of this name",
      got: key,
      allowed: accepted.join(", ") || "none",
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Reads one value: a number, a text with a unit, true or false, or an array of them. */
export function readValue(
  parameter: ParameterModel,
  value: unknown,
  options: ReadOptions,
): ParameterValue {
  const where = `${options.where}.${parameter.publicName}`;
  if (isArrayLike(value)) return readArray(parameter, value, { ...options, where });
  if (parameter.kind === "boolean") {
    if (typeof value === "boolean") return value;
    throw wrongKind(parameter, value, where);
  }
  if (typeof value !== "number" && typeof value !== "string")
    throw wrongKind(parameter, value, where);
  const number = typeof value === "number" ? value : readText(parameter, value, options, where);
  refuseOutside(parameter, number, value, where);
  return number;
}

function wrongKind(parameter: ParameterModel, got: unknown, where: string): ValidationError {
  const isBoolean = parameter.kind === "boolean";
  const range = isBoolean ? "" : describeRange(parameter.definition);
  return new ValidationError({
    code: isBoolean ? "not-a-boolean" : "not-a-number",
    where,
    problem: isBoolean
      ? "must be true or false, or an array of them"
      : "must be a number, a text with a unit, or an array of numbers",
    got,
    ...(range === "" ? {} : { allowed: range }),
    hint: describeParameter(parameter),
  });
}

/** Throws for a parameter that has no default and was not given. */
export function refuseMissing(parameter: ParameterModel, where: string): never {
  throw new ValidationError({
    code: "missing-parameter",
    where: `${where}.${parameter.publicName}`,
    problem: "must be given: it has no default",
    hint: describeParameter(parameter),
  });
}

/** For example `It is: membrane capacitance [nF].` */
export function describeParameter({ doc, unit }: ParameterModel): string {
  return `It is: ${doc}${unit === "1" ? "" : ` [${unit}]`}.`;
}

function refuseOutside(
  parameter: ParameterModel,
  value: number,
  got: unknown,
  where: string,
): void {
  const problem = boundProblem(parameter.definition, value);
  if (problem === undefined) return;
  const code = Number.isFinite(value) ? "out-of-range" : "not-finite";
  throw new ValidationError({ code, where, got, ...problem, hint: describeParameter(parameter) });
}

function readText(
  parameter: ParameterModel,
  text: string,
  { system }: ReadOptions,
  where: string,
): number {
  try {
    if (system !== "none") return parseQuantity(text, parameter.unit, system, where);
    const unit = unitOrPlain(parameter.unit);
    return parseQuantity(text, unit, "consistent", where) / unit.scale;
  } catch (cause) {
    // The text is the user's, not that of a definition.
    if (!(cause instanceof Error) || !("details" in cause)) throw cause;
    throw new ValidationError({ ...(cause.details as ValidationError["details"]), cause });
  }
}

/** Without a unit system the unit of a parameter may be any word. */
function unitOrPlain(text: string): Unit {
  try {
    return parseUnit(text);
  } catch {
    return { dimension: dimensionless, scale: 1, scaleSI: 1, exponent: 0 };
  }
}

/** Index of an element in words: `[3]`, or `[target][source]` for a matrix. */
export function elementPath(i: number, shape: ValueShape | undefined): string {
  const width =
    shape?.kind === "matrix"
      ? shape.columns
      : shape?.kind === "pattern" && shape.kernel.length === 2
        ? shape.kernel[1]!
        : undefined;
  return width === undefined ? `[${i}]` : `[${Math.floor(i / width)}][${i % width}]`;
}

function readArray(
  parameter: ParameterModel,
  values: ArrayLike<unknown>,
  options: ReadOptions,
): Float64Array {
  const { where, shape, strength } = options;
  const { length } = values;
  if (!Number.isInteger(length) || length < 1) {
    const problem = "an array must have at least one element";
    const allowed = "one value for each element, or one number for all";
    throw new ValidationError({ code: "empty-array", where, problem, got: length, allowed });
  }
  const isBoolean = parameter.kind === "boolean";
  const isStrength = strength === parameter.publicName;
  const copy = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    const isNumber = typeof value === "number";
    if (isBoolean ? typeof value !== "boolean" && value !== 0 && value !== 1 : !isNumber) {
      throw wrongElement(parameter, value, where + elementPath(i, shape));
    }
    copy[i] = Number(value);
    if (isBoolean || (isStrength && value === 0)) continue;
    // NaN and infinity are refused here at once; bounds wait until it is known which edges exist.
    if (!Number.isFinite(copy[i])) {
      refuseOutside(parameter, copy[i]!, value, where + elementPath(i, shape));
    }
  }
  return copy;
}

function wrongElement(parameter: ParameterModel, got: unknown, where: string): ValidationError {
  if (!isArrayLike(got)) return wrongKind(parameter, got, where);
  return new ValidationError({
    code: "nested-array",
    where,
    problem: "an array of numbers is expected, and this element is an array",
    got,
    hint: "For one value per pair of neurons use synapses.matrix, for kernels synapses.pattern.",
  });
}

/** The common length of all arrays; undefined where there is none. */
export function commonLength(
  values: ReadonlyMap<string, ParameterValue>,
  where: string,
): number | undefined {
  let first: { readonly key: string; readonly length: number } | undefined;
  for (const [key, value] of values) {
    if (!(value instanceof Float64Array)) continue;
    first ??= { key, length: value.length };
    if (value.length === first.length) continue;
    throw new ValidationError({
      code: "length-mismatch",
      where: `${where}.${key}`,
      problem: `must have as many elements as ${first.key}`,
      got: value.length,
      allowed: String(first.length),
      hint: "Give one value for each element, or one number for all.",
    });
  }
  return first?.length;
}
