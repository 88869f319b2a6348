// Small networks that several threads can run together, of every kind of spiking network that there is.
// Invariant: each of them fires in the first steps, so that spikes pass between the parts.

import { defineNeuron, defineSynapse, Network, neurons, rules, synapses } from "../../src/index.js";
import { vogelsAbbott } from "../../benchmarks/networks/vogels-abbott.js";

const drawn = (probability: number, seed = 3) => rules.fixedProbability({ probability, seed });

/** The Vogels-Abbott network of models in the catalogue, small, with an input and an output. */
export function catalogueNetwork(): Network {
  const net = new Network({ name: "catalogue" });
  const cell = neurons.conductanceIntegrateAndFire({ bias: 0.2 });
  net.addPopulation(cell, 160, { name: "exc" });
  net.addPopulation(cell, 40, { name: "inh" });
  for (const from of ["exc", "inh"]) {
    const type =
      from === "exc"
        ? synapses.exponentialConductance({ weight: 0.004, transmissionDelay: 0.8 })
        : synapses.exponentialConductance({
            ...{ weight: 0.051, receptor: "gI", transmissionDelay: 0.8 },
          });
    for (const to of ["exc", "inh"]) {
      net.addConnection(type, from, to, { name: `${from}-${to}`, connectivity: drawn(0.1) });
    }
  }
  net.addInput("exc", { size: 160 });
  net.addOutput("inh");
  return net;
}

function twoPopulations(name: string): Network {
  const net = new Network({ name });
  net.addPopulation(neurons.spiking({ bias: 1.1 }), 120, { name: "exc" });
  net.addPopulation(neurons.spiking({ bias: 1.05 }), 80, { name: "inh" });
  net.addInput("exc", { size: 120 });
  net.addOutput("inh");
  return net;
}

/** Saturating synapses that are kept lazily, decaying by source. */
export function saturatingNetwork(): Network {
  const net = twoPopulations("saturating");
  const there = synapses.spiking({ maxConductance: 0.02, transmissionDelay: 0.5 });
  const back = synapses.spiking({ maxConductance: 0.02, transmissionDelay: 0.3, timeConstant: 2 });
  net.addConnection(there, "exc", "inh", { name: "there", connectivity: drawn(0.2) });
  net.addConnection(back, "inh", "exc", { name: "back", connectivity: drawn(0.2) });
  return net;
}

/** A delay for each edge. */
export function delayedNetwork(): Network {
  const net = twoPopulations("delays");
  const count = 900;
  const sources = Int32Array.from({ length: count }, (_, i) => (i * 7) % 120);
  const targets = Int32Array.from({ length: count }, (_, i) => (i * 13) % 80);
  const transmissionDelay = Float64Array.from({ length: count }, (_, i) => 0.2 + 0.1 * (i % 5));
  const there = synapses.spiking({ maxConductance: 0.02, transmissionDelay });
  const back = synapses.spiking({ maxConductance: 0.02, transmissionDelay: 0.3, timeConstant: 2 });
  const connectivity = { sources, targets };
  net.addConnection(there, "exc", "inh", { name: "there", connectivity });
  net.addConnection(back, "inh", "exc", { name: "back", connectivity: drawn(0.2) });
  return net;
}

/** All to all and one to one, weights of each edge, a tunable parameter, another kind of neuron. */
export function mixedNetwork(): Network {
  const net = twoPopulations("mixed");
  const cell = neurons.conductanceIntegrateAndFire({ bias: 0.25 });
  net.addPopulation(cell, 70, { name: "rest" });
  const weight = Float64Array.from({ length: 80 * 70 }, (_, i) => 0.0004 * (1 + (i % 5)));
  const heavy = synapses.exponentialConductance({ weight, transmissionDelay: 0.4 });
  net.addConnection(heavy, "inh", "rest", { name: "heavy", connectivity: rules.allToAll() });
  const one = synapses.spiking({ maxConductance: 0.05, transmissionDelay: 0.2 });
  net.addPopulation(neurons.spiking({ bias: 1.01 }), 70, { name: "echo" });
  net.addConnection(one, "rest", "echo", { name: "one", connectivity: rules.oneToOne() });
  const back = synapses.spiking({ maxConductance: 0.03, transmissionDelay: 0.3 });
  net.addConnection(back, "echo", "exc", { name: "back", connectivity: drawn(0.1) });
  return net;
}

/** Synapses with a state of their own that each spike of the source changes, as text. */
export function depressingNetwork(): Network {
  const net = new Network({ name: "depressing" });
  const cell = defineNeuron({
    name: "leaky",
    doc: "Leaky integrate-and-fire.",
    params: { bias: { symbol: "Ib", default: 1.2, unit: "mV", doc: "drive" } },
    state: { V: { initial: 0, unit: "mV", doc: "potential" } },
    equations: "V = V + dt / (10 ms) * (Ib - V)",
    output: "V",
    spike: "V > 1 mV",
    reset: "V = 0",
  });
  const synapse = defineSynapse({
    name: "depressing",
    doc: "Each spike uses up some of what is there.",
    params: {
      weight: { symbol: "w", default: 0.1, unit: "mV", doc: "jump" },
      transmissionDelay: { symbol: "d", default: 0.3, unit: "ms", min: 0, doc: "delay" },
    },
    state: { R: { initial: 1, unit: "1", doc: "resource" } },
    equations: "R = R + dt / (50 ms) * (1 - R)",
    onPre: "V_post += w * R; R = 0.8 * R",
    delay: "transmissionDelay",
  });
  const bias = Float64Array.from({ length: 200 }, (_, i) => 1.05 + 0.002 * i);
  net.addPopulation(cell({ bias }), 200, { name: "exc" });
  net.addPopulation(cell({ bias: 1.1 }), 40, { name: "inh" });
  net.addConnection(synapse(), "exc", "exc", { connectivity: drawn(0.1) });
  net.addConnection(synapse({ weight: -0.1 }), "inh", "exc", { connectivity: drawn(0.2) });
  net.addConnection(synapse({ weight: 0.05 }), "exc", "inh", { connectivity: drawn(0.1, 5) });
  net.addOutput("exc");
  return net;
}

/** All of them by name. */
export const divisibleNetworks: Readonly<Record<string, () => Network>> = {
  catalogue: catalogueNetwork,
  "Vogels-Abbott": () => vogelsAbbott(),
  saturating: saturatingNetwork,
  delays: delayedNetwork,
  mixed: mixedNetwork,
  depressing: depressingNetwork,
};
