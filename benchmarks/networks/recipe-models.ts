// The models of the recipes as a user would write them, with variations that cost about as much and
// have text that nobody saw before. Invariant: every variation gives the same potentials.

import { defineNeuron, defineSynapse, neurons, synapses } from "../../src/index.js";
import type { NeuronType, SynapseType } from "../../src/index.js";

/**
 * The models of the library; and models from text: another name for a constant, a state more, a
 * second kind of synapse with it.
 */
export const recipeVariations = ["plain", "renamed", "state", "synapse"] as const;
export type RecipeVariation = (typeof recipeVariations)[number];

/** What the neurons of a network are given. */
export interface NeuronValues {
  readonly bias: readonly number[];
  readonly membraneCapacitance?: number;
  readonly thresholdProportionality?: number;
}
/** What the synapses of a connection are given. */
export interface SynapseValues {
  readonly maxConductance: Float64Array;
  readonly reversalPotential: Float64Array;
  readonly timeConstant?: number;
}

const hasTrace = (variation: RecipeVariation): boolean =>
  variation === "state" || variation === "synapse";
const traceState = { z: { initial: 0, unit: "1", doc: "trace" } } as const;

/** A leaky integrator; `C` names its capacitance. */
const gradedCell = (C: string, isTraced: boolean) =>
  defineNeuron({
    name: "cell",
    doc: "Leaky integrator.",
    params: {
      membraneCapacitance: { symbol: C, default: 5, unit: "nF", above: 0, doc: "capacitance" },
      membraneConductance: { symbol: "G", default: 1, unit: "uS", above: 0, doc: "leak" },
      bias: { symbol: "Ib", default: 0, unit: "nA", doc: "constant current" },
      traceTime: { symbol: "tau_z", default: 50, unit: "ms", above: 0, doc: "of the trace" },
    },
    state: {
      V: { initial: 0, unit: "mV", doc: "membrane potential" },
      ...(isTraced && traceState),
    },
    inputs: { I: { unit: "nA", doc: "total current" } },
    equations: `
      ${C} dV/dt = G * (-V) + Ib + I
      ${isTraced ? "tau_z dz/dt = V / (1 mV) - z" : ""}`,
    integrate: "euler",
    output: "V",
  });

/** Integrate and fire with a moving threshold; `C` names its capacitance. */
const spikingCell = (C: string, isTraced: boolean) =>
  defineNeuron({
    name: "cell",
    doc: "Integrate and fire with a moving threshold.",
    params: {
      membraneCapacitance: { symbol: C, default: 5, unit: "nF", above: 0, doc: "capacitance" },
      membraneConductance: { symbol: "G", default: 1, unit: "uS", above: 0, doc: "leak" },
      bias: { symbol: "Ib", default: 0, unit: "nA", doc: "constant current" },
      thresholdTime: { symbol: "tau_th", default: 5, unit: "ms", above: 0, doc: "of theta" },
      thresholdRest: { symbol: "th0", default: 1, unit: "mV", doc: "of theta" },
      thresholdProportionality: { symbol: "m", default: 0, doc: "how far theta follows V" },
      traceTime: { symbol: "tau_z", default: 50, unit: "ms", above: 0, doc: "of the trace" },
    },
    state: {
      V: { initial: 0, unit: "mV", doc: "membrane potential" },
      theta: { initial: "th0", unit: "mV", doc: "threshold" },
      ...(isTraced && traceState),
    },
    inputs: { I: { unit: "nA", doc: "total current" } },
    equations: `
      ${C} dV/dt = G * (-V) + Ib + I
      tau_th dtheta/dt = (th0 - theta) + m * V
      ${isTraced ? "tau_z dz/dt = -z" : ""}`,
    integrate: "euler",
    output: "V",
    spike: "V > theta",
    reset: "V = 0; theta += max(0, -theta)",
  });

const strengths = {
  maxConductance: { symbol: "g", default: 1, unit: "uS", min: 0, doc: "largest conductance" },
  reversalPotential: { symbol: "E", default: 40, unit: "mV", doc: "no current flows there" },
} as const;

const gradedSynapse = defineSynapse({
  name: "rising",
  doc: "Graded synapse.",
  params: {
    ...strengths,
    lower: { symbol: "a", default: 0, unit: "mV", doc: "closed below it" },
    upper: { symbol: "b", default: 20, unit: "mV", doc: "open above it" },
  },
  graded: { conductance: "min(max((V_pre - a) / (b - a), 0), 1) * g", reversal: "E" },
});

const tracedSynapse = defineSynapse({
  name: "traced",
  doc: "Spiking synapse that leaves a trace in its target.",
  params: {
    ...strengths,
    timeConstant: { symbol: "tau", default: 1, unit: "ms", above: 0, doc: "of the decay" },
  },
  state: { open: { initial: 0, unit: "uS", doc: "conductance" } },
  equations: "tau dopen/dt = -open",
  integrate: "euler",
  onPre: "open += min(g, g - open); z_post += 1",
  graded: { conductance: "open", reversal: "E" },
});

/** The neurons of a recipe. */
export function cellsOf(
  isSpiking: boolean,
  variation: RecipeVariation,
  values: NeuronValues,
): NeuronType {
  const { bias, membraneCapacitance = 5, thresholdProportionality = 0 } = values;
  if (variation === "plain") {
    return isSpiking
      ? neurons.spiking({ bias, membraneCapacitance, thresholdProportionality })
      : neurons.nonSpiking({ bias, membraneCapacitance });
  }
  const C = variation === "renamed" ? "capacity" : "C";
  return isSpiking
    ? spikingCell(C, hasTrace(variation))({ bias, membraneCapacitance, thresholdProportionality })
    : gradedCell(C, hasTrace(variation))({ bias, membraneCapacitance });
}

/** The kinds of synapse of a recipe; each takes its share of the edges. */
export function synapsesOf(
  isSpiking: boolean,
  variation: RecipeVariation,
): readonly ((values: SynapseValues) => SynapseType)[] {
  const usual = isSpiking
    ? synapses.spiking
    : ({ maxConductance, reversalPotential }: SynapseValues) =>
        synapses.nonSpiking({ maxConductance, reversalPotential });
  if (variation !== "synapse") return [usual];
  const second = isSpiking
    ? tracedSynapse
    : ({ maxConductance, reversalPotential }: SynapseValues) =>
        gradedSynapse({ maxConductance, reversalPotential });
  return [usual, second];
}
