// A definition while it is being checked: its form, the symbols that it declares, its expressions.
// Invariant: a draft's scope holds every declared symbol exactly once.

import { SpecError } from "../../errors.js";
import type { Expr } from "../../expr/ast.js";
import { checkExpression, requireDimension } from "../../expr/check.js";
import type { AnyDimension, Scope, ScopeEntry, UnitChecking } from "../../expr/check.js";
import type { IntegrationMethod } from "../../expr/integrate.js";
import { isName, reservedBecause } from "../../expr/names.js";
import { parseExpression } from "../../expr/parse.js";
import { namesIn } from "../../expr/rewrite.js";
import { dimensionless, parseUnit } from "../../expr/units.js";
import { didYouMean } from "../../util/nearest.js";
import type { Model } from "../types.js";

export type ModelKind = Model["kind"];
export type Definition = Model["definition"];

/** A definition while it is being checked. */
export interface Draft {
  readonly kind: ModelKind;
  /** For example `neurons.nonSpiking`. */
  readonly where: string;
  readonly system: UnitChecking;
  /** Every symbol that equations may name. */
  readonly scope: Map<string, ScopeEntry>;
}

/** Names that have a meaning in every model; only the first three may be used in equations. */
const given = ["t", "dt", "step", "refractory"];
const systems: readonly UnitChecking[] = ["consistent", "SI", "none"];
const methods: readonly IntegrationMethod[] = ["euler", "exact", "exponentialEuler", "rk4"];

/** Folder-like prefix of paths to models of a kind. */
const groupOf = (kind: ModelKind): string => `${kind}s`;

/** Throws for a name that is not among the known ones, listing the nearest. */
export function refuseUnknown(
  where: string,
  got: string,
  known: Iterable<string>,
  what: string,
): never {
  const hint = didYouMean(got, known);
  throw new SpecError({
    code: "unknown-name",
    where,
    problem: `there is no ${what} of this name`,
    got,
    allowed: [...known].join(", ") || "none",
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Throws unless the value is a record. */
export function checkObject(value: unknown, where: string): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  const details = { problem: "must be an object", got: value, allowed: "{ name: value, ... }" };
  throw new SpecError({ code: "not-an-object", where, ...details });
}

/** A list, or nothing; `undefined` counts as an empty one. */
export function readList<T>(value: readonly T[] | undefined, where: string): readonly T[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  const details = { problem: "must be a list", got: value, allowed: "[...], or nothing" };
  throw new SpecError({ code: "not-a-list", where, ...details });
}

/** Throws unless the value is a record whose keys are all known. */
export function checkFields(value: object, fields: readonly string[], where: string): void {
  checkObject(value, where);
  for (const key of Object.keys(value)) {
    if (!fields.includes(key)) refuseUnknown(`${where}.${key}`, key, fields, "field");
  }
}

/** A text, or nothing where it may be absent. */
export function checkText(value: unknown, where: string, isRequired: boolean): void {
  if (value === undefined && !isRequired) return;
  if (typeof value === "string" && value.trim() !== "") return;
  const details = { problem: "must be a text", got: value, allowed: "a text that is not empty" };
  throw new SpecError({ code: "not-a-text", where, ...details });
}

/** A field that may be empty but not forgotten. */
export function checkPresent(value: unknown, where: string): void {
  if (value !== undefined) return;
  throw new SpecError({ code: "missing", where, problem: "must be given", allowed: "[] for none" });
}

/** A frozen copy that shares nothing with the caller's objects. Definitions are plain data. */
function copyPlain<T>(value: T, where: string, depth = 0): T {
  if (typeof value === "function" || typeof value === "symbol" || depth > 8) {
    throw new SpecError({
      code: "not-plain-data",
      where,
      problem: "must be plain data: texts, numbers, lists and records",
      got: value,
    });
  }
  if (typeof value !== "object" || value === null) return value;
  const copyPart = (part: unknown, key: string) => copyPlain(part, `${where}.${key}`, depth + 1);
  const copy = Array.isArray(value)
    ? value.map((part, i) => copyPart(part, String(i)))
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyPart(part, key)]));
  return Object.freeze(copy) as T;
}

const oneOf = <T>(value: T | undefined, known: readonly T[], where: string): void => {
  if (value === undefined || known.includes(value)) return;
  const allowed = known.join(", ");
  throw new SpecError({
    code: "unknown-name",
    where,
    problem: "is not known",
    got: value,
    allowed,
  });
};

/** What errors call a definition that has not been checked yet. */
function titleOf(kind: ModelKind, definition: unknown): string {
  const isNamed = typeof definition === "object" && definition !== null && "name" in definition;
  const name = isNamed && typeof definition.name === "string" ? definition.name : "";
  return name === "" ? groupOf(kind) : `${groupOf(kind)}.${name}`;
}

/** A frozen copy of a definition that has no fields but the known ones. */
export function copyDefinition<D extends Definition>(
  kind: ModelKind,
  definition: D,
  fields: readonly string[],
): D {
  const title = titleOf(kind, definition);
  checkFields(definition, fields, title);
  return copyPlain(definition, title);
}

