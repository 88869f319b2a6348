// The content of a recorded case of schema sns-golden/1, checked field by field. Invariant: what
// leaves here is complete and consistent with itself; whether it fits the network is checked when
// the network has been built.

import {
  asBoolean,
  asFields,
  asList,
  asNumber,
  asNumbers,
  asText,
  asWhole,
  asWord,
  field,
  malformed,
  optional,
} from "./fields.js";
import type { Fields } from "./fields.js";
import { readExpected } from "./sns-expected.js";
import type { SnsExpected } from "./sns-expected.js";

/** A population or connection as the recording names it: by position or by name. */
export type SnsReference = number | string;
/** What builds a network, in order. */
export type SnsOp =
  | {
      readonly op: "population";
      readonly at: string;
      readonly name: string;
      readonly type: string;
      readonly shape: readonly number[];
      readonly params: Fields;
      readonly initialValue?: number | readonly number[];
    }
  | {
      readonly op: "connection";
      readonly at: string;
      readonly name?: string;
      readonly type: string;
      readonly params: Fields;
      readonly source: SnsReference;
      readonly destination: SnsReference;
    }
  | {
      readonly op: "input";
      readonly at: string;
      readonly name: string;
      readonly destination: SnsReference;
      readonly size: number;
    }
  | {
      readonly op: "output";
      readonly at: string;
      readonly name: string;
      readonly source: SnsReference;
      readonly spiking: boolean;
    }
  | {
      readonly op: "preset";
      readonly at: string;
      readonly preset: string;
      readonly args: Fields;
      readonly suffix?: string;
    }
  | {
      readonly op: "network";
      readonly at: string;
      readonly name: string;
      readonly build: readonly SnsOp[];
      readonly suffix?: string;
    };
/** The input vector of each step; undefined where the model is called without one. */
export type SnsInputs =
  | { readonly mode: "none" }
  | { readonly mode: "explicit"; readonly size: number; readonly x: readonly (readonly number[])[] }
  | { readonly mode: "segments"; readonly size: number; readonly segments: readonly Segment[] };
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly x: readonly number[];
}
export interface SnsCase {
  readonly name: string;
  /** Time step [ms]. */
  readonly dt: number;
  readonly steps: number;
  /** The flat network with all defaults filled in. */
  readonly network: readonly SnsOp[];
  /** The calls that it came from. */
  readonly build?: readonly SnsOp[];
  readonly inputs: SnsInputs;
  /** Steps before which reset() is called, ascending; once for each time that a step is listed. */
  readonly resets: readonly number[];
  readonly expected: SnsExpected;
}

const asReference = (at: string, value: unknown): SnsReference =>
  typeof value === "string" ? value : asWhole(at, value, Number.MIN_SAFE_INTEGER);

const asInitialValue = (at: string, value: unknown): number | readonly number[] =>
  Array.isArray(value) ? asNumbers(at, value.flat(8)) : asNumber(at, value);

const asParams = (at: string, value: unknown): Fields => asFields(at, value);

type ReadOp = (fields: Fields) => SnsOp;

function readPopulation(fields: Fields): SnsOp {
  const initialValue = optionalValue(fields, "initial_value", asInitialValue);
  return {
    op: "population",
    at: fields.at,
    name: field(fields, "name", asText),
    type: field(fields, "type", asText),
    shape: field(fields, "shape", (at, value) => asList(at, value, (i, n) => asWhole(i, n, 1))),
    params: field(fields, "params", asParams),
    ...(initialValue !== undefined && { initialValue }),
  };
}

/** As `optional`; null, which is how Python writes a value that was not given, counts as absent. */
function optionalValue<T>(
  fields: Fields,
  key: string,
  read: (at: string, value: unknown) => T,
): T | undefined {
  return fields.record[key] === null ? undefined : optional(fields, key, read);
}

function readConnection(fields: Fields): SnsOp {
  const name = optionalValue(fields, "name", asText);
  return {
    op: "connection",
    at: fields.at,
    ...(name !== undefined && { name }),
    type: field(fields, "type", asText),
    params: field(fields, "params", asParams),
    source: field(fields, "source", asReference),
    destination: field(fields, "destination", asReference),
  };
}

function readInput(fields: Fields): SnsOp {
  return {
    op: "input",
    at: fields.at,
    name: optionalValue(fields, "name", asText) ?? "Input",
    destination: field(fields, "destination", asReference),
    size: optional(fields, "size", (at, value) => asWhole(at, value, 1)) ?? 1,
  };
}

function readOutput(fields: Fields): SnsOp {
  return {
    op: "output",
    at: fields.at,
    name: optionalValue(fields, "name", asText) ?? "Output",
    source: field(fields, "source", asReference),
    spiking: optional(fields, "spiking", asBoolean) ?? false,
  };
}

