// Reading the parameters of a definition: names, symbols, bounds, defaults. Invariant: a default
// has the parameter's unit, lies inside its bounds, and no two defaults need each other.

import { SpecError } from "../../errors.js";
import { num } from "../../expr/ast.js";
import type { Expr } from "../../expr/ast.js";
import { isName, reservedBecause } from "../../expr/names.js";
import { namesIn } from "../../expr/rewrite.js";
import { dimensionless } from "../../expr/units.js";
import { boundProblem } from "./bounds.js";
import { checkFields, checkObject, checkText, declare, dimensionOf } from "./definition.js";
import { readExpression, readList } from "./definition.js";
import type { Draft, ModelKind } from "./definition.js";
import { evaluateConstant } from "../../expr/elements.js";
import type { ParameterDefinition, ParameterModel, RequirementDefinition } from "../types.js";
import type { RequirementModel } from "../types.js";

const fields = ["symbol", "default", "unit", "min", "max", "above", "below", "doc"];
const bounds = ["min", "max", "above", "below"] as const;

/** Words that factories accept besides the names of parameters. */
export const extraNames: Readonly<Record<ModelKind, readonly string[]>> = {
  neuron: ["channels"],
  channel: [],
  synapse: ["name"],
};

type Parameters = Readonly<Record<string, ParameterDefinition>>;

/** Checks all parameters and declares their symbols. */
export function readParameters(draft: Draft, params: Parameters): ParameterModel[] {
  const path = `${draft.where}.params`;
  checkObject(params, path);
  for (const [publicName, definition] of Object.entries(params)) {
    const where = `${path}.${publicName}`;
    checkPublicName(draft.kind, publicName, where);
    checkFields(definition, fields, where);
    checkText(definition.doc, `${where}.doc`, true);
    checkBounds(definition, where);
    const isBoolean = typeof definition.default === "boolean";
    if (isBoolean) refuseBooleanFields(definition, where);
    const dimension = dimensionOf(definition.unit, draft, `${where}.unit`);
    const entry = isBoolean ? { dimension: dimensionless, boolean: true } : { dimension };
    declare(draft, definition.symbol, entry, `${where}.symbol`);
  }
  const models = Object.entries(params).map(([publicName, definition]) =>
    readParameter(draft, params, publicName, definition),
  );
  refuseCycles(draft, models);
  return models;
}

function checkPublicName(kind: ModelKind, publicName: string, where: string): void {
  const because = extraNames[kind].includes(publicName)
    ? "factories have another use for it"
    : isName(publicName)
      ? reservedBecause(publicName)
      : "it has to start with a letter and consist of letters, digits and _";
  if (because === undefined) return;
  const problem = `a parameter cannot have this name: ${because}`;
  const hint = "Choose another name; its symbol may stay.";
  throw new SpecError({ code: "bad-name", where, problem, got: publicName, hint });
}

function checkBounds(definition: ParameterDefinition, where: string): void {
  for (const key of bounds) {
    const bound = definition[key];
    if (bound === undefined || (typeof bound === "number" && Number.isFinite(bound))) continue;
    const problem = "must be a finite number";
    const details = { problem, got: bound, hint: "Leave it out where there is no bound." };
    throw new SpecError({ code: "not-finite", where: `${where}.${key}`, ...details });
  }
  const low = Math.max(definition.min ?? -Infinity, definition.above ?? -Infinity);
  const high = Math.min(definition.max ?? Infinity, definition.below ?? Infinity);
  const isOpen = low === definition.above || high === definition.below;
  if (low < high || (low === high && !isOpen)) return;
  const problem = "the bounds leave no value";
  const details = { problem, got: `${low} to ${high}`, hint: "Let the lower one be smaller." };
  throw new SpecError({ code: "empty-range", where, ...details });
}

function refuseBooleanFields(definition: ParameterDefinition, where: string): void {
  const found = (["unit", ...bounds] as const).find((key) => definition[key] !== undefined);
  if (found === undefined) return;
  const problem = "a parameter that is true or false has neither a unit nor bounds";
  const details = { problem, got: definition[found], hint: "Leave it out." };
  throw new SpecError({ code: "boolean", where: `${where}.${found}`, ...details });
}

