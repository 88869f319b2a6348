// Rules that say which neurons two populations join, as plain data that documents hold too.
// Invariant: reading a rule changes nothing, and what comes out is complete and frozen.

import { ValidationError } from "../../errors.js";
import { checkBoolean, checkOptions, isRecord } from "../checks.js";
import { unknownName } from "../names.js";

/** What every rule that leaves something to chance may be given. */
export interface DrawOptions {
  /** Whole number below 2^32; default 0. Equal seeds give equal synapses. */
  readonly seed?: number;
  /**
   * Tells the connections of one seed apart; a whole number below 2^32. Default: a hash of the names
   * of the network and the connection.
   */
  readonly projection?: number;
  /** Whether neuron i of a population may be joined to itself (an autapse); default true. */
  readonly allowSelfConnections?: boolean;
}
interface MultapseOptions {
  /** Whether a pair may be drawn more than once (a multapse); default true. */
  readonly allowMultapses?: boolean;
}

/** Every source is joined to every target. */
export interface AllToAll {
  readonly rule: "all-to-all";
  /** Whether neuron i of a population is joined to itself, too; default true. */
  readonly allowSelfConnections?: boolean;
}
/** Source i is joined to target i. */
export interface OneToOne {
  readonly rule: "one-to-one";
}
/** Every pair is joined with the same probability, independently of the others. */
export interface FixedProbability extends DrawOptions {
  readonly rule: "fixed-probability";
  /** 0 to 1. */
  readonly probability: number;
}
/** Every target has the same number of sources, drawn at random. */
export interface FixedInDegree extends DrawOptions, MultapseOptions {
  readonly rule: "fixed-in-degree";
  readonly inDegree: number;
}
/** Every source has the same number of targets, drawn at random. */
export interface FixedOutDegree extends DrawOptions, MultapseOptions {
  readonly rule: "fixed-out-degree";
  readonly outDegree: number;
}
/** So many synapses in all, with both ends drawn at random. */
export interface FixedTotalNumber extends DrawOptions, MultapseOptions {
  readonly rule: "fixed-total-number";
  readonly number: number;
}

/** Which neurons are joined, said by a rule. */
export type Rule =
  AllToAll | OneToOne | FixedProbability | FixedInDegree | FixedOutDegree | FixedTotalNumber;
export type RuleName = Rule["rule"];

type Complete<R> = R extends Rule ? Readonly<Required<R>> : never;
/** A rule with everything that it leaves out filled in. */
export type CompleteRule = Complete<Rule>;

const drawn = ["seed", "projection", "allowSelfConnections"] as const;
/** The keys of each rule beside `rule`. */
export const ruleFields: { readonly [R in RuleName]: readonly string[] } = {
  "all-to-all": ["allowSelfConnections"],
  "one-to-one": [],
  "fixed-probability": ["probability", ...drawn],
  "fixed-in-degree": ["inDegree", "allowMultapses", ...drawn],
  "fixed-out-degree": ["outDegree", "allowMultapses", ...drawn],
  "fixed-total-number": ["number", "allowMultapses", ...drawn],
};
export const ruleNames = Object.keys(ruleFields) as readonly RuleName[];

/** More synapses than this have no number of their own. */
export const mostEdges = 2 ** 31 - 1;
const wordCount = 2 ** 32;

/** True for options that name a rule. */
export const isRule = (option: unknown): option is { readonly rule: unknown } =>
  isRecord(option) && Object.hasOwn(option, "rule");

function checkRuleName(where: string, name: unknown): RuleName {
  const known = ruleNames.find((each) => each === name);
  if (known !== undefined) return known;
  if (typeof name === "string") throw unknownName(where, "rule", name, ruleNames);
  throw new ValidationError({
    code: "wrong-kind",
    where,
    problem: "a rule is named by text",
    got: name,
    allowed: ruleNames.map((each) => `"${each}"`).join(", "),
  });
}

function checkProbability(where: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new ValidationError({
    code: typeof value === "number" ? "out-of-range" : "wrong-kind",
    where,
    problem: "must be a probability",
    got: value,
    allowed: "0 to 1",
  });
}

/** A whole number from 0 to `most`. */
export function checkWhole(where: string, value: unknown, most: number): number {
  const isWhole = typeof value === "number" && Number.isInteger(value);
  if (isWhole && value >= 0 && value <= most) return value + 0;
  throw new ValidationError({
    code: typeof value === "number" ? "out-of-range" : "wrong-kind",
    where,
    problem: "must be a whole number that is not negative",
    got: value,
    allowed: `0 to ${most}`,
  });
}

/** Checks a rule by itself and fills in what it leaves out; `projection` is the default of its key. */
export function completeRule(where: string, option: unknown, projection: number): CompleteRule {
  if (!isRule(option)) {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: "not a rule",
      got: option,
      allowed: `{ rule } with one of ${ruleNames.join(", ")}`,
      hint: "Write for example rules.fixedProbability({ probability: 0.1 }).",
    });
  }
  const name = checkRuleName(`${where}.rule`, option.rule);
  checkOptions(where, option, ["rule", ...ruleFields[name]]);
  const given = option as Readonly<Record<string, unknown>>;
  const whole = (key: string, most = mostEdges): number =>
    checkWhole(`${where}.${key}`, given[key], most);
  const word = (key: string, fallback: number): number =>
    given[key] === undefined ? fallback : whole(key, wordCount - 1);
  const flag = (key: string): boolean =>
    given[key] === undefined || checkBoolean(`${where}.${key}`, given[key]);
  const chance = () => ({
    seed: word("seed", 0),
    projection: word("projection", projection),
    allowSelfConnections: flag("allowSelfConnections"),
  });
  const multiple = () => ({ allowMultapses: flag("allowMultapses"), ...chance() });
  const complete: { readonly [R in RuleName]: () => CompleteRule } = {
    "all-to-all": () => ({
      rule: "all-to-all",
      allowSelfConnections: flag("allowSelfConnections"),
    }),
    "one-to-one": () => ({ rule: "one-to-one" }),
    "fixed-probability": () => ({
      rule: "fixed-probability",
      probability: checkProbability(`${where}.probability`, given["probability"]),
      ...chance(),
    }),
    "fixed-in-degree": () => ({
      rule: "fixed-in-degree",
      inDegree: whole("inDegree"),
      ...multiple(),
    }),
    "fixed-out-degree": () => ({
      rule: "fixed-out-degree",
      outDegree: whole("outDegree"),
      ...multiple(),
    }),
    "fixed-total-number": () => ({
      rule: "fixed-total-number",
      number: whole("number"),
      ...multiple(),
    }),
  };
  return Object.freeze(complete[name]());
}

/** FNV-1a over the names, so that connections get numbers of their own that no other one changes. */
export function projectionOf(network: string, connection: string): number {
  let hash = 0x811c9dc5;
  const text = `${network}/${connection}`;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
