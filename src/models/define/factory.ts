// Factories: what a definition gives back. Called with parameter values by public name they make a
// type, that is a model with its values. Invariant: a type is frozen, complete and fully checked.

import { completeValues } from "./complete-values.js";
import { extraNames } from "./parameters.js";
import type { Model, ParameterDefinition, ParameterModel } from "../types.js";
import type { ParameterValue, ValueShape } from "../types.js";
import { readValue, refuseNonObject, refuseUnknownNames } from "./read-values.js";

/** A number in the model's units, a text with a unit such as "20 pA", or a number for each element. */
export type NumberValue = number | string | ArrayLike<number>;
export type BooleanValue = boolean | ArrayLike<boolean>;

type Parameters = Readonly<Record<string, ParameterDefinition>>;
type ValueOf<D> = D extends { readonly default: boolean } ? BooleanValue : NumberValue;
type RequiredNames<P> = {
  [K in keyof P]: P[K] extends { readonly default: unknown } ? never : K;
}[keyof P];

/** The values that a factory accepts, by public name. */
export type ValuesFor<P extends Parameters> = string extends keyof P
  ? Readonly<Record<string, NumberValue | BooleanValue | undefined>>
  : { readonly [K in RequiredNames<P>]: ValueOf<P[K]> } & {
      readonly [K in Exclude<keyof P, RequiredNames<P>>]?: ValueOf<P[K]> | undefined;
    };

export interface BuildOptions {
  /** Where errors say they are; default the path of the factory. */
  readonly where?: string;
  readonly shape?: ValueShape;
}

type Arguments<V> = Record<never, never> extends V ? [values?: V] : [values: V];

/** Makes types from values; `build` is the same for values whose names are not known in advance. */
export interface Factory<V, M extends Model, T> {
  (...values: Arguments<V>): T;
  readonly model: M;
  /** For example `synapses.spiking`. */
  readonly path: string;
  /** Everything it accepts by name, with the defaults that it has here. */
  readonly parameters: readonly ParameterModel[];
  readonly build: (values: Readonly<Record<string, unknown>>, options?: BuildOptions) => T;
}

/** The values that a factory accepts. */
export type ValuesOf<F extends (...args: never[]) => unknown> = F extends (
  ...args: infer A
) => unknown
  ? NonNullable<A[0]>
  : never;

/** Freezes plain data with all that it consists of. */
export function freezeDeep(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeep(part);
}

/** Puts a factory together. */
export function makeFactory<V, M extends Model, T>(
  parts: Pick<Factory<V, M, T>, "model" | "path" | "parameters" | "build">,
): Factory<V, M, T> {
  const { model, path, parameters } = parts;
  const build: Factory<V, M, T>["build"] = (values, options) => {
    refuseNonObject(values, options?.where ?? path, parameters[0]?.publicName ?? "name");
    // Without a prototype, so that a parameter called "toString" is only there where it was given.
    const own = Object.assign(Object.create(null) as Record<string, unknown>, values);
    return parts.build(own, options);
  };
  freezeDeep(model);
  freezeDeep(parameters);
  const make = (...[values = {}]: [values?: unknown]): T =>
    build(values as Readonly<Record<string, unknown>>);
  return Object.freeze(Object.assign(make, { model, path, parameters, build }));
}

/** Reads, completes and checks the values of a model; `given` are the names that had a value. */
export function readValues(
  model: Model,
  values: Readonly<Record<string, unknown>>,
  options: { readonly where: string; readonly shape?: ValueShape | undefined },
): { readonly values: ReadonlyMap<string, ParameterValue>; readonly given: ReadonlySet<string> } {
  const { where, shape } = options;
  const names = model.parameters.map(({ publicName }) => publicName);
  const others = model.kind === "synapse" ? model.receptors : [];
  const receptors = others.map(({ publicName }) => publicName);
  refuseUnknownNames(values, [...names, ...receptors, ...extraNames[model.kind]], where);
  const strength = model.kind === "synapse" ? model.strength : undefined;
  const reading = { where, system: model.system, strength, ...(shape && { shape }) };
  const read = new Map<string, ParameterValue>();
  for (const parameter of model.parameters) {
    const value = values[parameter.publicName];
    if (value !== undefined) read.set(parameter.publicName, readValue(parameter, value, reading));
  }
  const given = new Set(read.keys());
  return { values: completeValues(model, read, where, shape), given };
}
