// Factories on top of others: other defaults, or parameters from which those of a base model are
// computed. Invariant: what they make is a type of the base model, so nothing below knows of them.

import { ValidationError } from "../../errors.js";
import { num } from "../../expr/ast.js";
import { isArrayLike } from "../../util/array-like.js";
import { boundProblem } from "./bounds.js";
import { openEmptyDraft } from "./definition.js";
import { evaluateConstant } from "../../expr/elements.js";
import { makeFactory } from "./factory.js";
import type { BuildOptions, Factory, ValuesFor } from "./factory.js";
import { readParameters } from "./parameters.js";
import type {
  Model,
  ParameterDefinition,
  ParameterModel,
  SynapseModel,
  SynapseType,
} from "../types.js";
import { describeParameter, elementPath, readValue } from "./read-values.js";
import { refuseMissing, refuseUnknownNames } from "./read-values.js";

type Raw = Readonly<Record<string, unknown>>;
type Parameters = Readonly<Record<string, ParameterDefinition>>;

/** The same model with other defaults. */
export function deriveDefaults<V, M extends Model, T>(
  path: string,
  base: Factory<V, M, T>,
  defaults: Readonly<Record<string, number>>,
): Factory<Partial<V>, M, T> {
  const parameters = base.parameters.map((parameter): ParameterModel => {
    const value = defaults[parameter.publicName];
    if (value === undefined) return parameter;
    return Object.freeze({ ...parameter, default: num(value) });
  });
  return makeFactory<Partial<V>, M, T>({
    model: base.model,
    path,
    parameters,
    build: (values, options = {}) => {
      const given = Object.entries(values).filter(([, value]) => value !== undefined);
      const merged = { ...defaults, ...Object.fromEntries(given) };
      return base.build(merged, { where: path, ...options });
    },
  });
}

/** One element of the values that a derivation reads. */
export interface Elements {
  /** A value by public name. Read late, so that errors come in the order of the derivation. */
  readonly read: (publicName: string) => number;
  /** Path of a parameter, for errors. */
  readonly where: (publicName: string) => string;
  /** Whether an element may stand for "no synapse": in matrices and patterns. */
  readonly canBeAbsent: boolean;
}

export interface Derivation<P extends Parameters, C extends string> {
  readonly name: string;
  readonly params: P;
  /** Parameters of the base that are computed and cannot be given. */
  readonly computed: readonly C[];
  /** The computed values of one element. */
  readonly compute: (elements: Elements) => Readonly<Record<C, number>>;
}

/** A synapse whose parameters follow from more meaningful ones. */
export function deriveSynapse<const P extends Parameters, V, const C extends string>(
  base: Factory<V, SynapseModel, SynapseType>,
  derivation: Derivation<P, C>,
): Factory<ValuesFor<P> & Omit<V, C>, SynapseModel, SynapseType> {
  const { name, params, computed } = derivation;
  const path = `synapses.${name}`;
  const own = readParameters(openEmptyDraft("synapse", path, base.model.system), params);
  const kept = base.parameters.filter((each) => !computed.some((key) => key === each.publicName));
  const parameters = [...own, ...kept];
  return makeFactory({
    model: base.model,
    path,
    parameters,
    build: (values, options = {}) => {
      const where = options.where ?? path;
      refuseComputed(values, derivation, where);
      const accepted = [...parameters, ...base.model.receptors].map((each) => each.publicName);
      refuseUnknownNames(values, [...accepted, "name"], where);
      const found = computeAll(base.model, { parameters, own }, values, {
        derivation,
        where,
        options,
      });
      const rest = Object.entries(values).filter(
        ([key]) => !own.some(({ publicName }) => publicName === key),
      );
      const full = { name, ...Object.fromEntries(rest), ...found };
      return base.build(full, { ...options, where });
    },
  });
}

function refuseComputed(
  values: Raw,
  { computed, params }: Pick<Derivation<Parameters, string>, "computed" | "params">,
  where: string,
): void {
  const key = computed.find((each) => values[each] !== undefined);
  if (key === undefined) return;
  throw new ValidationError({
    code: "computed-parameter",
    where: `${where}.${key}`,
    problem: `cannot be given: it follows from ${Object.keys(params).join(" and ")}`,
    got: values[key],
    hint: "Leave it out, or use the synapse without the derivation.",
  });
}

interface Run {
  readonly derivation: Pick<Derivation<Parameters, string>, "compute">;
  readonly where: string;
  readonly options: BuildOptions;
}

/** Runs the derivation once, or once for each element where an array is given. */
function computeAll(
  { system }: SynapseModel,
  names: {
    readonly parameters: readonly ParameterModel[];
    readonly own: readonly ParameterModel[];
  },
  values: Raw,
  { derivation, where, options }: Run,
): Readonly<Record<string, number | Float64Array>> {
  const { shape } = options;
  const cache = new Map<string, ReturnType<typeof readValue>>();
  const readWhole = (publicName: string) => {
    const known = cache.get(publicName);
    if (known !== undefined) return known;
    const parameter = names.parameters.find((each) => each.publicName === publicName)!;
    const raw = values[publicName];
    if (raw === undefined && parameter.default === undefined) refuseMissing(parameter, where);
    const reading = { where, system, ...(shape && { shape }) };
    const value =
      raw === undefined ? evaluateConstant(parameter.default!) : readValue(parameter, raw, reading);
    cache.set(publicName, value);
    return value;
  };
  const given = names.parameters.filter((each) => isArrayLike(values[each.publicName]));
  const lengths = given.map((each) => (values[each.publicName] as ArrayLike<unknown>).length);
  const length = lengths.length === 0 ? undefined : Math.max(...lengths);
  // An array without elements is refused when it is read, which nothing below would do.
  for (const [i, each] of given.entries()) if (lengths[i] === 0) readWhole(each.publicName);
  const results = Array.from({ length: length ?? 1 }, (_, i) => {
    const suffix = length === undefined ? "" : elementPath(i, shape);
    const pathOf = (publicName: string) => `${where}.${publicName}${suffix}`;
    const read = (publicName: string): number => {
      const whole = readWhole(publicName);
      const element = whole instanceof Float64Array ? (whole[i] ?? NaN) : Number(whole);
      const parameter = names.own.find((each) => each.publicName === publicName);
      const problem = parameter && boundProblem(parameter.definition, element);
      if (problem === undefined) return element;
      const details = { got: element, ...problem, hint: describeParameter(parameter!) };
      throw new ValidationError({ code: "out-of-range", where: pathOf(publicName), ...details });
    };
    const canBeAbsent = length !== undefined && shape !== undefined && shape.kind !== "free";
    return derivation.compute({ read, where: pathOf, canBeAbsent });
  });
  const columns = Object.keys(results[0]!).map((key) => {
    const column = results.map((each) => each[key]!);
    return [key, length === undefined ? column[0]! : Float64Array.from(column)] as const;
  });
  return Object.fromEntries(columns);
}
