// The key `connectivity` of a connection: a rule, or lists of neurons. Invariant: what rules will draw
// is bounded before the first number is drawn.

import { LoadError, ValidationError } from "../errors.js";
import type { ConnectivityOption } from "../network/read-connectivity.js";
import { costOf } from "../network/rules/draw.js";
import { completeRule, ruleFields } from "../network/rules/rule.js";
import type { Rule } from "../network/rules/rule.js";
import type { Population } from "../network/types.js";
import { isArrayPart, readArrayPart } from "./arrays.js";
import { documentLimits } from "./document.js";
import type { RuleName } from "./document.js";
import { Fields, ownValue, readCount, unknownName, wrongKind } from "./place.js";
import type { Reader } from "./reader.js";
import { at } from "./relocate.js";

/** How the neurons are joined, as the document says it. */
export type Wiring =
  | { readonly kind: "free"; readonly option: ConnectivityOption | undefined }
  | { readonly kind: "matrix" }
  | { readonly kind: "pattern"; readonly kernel: readonly number[] | undefined };

export interface Ends {
  readonly source: Population;
  readonly target: Population;
}

/** Rules that are complete without more. */
const words: readonly RuleName[] = ["all-to-all", "one-to-one", "matrix", "pattern"];
const rules = [...new Set([...words, ...(Object.keys(ruleFields) as Rule["rule"][])])];
type AnyRule = (typeof rules)[number];

/** Reads the key of one connection. */
export function readWiring(reader: Reader, of: Fields<"connectivity">, ends: Ends): Wiring {
  const given = of.get("connectivity");
  const where = of.path("connectivity");
  if (given === undefined) return { kind: "free", option: undefined };
  if (typeof given === "string") {
    checkRule(where, given);
    return ruleWiring(reader, { where, given: { rule: given }, ends });
  }
  const names = words.map((rule) => `"${rule}"`).join(", ");
  const allowed = `${names}, { rule }, { sources, targets } or { start, targets }`;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrongKind(where, given, allowed);
  }
  if (Object.hasOwn(given, "rule")) return ruleWiring(reader, { where, given, ends });
  const first = Object.hasOwn(given, "start") ? "start" : "sources";
  const parts = new Fields(where, given, [first, "targets"]);
  const read = (key: typeof first | "targets"): ArrayLike<number> => {
    const list = parts.needed(key, "a list of whole numbers");
    if (isArrayPart(list)) return readArrayPart(parts.path(key), list, reader.source);
    if (Array.isArray(list)) return list as readonly number[];
    throw wrongKind(parts.path(key), list, 'a list of whole numbers, or { "arrays": name }');
  };
  const lists = { [first]: read(first), targets: read("targets") };
  return { kind: "free", option: lists as unknown as ConnectivityOption };
}

function checkRule(where: string, rule: unknown): AnyRule {
  if (typeof rule !== "string") throw wrongKind(where, rule, rules.join(", "));
  const known = rules.find((each) => each === rule);
  if (known !== undefined) return known;
  const { details } = unknownName(where, "rule", rule, rules);
  throw new ValidationError({ ...details, code: "unknown-rule" });
}

interface Given {
  readonly where: string;
  readonly given: object;
  readonly ends: Ends;
}

function ruleWiring(reader: Reader, { where, given, ends }: Given): Wiring {
  const rule = checkRule(`${where}.rule`, ownValue(given, "rule"));
  if (rule === "matrix") {
    new Fields(where, given, ["rule"]);
    return { kind: "matrix" };
  }
  if (rule === "pattern") {
    const parts = new Fields(where, given, ["rule", "kernel"]);
    const lengths = parts.list("kernel", documentLimits.axes);
    const kernel = lengths.map((each, i) => readCount(`${where}.kernel[${i}]`, each, 1));
    return { kind: "pattern", kernel: kernel.length === 0 ? undefined : kernel };
  }
  const parts = new Fields(where, given, ["rule", ...ruleFields[rule]]);
  const entries = ruleFields[rule].flatMap((key) => {
    const value = parts.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const option = Object.fromEntries([["rule", rule], ...entries]) as unknown as Rule;
  takeDrawn(reader, where, option, ends);
  const isWord = entries.length === 0 && (rule === "all-to-all" || rule === "one-to-one");
  return { kind: "free", option: isWord ? rule : option };
}

/** Refuses rules that would draw more than the caller allows, counted over the whole document. */
function takeDrawn(reader: Reader, where: string, option: Rule, { source, target }: Ends): void {
  const rule = at({ where, known: () => ["rule"] }, () => completeRule("rule", option, 0));
  const isRecurrent = source === target;
  if (rule.rule === "one-to-one") return;
  if (rule.rule === "all-to-all" && (rule.allowSelfConnections || !isRecurrent)) return;
  reader.drawn += costOf(rule, { sources: source.size, targets: target.size, isRecurrent });
  if (reader.drawn <= reader.mostDrawn) return;
  throw new LoadError({
    code: "too-large",
    where,
    problem: "the rules of this document would draw too many synapses",
    got: Math.round(reader.drawn),
    allowed: `at most ${reader.mostDrawn}, neurons included`,
    hint: "If you trust the document, give fromDocument() the option mostDrawn.",
  });
}
