// Initial values of a population: from one number, flat or nested arrays, or a record by state.

import { ValidationError } from "../errors.js";
import type { NeuronModel } from "../models/types.js";
import { product } from "../util/product.js";
import { isList, isRecord, showShape } from "./checks.js";
import { unknownName } from "./names.js";
import type { InitialValue } from "./types.js";

/** Numbers, row-major or nested as the shape of the population. */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];
/** One number for all neurons, or one for each. */
export type InitialNumbers = number | NestedNumbers;
/** For the output state (the membrane potential), or for any state by its symbol. */
export type InitialValues = InitialNumbers | Readonly<Record<string, InitialNumbers>>;

/** Checks and copies what was given as `initialValue`. */
export function readInitialValues(
  where: string,
  given: unknown,
  model: NeuronModel,
  shape: readonly number[],
): ReadonlyMap<string, InitialValue> {
  const read = new Map<string, InitialValue>();
  if (given === undefined) return read;
  if (!isRecord(given)) return read.set(model.output, readNumbers(where, given, shape));
  const known = model.states.map((state) => state.symbol);
  for (const [symbol, value] of Object.entries(given)) {
    if (!known.includes(symbol)) {
      throw unknownName(where, `state of the neuron model ${model.name}`, symbol, known);
    }
    if (value !== undefined) read.set(symbol, readNumbers(`${where}.${symbol}`, value, shape));
  }
  return read;
}

function readNumbers(where: string, given: unknown, shape: readonly number[]): InitialValue {
  if (!isList(given)) return readNumber(where, given);
  const size = product(shape);
  const values = new Float64Array(size);
  if (isList(given[0])) readNested({ where, values, given, shape, depth: 0, offset: 0 });
  else readFlat({ where, values, given, shape: [size], depth: 0, offset: 0 });
  return values;
}

function readNumber(where: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const isNumber = typeof value === "number";
  throw new ValidationError({
    code: isNumber ? "not-finite" : "wrong-kind",
    where,
    problem: isNumber ? "an initial value must be finite" : "an initial value must be a number",
    got: value,
    allowed: "a finite number, or an array of them",
  });
}

interface Reading {
  readonly where: string;
  readonly values: Float64Array;
  readonly given: unknown;
  readonly shape: readonly number[];
  readonly depth: number;
  readonly offset: number;
}

function listOfLength(reading: Reading, length: number): ArrayLike<unknown> {
  const { where, given, shape } = reading;
  if (isList(given) && given.length === length) return given;
  throw new ValidationError({
    code: "wrong-length",
    where,
    problem: "the number of initial values differs from the number of neurons",
    got: isList(given) ? given.length : given,
    allowed: `${length}, for a population of shape ${showShape(shape)}`,
  });
}

function readFlat(reading: Reading): void {
  const { where, values, shape, depth, offset } = reading;
  const list = listOfLength(reading, shape[depth] ?? 1);
  for (let i = 0; i < list.length; i += 1) {
    values[offset + i] = readNumber(`${where}[${i}]`, list[i]);
  }
}

function readNested(reading: Reading): void {
  const { where, shape, depth, offset } = reading;
  if (depth === shape.length - 1) return readFlat(reading);
  const list = listOfLength(reading, shape[depth] ?? 1);
  const stride = product(shape.slice(depth + 1));
  for (let i = 0; i < list.length; i += 1) {
    readNested({
      ...reading,
      where: `${where}[${i}]`,
      given: list[i],
      depth: depth + 1,
      offset: offset + i * stride,
    });
  }
}
