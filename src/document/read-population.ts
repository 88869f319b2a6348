// One entry of `populations`.

import { LoadError } from "../errors.js";
import type { ChannelType, NeuronType } from "../models/types.js";
import { checkShape } from "../network/checks.js";
import { contentsOf } from "../network/network.js";
import { product } from "../util/product.js";
import { documentLimits } from "./document.js";
import { readValue } from "./numbers.js";
import type { ReadArray, ReadValue } from "./numbers.js";
import { Fields, keyPath, ownKeys, ownValue, tooMany, wrongKind } from "./place.js";
import { buildType, checkFit, readParameters } from "./reader.js";
import type { Reader } from "./reader.js";
import { at } from "./relocate.js";

const keys = [
  ...(["name", "model", "parameters", "channels", "shape"] as const),
  ...(["initialValue", "color"] as const),
] as const;
const channelKeys = ["model", "parameters"] as const;
type PopulationFields = Fields<(typeof keys)[number]>;

/** Reads one entry and adds it to the network. */
export function readPopulation(reader: Reader, where: string, entry: unknown): void {
  const { network } = reader;
  const of: PopulationFields = new Fields(where, entry, keys);
  const shape = readShape(of);
  checkTotal(reader, of, product(shape));
  const type = readNeuron(reader, of, shape);
  const options = {
    ...of.texts("name", "color"),
    ...readInitial(reader, of, shape),
  };
  const known = (): readonly string[] => {
    const fallback = type.model.name;
    const name = options.name ?? contentsOf(network).spaces.parts.unused(fallback);
    const call = `${network.name}.addPopulation`;
    return [`${call}(${name})`, call, name, fallback];
  };
  const place = { where, known, keys };
  at(place, () => network.addPopulation(type, shape, options));
}

function readShape(of: PopulationFields): readonly number[] {
  const given = of.get("shape") ?? 1;
  if (Array.isArray(given) && given.length > documentLimits.axes) {
    throw tooMany(of.path("shape"), "axes", given.length, documentLimits.axes);
  }
  return checkShape(of.where, given);
}

function checkTotal(reader: Reader, of: PopulationFields, size: number): void {
  const total = reader.neurons + size;
  reader.neurons = total;
  if (total <= documentLimits.neurons) return;
  throw new LoadError({
    code: "too-large",
    where: of.path("shape"),
    problem: "all populations together have too many neurons",
    got: total,
    allowed: `at most ${documentLimits.neurons}`,
  });
}

function readNeuron(reader: Reader, of: PopulationFields, shape: readonly number[]): NeuronType {
  const path = of.neededText("model", 'a neuron model, for example "neurons.nonSpiking"');
  const factory = reader.models.find(of.path("model"), path, "neuron");
  const values = readParameters(reader, of.path("parameters"), of.get("parameters"));
  const channels = of
    .list("channels", documentLimits.channels)
    .map((each, i) => readChannel(reader, `${of.path("channels")}[${i}]`, each, shape));
  const more = channels.length > 0 ? { channels } : {};
  return buildType(factory, { where: of.where, values, rows: shape, more });
}

function readChannel(
  reader: Reader,
  place: string,
  given: unknown,
  shape: readonly number[],
): ChannelType {
  const of = new Fields(place, given, channelKeys);
  const path = of.neededText("model", 'a channel model, for example "channels.gated"');
  const factory = reader.models.find(of.path("model"), path, "channel");
  const values = readParameters(reader, of.path("parameters"), of.get("parameters"));
  return buildType(factory, { where: place, values, rows: shape });
}

type Initial = number | ArrayLike<number>;

function readInitial(
  reader: Reader,
  of: PopulationFields,
  shape: readonly number[],
): { readonly initialValue?: Initial | Record<string, Initial> } {
  const where = of.path("initialValue");
  const given = of.get("initialValue");
  if (given === undefined) return {};
  const isByState = typeof given === "object" && !Array.isArray(given);
  if (!isByState) {
    return { initialValue: initialOf(where, readValue(where, given, reader.source), shape) };
  }
  const states = ownKeys(where, given).map((symbol) => {
    const path = keyPath(where, symbol);
    const value = readValue(path, ownValue(given, symbol), reader.source);
    return [symbol, initialOf(path, value, shape)] as const;
  });
  // Own keys only, also for the network, which looks them up.
  return { initialValue: Object.fromEntries(states) };
}

function initialOf(where: string, read: ReadValue, shape: readonly number[]): Initial {
  if (read.kind === "array") {
    checkFit(where, read, shape);
    // The network refuses what is no number.
    return read.values as Exclude<ReadArray, readonly boolean[]>;
  }
  if (typeof read.value === "number") return read.value;
  throw wrongKind(where, read.value, "a number, or a list of numbers");
}
