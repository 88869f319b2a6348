// Parameters of a network that has been compiled: finds one by its path, checks a new value as when
// the network was built, and makes the network that has it. Invariant: networks are never changed.

import { CompileError, ValidationError } from "../errors.js";
import { completeValues } from "../models/define/complete-values.js";
import type { Model, ParameterModel, ParameterValue, ValueShape } from "../models/types.js";
import { readValue } from "../models/define/read-values.js";
import { isMirrored, valueCount } from "../network/connectivity.js";
import { checkSymmetric } from "../network/symmetric.js";
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
      if (parameter !== undefined)
        return { kind: "channel", model, parameter, where, length: size };
    }
  }
  return undefined;
}

/** The owner of the parameter with this path. */
function findOwner(flat: FlatNetwork, path: string): Owner {
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
    hint: "For a value for each copy of a batch, name the parameter in `perCopy` when compiling.",
  });
}

/** Places of the values in a matrix with gaps: the Program has one for each synapse, or each pair. */
interface Places {
  readonly own: readonly number[];
  /** In a matrix of couplings inside one population: the same pairs, the other way round. */
  readonly mirrored?: readonly number[];
}

function placesOf(owner: Owner): Places | undefined {
  if (owner.kind !== "connection") return undefined;
  const { connectivity, synapse } = owner.connection;
  if (connectivity.kind !== "matrix" || !connectivity.present.includes(0)) return undefined;
  const present = Array.from(connectivity.present.keys()).filter(
    (place) => connectivity.present[place] === 1,
  );
  if (!isMirrored(owner.connection) || synapse.shape.kind !== "matrix") return { own: present };
  const { columns } = synapse.shape;
  const own = present.filter((place) => place % columns < Math.floor(place / columns));
  const mirrored = own.map((place) => (place % columns) * columns + Math.floor(place / columns));
  return { own, mirrored };
}

/** Values of the synapses alone become a whole matrix; gaps keep what they had. */
function spread(owner: Owner, value: ParameterValue): ParameterValue {
  const places = placesOf(owner);
  if (places === undefined || typeof value !== "object" || value.length !== places.own.length) {
    return value;
  }
  const before = owner.kind === "connection" && valuesOf(owner).get(owner.parameter.publicName);
  const whole = new Float64Array(owner.length);
  if (typeof before === "object") whole.set(before);
  else whole.fill(Number(before));
  for (const side of [places.own, places.mirrored ?? []]) {
    side.forEach((place, i) => {
      whole[place] = value[i]!;
    });
  }
  return whole;
}

/** The inverse: the values of a matrix with gaps as the Program has them. */
function pick(owner: Owner, value: ParameterValue): number | Float64Array {
  if (typeof value !== "object") return Number(value);
  const places = placesOf(owner);
  return places === undefined ? value : Float64Array.from(places.own, (place) => value[place]!);
}

/** One value in an array is one value for all: that is how a parameter that all share is read. */
function unwrap(owner: Owner, value: ParameterValue): ParameterValue {
  if (typeof value !== "object" || value.length !== 1 || owner.length === 1) return value;
  return owner.parameter.kind === "boolean" ? value[0] !== 0 : value[0]!;
}

function readOne(owner: Owner, given: unknown): number | Float64Array {
  const { parameter, model, where } = owner;
  const shape = shapeOf(owner);
  const strength = model.kind === "synapse" ? model.strength : undefined;
  const options = { where, system: model.system, strength, ...(shape !== undefined && { shape }) };
  const value = unwrap(owner, spread(owner, readValue(parameter, given, options)));
  if (owner.kind === "channel") {
    // Single numbers are judged by their bounds at once, arrays only with the whole model.
    if (typeof value === "object") value.forEach((one) => readValue(parameter, one, options));
    return typeof value === "object" ? value : Number(value);
  }
  checkLength(owner, value);
  refuseAbsent(owner, value);
  const values = completeWith(owner, value);
  if (owner.kind === "connection") {
    // Inside one population there are as many sources as targets.
    const size = Math.round(Math.sqrt(owner.length));
    checkSymmetric(where, { ...owner.connection, values }, size);
  }
  return pick(owner, value);
}

/**
 * Checks a value for a parameter and gives it as the Program has it, without the gaps of a matrix. An
 * array for a batch holds the values of one copy after the other.
 */
export function readParameter(
  flat: FlatNetwork,
  path: string,
  given: unknown,
  batch: number,
): number | Float64Array {
  const owner = findOwner(flat, path);
  const isArray = typeof given === "object" && given !== null && "length" in given;
  if (batch === 1 || !isArray) return readOne(owner, given);
  const values = Array.from(given as ArrayLike<unknown>);
  const size = values.length / batch;
  if (![1, owner.length, placesOf(owner)?.own.length].includes(size)) return readOne(owner, given);
  const all: number[] = [];
  for (let copy = 0; copy < batch; copy++) {
    const part = values.slice(copy * size, (copy + 1) * size);
    const value = readOne(owner, part);
    if (typeof value === "number") all.push(value);
    else for (const one of value) all.push(one);
  }
  return Float64Array.from(all);
}

/** Channels of one model are stored together, so only what can be tuned changes; a switch cannot. */
function refuseChannelSwitch({ parameter, where }: Owner, flat: FlatNetwork): FlatNetwork {
  if (parameter.kind === "number") return flat;
  throw new CompileError({
    code: "not-tunable",
    where: `${where}.${parameter.publicName}`,
    problem: "a switch of a channel is part of the structure",
    hint: "Compile a network with the other value.",
  });
}

/** The network with another value for a parameter; itself where that is written after lowering. */
export function withParameter(
  flat: FlatNetwork,
  path: string,
  given: number | Float64Array,
): FlatNetwork {
  const owner = findOwner(flat, path);
  if (owner.kind === "channel") return refuseChannelSwitch(owner, flat);
  const value = spread(owner, given);
  checkLength(owner, value);
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
