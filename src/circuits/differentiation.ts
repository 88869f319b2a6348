// The difference between a fast and a slow copy of a signal, which grows with its slope.

import { neurons, synapses } from "../models/index.js";
import type { NetworkBase } from "../network/network.js";
import { beginCircuit, defaultRange, requireNumber } from "./circuit.js";
import type { CircuitOptions, MakeNetwork } from "./circuit.js";

export interface DifferentiationOptions extends CircuitOptions {
  /** Slope at which the output reaches the top of its range; default 1 [mV/ms]. */
  readonly slewRate?: number;
  /** Time constant of the fast neurons; default 1 [ms]. */
  readonly fastTimeConstant?: number;
}

/** Neurons `Uin`, `Ufast`, `Uslow`, `Uout`, whatever the name. Default name "Differentiate". */
export function buildDifferentiation<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: DifferentiationOptions = {},
): N {
  const keys = ["slewRate", "fastTimeConstant"];
  const about = { circuit: "differentiation", name: "Differentiate", keys };
  const network = beginCircuit(make, options, about);
  const where = "circuits.differentiation";
  const { slewRate = 1, fastTimeConstant = 1, referenceRange = defaultRange } = options;
  const isPositive = (value: number): boolean => value > 0;
  requireNumber(`${where}.slewRate`, slewRate, isPositive, "> 0 [mV/ms]");
  requireNumber(`${where}.fastTimeConstant`, fastTimeConstant, isPositive, "> 0 [ms]");
  // The conductance is 1, so that the capacitance is the time constant.
  const neuron = (membraneCapacitance: number) =>
    neurons.nonSpiking.build({ membraneCapacitance, membraneConductance: 1 }, { where });
  const fast = neuron(fastTimeConstant);
  const slow = neuron(fastTimeConstant + referenceRange / slewRate);
  const synapse = (gain: number, reversalPotential: number) =>
    synapses.transmission.build({ gain, reversalPotential, referenceRange }, { where });
  const input = network.addNeuron(fast, { name: "Uin" });
  const quick = network.addNeuron(fast, { name: "Ufast" });
  const late = network.addNeuron(slow, { name: "Uslow" });
  const output = network.addNeuron(fast, { name: "Uout" });
  network.addConnection(synapse(1, 40), input, quick);
  network.addConnection(synapse(1, 40), input, late);
  network.addConnection(synapse(1, 40), quick, output);
  network.addConnection(synapse(-1, -40), late, output);
  return network;
}
