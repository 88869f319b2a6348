// The networks of the benchmarks from plain data, which can be sent to another process. Invariant:
// what is built uses nothing but the public interface.

import { defineNeuron, Network, neurons, rules, synapses } from "../../src/index.js";
import { cellsOf, synapsesOf } from "./recipe-models.js";
import type { RecipeVariation } from "./recipe-models.js";
import { numbersFrom } from "./random.js";
import { readRecipe } from "./recipe.js";
import { readRows, vogelsAbbott } from "./vogels-abbott.js";
import type { Variation } from "./vogels-abbott.js";

/** All networks, by what they are. */
export interface NetworkSpecs {
  /** A recipe network from its file. */
  readonly recipe: { readonly file: string; readonly variation: RecipeVariation };
  readonly vogelsAbbott: { readonly file: string; readonly variation: Variation };
  /** The Vogels-Abbott network of models in the catalogue, of any size, with as many synapses a cell. */
  readonly balanced: { readonly neurons: number };
  /** Graded neurons in a ring, each with an input and an output; a single one has no synapse. */
  readonly ring: { readonly neurons: number };
  /** Graded neurons joined all to all by a matrix, each with an input and an output. */
  readonly matrix: { readonly neurons: number };
  /** Neurons that fire at a rate [Hz] whatever happens, and their synapses onto as many others. */
  readonly pacemakers: {
    readonly neurons: number;
    readonly synapsesPerNeuron: number;
    readonly rate: number;
  };
  /** A square of neurons that inhibit their neighbourhood by a square kernel. */
  readonly sheet: { readonly side: number; readonly kernel: number };
  /** Neurons one by one, with synapses one by one, half of both graded and half spiking. */
  readonly singles: { readonly neurons: number; readonly synapsesPerNeuron: number };
  /**
   * Integrate-and-fire cells that inhibit others by synapses of one weight, drawn by a rule. Delays
   * are spread over so many steps, synapse by synapse, or all are 8 steps.
   */
  readonly large: {
    readonly neurons: number;
    readonly synapsesPerNeuron: number;
    readonly delays?: number;
  };
  /** A population of one kind of neuron: graded ones, or ones that fire at a low or a high rate. */
  readonly grid: {
    readonly neurons: number;
    readonly synapsesPerNeuron: number | "all";
    readonly kind: "graded" | "low" | "high";
  };
  /** A population of spiking neurons with random synapses from typed arrays. */
  readonly population: { readonly neurons: number; readonly synapsesPerNeuron: number };
}
export type NetworkSpec = {
  readonly [K in keyof NetworkSpecs]: { readonly of: K } & NetworkSpecs[K];
}[keyof NetworkSpecs];

/** A network, and what is done with it. */
export interface Built {
  readonly network: Network;
  /** What its inputs are held at. */
  readonly input: Float64Array;
  /** Names of the populations whose potentials tell whether two runs are equal. */
  readonly watched: readonly string[];
}

type Builders = { readonly [K in keyof NetworkSpecs]: (spec: NetworkSpecs[K]) => Built };

function buildRecipe({ file, variation }: NetworkSpecs["recipe"]): Built {
  const { n, spiking, bias, neuron, synapse, input, edges } = readRecipe(file);
  const network = new Network({ name: "recipe" });
  const { membrane_capacitance: membraneCapacitance = 5 } = neuron;
  const { threshold_proportionality_constant: thresholdProportionality = 0 } = neuron;
  const values = { bias, membraneCapacitance, thresholdProportionality };
  const cells = network.addPopulation(cellsOf(spiking, variation, values), n, { name: "cells" });
  const kinds = synapsesOf(spiking, variation);
  kinds.forEach((kind, which) => {
    const those = edges.filter((_, i) => i % kinds.length === which);
    const { time_constant: timeConstant } = synapse;
    const type = kind({
      maxConductance: Float64Array.from(those, ([, , conductance]) => conductance),
      reversalPotential: Float64Array.from(those, ([, , , reversal]) => reversal),
      ...(timeConstant !== undefined && { timeConstant }),
    });
    const sources = Int32Array.from(those, ([source]) => source);
    const targets = Int32Array.from(those, ([, target]) => target);
    const name = `synapses ${which}`;
    network.addConnection(type, cells, cells, { name, connectivity: { sources, targets } });
  });
  network.addInput(cells, { size: n });
  network.addOutput(cells);
  const held = new Float64Array(n);
  for (const cell of input.destinations) held[cell]! += input.value;
  return { network, input: held, watched: ["cells"] };
}

function buildRing({ neurons: n }: NetworkSpecs["ring"]): Built {
  const network = new Network({ name: `ring of ${n}` });
  const cells = network.addPopulation(neurons.nonSpiking(), n, { name: "cells" });
  if (n > 1) {
    const sources = Int32Array.from({ length: n }, (_, i) => i);
    const targets = sources.map((i) => (i + 1) % n);
    const type = synapses.nonSpiking({ maxConductance: 0.5, reversalPotential: 100 });
    network.addConnection(type, cells, cells, { connectivity: { sources, targets } });
  }
  network.addInput(cells, { size: n });
  network.addOutput(cells);
  return { network, input: new Float64Array(n).fill(5), watched: ["cells"] };
}

