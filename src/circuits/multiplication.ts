// The product network of SNS-Toolbox, as it is: its interneuron needs a bias before it multiplies.

import { synapses } from "../models/index.js";
import type { NeuronType } from "../models/types.js";
import type { NetworkBase } from "../network/network.js";
import { beginCircuit, defaultNeuron, defaultRange } from "./circuit.js";
import type { CircuitOptions, MakeNetwork, NeuronChoice } from "./circuit.js";

export interface MultiplicationOptions extends CircuitOptions, NeuronChoice {
  /** The interneuron; default the same type as the others. With a bias of the range it disinhibits. */
  readonly interneuron?: NeuronType;
}

/** Neurons `<name>0`, `<name>1`, `<name>Inter`, `<name>Result`. Default name "Multiply". */
export function buildMultiplication<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: MultiplicationOptions = {},
): N {
  const keys = ["neuron", "interneuron"];
  const about = { circuit: "multiplication", name: "Multiply", keys };
  const network = beginCircuit(make, options, about);
  const { neuron = defaultNeuron(), referenceRange = defaultRange } = options;
  const add = (name: string, type = neuron) =>
    network.addNeuron(type, { name: network.name + name });
  const first = add("0");
  const second = add("1");
  const inter = add("Inter", options.interneuron);
  const result = add("Result");
  const where = "circuits.multiplication";
  const transmission = synapses.transmission.build(
    { gain: 1, reversalPotential: 40, referenceRange },
    { where },
  );
  const inhibition = synapses.nonSpiking.build(
    {
      maxConductance: referenceRange,
      reversalPotential: -1,
      lowerThreshold: 0,
      upperThreshold: 20,
    },
    { where },
  );
  network.addConnection(transmission, first, result);
  network.addConnection(inhibition, second, inter);
  network.addConnection(inhibition, inter, result);
  return network;
}
