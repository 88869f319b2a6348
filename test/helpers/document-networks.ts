// Networks that together use everything that documents can hold, for the tests of documents.

import { circuits, Network, rules } from "../../src/index.js";
import { defineChannel, defineNeuron, defineSynapse } from "../../src/index.js";
import { channels, neurons, synapses } from "../../src/index.js";

/** A definition with every field that a neuron may have. */
export const resting = defineNeuron({
  name: "resting",
  doc: "Integrates, fires and rests.",
  reference: "made up",
  params: {
    membraneCapacitance: { symbol: "C", default: 5, unit: "nF", above: 0, doc: "capacitance" },
    restingPotential: { symbol: "Er", default: -0, unit: "mV", max: 50, below: 60, doc: "rest" },
    resetPotential: { symbol: "Vr", default: "Er", unit: "mV", doc: "after a spike" },
    threshold: { symbol: "theta", unit: "mV", doc: "fires above it" },
    restingTime: { symbol: "t_r", default: 2, unit: "ms", min: -0, doc: "how long it rests" },
    isLeaky: { symbol: "leaky", default: true, doc: "whether it leaks" },
  },
  requires: [{ holds: "theta > Vr", hint: "Raise the threshold." }],
  state: {
    V: { initial: "Er", unit: "mV", doc: "potential" },
    u: { initial: -0, doc: "recovery" },
  },
  inputs: { I: { unit: "nA", doc: "current" }, J: { unit: "nA", doc: "more of it" } },
  quirks: ["timeFactorG"],
  equations: [
    "C dV/dt = (leaky ? 1 uS * (Er - V) : 0 nA) + (timeFactorG ? 2 : 1) * I + J (unless refractory)",
    "u = 0.5 * u",
  ],
  output: "V",
  spike: "V > theta",
  reset: "V = Vr; u += 1",
  refractory: "t_r",
});

const leak = defineChannel({
  name: "leak",
  doc: "A leak with a slow gate.",
  params: {
    conductance: { symbol: "g", default: 0.1, unit: "uS", min: 0, doc: "conductance" },
    reversalPotential: { symbol: "E", default: -70, unit: "mV", doc: "reversal potential" },
  },
  state: { n: { initial: 0.5, doc: "gate" } },
  equations: "dn/dt = (0.3 - n) / (20 ms)",
  integrate: "exponentialEuler",
  current: "g * n * (E - V)",
});

const jumping = defineSynapse({
  name: "jumping",
  doc: "A conductance that jumps at spikes and decays, and a coupling.",
  params: {
    weight: { symbol: "w", default: 0.1, unit: "uS", min: 0, doc: "jump" },
    decay: { symbol: "tau", default: 5, unit: "ms", above: 0, doc: "time constant" },
    delay: { symbol: "d", default: 0.5, unit: "ms", min: 0, doc: "delay" },
  },
  state: { g: { initial: 0, unit: "uS", doc: "conductance" } },
  equations: "dg/dt = -g / tau",
  integrate: "exact",
  onPre: "g += w",
  graded: { conductance: "g", reversal: "10 mV", into: "J" },
  delay: "delay",
  strength: "weight",
  divided: ["weight"],
});

/** Another model with a name of the catalogue. */
const nonSpiking = defineNeuron({
  name: "nonSpiking",
  doc: "Not that of the catalogue.",
  params: {},
  state: { x: { initial: 1, doc: "value" } },
  inputs: { I: { doc: "sum" } },
  equations: "dx/dt = (I - x) / (10 ms)",
  integrate: "rk4",
  substeps: 2,
  output: "x",
});

function addPopulations(net: Network): void {
  const membrane = [
    channels.persistentSodium({ maxConductance: [1, 1.5, 2, -0, 0.1, 1 / 3] }),
    leak({ reversalPotential: "-65 mV" }),
  ];
  net.addPopulation(neurons.nonSpiking({ channels: membrane, bias: -0 }), [2, 3], {
    name: "sheet",
    color: "#ff8800",
    initialValue: [
      [1, 2, -0],
      [0.1, 5e-324, 1e300],
    ],
  });
  net.addPopulation(resting({ threshold: 10, isLeaky: [true, false, true, false] }), 4, {
    name: 'cells, of "my" kind',
    initialValue: { V: [1, 2, 3, 4], u: 0.5 },
  });
  net.addNeuron(neurons.spiking({ membraneCapacitance: "2000 pF" }), { color: "steelblue" });
  net.addPopulation(nonSpiking(), [2, 1, 2], { name: "Größe π", initialValue: -0 });
  net.addPopulation(resting({ threshold: "20 mV" }), [3], { name: "line" });
}

