// @table
// Small networks whose Programs are kept as text. Each shows one thing; together they show every kind
// of connection, channel and port.

import { channels, defineNeuron, defineSynapse } from "../../src/index.js";
import { Network, neurons, synapses } from "../../src/index.js";
import type { CompileOptions } from "../../src/index.js";

export interface Sample {
  readonly name: string;
  readonly build: () => Network;
  readonly options?: Omit<CompileOptions, "dt" | "backend">;
}

const network = (options?: ConstructorParameters<typeof Network>[0]): Network =>
  new Network({ name: "sample", ...options });

function between(
  synapse: Parameters<Network["addConnection"]>[0],
  more: Parameters<Network["addConnection"]>[3] = {},
  shape: number | number[] = 3,
): Network {
  const net = network();
  net.addPopulation(neurons.spiking(), shape, { name: "from" });
  net.addPopulation(neurons.nonSpiking(), shape, { name: "to" });
  net.addConnection(synapse, "from", "to", { name: "synapse", ...more });
  net.addOutput("to");
  return net;
}

/** An integrator of impulses with an exact leak, and a synapse that tires. */
const integrator = defineNeuron({
  name: "integrator",
  doc: "Leaky integrate-and-fire neuron, exact for held currents.",
  params: {
    timeConstant: { symbol: "tau", default: 10, unit: "ms", above: 0, doc: "of the leak" },
    threshold: { symbol: "th", default: 1, unit: "mV", doc: "potential of a spike" },
  },
  state: { V: { initial: 0, unit: "mV", doc: "membrane potential" } },
  inputs: { U: { unit: "mV", doc: "driving potential" } },
  equations: "tau dV/dt = U - V",
  integrate: "exact",
  output: "V",
  spike: "V > th",
  reset: "V = 0",
});
const tiring = defineSynapse({
  name: "tiring",
  doc: "Jumps of the potential that become smaller.",
  params: {
    weight: { symbol: "w", default: 0.4, unit: "mV", doc: "first jump" },
    recoveryTime: { symbol: "tau", default: 100, unit: "ms", above: 0, doc: "of the synapse" },
  },
  state: { x: { initial: 1, doc: "what is left" } },
  equations: "dx/dt = (1 - x) / tau",
  integrate: "exact",
  onPre: "V_post += w * x; x = x / 2",
  strength: "weight",
});

function leaf(): Network {
  const net = new Network({ name: "leaf" });
  net.addNeuron(neurons.nonSpiking({ bias: 1 }), { name: "in" });
  net.addNeuron(neurons.nonSpiking(), { name: "out" });
  net.addConnection(synapses.transmission({ gain: 0.5 }), "in", "out", { name: "relay" });
  return net;
}

const sodium = { maxConductance: 0.5, reversalPotential: 110, gateAPower: 1, gateASteepness: 1 };
const gates = { ...sodium, gateASlope: 0.05, gateAMidpoint: 20, gateBPower: 1, gateBSlope: -0.05 };

