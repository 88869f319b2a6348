// The fields that all kinds of definition share: parameters, conditions between them, oddities and
// states; and the inputs of neurons. Invariant: what comes out has been checked, and every symbol of
// it is declared in the draft.

import { SpecError } from "../../errors.js";
import { num } from "../../expr/ast.js";
import type { Expr } from "../../expr/ast.js";
import type { AnyDimension } from "../../expr/check.js";
import { dimensionless } from "../../expr/units.js";
import { quirkNames } from "../quirks.js";
import type { QuirkName } from "../quirks.js";
import type { CommonDefinition, CommonModel, InputDefinition, InputModel } from "../types.js";
import type { StateDefinition, StateModel } from "../types.js";
import { checkFields, checkObject, checkText, declare, dimensionOf } from "./definition.js";
import { readExpression, readList, refuseUnknown } from "./definition.js";
import type { Draft } from "./definition.js";
import { readParameters, readRequirements, refuseSharedNames } from "./parameters.js";

/** Names of the fields that every definition may have. */
export const commonFields = [
  ...["name", "doc", "reference", "params", "requires", "state", "units", "integrate", "substeps"],
  ...["quirks", "order"],
];

/** Reads all shared fields but the equations. */
export function readCommon(
  draft: Draft,
  definition: CommonDefinition,
): Omit<CommonModel, "blocks"> {
  const parameters = readParameters(draft, definition.params);
  const requires = readRequirements(draft, definition.requires, parameters);
  const quirks = readQuirks(draft, definition.quirks);
  const states = readStates(draft, definition.state);
  refuseSharedNames(draft, parameters, states);
  const { name, doc, reference, order } = definition;
  return {
    name,
    doc,
    ...(reference === undefined ? {} : { reference }),
    system: draft.system,
    parameters,
    requires,
    states,
    quirks,
    ...(order === undefined ? {} : { order }),
  };
}

/** Checks the states in order; an initial value may name what was declared before. */
function readStates(
  draft: Draft,
  states: Readonly<Record<string, StateDefinition>> | undefined,
): StateModel[] {
  if (states === undefined) return [];
  const path = `${draft.where}.state`;
  checkObject(states, path);
  return Object.entries(states).map(([symbol, definition]) => {
    const where = `${path}.${symbol}`;
    checkFields(definition, ["initial", "unit", "doc"], where);
    const { initial, unit, doc } = definition;
    checkText(doc, `${where}.doc`, true);
    const dimension = dimensionOf(unit, draft, `${where}.unit`);
    const value = readInitial(draft, initial, { where: `${where}.initial`, dimension });
    declare(draft, symbol, { dimension }, where);
    return Object.freeze({ symbol, initial: value, unit: unit ?? "1", doc });
  });
}

function readInitial(
  draft: Draft,
  initial: unknown,
  options: { readonly where: string; readonly dimension: AnyDimension },
): Expr {
  if (typeof initial !== "number")
    return readExpression(draft, initial, { ...options, scope: draft.scope });
  if (Number.isFinite(initial)) return num(initial);
  const problem = "must be a finite number or a text";
  const hint = 'For example 0, or "Er" for the value of that parameter.';
  throw new SpecError({ code: "not-finite", where: options.where, problem, got: initial, hint });
}

/** Checks the inputs of a neuron. */
export function readInputs(
  draft: Draft,
  inputs: Readonly<Record<string, InputDefinition>> | undefined,
): InputModel[] {
  if (inputs === undefined) return [];
  const path = `${draft.where}.inputs`;
  checkObject(inputs, path);
  return Object.entries(inputs).map(([symbol, definition]) => {
    const where = `${path}.${symbol}`;
    checkFields(definition, ["unit", "doc"], where);
    checkText(definition.doc, `${where}.doc`, true);
    declare(draft, symbol, { dimension: dimensionOf(definition.unit, draft, where) }, where);
    return Object.freeze({ symbol, unit: definition.unit ?? "1", doc: definition.doc });
  });
}

/** Checks that the oddities exist and makes them boolean symbols. */
function readQuirks(draft: Draft, quirks: readonly QuirkName[] | undefined): readonly QuirkName[] {
  const where = `${draft.where}.quirks`;
  const read = readList(quirks, where);
  for (const quirk of read) {
    if (!quirkNames.includes(quirk)) refuseUnknown(where, String(quirk), quirkNames, "oddity");
    declare(draft, quirk, { dimension: dimensionless, boolean: true }, where);
  }
  return read;
}