/** Checks the fields that every definition has, and opens the draft. */
export function openDraft(kind: ModelKind, definition: Definition): Draft {
  const { name, doc, reference, order } = definition;
  const group = groupOf(kind);
  checkText(name, `${group}.name`, true);
  const where = `${group}.${name}`;
  if (/[/.\s]/.test(name)) {
    throw new SpecError({
      code: "bad-name",
      where,
      problem: "the name of a model has no spaces, dots or slashes",
      got: name,
      hint: 'Write words together, for example "leakyIntegrator".',
    });
  }
  checkText(doc, `${where}.doc`, true);
  checkText(reference, `${where}.reference`, false);
  checkText(order, `${where}.order`, false);
  oneOf(definition.units, systems, `${where}.units`);
  oneOf(definition.integrate, methods, `${where}.integrate`);
  checkSubsteps(definition, where);
  return openEmptyDraft(kind, where, definition.units ?? "consistent");
}

/** A draft in which only the names are declared that every model has. */
export function openEmptyDraft(kind: ModelKind, where: string, system: UnitChecking): Draft {
  const draft: Draft = { kind, where, system, scope: new Map() };
  const dimension = dimensionOf(system === "SI" ? "s" : "ms", draft, where);
  for (const symbol of ["t", "dt"]) draft.scope.set(symbol, { dimension });
  draft.scope.set("step", { dimension: dimensionless });
  return draft;
}

function checkSubsteps({ substeps, integrate }: Definition, where: string): void {
  if (substeps === undefined) return;
  const details = { where: `${where}.substeps`, got: substeps };
  if (!Number.isInteger(substeps) || substeps < 1) {
    const problem = "must be a whole number of at least 1";
    const allowed = "1, 2, 3, ...";
    throw new SpecError({ code: "out-of-range", problem, ...details, allowed });
  }
  if (integrate !== "rk4") {
    const hint = `Say integrate: "rk4", or leave substeps out.`;
    throw new SpecError({ code: "substeps", problem: "only rk4 has sub-steps", ...details, hint });
  }
}

/** The dimension of a declared unit. Declared units are those in which numbers are kept. */
export function dimensionOf(
  unit: string | undefined,
  { system }: Pick<Draft, "system">,
  where: string,
): AnyDimension {
  checkText(unit, where, false);
  if (system === "none") return "any";
  if (unit === undefined) return dimensionless;
  const { dimension, scale, scaleSI } = parseUnit(unit, where);
  if ((system === "SI" ? scaleSI : scale) !== 1) {
    throw new SpecError({
      code: "unit-scale",
      where,
      problem: "is not the unit in which the numbers of this model are kept",
      got: unit,
      allowed:
        system === "SI"
          ? "V, A, S, F, s and their products"
          : "mV, nA, uS, nF, ms and their products",
      hint: 'Values with other units can be given as texts, for example "20 pA".',
    });
  }
  return dimension;
}

/** Adds a symbol to the scope; refuses names that mean something already. */
export function declare(draft: Draft, symbol: unknown, entry: ScopeEntry, where: string): void {
  const because =
    typeof symbol !== "string" || !isName(symbol)
      ? "it has to start with a letter and consist of letters, digits and _"
      : symbolProblem(draft, symbol);
  if (because === undefined) {
    draft.scope.set(symbol as string, Object.freeze(entry));
    return;
  }
  const problem = `this symbol cannot be declared: ${because}`;
  const hint = "Choose another symbol.";
  throw new SpecError({ code: "bad-symbol", where, problem, got: symbol, hint });
}

function symbolProblem({ kind, scope }: Draft, symbol: string): string | undefined {
  if (given.includes(symbol)) return "it is there in every model";
  if (scope.has(symbol)) return "it is declared twice";
  if (kind === "synapse" && isEndName(symbol)) {
    return "names ending in _pre and _post belong to the neurons at the two ends";
  }
  return reservedBecause(symbol);
}

/** Whether a name in a synapse refers to a neuron at one of its ends. */
export const isEndName = (text: string): boolean => /._(pre|post)$/.test(text);

/** The declared scope plus what the text says about the neurons at the two ends. */
export function scopeFor({ kind, scope }: Draft, names: Iterable<string>): Scope {
  if (kind !== "synapse") return scope;
  const ends = [...names].filter((each) => isEndName(each) && !scope.has(each));
  if (ends.length === 0) return scope;
  const wide = new Map(scope);
  for (const each of ends) wide.set(each, { dimension: "any" });
  return wide;
}

/** Parses and checks one expression. */
export function readExpression(
  draft: Draft,
  text: unknown,
  options: {
    readonly where: string;
    /** Default: all that is declared, in a synapse also the neurons at the two ends. */
    readonly scope?: Scope;
    readonly dimension?: AnyDimension;
    readonly isBoolean?: boolean;
  },
): Expr {
  const { where } = options;
  checkText(text, where, true);
  const source = text as string;
  const parsed = parseExpression(source, where);
  const place = { system: draft.system, where, text: source };
  const scope = options.scope ?? scopeFor(draft, namesIn(parsed));
  const checked = checkExpression(parsed, scope, place);
  if (options.isBoolean === true && !checked.isBoolean) {
    throw new SpecError({
      code: "not-a-condition",
      where,
      problem: "must be a condition",
      got: source,
      hint: 'Compare two values, for example "V > theta".',
    });
  }
  if (options.dimension !== undefined) {
    requireDimension(checked, options.dimension, "the text", place);
  }
  return checked.expr;
}
