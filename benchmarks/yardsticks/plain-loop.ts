// The yardstick of the recipes: what anyone writes first, a loop over typed arrays. It is not tuned,
// and knows nothing but these two models. A process of its own; the network is a file.

import { stepTime } from "../harness/alternate.js";
import { serve } from "../harness/workers.js";
import { readRecipe } from "../networks/recipe.js";
import type { RecipeNetwork } from "../networks/recipe.js";

interface Loop {
  step(): void;
  readonly V: Float64Array;
}

/** Synapses in rows by target. */
function rowsOf({ n, edges }: RecipeNetwork) {
  const sorted = [...edges].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const start = new Int32Array(n + 1);
  for (const [, target] of sorted) start[target + 1]! += 1;
  for (let i = 0; i < n; i += 1) start[i + 1]! += start[i]!;
  return {
    start,
    source: Int32Array.from(sorted, ([source]) => source),
    largest: Float64Array.from(sorted, ([, , conductance]) => conductance),
    reversal: Float64Array.from(sorted, ([, , , reversal]) => reversal),
  };
}

function constantsOf({ n, bias, input }: RecipeNetwork): Float64Array {
  const current = Float64Array.from(bias);
  for (const neuron of input.destinations) current[neuron]! += input.value;
  if (current.length !== n) throw new Error("a bias is missing");
  return current;
}

function gradedLoop(network: RecipeNetwork): Loop {
  const { n, dt, neuron, synapse } = network;
  const { start, source, largest, reversal } = rowsOf(network);
  const constant = constantsOf(network);
  const factor = dt / (neuron.membrane_capacitance ?? 5);
  const low = synapse.e_lo ?? 0;
  const high = synapse.e_hi ?? 20;
  const V = new Float64Array(n);
  const old = new Float64Array(n);
  const step = (): void => {
    old.set(V);
    for (let i = 0; i < n; i += 1) {
      let current = 0;
      let sum = 0;
      for (let k = start[i]!; k < start[i + 1]!; k += 1) {
        const open = (old[source[k]!]! - low) / (high - low);
        const conductance = largest[k]! * Math.max(0, Math.min(1, open));
        current += conductance * reversal[k]!;
        sum += conductance;
      }
      V[i] = old[i]! + factor * (current - sum * old[i]! - old[i]! + constant[i]!);
    }
  };
  return { step, V };
}

function spikingLoop(network: RecipeNetwork): Loop {
  const { n, dt, neuron, synapse } = network;
  const { start, source, largest, reversal } = rowsOf(network);
  const constant = constantsOf(network);
  const factor = dt / (neuron.membrane_capacitance ?? 5);
  const follow = neuron.threshold_proportionality_constant ?? 0;
  const keep = 1 - dt / (synapse.time_constant ?? 1);
  const V = new Float64Array(n);
  const old = new Float64Array(n);
  const threshold = new Float64Array(n).fill(1);
  const fires = new Uint8Array(n);
  const open = new Float64Array(source.length);
  const step = (): void => {
    old.set(V);
    for (let i = 0; i < n; i += 1) {
      let current = 0;
      let sum = 0;
      for (let k = start[i]!; k < start[i + 1]!; k += 1) {
        const conductance = open[k]! * keep;
        open[k] = conductance;
        current += conductance * reversal[k]!;
        sum += conductance;
      }
      V[i] = old[i]! + factor * (current - sum * old[i]! - old[i]! + constant[i]!);
      threshold[i]! += (dt / 5) * (1 - threshold[i]! + follow * old[i]!);
      fires[i] = V[i]! > threshold[i]! ? 1 : 0;
    }
    for (let k = 0; k < source.length; k += 1) {
      if (fires[source[k]!] === 1) open[k]! += Math.min(largest[k]!, largest[k]! - open[k]!);
    }
    for (let i = 0; i < n; i += 1) {
      if (fires[i] === 0) continue;
      V[i] = 0;
      threshold[i] = Math.max(0, threshold[i]!);
    }
  };
  return { step, V };
}

let loop: Loop;
/** The loop does the same in every step, so that few make a block. */
const fewestSteps = 10;

function advance(steps: number): void {
  for (let i = 0; i < steps; i += 1) loop.step();
}

const service = {
  /** Reads the network; nothing has happened yet. */
  load(file: string): void {
    const network = readRecipe(file);
    loop = network.spiking ? spikingLoop(network) : gradedLoop(network);
  },
  /** Steps, and tells the sum of the potentials. */
  advance(steps: number): number {
    advance(steps);
    return loop.V.reduce((sum, value) => sum + value, 0);
  },
  /** Time of a step [ms]. */
  measure: (milliseconds: number): number => stepTime(advance, milliseconds, fewestSteps),
};

export type PlainLoop = typeof service;

serve(service);
