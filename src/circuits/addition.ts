// A weighted sum: each source drives the sum through a transmission synapse with its gain.

import { ValidationError } from "../errors.js";
import { synapses } from "../models/index.js";
import type { NeuronType } from "../models/types.js";
import { isList } from "../network/checks.js";
import type { NetworkBase } from "../network/network.js";
import { beginCircuit, defaultNeuron, defaultRange, requireNumber } from "./circuit.js";
import type { CircuitOptions, MakeNetwork, NeuronChoice } from "./circuit.js";

export interface AdditionOptions extends CircuitOptions, NeuronChoice {
  /** One for each source, positive or negative, not 0. */
  readonly gains: ArrayLike<number>;
  /** Reversal potential for positive gains; default 100 [mV]. */
  readonly addReversalPotential?: number;
  /** Reversal potential for negative gains; default -40 [mV]. */
  readonly subReversalPotential?: number;
}

const keys = ["gains", "addReversalPotential", "subReversalPotential", "neuron"];

/** Neurons `<name>Sum` and `<name>Src0`, `<name>Src1` ...: Sum = gains . Src. Default name "Add". */
export function buildAddition<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: AdditionOptions,
): N {
  const network = beginCircuit(make, options, { circuit: "addition", name: "Add", keys });
  const { addReversalPotential = 100, subReversalPotential = -40 } = options;
  const { referenceRange = defaultRange, neuron = defaultNeuron() } = options;
  const gains = readGains(options.gains);
  const sum = network.addNeuron(neuron, { name: `${network.name}Sum` });
  const lowerThreshold = restOf(neuron);
  gains.forEach((gain, i) => {
    const source = network.addNeuron(neuron, { name: `${network.name}Src${i}` });
    const reversalPotential = gain > 0 ? addReversalPotential : subReversalPotential;
    const synapse = synapses.transmission.build(
      { gain, reversalPotential, lowerThreshold, referenceRange },
      { where: `circuits.addition.gains[${i}]` },
    );
    network.addConnection(synapse, source, sum);
  });
  return network;
}

function readGains(gains: unknown): readonly number[] {
  if (isList(gains)) {
    return Array.from(gains, (gain, i) =>
      requireNumber(`circuits.addition.gains[${i}]`, gain, (value) => value !== 0, "not 0"),
    );
  }
  throw new ValidationError({
    code: "wrong-kind",
    where: "circuits.addition.gains",
    problem: "must be a list of numbers",
    got: gains,
    allowed: "for example [1, -0.5]",
  });
}

/** Where the activity of a neuron begins. */
function restOf(neuron: NeuronType): number {
  const rest = neuron.values.get("restingPotential");
  if (typeof rest === "object") return rest[0] ?? 0;
  if (typeof rest === "number") return rest;
  throw new ValidationError({
    code: "wrong-kind",
    where: "circuits.addition.neuron",
    problem:
      "the neuron model has no resting potential, at which the activity of its neurons begins",
    got: neuron.model.name,
    allowed: "a neuron model with the parameter restingPotential",
  });
}
