// Compares the state of all neurons and synapses after a step with what was recorded. Invariant:
// synapses that the recording does not list are compared, too: their conductance must be 0.

import { synapseKind } from "../network/kinds.js";
import type { Population } from "../network/types.js";
import type { Comparison } from "./comparison.js";
import { forEachPair, neuronOffsets } from "./sns-edges.js";
import type { Running } from "./sns-edges.js";
import type { SnsState } from "./sns-expected.js";

const thresholdSymbol = "theta";
const conductanceSymbol = "g_spike";

/** A state of all neurons; undefined for the neurons of populations that do not have it. */
async function neuronState(
  { flat, model }: Running,
  symbolOf: (population: Population) => string | undefined,
): Promise<(number | undefined)[]> {
  const values: (number | undefined)[] = [];
  for (const population of flat.populations) {
    const symbol = symbolOf(population);
    const has = population.type.model.states.some((state) => state.symbol === symbol);
    const own = has ? await model.state.get(`${population.name}.${symbol}`) : undefined;
    for (let i = 0; i < population.size; i += 1) values.push(own?.[i]);
  }
  return values;
}

async function compareThresholds(
  comparison: Comparison,
  running: Running,
  expected: readonly (number | null)[],
  at: string,
): Promise<void> {
  const thresholds = await neuronState(running, ({ type }) =>
    type.model.spike === undefined ? undefined : thresholdSymbol,
  );
  if (thresholds.length !== expected.length) {
    comparison.problem(
      `${at}: ${thresholds.length} neurons where ${expected.length} were recorded`,
    );
    return;
  }
  expected.forEach((value, neuron) => {
    const got = thresholds[neuron];
    if (value !== null && got !== undefined) {
      comparison.number(() => `${at}[${neuron}]`, got, value);
    } else if (value !== null || got !== undefined) {
      const fires = got === undefined ? "cannot fire here" : "cannot fire in the recording";
      comparison.problem(`${at}[${neuron}]: the neuron ${fires}`);
    }
  });
}

/** Conductances of all spiking synapses, by target * neurons + source. */
async function spikingConductances({ flat, model }: Running): Promise<Map<number, number>> {
  const { count } = neuronOffsets(flat.populations);
  const conductances = new Map<number, number>();
  for (const connection of flat.connections) {
    if (synapseKind(connection.synapse.model) !== "spiking") continue;
    const pairs: { readonly key: number; readonly edge: number }[] = [];
    forEachPair(flat, connection, ({ target, source, edge }) => {
      pairs.push({ key: target * count + source, edge });
    });
    if (pairs.length === 0) continue;
    const values = await model.state.get(`${connection.name}.${conductanceSymbol}`);
    for (const { key, edge } of pairs) {
      conductances.set(key, (conductances.get(key) ?? 0) + values[edge]!);
    }
  }
  return conductances;
}

async function compareConductances(
  comparison: Comparison,
  running: Running,
  { conductances: listed, conductanceSum }: SnsState,
  at: string,
): Promise<void> {
  if (listed === undefined && conductanceSum === undefined) return;
  const { count } = neuronOffsets(running.flat.populations);
  const got = await spikingConductances(running);
  if (listed !== undefined) {
    const expected = new Map(listed.map(([to, from, value]) => [to * count + from, value]));
    const keys = new Set([...got.keys(), ...expected.keys()]);
    for (const key of keys) {
      const pair = (): string => `${at}.g_spike[${Math.floor(key / count)}][${key % count}]`;
      const value = got.get(key) ?? 0;
      // Only conductances above 0 are listed.
      comparison.number(pair, value, expected.get(key) ?? Math.min(0, value));
    }
  }
  if (conductanceSum !== undefined) {
    const sum = [...got.values()].reduce((total, value) => total + value, 0);
    comparison.number(() => `${at}.g_spike_sum`, sum, conductanceSum);
  }
}

/** Openings of one gate in all channels of a population: [channel][neuron]. */
async function gateOf(
  { model }: Running,
  { name, size, type }: Population,
  gate: string,
): Promise<number[][]> {
  const rows: number[][] = [];
  // Channels that lie next to each other in one array share a name; their values are interleaved.
  const prefixes = new Set(type.channels.map((channel) => `${name}.${channel.model.name}`));
  const isGate = (path: string): boolean => {
    const dot = path.lastIndexOf(".");
    const owner = path.slice(0, dot).replace(/\d+$/, "");
    return path.slice(dot + 1) === gate && prefixes.has(owner);
  };
  for (const path of model.state.names().filter(isGate)) {
    const values = await model.state.get(path);
    const channels = values.length / size;
    for (let channel = 0; channel < channels; channel += 1) {
      rows.push(Array.from({ length: size }, (_, i) => values[i * channels + channel]!));
    }
  }
  return rows;
}

async function compareGate(
  comparison: Comparison,
  running: Running,
  expected: readonly (readonly number[])[],
  place: { readonly at: string; readonly gate: string },
): Promise<void> {
  const { first, count } = neuronOffsets(running.flat.populations);
  if (expected.some((row) => row.length !== count)) {
    comparison.problem(`${place.at}: ${count} neurons where ${expected[0]!.length} were recorded`);
    return;
  }
  for (const [index, population] of running.flat.populations.entries()) {
    if (population.type.channels.length === 0) continue;
    const rows = await gateOf(running, population, place.gate);
    if (rows.length !== expected.length) {
      const counts = `${rows.length} channels where ${expected.length} were recorded`;
      comparison.problem(`${place.at}: ${population.name} has ${counts}`);
      continue;
    }
    rows.forEach((row, channel) => {
      row.forEach((value, i) => {
        const neuron = first[index]! + i;
        const at = (): string => `${place.at}[${channel}][${neuron}]`;
        comparison.number(at, value, expected[channel]![neuron]!);
      });
    });
  }
}

/** Compares everything that was recorded of the state after one step. */
export async function compareState(
  comparison: Comparison,
  running: Running,
  expected: SnsState,
): Promise<void> {
  const at = `states[step ${expected.step}]`;
  const potentials = await neuronState(running, ({ type }) => type.model.output);
  comparison.list(
    `${at}.V`,
    potentials.map((value) => value ?? Number.NaN),
    expected.V,
  );
  if (expected.theta !== undefined) {
    await compareThresholds(comparison, running, expected.theta, `${at}.theta`);
  }
  await compareConductances(comparison, running, expected, at);
  for (const gate of ["b", "c"] as const) {
    const rows = expected.gates[gate];
    if (rows === undefined) continue;
    await compareGate(comparison, running, rows, { at: `${at}.${gate}_gate`, gate });
  }
}

/** Collects in which steps each neuron fires. */
export class SpikeLog {
  readonly #running: Running;
  readonly #firing: readonly { readonly path: string; readonly first: number }[];
  readonly steps: readonly number[][];

  constructor(running: Running) {
    const { populations } = running.flat;
    const { first, count } = neuronOffsets(populations);
    this.#running = running;
    this.#firing = populations.flatMap(({ name, type }, i) =>
      type.model.spike === undefined ? [] : [{ path: `${name}.spikes`, first: first[i]! }],
    );
    this.steps = Array.from({ length: count }, () => []);
  }

  /** Notes who fired in the step that was just made. */
  async take(step: number): Promise<void> {
    for (const { path, first } of this.#firing) {
      const fired = await this.#running.model.state.get(path);
      for (let i = 0; i < fired.length; i += 1) {
        if (fired[i] !== 0) this.steps[first + i]!.push(step);
      }
    }
  }
}
