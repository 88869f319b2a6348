// A quotient: one source is transmitted, the other one modulates the result.

import { synapses } from "../models/index.js";
import type { NetworkBase } from "../network/network.js";
import { beginCircuit, defaultNeuron, defaultRange } from "./circuit.js";
import type { CircuitOptions, MakeNetwork, NeuronChoice } from "./circuit.js";

export interface DivisionOptions extends CircuitOptions, NeuronChoice {
  /** Of the transmitted source. */
  readonly gain: number;
  /** What is left of the result when the modulating source is at the top of its range. */
  readonly ratio: number;
}

/** Neurons `<name>Transmit`, `<name>Modulate`, `<name>Results`. Default name "Divide". */
export function buildDivision<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: DivisionOptions,
): N {
  const about = { circuit: "division", name: "Divide", keys: ["gain", "ratio", "neuron"] };
  const network = beginCircuit(make, options, about);
  const { gain, ratio, neuron = defaultNeuron(), referenceRange = defaultRange } = options;
  const add = (name: string) => network.addNeuron(neuron, { name: network.name + name });
  const transmit = add("Transmit");
  const modulate = add("Modulate");
  const results = add("Results");
  const where = "circuits.division";
  const transmission = synapses.transmission.build(
    { gain, reversalPotential: 40, referenceRange },
    { where },
  );
  const modulation = synapses.modulation.build({ ratio, upperThreshold: 20 }, { where });
  network.addConnection(transmission, transmit, results);
  network.addConnection(modulation, modulate, results);
  return network;
}
