// Filling in defaults and checking what can only be checked then: bounds of array elements and
// conditions between parameters. Invariant: elements without a synapse (strength 0) are not judged,
// but carry values that cannot divide by zero.

import { ValidationError } from "../../errors.js";
import type { Expr } from "../../expr/ast.js";
import { namesIn } from "../../expr/rewrite.js";
import { boundProblem } from "./bounds.js";
import { elementReader, evaluateElements } from "../../expr/elements.js";
import type { SymbolValues } from "../../expr/elements.js";
import type {
  Model,
  ParameterModel,
  ParameterValue,
  RequirementModel,
  ValueShape,
} from "../types.js";
import { commonLength, describeParameter, elementPath, refuseMissing } from "./read-values.js";

type Values = Map<string, ParameterValue>;

interface Completion {
  readonly model: Model;
  readonly values: Values;
  readonly where: string;
  readonly shape: ValueShape | undefined;
  readonly length: number | undefined;
  /** Public name of the parameter that is 0 where there is no synapse. */
  readonly strength: string | undefined;
  /** 1 where there is an element to judge; absent: everywhere. */
  readonly present: Uint8Array | undefined;
  /** Arrays that have been copied and may be written. */
  readonly owned: Set<string>;
}

/**
 * All parameters of a model by public name: those given, and defaults for the others, element by
 * element where a default depends on an array. Bounds and conditions hold for the result.
 */
export function completeValues(
  model: Model,
  given: ReadonlyMap<string, ParameterValue>,
  where: string,
  shape?: ValueShape,
): Map<string, ParameterValue> {
  const filled = fillDefaults(model, given, where);
  const length = commonLength(filled, where);
  const strength = model.kind === "synapse" ? model.strength : undefined;
  const present = presentElements(strength, filled);
  const owned = new Set<string>();
  const completion = { model, values: filled, where, shape, length, strength, present, owned };
  for (const parameter of model.parameters) checkBounds(completion, parameter);
  for (const requirement of model.requires) checkRequirement(completion, requirement);
  return filled;
}

function fillDefaults(
  model: Model,
  given: ReadonlyMap<string, ParameterValue>,
  where: string,
): Values {
  const symbols = new Map<string, ParameterValue>();
  for (const parameter of model.parameters) {
    const value = given.get(parameter.publicName);
    if (value !== undefined) symbols.set(parameter.symbol, value);
    else if (parameter.default === undefined) refuseMissing(parameter, where);
  }
  const waiting = model.parameters.filter(({ publicName }) => given.get(publicName) === undefined);
  while (waiting.length > 0) {
    const isReady = (fallback: Expr) => [...namesIn(fallback)].every((each) => symbols.has(each));
    const next = waiting.findIndex((each) => isReady(each.default!));
    const [parameter] = waiting.splice(next, 1);
    const value = evaluateElements(parameter!.default!, symbols);
    symbols.set(parameter!.symbol, parameter!.kind === "boolean" ? value !== 0 : value);
  }
  return new Map(model.parameters.map((each) => [each.publicName, symbols.get(each.symbol)!]));
}

function presentElements(strength: string | undefined, values: Values): Uint8Array | undefined {
  const value = strength === undefined ? undefined : values.get(strength);
  if (!(value instanceof Float64Array) || !value.includes(0)) return undefined;
  return Uint8Array.from(value, (each) => (each === 0 ? 0 : 1));
}

function checkBounds(completion: Completion, parameter: ParameterModel): void {
  if (parameter.kind === "boolean") return;
  const { values, where, shape, strength, present } = completion;
  const { publicName, definition } = parameter;
  const whole = values.get(publicName)!;
  const isArray = whole instanceof Float64Array;
  for (let i = 0; i < (isArray ? whole.length : 1); i++) {
    const element = isArray ? whole[i]! : Number(whole);
    const problem = boundProblem(definition, element);
    if (problem === undefined) continue;
    if (isArray && present !== undefined && present[i] === 0 && Number.isFinite(element)) {
      if (publicName !== strength) borrowElement(completion, i);
      continue;
    }
    throw new ValidationError({
      code: Number.isFinite(element) ? "out-of-range" : "not-finite",
      where: `${where}.${publicName}${isArray ? elementPath(i, shape) : ""}`,
      got: element,
      ...problem,
      hint: describeParameter(parameter),
    });
  }
}

/** Gives an absent element the values of the first present one, except for the strength. */
function borrowElement({ values, strength, present, owned }: Completion, i: number): void {
  const from = present!.indexOf(1);
  if (from < 0) return;
  for (const [key, value] of values) {
    if (key === strength || !(value instanceof Float64Array)) continue;
    const copy = owned.has(key) ? value : value.slice();
    copy[i] = copy[from]!;
    owned.add(key);
    values.set(key, copy);
  }
}

function checkRequirement(completion: Completion, requirement: RequirementModel): void {
  const { model, values, where, shape, length, present } = completion;
  const { condition, text, hint } = requirement;
  const names = namesIn(condition);
  const involved = model.parameters.filter(({ symbol }) => names.has(symbol));
  const symbols: SymbolValues = new Map(
    involved.map((each) => [each.symbol, values.get(each.publicName)!]),
  );
  const isArray = [...symbols.values()].some((value) => value instanceof Float64Array);
  const read = elementReader(condition, symbols);
  for (let i = 0; i < (isArray ? length! : 1); i++) {
    if (read(i) !== 0) continue;
    if (isArray && present !== undefined && present[i] === 0) {
      borrowElement(completion, i);
      continue;
    }
    const elementOf = (value: ParameterValue) => (value instanceof Float64Array ? value[i] : value);
    const got = involved.map(
      (each) => `${each.publicName} ${elementOf(symbols.get(each.symbol)!)}`,
    );
    const meaning = involved.map((each) => `${each.symbol} is ${each.publicName}`).join(", ");
    throw new ValidationError({
      code: "requirement",
      where: `${where}${involved.length > 0 ? `.${involved[0]!.publicName}` : ""}${isArray ? elementPath(i, shape) : ""}`,
      problem: `these values do not go together: ${got.join(", ")}`,
      allowed: `${text} (${meaning})`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
