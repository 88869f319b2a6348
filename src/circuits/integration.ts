// Two neurons that inhibit each other so that any difference between them stays.

import { neurons, synapses } from "../models/index.js";
import type { NetworkBase } from "../network/network.js";
import { beginCircuit, defaultRange, requireNumber } from "./circuit.js";
import type { CircuitOptions, MakeNetwork } from "./circuit.js";

export interface IntegrationOptions extends CircuitOptions {
  /** Rise of the output per time and input current; default 0.1 [1/nF]. */
  readonly integrationGain?: number;
  /** Reversal potential of the inhibition, seen from rest; default -40 [mV]. */
  readonly relativeReversalPotential?: number;
}

/** Neurons `Uint`, which receives and shows, and `Neuron`. Default name "Integrator". */
export function buildIntegration<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: IntegrationOptions = {},
): N {
  const keys = ["integrationGain", "relativeReversalPotential"];
  const about = { circuit: "integration", name: "Integrator", keys };
  const network = beginCircuit(make, options, about);
  const where = "circuits.integration";
  const { integrationGain = 0.1, relativeReversalPotential: reversalPotential = -40 } = options;
  const { referenceRange = defaultRange } = options;
  requireNumber(`${where}.integrationGain`, integrationGain, (value) => value > 0, "> 0 [1/nF]");
  requireNumber(
    `${where}.relativeReversalPotential`,
    reversalPotential,
    (value) => value < 0,
    "< 0 [mV]",
  );
  const neuron = neurons.nonSpiking.build(
    {
      membraneCapacitance: 1 / (2 * integrationGain),
      membraneConductance: 1,
      bias: referenceRange,
    },
    { where },
  );
  const inhibition = synapses.nonSpiking.build(
    {
      maxConductance: -referenceRange / reversalPotential,
      reversalPotential,
      lowerThreshold: 0,
      upperThreshold: 20,
    },
    { where },
  );
  const integral = network.addNeuron(neuron, { name: "Uint" });
  const partner = network.addNeuron(neuron, { name: "Neuron" });
  network.addConnection(inhibition, integral, partner);
  network.addConnection(inhibition, partner, integral);
  return network;
}
