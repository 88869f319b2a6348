// Parameters of a network that has been compiled: finds one by its path, checks a new value as when
// the network was built, and makes the network that has it. Invariant: networks are never changed.

import { ValidationError } from "../errors.js";
import { completeValues } from "../models/complete.js";
import type { Model, ParameterModel, ParameterValue, ValueShape } from "../models/types.js";
import { readValue } from "../models/values.js";
import { valueCount } from "../network/connectivity.js";
import type { Connection, FlatNetwork, Population } from "../network/types.js";

interface Common {
  readonly model: Model;
  readonly parameter: ParameterModel;
  /** Path of the owner. */
  readonly where: string;
  /** Length that an array of values has. */
  readonly length: number;
}
/** What a parameter belongs to. */
export type Owner =
  | (Common & { readonly kind: "population"; readonly population: Population })
  | (Common & { readonly kind: "connection"; readonly connection: Connection })
  | (Common & { readonly kind: "channel" });

/** The parameter of a model that has this path, if it is one of the model's. */
function parameterOf(model: Model, where: string, path: string): ParameterModel | undefined {
  if (!path.startsWith(`${where}.`)) return undefined;
  const publicName = path.slice(where.length + 1);
  return model.parameters.find((parameter) => parameter.publicName === publicName);
}

/** Channels of one model share a path; a number tells groups of them apart. */
function findChannel(population: Population, path: string): Owner | undefined {
  const { name, size, type } = population;
  for (const { model } of type.channels) {
    for (let number = 1; number <= type.channels.length; number++) {
      const where = `${name}.${model.name}${number === 1 ? "" : number}`;
      const parameter = parameterOf(model, where, path);
      if (parameter !== undefined) return { kind: "channel", model, parameter, where, length: size };
    }
  }
  return undefined;
}

/** The owner of the parameter with this path. */
export function findOwner(flat: FlatNetwork, path: string): Owner {
  for (const population of flat.populations) {
    const { name: where, size: length, type } = population;
    const parameter = parameterOf(type.model, where, path);
    const common = { model: type.model, where, length };
    if (parameter !== undefined) return { ...common, kind: "population", parameter, population };
    const channel = findChannel(population, path);
    if (channel !== undefined) return channel;
  }
  for (const connection of flat.connections) {
    const { name: where, synapse, connectivity, source, target } = connection;
    const parameter = parameterOf(synapse.model, where, path);
    if (parameter === undefined) continue;
    const [from, to] = [flat.populations[source]!, flat.populations[target]!];
    const length = valueCount(connectivity, from, to);
    return { kind: "connection", model: synapse.model, where, length, parameter, connection };
  }
  throw new ValidationError({
    code: "not-a-parameter",
    where: path,
    problem: "this value does not belong to a parameter of the network",
  });
}

const valuesOf = (owner: Exclude<Owner, { kind: "channel" }>) =>
  owner.kind === "population" ? owner.population.type.values : owner.connection.values;

const shapeOf = (owner: Owner): ValueShape | undefined =>
  owner.kind === "connection" ? owner.connection.synapse.shape : undefined;

/** All values of the owner, with a new one for this parameter; checked together. */
function completeWith(
  owner: Exclude<Owner, { kind: "channel" }>,
  value: ParameterValue,
): ReadonlyMap<string, ParameterValue> {
  const given = new Map(valuesOf(owner)).set(owner.parameter.publicName, value);
  return completeValues(owner.model, given, owner.where, shapeOf(owner));
}

/** A matrix says by its zeros who is joined; a weight where nobody is would have no effect. */
function refuseAbsent(owner: Owner, value: ParameterValue): void {
  if (owner.kind !== "connection" || typeof value !== "object") return;
  const { connectivity, synapse } = owner.connection;
  if (connectivity.kind !== "matrix" || synapse.model.strength !== owner.parameter.publicName) {
    return;
  }
  const { present } = connectivity;
  const wrong = value.findIndex((weight, i) => weight !== 0 && present[i] === 0);
  if (wrong < 0) return;
  throw new ValidationError({
    code: "no-synapse",
    where: `${owner.where}.${owner.parameter.publicName}[${wrong}]`,
    problem: "there is no synapse here, because the matrix was 0 when the network was built",
    got: value[wrong],
    allowed: "0",
    hint: "Build the network with a small value here instead of 0.",
  });
}

function checkLength(owner: Owner, value: ParameterValue): void {
  if (typeof value !== "object" || value.length === owner.length) return;
  throw new ValidationError({
    code: "wrong-length",
    where: `${owner.where}.${owner.parameter.publicName}`,
    problem: "has the wrong number of values",
    got: value.length,
    allowed: `1 or ${owner.length}`,
  });
}

function readOne(owner: Owner, given: unknown): ParameterValue {
  const { parameter, model, where } = owner;
  const shape = shapeOf(owner);
  const strength = model.kind === "synapse" ? model.strength : undefined;
  const options = { where, system: model.system, strength, ...(shape !== undefined && { shape }) };
  const value = readValue(parameter, given, options);
  if (owner.kind === "channel") {
    // Single numbers are judged by their bounds at once, arrays only with the whole model.
    if (typeof value === "object") value.forEach((one) => readValue(parameter, one, options));
    return value;
  }
  checkLength(owner, value);
  refuseAbsent(owner, value);
  completeWith(owner, value);
  return value;
}

/**
 * Checks a value for a parameter; an array for a batch holds the values of one copy after the other.
 */
export function readParameter(
  flat: FlatNetwork,
  path: string,
  given: unknown,
  batch: number,
): number | Float64Array {
  const owner = findOwner(flat, path);
  const isArray = typeof given === "object" && given !== null && "length" in given;
  const values = isArray ? Array.from(given as ArrayLike<unknown>) : [];
  const size = values.length / batch;
  const isPerCopy = batch > 1 && (size === 1 || size === owner.length);
  if (!isPerCopy) {
    const value = readOne(owner, given);
    return typeof value === "object" ? value : Number(value);
  }
  const all = new Float64Array(values.length);
  for (let copy = 0; copy < batch; copy++) {
    const part = values.slice(copy * size, (copy + 1) * size);
    const value = readOne(owner, size === 1 ? part[0] : part);
    all.set(typeof value === "object" ? value : [Number(value)], copy * size);
  }
  return all;
}

/** The network with another value for a parameter; itself where the owner has no values of its own. */
export function withParameter(
  flat: FlatNetwork,
  path: string,
  value: number | Float64Array,
): FlatNetwork {
  const owner = findOwner(flat, path);
  if (owner.kind === "channel") return flat;
  const isBoolean = owner.parameter.kind === "boolean" && typeof value === "number";
  const values = completeWith(owner, isBoolean ? value !== 0 : value);
  if (owner.kind === "population") {
    const { population } = owner;
    const changed = { ...population, type: { ...population.type, values } };
    const populations = flat.populations.map((one) => (one === population ? changed : one));
    return { ...flat, populations };
  }
  const changed = { ...owner.connection, values };
  const connections = flat.connections.map((one) => (one === owner.connection ? changed : one));
  return { ...flat, connections };
}
