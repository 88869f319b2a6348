// Parameters of a network that has been compiled: finds one by its path, checks a new value as when
// the network was built, and makes the network that has it. Invariant: networks are never changed.

import { CompileError, ValidationError } from "../errors.js";
import type { Precision } from "../ir/program.js";
import { completeValues } from "../models/define/complete-values.js";
import type { Model, ParameterModel, ParameterValue, ValueShape } from "../models/types.js";
import { elementPath, readValue } from "../models/define/read-values.js";
import type { ReadOptions } from "../models/define/read-values.js";
import { valueCount } from "../network/connectivity.js";
import { checkSymmetric } from "../network/symmetric.js";
import type { Connection, FlatNetwork, Population } from "../network/types.js";
import { isArrayLike } from "../util/array-like.js";

interface Common {
  readonly model: Model;
  readonly parameter: ParameterModel;
  /** Path of the owner. */
  readonly where: string;
  /** Length that an array of values has. */
  readonly length: number;
}
interface ConnectionOwner extends Common {
  readonly kind: "connection";
  readonly connection: Connection;
  /** Length of an array as declared, where edges have been taken away since. */
  readonly declaredLength: number | undefined;
}
/** What a parameter belongs to. */
export type Owner =
  | (Common & { readonly kind: "population"; readonly population: Population })
  | ConnectionOwner
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
    const { name: where, synapse, connectivity, declared, source, target } = connection;
    const parameter = parameterOf(synapse.model, where, path);
    if (parameter === undefined) continue;
    const [from, to] = [flat.populations[source]!, flat.populations[target]!];
    const { model } = synapse;
    const length = valueCount(connectivity, from, to);
    const declaredLength = declared && valueCount(declared.connectivity, from, to);
    return { kind: "connection", model, where, length, declaredLength, parameter, connection };
  }
  throw new ValidationError({
    code: "not-a-parameter",
    where: path,
    problem: "this value does not belong to a parameter of the network",
  });
}

const valuesOf = (owner: Exclude<Owner, { kind: "channel" }>) =>
  owner.kind === "population" ? owner.population.type.values : owner.connection.values;

/** True for the length of an array as declared. What is as long as the edges means the edges. */
const isAsDeclared = ({ declaredLength, length }: ConnectionOwner, given: number): boolean =>
  given === declaredLength && given !== length;

/** Where the values of an array of this length stand in a matrix or kernel, for error messages. */
function shapeOf(owner: Owner, length: number): ValueShape | undefined {
  if (owner.kind !== "connection") return undefined;
  const { connection, declaredLength } = owner;
  const isShaped = declaredLength === undefined || isAsDeclared(owner, length);
  return isShaped ? connection.synapse.shape : undefined;
}

/** All values of the owner, with a new one for this parameter; checked together. */
function completeWith(
  owner: Exclude<Owner, { kind: "channel" }>,
  value: ParameterValue,
): ReadonlyMap<string, ParameterValue> {
  const before = valuesOf(owner);
  const given = new Map(before).set(owner.parameter.publicName, value);
  const { model, where } = owner;
  const strength = model.kind === "synapse" ? model.strength : undefined;
  // A kernel with a single tap of 0 is one 0 for all: as an array, it is known to mean no synapse.
  const isIdle = strength !== undefined && before.get(strength) === 0 && given.get(strength) === 0;
  if (isIdle) given.set(strength, new Float64Array(owner.length));
  const values = completeValues(model, given, where, shapeOf(owner, owner.length));
  return isIdle ? values.set(strength, 0) : values;
}

/** A matrix says by its zeros who is joined: a weight where nobody is would have no effect. */
function refuseAbsent(owner: ConnectionOwner, value: Float64Array): void {
  const { declared, synapse } = owner.connection;
  if (declared?.connectivity.kind !== "matrix") return;
  if (synapse.model.strength !== owner.parameter.publicName) return;
  const { present } = declared.connectivity;
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
  const declared = owner.kind === "connection" ? owner.declaredLength : undefined;
  const lengths = [1, owner.length, ...(declared === undefined ? [] : [declared])];
  throw new ValidationError({
    code: "wrong-length",
    where: `${owner.where}.${owner.parameter.publicName}`,
    problem: "has the wrong number of values",
    got: value.length,
    allowed: [...new Set(lengths)].join(" or "),
    hint: "For a value for each copy of a batch, name the parameter in `perCopy` when compiling.",
  });
}

/** Inside one population there are as many sources as targets. */
const sizeOf = (length: number): number => Math.round(Math.sqrt(length));

