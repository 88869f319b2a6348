// What the readers of the parts of a document share: the network that is being built, the models and
// the files, and how parameters become the values that a factory takes.

import { ValidationError } from "../errors.js";
import type { BuildOptions } from "../models/define/factory.js";
import type { ValueShape } from "../models/types.js";
import type { NetworkBase } from "../network/network.js";
import type { ArraySource } from "./arrays.js";
import type { Models } from "./models.js";
import { fits, readValue } from "./numbers.js";
import type { ReadValue } from "./numbers.js";
import { keyPath, ownKeys, ownValue } from "./place.js";
import { at } from "./relocate.js";

export interface Reader {
  readonly network: NetworkBase;
  readonly models: Models;
  readonly source: ArraySource | undefined;
  /** Neurons so far. */
  neurons: number;
  /** What rules have drawn so far, and may draw at most. */
  drawn: number;
  readonly mostDrawn: number;
}

/** Parameters as they stand in the document, by public name. */
export type Values = ReadonlyMap<string, ReadValue>;

/** Words that factories take beside parameters; documents have keys of their own for them. */
const notParameters: Readonly<Record<string, string>> = {
  channels: "Channels have a key of their own beside parameters.",
  name: "Write synapseName beside parameters.",
};

/** Reads the `parameters` of a neuron, channel or synapse. */
export function readParameters(reader: Reader, where: string, given: unknown): Values {
  const values = new Map<string, ReadValue>();
  if (given === undefined) return values;
  for (const key of ownKeys(where, given, "{ name: value, ... }")) {
    const path = keyPath(where, key);
    if (Object.hasOwn(notParameters, key)) {
      throw new ValidationError({
        code: "unknown-parameter",
        where: path,
        problem: "there is no parameter of this name",
        got: key,
        hint: notParameters[key]!,
      });
    }
    const value = ownValue(given, key);
    if (value !== undefined) values.set(key, readValue(path, value, reader.source));
  }
  return values;
}

/** Refuses lists whose rows are not those of a shape. */
export function checkFit(
  where: string,
  { shape }: { readonly shape: readonly number[] },
  wanted: readonly number[] | undefined,
): void {
  if (shape.length === 1 || (wanted !== undefined && fits(shape, wanted))) return;
  throw new ValidationError({
    code: "shape-mismatch",
    where,
    problem: "the rows do not fit",
    got: shape.join(" x "),
    allowed: wanted === undefined ? "a flat list" : `a flat list, or ${wanted.join(" x ")}`,
  });
}

interface Factory<T> {
  readonly build: (values: Readonly<Record<string, unknown>>, options?: BuildOptions) => T;
}
interface Building {
  /** The entry that has `parameters`. */
  readonly where: string;
  readonly values: Values;
  /** What rows of rows have to look like. */
  readonly rows: readonly number[] | undefined;
  readonly shape?: ValueShape;
  /** What the factory takes beside parameters. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Builds a type; errors name the parameters of this place. */
export function buildType<T>(factory: Factory<T>, building: Building): T {
  const { where, values, rows, shape, more = {} } = building;
  const entries = [...values].map(([key, value]): [string, unknown] => {
    if (value.kind === "single") return [key, value.value];
    checkFit(keyPath(`${where}.parameters`, key), value, rows);
    return [key, value.values];
  });
  const all = Object.fromEntries([...entries, ...Object.entries(more)]);
  const options = { where: "type", ...(shape === undefined ? {} : { shape }) };
  const place = { where, known: () => ["type"], keys: ["channels", "name"] };
  return at(place, () => factory.build(all, options));
}
