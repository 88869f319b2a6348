// Which names a text may declare. Invariant: the language's own words and the names that mean
// something to every JavaScript object are never variables.

import { functionArity } from "./ast.js";
import type { FunctionName } from "./ast.js";

/** Names that stand for a number. */
export const numberWords: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["false", 0],
  ["inf", Infinity],
  ["nan", NaN],
]);

/** Names that are operators. */
export const operatorWords: ReadonlySet<string> = new Set(["and", "or", "not"]);

/** Refused because an object that is keyed by names would lose or misread them. */
const dangerous: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Names that may be called; `pow` is another spelling of `^`. */
export const callableNames: readonly string[] = [...Object.keys(functionArity), "pow"];

/** Whether a name is one of the closed list of functions of the tree. */
export function isFunctionName(text: string): text is FunctionName {
  return Object.hasOwn(functionArity, text);
}

/** Why a name may not be declared or assigned to, as a clause; undefined where it may. */
export function reservedBecause(text: string): string | undefined {
  if (isFunctionName(text) || text === "pow") return "it is a function of the language";
  if (numberWords.has(text)) return "it stands for a number";
  if (operatorWords.has(text)) return "it is an operator";
  if (dangerous.has(text)) return "it has a meaning in JavaScript objects";
  return undefined;
}

/** Whether a text has the form of a name; a name may still be reserved. */
export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}