/** Synapses of a cell, as in the network of 4000 cells. */
const fanOut = 80;

function buildBalanced({ neurons: n }: NetworkSpecs["balanced"]): Built {
  const network = new Network({ name: `balanced network of ${n}` });
  const cell = neurons.conductanceIntegrateAndFire({ bias: 0.2 });
  const sizes = { exc: 0.8 * n, inh: 0.2 * n };
  const watched = ["exc", "inh"] as const;
  for (const name of watched) network.addPopulation(cell, sizes[name], { name });
  const common = { transmissionDelay: 0.8 };
  const kinds = {
    exc: synapses.exponentialConductance({ weight: 0.004, ...common }),
    inh: synapses.exponentialConductance({ weight: 0.051, receptor: "gI", ...common }),
  };
  for (const from of watched) {
    for (const to of watched) {
      const outDegree = Math.round((fanOut * sizes[to]) / n);
      const connectivity = rules.fixedOutDegree({ outDegree, seed: 1 });
      network.addConnection(kinds[from], from, to, { name: `${from}->${to}`, connectivity });
    }
  }
  return { network, input: new Float64Array(0), watched };
}

const pacemaker = defineNeuron({
  name: "pacemaker",
  doc: "Fires at a rate, whatever happens.",
  params: {
    rate: { symbol: "r", default: 0.01, unit: "kHz", min: 0, doc: "spikes in a millisecond" },
    firstPhase: { symbol: "p0", default: 0, unit: "1", doc: "phase at the start" },
  },
  state: { phase: { initial: "p0", unit: "1", doc: "part of the interval that is over" } },
  equations: "phase = phase + r * dt",
  output: "phase",
  spike: "phase >= 1",
  reset: "phase -= 1",
});

/** Random synapses between two populations of a size. */
function randomEdges(size: number, count: number, seed: number) {
  const random = numbersFrom(seed);
  const indices = (): Int32Array =>
    Int32Array.from({ length: count }, () => Math.floor(random() * size));
  return {
    maxConductance: Float64Array.from({ length: count }, () => 0.001 + 0.001 * random()),
    reversalPotential: Float64Array.from({ length: count }, () => (random() < 0.7 ? 194 : -80)),
    connectivity: { sources: indices(), targets: indices() },
  };
}

function buildPacemakers(spec: NetworkSpecs["pacemakers"]): Built {
  const { neurons: n, synapsesPerNeuron, rate } = spec;
  const network = new Network({ name: `pacemakers at ${rate} Hz` });
  const random = numbersFrom(3);
  const firstPhase = Float64Array.from({ length: n }, random);
  network.addPopulation(pacemaker({ rate: rate / 1000, firstPhase }), n, { name: "sources" });
  network.addPopulation(neurons.nonSpiking(), n, { name: "targets" });
  const { connectivity, ...values } = randomEdges(n, n * synapsesPerNeuron, 5);
  const type = synapses.spiking({ ...values, timeConstant: 5 });
  network.addConnection(type, "sources", "targets", { connectivity });
  return { network, input: new Float64Array(0), watched: ["targets"] };
}

function buildMatrix({ neurons: n }: NetworkSpecs["matrix"]): Built {
  const draw = numbersFrom(n);
  const rows = (value: () => number) =>
    Array.from({ length: n }, () => Array.from({ length: n }, value));
  const network = new Network({ name: `all to all, ${n}` });
  network.addPopulation(neurons.nonSpiking(), n, { name: "cells" });
  const synapse = synapses.matrix(synapses.nonSpiking, {
    maxConductance: rows(() => (0.5 * draw()) / n),
    reversalPotential: rows(() => (draw() < 0.5 ? 40 : -40)),
  });
  network.addConnection(synapse, "cells", "cells");
  network.addInput("cells", { size: n });
  network.addOutput("cells");
  return {
    network,
    input: Float64Array.from({ length: n }, (_, i) => 10 + (i % 7)),
    watched: ["cells"],
  };
}

function buildSheet({ side, kernel }: NetworkSpecs["sheet"]): Built {
  const network = new Network({ name: `sheet of ${side} x ${side}` });
  const cells = network.addPopulation(neurons.nonSpiking(), [side, side], { name: "cells" });
  const maxConductance = Array.from({ length: kernel }, (_, y) =>
    Array.from({ length: kernel }, (_, x) => 0.02 * (1 + x + y)),
  );
  const type = synapses.pattern(synapses.nonSpiking, { maxConductance, reversalPotential: -60 });
  network.addConnection(type, cells, cells);
  network.addInput(cells, { size: side * side });
  network.addOutput(cells);
  const input = Float64Array.from({ length: side * side }, (_, i) => i % 17);
  return { network, input, watched: ["cells"] };
}