function readSubnetwork(fields: Fields): SnsOp {
  const { at } = fields;
  const suffix = optionalValue(fields, "suffix", asText);
  const more = suffix === undefined ? {} : { suffix };
  if (Object.hasOwn(fields.record, "preset")) {
    const preset = field(fields, "preset", asText);
    const args = optional(fields, "args", asParams) ?? { at: `${at}.args`, record: {} };
    return { op: "preset", at, preset, args, ...more };
  }
  const name = optionalValue(fields, "name", asText) ?? "Network";
  return { op: "network", at, name, build: field(fields, "build", asBuild), ...more };
}

const readers: Readonly<Record<"population" | "connection" | "input" | "output", ReadOp>> = {
  population: readPopulation,
  connection: readConnection,
  input: readInput,
  output: readOutput,
};
const buildReaders: Readonly<Record<string, ReadOp>> = { ...readers, network: readSubnetwork };

function asBuild(at: string, value: unknown): readonly SnsOp[] {
  return asList(at, value, (each, entry) => {
    const fields = asFields(each, entry);
    const op = field(fields, "op", (i, word) => asWord(i, word, Object.keys(buildReaders)));
    return buildReaders[op]!(fields);
  });
}

/** The four lists of a flat network as the calls that fill them. */
function asNetwork(at: string, value: unknown): readonly SnsOp[] {
  const fields = asFields(at, value);
  const list = (key: string, read: ReadOp): readonly SnsOp[] =>
    field(fields, key, (each, entries) =>
      asList(each, entries, (place, entry) => read(asFields(place, entry))),
    );
  return [
    ...list("populations", readPopulation),
    ...list("connections", readConnection),
    ...list("inputs", readInput),
    ...list("outputs", readOutput),
  ];
}

function asVector(size: number): (at: string, value: unknown) => readonly number[] {
  return (at, value) => {
    const vector = asNumbers(at, value);
    if (vector.length === size) return vector;
    malformed(at, "has the wrong number of values", vector.length, String(size));
  };
}

function readInputs(fields: Fields, steps: number): SnsInputs {
  const mode = field(fields, "mode", (at, value) =>
    asWord(at, value, ["none", "explicit", "segments"] as const),
  );
  if (mode === "none") return { mode };
  const size = field(fields, "size", asWhole);
  if (mode === "explicit") {
    const x = field(fields, "x", (at, value) => asList(at, value, asVector(size)));
    if (x.length === steps) return { mode, size, x };
    malformed(`${fields.at}.x`, "must have a vector for each step", x.length, String(steps));
  }
  const segments = field(fields, "segments", (at, value) =>
    asList(at, value, (each, entry) => {
      const segment = asFields(each, entry);
      return {
        start: field(segment, "start", asWhole),
        end: field(segment, "end", asWhole),
        x: field(segment, "x", asVector(size)),
      };
    }),
  );
  return { mode, size, segments };
}

function readResets(at: string, value: unknown, steps: number): readonly number[] {
  const resets = asList(at, value, (each, entry) => {
    const fields = asFields(each, entry, ["before_step", "op"]);
    field(fields, "op", (i, op) => asWord(i, op, ["reset"]));
    const step = field(fields, "before_step", asWhole);
    if (step < steps) return step;
    malformed(`${each}.before_step`, "is after the last step", step, `0 to ${steps - 1}`);
  });
  return [...resets].sort((a, b) => a - b);
}

/** Checks a parsed file of schema sns-golden/1. */
export function readSnsCase(parsed: unknown): SnsCase {
  const fields = asFields("case", parsed);
  const steps = field(fields, "steps", (at, value) => asWhole(at, value, 1));
  const build = optionalValue(fields, "build", asBuild);
  const events = optionalValue(fields, "events", (at, value) => readResets(at, value, steps));
  return {
    name: field(fields, "name", asText),
    dt: field(fields, "dt", asNumber),
    steps,
    network: field(fields, "network", asNetwork),
    ...(build !== undefined && { build }),
    inputs: readInputs(field(fields, "inputs", asFields), steps),
    resets: events ?? [],
    expected: readExpected(field(fields, "expected", asFields), steps),
  };
}

/** The input vector of a step. Where segments overlap the later one holds. */
export function inputVector(inputs: SnsInputs, step: number): readonly number[] | undefined {
  if (inputs.mode === "none") return undefined;
  if (inputs.mode === "explicit") return inputs.x[step];
  const holding = inputs.segments.filter(({ start, end }) => start <= step && step < end);
  return holding.at(-1)?.x ?? new Array<number>(inputs.size).fill(0);
}
