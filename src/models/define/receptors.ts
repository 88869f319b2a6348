// Receptors: states of the target that users of a synapse choose by name. Invariant: a choice is put
// into the text before it is read, so that nothing below the definition knows of receptors.

import { SpecError, ValidationError } from "../../errors.js";
import { isName, reservedBecause } from "../../expr/names.js";
import { checkFields, checkObject, checkText } from "./definition.js";
import type { Draft } from "./definition.js";
import { extraNames } from "./parameters.js";
import type { GradedDefinition, ReceptorDefinition, ReceptorModel } from "../types.js";
import type { ParameterModel, SynapseDefinition } from "../types.js";

/** What users may say beside parameters: the symbol of a state for each receptor. */
export type ReceptorNames<D> = D extends { readonly receptors: infer R extends object }
  ? { readonly [K in keyof R]?: string | undefined }
  : unknown;
/** Chosen states by the public name of the receptor; those that are absent stay as they are. */
export type Choice = ReadonlyMap<string, string>;

/** Checks the receptors of a definition and gives each the state that it stands for. */
export function readReceptors(
  draft: Draft,
  definition: SynapseDefinition,
  options: { readonly parameters: readonly ParameterModel[]; readonly choice: Choice },
): readonly ReceptorModel[] {
  const { receptors } = definition;
  if (receptors === undefined) return Object.freeze([]);
  const path = `${draft.where}.receptors`;
  checkObject(receptors, path);
  const taken = new Set([
    ...extraNames.synapse,
    ...options.parameters.map(({ publicName }) => publicName),
  ]);
  const symbols = new Set<string>();
  const models = Object.entries(receptors).map(([publicName, receptor]) => {
    const where = `${path}.${publicName}`;
    checkReceptor(receptor, where);
    refuseName(publicName, where, taken);
    refuseName(receptor.symbol, `${where}.symbol`, symbols);
    refuseName(receptor.default, `${where}.default`, new Set());
    symbols.add(receptor.symbol);
    refuseUnused(definition, receptor.symbol, where);
    const { symbol, default: first, doc } = receptor;
    return Object.freeze({
      publicName,
      symbol,
      state: options.choice.get(publicName) ?? first,
      doc,
    });
  });
  return Object.freeze(models);
}

function checkReceptor(receptor: ReceptorDefinition, where: string): void {
  checkFields(receptor, ["symbol", "default", "doc"], where);
  for (const key of ["symbol", "default", "doc"] as const) {
    checkText(receptor[key], `${where}.${key}`, true);
  }
}

function refuseName(text: string, where: string, taken: ReadonlySet<string>): void {
  const because = !isName(text)
    ? "it has to start with a letter and consist of letters, digits and _"
    : taken.has(text)
      ? "it is declared twice"
      : reservedBecause(text);
  if (because === undefined) return;
  const problem = `this name cannot be used here: ${because}`;
  const hint = "Choose another name.";
  throw new SpecError({ code: "bad-name", where, problem, got: text, hint });
}

function refuseUnused(definition: SynapseDefinition, symbol: string, where: string): void {
  let isUsed = false;
  mapTexts(definition, (text) => {
    isUsed ||= wordOf(symbol).test(text);
    return text;
  });
  if (isUsed) return;
  throw new SpecError({
    code: "not-used",
    where,
    problem: "no text of this synapse names this receptor",
    got: symbol,
    allowed: `${symbol}_post in equations, graded, gradedBack, onPre or onPost`,
    hint: `For example onPre: "${symbol}_post += w".`,
  });
}

const wordOf = (symbol: string): RegExp => new RegExp(`\\b${symbol}_post\\b`, "g");

/** The definition with other texts; what is no text stays, to be refused where it is read. */
function mapTexts(
  definition: SynapseDefinition,
  change: (text: string) => string,
): SynapseDefinition {
  const map = <T>(value: T): T => (typeof value === "string" ? (change(value) as T) : value);
  const mapGraded = (graded: GradedDefinition): GradedDefinition =>
    typeof graded !== "object" || graded === null
      ? graded
      : (Object.fromEntries(
          // The receiving input is a name of the neuron's, not a text of the synapse.
          Object.entries(graded).map(([key, text]) => [key, key === "into" ? text : map(text)]),
        ) as GradedDefinition);
  const { equations, graded, gradedBack, onPre, onPost } = definition;
  return {
    ...definition,
    ...(equations === undefined
      ? {}
      : { equations: Array.isArray(equations) ? equations.map(map) : map(equations) }),
    ...(graded === undefined ? {} : { graded: mapGraded(graded) }),
    ...(gradedBack === undefined ? {} : { gradedBack: mapGraded(gradedBack) }),
    ...(onPre === undefined ? {} : { onPre: map(onPre) }),
    ...(onPost === undefined ? {} : { onPost: map(onPost) }),
  };
}

/** The definition with the states that its receptors stand for in their places. */
export function putReceptors(
  definition: SynapseDefinition,
  receptors: readonly ReceptorModel[],
): SynapseDefinition {
  if (receptors.length === 0) return definition;
  const states = new Map(receptors.map(({ symbol, state }) => [symbol, state]));
  const words = new RegExp(`\\b(${[...states.keys()].join("|")})_post\\b`, "g");
  const change = (text: string): string =>
    text.replace(words, (_, symbol: string) => `${states.get(symbol)}_post`);
  return mapTexts(definition, change);
}

/** What a user chose among the values of a synapse. */
export function readChoice(
  receptors: readonly ReceptorModel[],
  values: Readonly<Record<string, unknown>>,
  where: string,
): Choice {
  const choice = new Map<string, string>();
  for (const { publicName, doc, state } of receptors) {
    const value = values[publicName];
    if (value === undefined) continue;
    if (typeof value === "string" && isName(value) && reservedBecause(value) === undefined) {
      choice.set(publicName, value);
      continue;
    }
    throw new ValidationError({
      code: "not-a-name",
      where: `${where}.${publicName}`,
      problem: "must be the symbol of a state of the target",
      got: value,
      allowed: `a name such as "${state}"`,
      hint: `It is: ${doc}.`,
    });
  }
  return choice;
}
