// Networks by the recipes of SNS-Toolbox's own speed tests, as plain data: conductance neurons with
// random synapses, graded or spiking. Invariant: a recipe always gives the same network.

import { readFileSync } from "node:fs";
import { numbersFrom } from "./random.js";

/** What kind of network, and how large. */
export interface Recipe {
  /**
   * Graded synapses; spiking ones as the recipe has them, where most neurons fire in nearly every
   * step; or spiking ones so weak that neurons fire tens of times a second.
   */
  readonly kind: "graded" | "spiking" | "low";
  readonly neurons: number;
  readonly synapsesPerNeuron: number | "all";
}

type Edge = readonly [source: number, target: number, maxConductance: number, reversal: number];

/** A network as it is written to a file; potentials in mV, currents in nA, conductances in uS. */
export interface RecipeNetwork {
  readonly n: number;
  readonly spiking: boolean;
  readonly dt: number;
  readonly neuron: {
    readonly membrane_capacitance?: number;
    readonly threshold_proportionality_constant?: number;
  };
  readonly synapse: {
    readonly time_constant?: number;
    readonly e_lo?: number;
    readonly e_hi?: number;
  };
  readonly bias: readonly number[];
  readonly input: { readonly value: number; readonly destinations: readonly number[] };
  readonly outputs: readonly number[];
  readonly edges: readonly Edge[];
}

/** The recipe in words. */
export function describeRecipe({ kind, neurons, synapsesPerNeuron }: Recipe): string {
  const names = { graded: "graded", spiking: "spiking", low: "spiking, low activity" };
  const fan = synapsesPerNeuron === "all" ? "all-to-all" : `k = ${synapsesPerNeuron}`;
  return `${names[kind]}, ${fan}, N = ${neurons}`;
}

/** Pairs of source and target, each one once. */
function pairsOf({ neurons, synapsesPerNeuron }: Recipe, random: () => number): [number, number][] {
  const all = neurons * neurons;
  if (synapsesPerNeuron === "all") {
    return Array.from({ length: all }, (_, i) => [Math.floor(i / neurons), i % neurons]);
  }
  const chosen = new Set<number>();
  const count = Math.min(all, neurons * synapsesPerNeuron);
  while (chosen.size < count) chosen.add(Math.floor(random() * all));
  return Array.from(chosen, (pair) => [Math.floor(pair / neurons), pair % neurons]);
}

/** Makes the network of a recipe. */
export function makeRecipe(recipe: Recipe, seed = 7): RecipeNetwork {
  const { kind, neurons: n, synapsesPerNeuron } = recipe;
  const random = numbersFrom(seed);
  const spiking = kind !== "graded";
  const isDense = synapsesPerNeuron === "all";
  const fan = isDense ? n : synapsesPerNeuron;
  const weakness = { graded: isDense ? n : 1, spiking: fan, low: 40 * fan }[kind];
  const [excitation, inhibition, share] = spiking ? [194, -80, 0.7] : [100, -60, 0.5];
  const edges = pairsOf(recipe, random).map(([source, target]): Edge => {
    const conductance = (0.2 + 0.8 * random()) / weakness;
    return [source, target, conductance, random() < share ? excitation : inhibition];
  });
  const inputs = Math.floor(0.08 * n) + 1;
  const outputs = Math.floor(0.12 * n);
  // With the weak synapses, cells sit about the threshold of 1 mV.
  const biasOf = (i: number): number => (i < inputs ? 0 : 10);
  const bias = Array.from({ length: n }, (_, i) =>
    kind === "low" ? 0.98 + 0.04 * random() : biasOf(i),
  );
  const proportionality = kind === "low" ? 0 : -1;
  return {
    ...{ n, spiking, dt: 0.1 },
    neuron: spiking
      ? { threshold_proportionality_constant: proportionality }
      : { membrane_capacitance: 10 },
    synapse: spiking ? { time_constant: 1 } : { e_lo: 0, e_hi: 20 },
    bias,
    input: {
      value: kind === "low" ? 0.05 : 10,
      destinations: Array.from({ length: inputs }, (_, i) => i),
    },
    outputs: Array.from({ length: outputs }, (_, i) => inputs + i),
    edges,
  };
}

export const readRecipe = (file: string): RecipeNetwork =>
  JSON.parse(readFileSync(file, "utf8")) as RecipeNetwork;
