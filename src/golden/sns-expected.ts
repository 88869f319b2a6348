// What a case of schema sns-golden/1 expects. Invariant: every field that stands in a file is read
// and compared; a field that is not known is an error, never skipped.

import {
  asFields,
  asList,
  asNumber,
  asNumbers,
  asRows,
  asWhole,
  field,
  malformed,
  optional,
} from "./fields.js";
import type { Fields } from "./fields.js";

type Matrix = readonly (readonly number[])[];

/** The state of all neurons after a step. */
export interface SnsState {
  readonly step: number;
  readonly V: readonly number[];
  /** Null for neurons that cannot fire. */
  readonly theta?: readonly (number | null)[];
  /** [target, source, value]; complete, or undefined where there were too many to list. */
  readonly conductances?: readonly (readonly [number, number, number])[];
  readonly conductanceSum?: number;
  /** [channel][neuron]. */
  readonly gates: { readonly b?: Matrix; readonly c?: Matrix };
}
const vectorNames = ["time_factor_membrane", "V_0", "time_factor_threshold"] as const;
const matrixNames = [
  ...(["g_max_non", "del_e", "e_lo", "e_hi", "g_max_spike", "g_increment"] as const),
  ...(["time_factor_synapse", "spike_delays", "g_electrical", "g_rectified"] as const),
  ...(["input_connectivity", "output_voltage_connectivity", "output_spike_connectivity"] as const),
] as const;
const countNames = ["num_neurons", "buffer_length"] as const;
export type VectorName = (typeof vectorNames)[number];
export type MatrixName = (typeof matrixNames)[number];
export type CountName = (typeof countNames)[number];
/** What a network compiles to; only what the file holds is there. */
export interface SnsCompiled {
  readonly vectors: ReadonlyMap<VectorName, readonly number[]>;
  readonly matrices: ReadonlyMap<MatrixName, Matrix>;
  readonly counts: ReadonlyMap<CountName, number>;
}
export interface SnsExpected {
  /** Steps of which `outputs` has a row, ascending. */
  readonly recordedSteps: readonly number[];
  readonly outputs: Matrix;
  readonly states: readonly SnsState[];
  /** All steps in which each neuron fired, by flat number; neurons that never fire are absent. */
  readonly spikeSteps?: ReadonlyMap<number, readonly number[]>;
  readonly compiled?: SnsCompiled;
}

const stateKeys = ["step", "V", "theta", "g_spike", "g_spike_sum", "b_gate", "c_gate"];
const expectedKeys = ["recorded_steps", "outputs", "states", "spike_steps", "compiled"];
const compiledKeys: readonly string[] = [...vectorNames, ...matrixNames, ...countNames];

function checkAscending(at: string, list: readonly number[], below: number): readonly number[] {
  list.forEach((step, i) => {
    const allowed = `ascending steps, 0 to ${below - 1}`;
    if (step >= below) malformed(`${at}[${i}]`, "is after the last step", step, allowed);
    if (i > 0 && step <= list[i - 1]!) malformed(`${at}[${i}]`, "is out of order", step, allowed);
  });
  return list;
}

function asSteps(steps: number): (at: string, value: unknown) => readonly number[] {
  return (at, value) => {
    const list = asList(at, value, (each, step) => asWhole(each, step));
    return checkAscending(at, list, steps);
  };
}

function asRecordedSteps(steps: number): (at: string, value: unknown) => readonly number[] {
  return (at, value) => {
    if (Array.isArray(value)) return asSteps(steps)(at, value);
    const fields = asFields(at, value, ["start", "stop", "stride"]);
    const start = field(fields, "start", asWhole);
    const stop = field(fields, "stop", asWhole);
    const stride = field(fields, "stride", (each, number) => asWhole(each, number, 1));
    if (stop > steps) malformed(`${at}.stop`, "is after the last step", stop, `up to ${steps}`);
    const count = Math.max(0, Math.ceil((stop - start) / stride));
    return Array.from({ length: count }, (_, i) => start + i * stride);
  };
}