function readParameter(
  draft: Draft,
  params: Parameters,
  publicName: string,
  definition: ParameterDefinition,
): ParameterModel {
  const where = `${draft.where}.params.${publicName}.default`;
  const value = definition.default;
  const expr = value === undefined ? undefined : readDefault(draft, params, definition, where);
  return Object.freeze({
    publicName,
    symbol: definition.symbol,
    kind: typeof value === "boolean" ? "boolean" : "number",
    ...(expr === undefined ? {} : { default: expr }),
    unit: definition.unit ?? "1",
    doc: definition.doc,
    definition,
  });
}

function readDefault(
  draft: Draft,
  params: Parameters,
  definition: ParameterDefinition,
  where: string,
): Expr {
  const value = definition.default;
  if (typeof value === "boolean") return num(value ? 1 : 0);
  const expr = typeof value === "number" ? num(value) : readText(draft, params, definition, where);
  if (namesIn(expr).size > 0) return expr;
  const number = evaluateConstant(expr);
  const problem = boundProblem(definition, number);
  if (problem === undefined) return num(number);
  throw new SpecError({ code: "out-of-range", where, got: value, ...problem });
}

/** A text default sees the numbers among the other parameters, and nothing else. */
function readText(
  draft: Draft,
  params: Parameters,
  definition: ParameterDefinition,
  where: string,
): Expr {
  const others = Object.values(params).filter((each) => each.symbol !== definition.symbol);
  const scope = new Map(others.map(({ symbol }) => [symbol, draft.scope.get(symbol)!]));
  const { dimension } = draft.scope.get(definition.symbol)!;
  return readExpression(draft, definition.default, { where, scope, dimension });
}

function refuseCycles(draft: Draft, models: readonly ParameterModel[]): void {
  const waiting = new Map(
    models.map((each) => [each.symbol, each.default === undefined ? [] : namesIn(each.default)]),
  );
  for (;;) {
    const ready = [...waiting].filter(([, needs]) => ![...needs].some((each) => waiting.has(each)));
    if (ready.length === 0) break;
    for (const [symbol] of ready) waiting.delete(symbol);
  }
  if (waiting.size === 0) return;
  throw new SpecError({
    code: "cycle",
    where: `${draft.where}.params`,
    problem: "these defaults need each other",
    got: [...waiting.keys()].join(", "),
    hint: "Give one of them a number, or none and let users give it.",
  });
}

/** States and inputs are addressed like parameters, so they need names of their own. */
export function refuseSharedNames(
  draft: Draft,
  parameters: readonly ParameterModel[],
  others: readonly { readonly symbol: string }[],
): void {
  const shared = others.find(({ symbol }) =>
    parameters.some(({ publicName }) => publicName === symbol),
  );
  if (shared === undefined) return;
  throw new SpecError({
    code: "bad-name",
    where: `${draft.where}.params.${shared.symbol}`,
    problem: "a parameter and a state or input have the same name",
    got: shared.symbol,
    hint: "Give the parameter a longer name; its symbol may stay.",
  });
}

/** Checks the conditions between parameters. */
export function readRequirements(
  draft: Draft,
  requires: readonly RequirementDefinition[] | undefined,
  parameters: readonly ParameterModel[],
): RequirementModel[] {
  const path = `${draft.where}.requires`;
  const scope = new Map(parameters.map(({ symbol }) => [symbol, draft.scope.get(symbol)!]));
  return readList(requires, path).map((requirement, i) => {
    const where = `${path}[${i}]`;
    checkFields(requirement, ["holds", "hint"], where);
    const { holds: text, hint } = requirement;
    checkText(hint, `${where}.hint`, false);
    const condition = readExpression(draft, text, { where, scope, isBoolean: true });
    return Object.freeze({ text, condition, ...(hint === undefined ? {} : { hint }) });
  });
}