function buildSingles({ neurons: n, synapsesPerNeuron }: NetworkSpecs["singles"]): Built {
  const network = new Network({ name: `${n} single neurons` });
  const random = numbersFrom(11);
  const cells = Array.from({ length: n }, (_, i) => {
    const bias = 10 * random();
    const type = i % 2 === 0 ? neurons.nonSpiking({ bias }) : neurons.spiking({ bias });
    return network.addNeuron(type, { name: `cell ${i}` });
  });
  cells.forEach((cell, i) => {
    for (let k = 0; k < synapsesPerNeuron; k += 1) {
      const maxConductance = 0.01 + 0.04 * random();
      const type =
        i % 2 === 0
          ? synapses.nonSpiking({ maxConductance })
          : synapses.spiking({ maxConductance });
      network.addConnection(type, cell, cells[Math.floor(n * random())]!);
    }
  });
  network.addInput(cells[0]!);
  cells.slice(0, 10).forEach((cell) => network.addOutput(cell));
  return { network, input: new Float64Array([5]), watched: cells.map((_, i) => `cell ${i}`) };
}

/** Cells that fire at some 20 Hz, each at its own pace. */
function buildLarge({ neurons: n, synapsesPerNeuron, delays }: NetworkSpecs["large"]): Built {
  const network = new Network({ name: `${n} cells` });
  const random = numbersFrom(7);
  const bias = Float64Array.from({ length: n }, () => 0.15 + 0.1 * random());
  const cell = neurons.conductanceIntegrateAndFire({ bias });
  const cells = network.addPopulation(cell, n, { name: "cells" });
  const drawDelay = (): number => 0.1 * (1 + Math.floor(delays! * random()));
  const transmissionDelay =
    delays === undefined ? 0.8 : Float64Array.from({ length: n * synapsesPerNeuron }, drawDelay);
  const type = synapses.exponentialConductance({
    ...{ weight: 0.01 / synapsesPerNeuron, receptor: "gI", transmissionDelay },
  });
  const connectivity = rules.fixedOutDegree({ outDegree: synapsesPerNeuron, seed: 1 });
  network.addConnection(type, cells, cells, { connectivity });
  return { network, input: new Float64Array(0), watched: ["cells"] };
}

function buildPopulation({ neurons: n, synapsesPerNeuron }: NetworkSpecs["population"]): Built {
  const network = new Network({ name: `population of ${n}` });
  const cells = network.addPopulation(neurons.spiking({ bias: 1.02 }), n, { name: "cells" });
  const { connectivity, ...values } = randomEdges(n, n * synapsesPerNeuron, 5);
  network.addConnection(synapses.spiking(values), cells, cells, { connectivity });
  network.addInput(cells, { size: n });
  network.addOutput(cells);
  return { network, input: new Float64Array(n), watched: ["cells"] };
}

/** Potential that spiking neurons would reach: they fire every 200 or every 14 steps of 0.1 ms. */
const drives = { graded: 5, low: 1.02, high: 4 } as const;

function buildGrid({ neurons: n, synapsesPerNeuron: k, kind }: NetworkSpecs["grid"]): Built {
  const network = new Network({ name: `${n} ${kind} neurons, ${k} synapses each` });
  const random = numbersFrom(13);
  const bias = Float64Array.from({ length: n }, () => drives[kind] * (1 + 0.05 * random()));
  const cell = kind === "graded" ? neurons.nonSpiking({ bias }) : neurons.spiking({ bias });
  const cells = network.addPopulation(cell, n, { name: "cells" });
  const count = k === "all" ? n * n : n * k;
  const drawn = Float64Array.from({ length: count }, () => (0.002 * (0.5 + random()) * n) / count);
  const values = { maxConductance: drawn, reversalPotential: -5 };
  const type = kind === "graded" ? synapses.nonSpiking(values) : synapses.spiking(values);
  if (k === "all") network.addConnection(type, cells, cells);
  else {
    const indices = (): Int32Array =>
      Int32Array.from({ length: count }, () => Math.floor(random() * n));
    const connectivity = { sources: indices(), targets: indices() };
    network.addConnection(type, cells, cells, { connectivity });
  }
  network.addOutput(cells);
  return { network, input: new Float64Array(0), watched: ["cells"] };
}

const builders: Builders = {
  recipe: buildRecipe,
  vogelsAbbott: ({ file, variation }) => ({
    network: vogelsAbbott(readRows(file), variation),
    input: new Float64Array(0),
    watched: ["exc", "inh"],
  }),
  balanced: buildBalanced,
  ring: buildRing,
  matrix: buildMatrix,
  pacemakers: buildPacemakers,
  sheet: buildSheet,
  singles: buildSingles,
  large: buildLarge,
  grid: buildGrid,
  population: buildPopulation,
};

/** Builds the network that is described. */
export function buildNetwork(spec: NetworkSpec): Built {
  const build = builders[spec.of] as (spec: NetworkSpec) => Built;
  return build(spec);
}