const asNumberOrNull = (at: string, value: unknown): number | null =>
  value === null ? null : asNumber(at, value);

function asConductance(at: string, value: unknown): readonly [number, number, number] {
  const entry = asNumbers(at, value);
  if (entry.length !== 3) malformed(at, "must be [target, source, value]", entry.length, "3");
  return [asWhole(`${at}[0]`, entry[0]), asWhole(`${at}[1]`, entry[1]), entry[2]!];
}

const orNull =
  <T>(read: (at: string, value: unknown) => T) =>
  (at: string, value: unknown): T | undefined =>
    value === null ? undefined : read(at, value);

function readState(at: string, value: unknown, steps: number): SnsState {
  const fields = asFields(at, value, stateKeys);
  const step = field(fields, "step", asWhole);
  if (step >= steps) malformed(`${at}.step`, "is after the last step", step, `< ${steps}`);
  const theta = optional(
    fields,
    "theta",
    orNull((each, list) => asList(each, list, asNumberOrNull)),
  );
  const conductances = optional(
    fields,
    "g_spike",
    orNull((each, list) => asList(each, list, asConductance)),
  );
  const conductanceSum = optional(fields, "g_spike_sum", orNull(asNumber));
  const b = optional(fields, "b_gate", orNull(asRows));
  const c = optional(fields, "c_gate", orNull(asRows));
  return {
    step,
    V: field(fields, "V", asNumbers),
    ...(theta !== undefined && { theta }),
    ...(conductances !== undefined && { conductances }),
    ...(conductanceSum !== undefined && { conductanceSum }),
    gates: { ...(b !== undefined && { b }), ...(c !== undefined && { c }) },
  };
}

function asSpikeSteps(
  steps: number,
): (at: string, value: unknown) => Map<number, readonly number[]> {
  return (at, value) => {
    const spikes = new Map<number, readonly number[]>();
    for (const [key, list] of Object.entries(asFields(at, value).record)) {
      if (!/^(0|[1-9]\d{0,14})$/.test(key)) {
        malformed(at, "a key is not the number of a neuron", key, "0, 1, 2, ...");
      }
      spikes.set(Number(key), asSteps(steps)(`${at}.${key}`, list));
    }
    return spikes;
  };
}

/** Entries of a record that are there, read alike. */
function readMap<K extends string, T>(
  fields: Fields,
  keys: readonly K[],
  read: (at: string, value: unknown) => T,
): Map<K, T> {
  const map = new Map<K, T>();
  for (const key of keys) {
    const value = optional(fields, key, orNull(read));
    if (value !== undefined) map.set(key, value);
  }
  return map;
}

function asCompiled(at: string, value: unknown): SnsCompiled {
  const fields = asFields(at, value, compiledKeys);
  return {
    vectors: readMap(fields, vectorNames, asNumbers),
    matrices: readMap(fields, matrixNames, asRows),
    counts: readMap(fields, countNames, (each, count) => asWhole(each, count)),
  };
}

/** Reads `expected`; `steps` is the length of the run. */
export function readExpected(given: Fields, steps: number): SnsExpected {
  const fields = asFields(given.at, given.record, expectedKeys);
  const recordedSteps = field(fields, "recorded_steps", asRecordedSteps(steps));
  const outputs = field(fields, "outputs", asRows);
  if (outputs.length !== recordedSteps.length) {
    const allowed = `${recordedSteps.length}, one row for each recorded step`;
    malformed(`${fields.at}.outputs`, "has the wrong number of rows", outputs.length, allowed);
  }
  const states = optional(fields, "states", (at, value) =>
    asList(at, value, (each, entry) => readState(each, entry, steps)),
  );
  const spikeSteps = optional(fields, "spike_steps", orNull(asSpikeSteps(steps)));
  const compiled = optional(fields, "compiled", orNull(asCompiled));
  return {
    recordedSteps,
    outputs,
    states: states ?? [],
    ...(spikeSteps !== undefined && { spikeSteps }),
    ...(compiled !== undefined && { compiled }),
  };
}