export const samples: readonly Sample[] = [
  {
    name: "a leaky neuron with an input and an output",
    build: () => {
      const net = network();
      net.addNeuron(neurons.nonSpiking({ bias: 0.5 }), { name: "cell" });
      net.addInput("cell");
      net.addOutput("cell");
      return net;
    },
  },
  {
    name: "spiking neurons with refractory periods of their own",
    build: () => {
      const net = network();
      const type = neurons.spiking({ refractoryPeriod: [1, 2], thresholdIncrement: 0.5 });
      net.addPopulation(type, 2, { name: "cells" });
      net.addInput("cells", { size: 2 });
      net.addOutput("cells", { spiking: true });
      return net;
    },
  },
  {
    name: "a half-centre oscillator",
    build: () => {
      const net = network();
      const cell = neurons.persistentSodium();
      const inhibition = synapses.nonSpiking({ maxConductance: 0.2, reversalPotential: -120 });
      net.addNeuron(cell, { name: "left", initialValue: -1 });
      net.addNeuron(cell, { name: "right" });
      net.addConnection(inhibition, "left", "right");
      net.addConnection(inhibition, "right", "left");
      net.addOutput("left");
      net.addOutput("right");
      return net;
    },
  },
  {
    name: "channels of equal and of different kinds in one membrane",
    build: () => {
      const net = network();
      const switched = { ...gates, gateBVoltageDependentTau: false };
      const membrane = [channels.gated(gates), channels.gated(gates), channels.gated(switched)];
      net.addPopulation(neurons.nonSpiking({ channels: membrane }), 2, { name: "cells" });
      return net;
    },
  },
  {
    name: "a graded synapse from all to all",
    build: () => between(synapses.nonSpiking({ maxConductance: 0.3 })),
  },
  {
    name: "spiking synapses with delays of their own",
    build: () =>
      between(synapses.spiking({ transmissionDelay: [0.2, 0, 0.5] }), {
        connectivity: "one-to-one",
      }),
  },
  {
    name: "spiking synapses that are worth keeping lazily, with two time constants",
    build: () => {
      const net = network();
      net.addPopulation(neurons.spiking(), 12, { name: "from" });
      net.addPopulation(neurons.nonSpiking(), 4, { name: "to" });
      const excitation = synapses.spiking({ maxConductance: 0.2, timeConstant: 2 });
      const inhibition = synapses.spiking({ reversalPotential: -80, timeConstant: 5 });
      net.addConnection(excitation, "from", "to", { name: "excitation" });
      net.addConnection(inhibition, "from", "to", { name: "inhibition" });
      net.addOutput("to");
      return net;
    },
  },
  {
    name: "a matrix with gaps",
    build: () => {
      const maxConductance = [
        [0, 1, 0],
        [2, 0, 0],
        [0, 3, 4],
      ];
      return between(synapses.matrix(synapses.spiking, { maxConductance }));
    },
  },
  {
    name: "a pattern in two dimensions",
    build: () => {
      const maxConductance = [
        [0, 1, 0],
        [1, 4, 1],
        [0, 1, 0],
      ];
      return between(synapses.pattern(synapses.nonSpiking, { maxConductance }), {}, [3, 4]);
    },
  },
  {
    name: "electrical synapses inside a population, between neurons, and rectified",
    build: () => {
      const net = network();
      net.addPopulation(neurons.nonSpiking(), 3, { name: "cells" });
      net.addNeuron(neurons.nonSpiking(), { name: "other" });
      net.addConnection(synapses.electrical({ conductance: 0.1 }), "cells", "cells");
      net.addConnection(synapses.electrical({ conductance: 0.2 }), "cells", "other");
      const rectified = synapses.electrical({ conductance: 0.3, rectified: true });
      net.addConnection(rectified, "other", "cells");
      return net;
    },
  },
  {
    name: "three copies of one network, which merge",
    build: () => {
      const net = network();
      for (const name of ["first", "second", "third"]) net.addNetwork(leaf(), { name });
      net.addConnection(synapses.nonSpiking(), "first/out", "second/in");
      net.addConnection(synapses.nonSpiking(), "second/out", "third/in");
      net.addInput("first/in");
      net.addOutput("third/out");
      return net;
    },
  },
  {
    name: "the ways of SNS-Toolbox",
    build: () => {
      const net = network({ compat: "sns-toolbox" });
      net.addPopulation(neurons.spiking({ membraneConductance: 2 }), 2, { name: "from" });
      net.addPopulation(neurons.nonSpiking(), 2, { name: "to" });
      net.addConnection(synapses.nonSpiking({ maxConductance: 0.5 }), "from", "to");
      net.addConnection(synapses.spiking({ transmissionDelay: 0.3 }), "from", "to");
      net.addInput("from");
      net.addOutput("to");
      return net;
    },
  },
  {
    name: "a batch with a tunable parameter and one of each copy",
    build: () => between(synapses.modulation({ ratio: 0.5 })),
    options: { batch: 2, tunable: ["synapse.maxConductance"], perCopy: ["to.bias"] },
  },
  {
    name: "models of the user: an exact leak and a synapse that tires",
    build: () => {
      const net = network();
      net.addPopulation(integrator(), 3, { name: "cells" });
      net.addConnection(tiring(), "cells", "cells", { name: "loop", connectivity: "one-to-one" });
      net.addInput("cells");
      net.addOutput("cells");
      return net;
    },
  },
  {
    name: "a listed connection in float32",
    build: () => {
      const connectivity = { sources: [0, 0, 2, 1], targets: [1, 1, 0, 2] };
      const maxConductance = [0.1, 0.2, 0.3, 0.4];
      return between(synapses.nonSpiking({ maxConductance }), { connectivity });
    },
    options: { precision: "float32" },
  },
];
