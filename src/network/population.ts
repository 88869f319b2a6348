// Populations as they are added, and the handles by which users refer to them.

import { ValidationError } from "../errors.js";
import type { ChannelType, NeuronType, ParameterValue } from "../models/types.js";
import { showShape } from "./checks.js";
import type { Population } from "./types.js";

/** Stands for a population; made by `addNeuron` and `addPopulation`. */
export interface PopulationRef {
  readonly kind: "population";
  readonly name: string;
  /** Flat number in the network that it was added to. */
  readonly index: number;
  readonly shape: readonly number[];
  readonly size: number;
}
/** How calls name a population: its handle, its name or path, or its flat number. */
export type PopulationLike = PopulationRef | string | number;

/** Stands for a connection. */
export interface ConnectionRef {
  readonly kind: "connection";
  readonly name: string;
  readonly index: number;
}
/** Stands for an input or output. */
export interface PortRef {
  readonly kind: "input" | "output";
  readonly name: string;
  readonly index: number;
  readonly size: number;
}

/** True for what a neuron factory gives back. */
function isNeuronType(value: unknown): value is NeuronType {
  if (typeof value !== "object" || value === null) return false;
  const { kind, model, values, channels } = value as Partial<NeuronType>;
  return (
    kind === "neuron" &&
    model?.kind === "neuron" &&
    values instanceof Map &&
    Array.isArray(channels)
  );
}

/** Refuses anything but what a neuron factory gives back. */
export function checkNeuronType(where: string, type: unknown): NeuronType {
  if (isNeuronType(type)) return type;
  throw new ValidationError({
    code: "wrong-kind",
    where: `${where}.type`,
    problem: "not a neuron type",
    got: type,
    allowed: "what a neuron factory gives back",
    hint: `Write for example neurons.nonSpiking({ membraneCapacitance: 5 })${
      typeof type === "function" ? ", with the parentheses" : ""
    }.`,
  });
}

/** Refuses parameter arrays whose length is not the number of neurons. */
export function checkNeuronArrays(
  where: string,
  type: NeuronType,
  shape: readonly number[],
  size: number,
): void {
  const check = (owner: NeuronType | ChannelType, path: string): void => {
    for (const [name, value] of owner.values) checkLength(`${path}.${name}`, value, shape, size);
  };
  check(type, where);
  type.channels.forEach((channel, i) => check(channel, `${where}.channels[${i}]`));
}

function checkLength(
  where: string,
  value: ParameterValue,
  shape: readonly number[],
  size: number,
): void {
  if (typeof value !== "object" || value.length === size) return;
  throw new ValidationError({
    code: "wrong-length",
    where,
    problem: "the number of values differs from the number of neurons",
    got: value.length,
    allowed: `${size}, for a population of shape ${showShape(shape)}`,
  });
}

/** A copy of a population under another name, and perhaps in another colour or without its start. */
export function renamePopulation(
  population: Population,
  name: string,
  changes: { readonly color?: string; readonly dropInitialValues: boolean },
): Population {
  return Object.freeze({
    ...population,
    name,
    color: changes.color ?? population.color,
    initialValues: changes.dropInitialValues ? new Map() : population.initialValues,
  });
}
