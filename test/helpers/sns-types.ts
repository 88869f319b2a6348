// The case format sns-golden/1 as types, and readers of its untyped parameter tables: shared by the
// dense oracle and the generator of random cases, independent of the project's own reader.

export type SnsValue = number | boolean | readonly number[] | readonly (readonly number[])[];
export type SnsParams = { readonly [name: string]: SnsValue };

export interface SnsPopulation {
  readonly name: string;
  readonly type: "NonSpikingNeuron" | "SpikingNeuron" | "NonSpikingNeuronWithGatedChannels";
  readonly shape: readonly number[];
  readonly params: SnsParams;
  readonly initial_value: number | readonly number[];
}

export const synapseTypes = [
  "NonSpikingSynapse",
  "SpikingSynapse",
  "ElectricalSynapse",
  "NonSpikingMatrixConnection",
  "SpikingMatrixConnection",
  "NonSpikingPatternConnection",
  "SpikingPatternConnection",
] as const;

export interface SnsConnection {
  readonly name: string;
  readonly type: (typeof synapseTypes)[number];
  readonly params: SnsParams;
  readonly source: number;
  readonly destination: number;
}

export interface SnsInput {
  readonly name: string;
  readonly destination: number;
  readonly size: number;
}

export interface SnsOutput {
  readonly name: string;
  readonly source: number;
  readonly spiking: boolean;
}

export interface SnsNetwork {
  readonly name: string;
  readonly populations: readonly SnsPopulation[];
  readonly connections: readonly SnsConnection[];
  readonly inputs: readonly SnsInput[];
  readonly outputs: readonly SnsOutput[];
}

export interface SnsSegment {
  readonly start: number;
  readonly end: number;
  readonly x: readonly number[];
}

export type SnsInputs =
  | { readonly mode: "none" }
  | { readonly mode: "explicit"; readonly size: number; readonly x: readonly (readonly number[])[] }
  | { readonly mode: "segments"; readonly size: number; readonly segments: readonly SnsSegment[] };

export type RecordedSteps = readonly number[] | { start: number; stop: number; stride: number };

export interface SnsState {
  readonly step: number;
  readonly V: readonly number[];
  readonly theta?: readonly (number | null)[];
  readonly g_spike?: readonly (readonly number[])[] | null;
  readonly g_spike_sum?: number;
  readonly b_gate?: readonly (readonly number[])[];
  readonly c_gate?: readonly (readonly number[])[];
}

export type SnsCompiled = { [name: string]: number | number[] | number[][] };

export interface SnsExpected {
  readonly recorded_steps: RecordedSteps;
  readonly outputs: readonly (readonly number[])[];
  readonly states: readonly SnsState[];
  readonly spike_steps?: { readonly [neuron: string]: readonly number[] };
  readonly compiled?: SnsCompiled;
}

export interface SnsCase {
  readonly schema: "sns-golden/1";
  readonly name: string;
  readonly dt: number;
  readonly steps: number;
  readonly network: SnsNetwork;
  readonly inputs: SnsInputs;
  readonly events: readonly { before_step: number; op: "reset" }[];
  readonly quirks?: readonly string[];
}

/** Lengths beyond the second are ignored. */
export function sizeOf({ shape }: Pick<SnsPopulation, "shape">): number {
  return shape.slice(0, 2).reduce((product, length) => product * length, 1);
}

export function numberIn(params: SnsParams, name: string): number {
  const value = params[name];
  if (typeof value !== "number") throw new Error(`${name} is not a number: ${String(value)}`);
  return value;
}

export function vectorIn(params: SnsParams, name: string): readonly number[] {
  const value = params[name];
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
  return value as readonly number[];
}

/** A matrix or kernel; a flat list is one row. */
export function gridIn(params: SnsParams, name: string): readonly (readonly number[])[] {
  const value = params[name];
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
  if (Array.isArray(value[0])) return value as readonly (readonly number[])[];
  return [value as readonly number[]];
}

export function stepsOf(recorded: RecordedSteps): readonly number[] {
  if (Array.isArray(recorded)) return recorded as readonly number[];
  const { start, stop, stride } = recorded as { start: number; stop: number; stride: number };
  const steps: number[] = [];
  for (let step = start; step < stop; step += stride) steps.push(step);
  return steps;
}