/** Of an array as declared, the values of the edges that are there. */
function pickEdges(owner: Owner, value: ParameterValue, options: ReadOptions): ParameterValue {
  if (owner.kind !== "connection" || typeof value !== "object") return value;
  const { connection, parameter, where } = owner;
  const { declared } = connection;
  if (declared === undefined || !isAsDeclared(owner, value.length)) return value;
  refuseAbsent(owner, value);
  const { connectivity, places } = declared;
  const values = new Map([[parameter.publicName, value]]);
  checkSymmetric(where, { ...connection, connectivity, values }, sizeOf(value.length));
  const isStrength = options.strength === parameter.publicName;
  return Float64Array.from(places, (place) => {
    const one = value[place]!;
    if (parameter.kind === "boolean" || (isStrength && one === 0)) return one;
    // Judged here, so that an error names the place in the array that was given.
    const publicName = `${parameter.publicName}${elementPath(place, options.shape)}`;
    readValue({ ...parameter, publicName }, one, options);
    return one;
  });
}

/** One value in an array is one value for all: that is how a parameter that all share is read. */
function unwrap(owner: Owner, value: ParameterValue): ParameterValue {
  if (typeof value !== "object" || value.length !== 1 || owner.length === 1) return value;
  return owner.parameter.kind === "boolean" ? value[0] !== 0 : value[0]!;
}

/** What get() gives in single precision means the value that was rounded. */
function unround(owner: Owner, value: ParameterValue): ParameterValue {
  if (owner.kind === "channel" || typeof value === "boolean") return value;
  const before = valuesOf(owner).get(owner.parameter.publicName);
  const restore = (one: number, i: number): number => {
    const exact = typeof before === "object" ? before[i] : Number(before);
    return exact !== undefined && Math.fround(exact) === one ? exact : one;
  };
  return typeof value === "object" ? value.map(restore) : restore(value, 0);
}

function readOne(owner: Owner, given: unknown, precision: Precision): number | Float64Array {
  const { parameter, model, where } = owner;
  const shape = isArrayLike(given) ? shapeOf(owner, given.length) : undefined;
  const strength = model.kind === "synapse" ? model.strength : undefined;
  const options = { where, system: model.system, strength, ...(shape !== undefined && { shape }) };
  const read = readValue(parameter, given, options);
  const edges = unwrap(owner, pickEdges(owner, read, options));
  const value = precision === "float32" ? unround(owner, edges) : edges;
  if (owner.kind === "channel") {
    // Single numbers are judged by their bounds at once, arrays only with the whole model.
    if (typeof value === "object" && parameter.kind === "number") {
      value.forEach((one) => readValue(parameter, one, options));
    }
    return typeof value === "object" ? value : Number(value);
  }
  checkLength(owner, value);
  const values = completeWith(owner, value);
  if (owner.kind === "connection") {
    checkSymmetric(where, { ...owner.connection, values }, sizeOf(owner.length));
  }
  return typeof value === "object" ? value : Number(value);
}

/** Where there is no synapse, there is nothing to write: what would have no effect is refused. */
function readNothing(owner: ConnectionOwner, given: unknown): Float64Array {
  if (isArrayLike(given) && given.length === 0) return new Float64Array(0);
  const { where, parameter, connection } = owner;
  const by = connection.replacedBy?.map((name) => `"${name}"`).join(", ");
  throw new ValidationError({
    code: "no-synapses",
    where: `${where}.${parameter.publicName}`,
    problem:
      by === undefined
        ? "this connection has no synapses, so this value would have no effect"
        : `all synapses of this connection were replaced by ${by} (overwriteSamePair), so this value would have no effect`,
    got: given,
    allowed: "an empty array",
    hint:
      by === undefined
        ? "Build the network with synapses here."
        : `Write the parameters of ${by}, or build the network without overwriteSamePair.`,
  });
}

/** What a parameter is read for. */
export interface ReadingOptions {
  /** Copies in a batch that have values of their own; 1 where all share them. */
  readonly copies: number;
  readonly precision: Precision;
}

/**
 * Checks a value for a parameter and gives it as the Program has it: of a connection, for the synapses
 * that are left. An array for a batch holds the values of one copy after the other.
 */
export function readParameter(
  flat: FlatNetwork,
  path: string,
  given: unknown,
  { copies, precision }: ReadingOptions,
): number | Float64Array {
  const owner = findOwner(flat, path);
  if (owner.kind === "connection" && owner.length === 0) return readNothing(owner, given);
  if (copies === 1 || !isArrayLike(given)) return readOne(owner, given, precision);
  const values = Array.from(given);
  const size = values.length / copies;
  const declared = owner.kind === "connection" ? owner.declaredLength : undefined;
  if (![1, owner.length, declared].includes(size)) return readOne(owner, given, precision);
  const all: number[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const part = values.slice(copy * size, (copy + 1) * size);
    const value = readOne(owner, part, precision);
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
  checkLength(owner, given);
  const isBoolean = owner.parameter.kind === "boolean" && typeof given === "number";
  const values = completeWith(owner, isBoolean ? given !== 0 : given);
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