function addConnections(net: Network): void {
  const graded = synapses.nonSpiking;
  net.addConnection(graded({ maxConductance: 0.5 }), "sheet", 1);
  net.addConnection(jumping({ weight: [0.1, 0, 0.3, 0.4] }), 1, 1, { connectivity: "one-to-one" });
  const spiking = synapses.spiking({ transmissionDelay: 1, conductanceIncrement: 0.05 });
  const connectivity = { sources: [0, 3, 3], targets: [5, 0, 0] };
  net.addConnection(spiking, 1, 0, { name: "listed", connectivity, showLabel: true });
  const rows = [
    [0, 0.1, 0.2],
    [0.3, 0, 0],
    [0, 0, -0],
    [1, 1, 1],
  ];
  net.addConnection(synapses.matrix(jumping, { weight: rows, decay: 3 }), "line", 1);
  const kernel = [[0.1, 0.2, 0.1]];
  const lateral = synapses.pattern(synapses.transmission, { gain: kernel });
  net.addConnection(lateral, "sheet", "sheet", { name: "lateral" });
  net.addConnection(synapses.pattern(jumping, { weight: [0.1, 0, 0.1] }), "line", "line");
  net.addConnection(synapses.electrical({ conductance: 0.1 }), 0, 0);
  net.addConnection(synapses.electrical({ conductance: 0.1, rectified: true }), 0, 2);
  net.addConnection(synapses.modulation({ ratio: 0.5, name: "shunt" }), "sheet", 2);
  net.addConnection(synapses.pattern(graded, { maxConductance: [[0.3]] }), "sheet", "sheet");
}

function addPorts(net: Network): void {
  net.addInput("sheet", { size: 6, name: "picture", color: "red" });
  net.addInput(1, { port: "J" });
  net.addOutput("sheet", { color: "#123" });
  net.addOutput(1, { variable: "u", name: "recovery" });
  net.addOutput(1, { spiking: true });
}

/** A network with everything; the oddities are those of SNS-Toolbox, some of them or none. */
export function everyPart(compat: "all" | "some" | "none" = "none"): Network {
  const chosen = { dividedConductance: true, flatNames: true, singleTapAllToAll: true } as const;
  const ways = { all: "sns-toolbox", some: chosen, none: undefined } as const;
  const oddities = ways[compat];
  const net = new Network({
    name: `every part ${compat}`,
    ...(oddities === undefined ? {} : { compat: oddities }),
  });
  addPopulations(net);
  addConnections(net);
  const inner = new Network({ name: "inner" });
  inner.addNetwork(circuits.multiplication(), { color: "green" });
  inner.addNeuron(neurons.spiking(), { name: "x", initialValue: 2 });
  inner.addConnection(synapses.spiking({ name: "drive" }), "x", "x");
  inner.addInput("x");
  inner.addOutput("x");
  net.addNetwork(inner);
  net.addNetwork(inner, { suffix: " (2)" });
  net.addConnection(synapses.nonSpiking(), "sheet", net.populations.length - 1);
  addPorts(net);
  return net;
}

/** Populations that every rule joins. */
export function everyRule(): Network {
  const net = new Network({ name: "every rule" });
  net.addPopulation(neurons.spiking(), [2, 3], { name: "sheet" });
  net.addPopulation(neurons.nonSpiking(), 4, { name: "row" });
  const synapse = synapses.spiking({ maxConductance: 0.1 });
  const apart = { allowSelfConnections: false };
  const all = [
    rules.allToAll(),
    rules.fixedProbability({ probability: 0.3, seed: 7 }),
    rules.fixedInDegree({ inDegree: 2, projection: 3 }),
    rules.fixedOutDegree({ outDegree: 3, allowMultapses: false }),
    rules.fixedTotalNumber({ number: 5 }),
  ];
  for (const connectivity of all) net.addConnection(synapse, "sheet", "row", { connectivity });
  for (const connectivity of [rules.oneToOne(), rules.allToAll(apart)]) {
    net.addConnection(synapse, "sheet", "sheet", { connectivity });
  }
  net.addOutput("row");
  return net;
}

/** The half-centre oscillator of the README. */
export function halfCentre(): Network {
  const net = new Network({ name: "half-centre" });
  const cell = neurons.persistentSodium({ membraneCapacitance: "5 nF" });
  const left = net.addNeuron(cell, { name: "left", initialValue: -1 });
  const right = net.addNeuron(cell, { name: "right" });
  const inhibition = synapses.nonSpiking({ maxConductance: 0.17, reversalPotential: -120 });
  net.addConnection(inhibition, left, right);
  net.addConnection(inhibition, "right", "left");
  net.addInput(left, { name: "drive" });
  net.addOutput(left);
  net.addOutput(right);
  return net;
}
