// Graded chemical synapses: activation, steady states, gains, and how connectivities sum.

import { Network, neurons, synapses } from "../../../src/index.js";
import type { NeuronType, SynapseType } from "../../../src/index.js";
import { close, exact } from "../case.js";
import type { Case } from "../case.js";

/** A neuron that stays where it starts. */
const held = (potential: number): NeuronType => neurons.nonSpiking({ restingPotential: potential });

/** Targets whose step is 1/8 of the current: C = 4 nF, dt = 0.5 ms. */
const target = neurons.nonSpiking({ membraneCapacitance: 4 });

/** Sources at given potentials and targets at 0, joined by a synapse. */
function pair(
  potentials: readonly number[],
  targets: number,
  synapse: SynapseType,
  more: Parameters<Network["addConnection"]>[3] = {},
  compat: ConstructorParameters<typeof Network>[0] = {},
): Network {
  const net = new Network(compat);
  net.addPopulation(target, potentials.length, { name: "from", initialValue: potentials });
  net.addPopulation(target, targets, { name: "to" });
  net.addConnection(synapse, "from", "to", { name: "synapse", ...more });
  return net;
}

/** With E = 16 mV and targets at 0 one step gives 2 mV for each uS. */
const perConductance = 2;
const sixteen = { reversalPotential: 16 } as const;

const activation: readonly Case[] = [
  {
    // V = (input + g1 E1 + g2 E2 / 2) / (G + g1 + g2 / 2), the second source being half way up.
    name: "several synapses settle at (sum of g E) / (leak + sum of g)",
    build: () => {
      const net = new Network();
      net.addNeuron(held(20), { name: "a" });
      net.addNeuron(held(10), { name: "b" });
      net.addNeuron(target, { name: "cell" });
      net.addInput("cell");
      const excite = synapses.nonSpiking({ maxConductance: 0.5, reversalPotential: 40 });
      const inhibit = synapses.nonSpiking({ maxConductance: 0.25, reversalPotential: -60 });
      net.addConnection(excite, "a", "cell");
      net.addConnection(inhibit, "b", "cell");
      return net;
    },
    dt: 0.1,
    steps: 1000,
    from: 999,
    input: 3,
    tolerance: close(1e-12, 1e-5),
    values: { "cell.V": () => (3 + 0.5 * 40 - 0.125 * 60) / (1 + 0.5 + 0.125) },
  },
  {
    name: "the conductance rises from the lower to the upper threshold and stays there",
    build: () =>
      pair([-10, 0, 5, 10, 20, 30], 6, synapses.nonSpiking(sixteen), {
        connectivity: "one-to-one",
      }),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => [0, 0, 0.25, 0.5, 1, 1].map((g) => g * perConductance) },
  },
  {
    name: "an upper threshold below the lower one gives a falling activation",
    build: () => {
      const falling = synapses.nonSpiking({ ...sixteen, lowerThreshold: 16, upperThreshold: 0 });
      return pair([-4, 0, 4, 8, 16, 20], 6, falling, { connectivity: "one-to-one" });
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => [1, 1, 0.75, 0.5, 0, 0].map((g) => g * perConductance) },
  },
];

/** A source at 20 mV and one target for each synapse, at rest 0. */
function fan(types: readonly SynapseType[], bias: number): Network {
  const net = new Network();
  net.addNeuron(held(20), { name: "source" });
  types.forEach((type, i) => {
    net.addNeuron(neurons.nonSpiking({ bias }), { name: `cell${i}` });
    net.addConnection(type, "source", i + 1);
  });
  return net;
}

const gains: readonly Case[] = [
  {
    name: "transmission synapses settle at their gain times the range",
    build: () => {
      const up = [1, 0.5].map((gain) => synapses.transmission({ gain, reversalPotential: 100 }));
      return fan([...up, synapses.transmission({ gain: -1, reversalPotential: -40 })], 0);
    },
    dt: 0.1,
    steps: 2000,
    from: 1999,
    tolerance: close(1e-12, 1e-5),
    values: { "cell0.V": () => 20, "cell1.V": () => 10, "cell2.V": () => -20 },
  },
  {
    name: "modulation synapses leave their ratio of the target's response",
    build: () =>
      fan(
        [0.25, 0.5, 1].map((ratio) => synapses.modulation({ ratio })),
        10,
      ),
    dt: 0.1,
    steps: 2000,
    from: 1999,
    tolerance: close(1e-12, 1e-5),
    values: { "cell0.V": () => 2.5, "cell1.V": () => 5, "cell2.V": () => 10 },
  },
];

const weights = [
  [1, 0.5, 0],
  [0.25, 2, 4],
] as const;

const product = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * vector[i]!, 0));

/** What targets see through a kernel: each its neighbourhood, without flipping, 0 beyond the border. */
function correlation(image: readonly number[][], kernel: readonly (readonly number[])[]): number[] {
  const [up, left] = [(kernel.length - 1) / 2, (kernel[0]!.length - 1) / 2];
  return image.flatMap((row, r) =>
    row.map((_, c) => {
      let sum = 0;
      kernel.forEach((taps, i) =>
        taps.forEach((tap, j) => {
          sum += tap * (image[r + i - up]?.[c + j - left] ?? 0);
        }),
      );
      return sum;
    }),
  );
}

/** Potentials 0, 5, 10, 15, 20 mV: activations in quarters. */
const picture = Array.from({ length: 4 }, (_, r) =>
  Array.from({ length: 5 }, (_, c) => ((r * 7 + c * 3 + r * c) % 5) * 5),
);
const activationsOf = (image: readonly number[][]): number[][] =>
  image.map((row) => row.map((potential) => potential / 20));

const kernel = [
  [1, 2, 0.5],
  [0, 0.25, 4],
  [0.125, 0, 8],
] as const;
/** Signs of the reversal potential, tap by tap. */
const reversals = [
  [16, -16, 16],
  [16, 16, -16],
  [-16, 16, 16],
] as const;

function grid(synapse: SynapseType, image: readonly number[][]): Network {
  const net = new Network();
  const shape = [image.length, image[0]!.length];
  net.addPopulation(target, shape, { name: "from", initialValue: image });
  net.addPopulation(target, shape, { name: "to" });
  net.addConnection(synapse, "from", "to");
  return net;
}

const row = [5, 20, 10, 15] as const;

const patterns: readonly Case[] = [
  {
    name: "a matrix of synapses is a matrix product [target][source]",
    build: () =>
      pair(
        [5, 10, 20],
        2,
        synapses.matrix(synapses.nonSpiking, { maxConductance: weights, ...sixteen }),
      ),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => product(weights, [0.25, 0.5, 1]).map((g) => g * perConductance) },
  },
  {
    name: "a pattern in two dimensions is a correlation with zeros beyond the border",
    build: () =>
      grid(synapses.pattern(synapses.nonSpiking, { maxConductance: kernel, ...sixteen }), picture),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: {
      "to.V": () => correlation(activationsOf(picture), kernel).map((g) => g * perConductance),
    },
  },
  {
    name: "each tap of a pattern has its own reversal potential",
    build: () => {
      const values = { maxConductance: kernel, reversalPotential: reversals };
      return grid(synapses.pattern(synapses.nonSpiking, values), picture);
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: {
      "to.V": () => {
        const signed = kernel.map((taps, i) => taps.map((g, j) => (g * reversals[i]![j]!) / 8));
        return correlation(activationsOf(picture), signed);
      },
    },
  },
  {
    name: "a pattern in one dimension may be longer than the population",
    build: () => {
      const taps = [1, 0, 2, 0.5, 4, 0.25, 8, 16, 0.125];
      return pair(
        row,
        4,
        synapses.pattern(synapses.nonSpiking, { maxConductance: taps, ...sixteen }),
      );
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: {
      "to.V": () => {
        const taps = [[1, 0, 2, 0.5, 4, 0.25, 8, 16, 0.125]];
        return correlation([row.map((potential) => potential / 20)], taps).map(
          (g) => g * perConductance,
        );
      },
    },
  },
  {
    name: "a pattern with one tap joins each neuron with its own place",
    build: () =>
      pair(row, 4, synapses.pattern(synapses.nonSpiking, { maxConductance: [2], ...sixteen })),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => row.map((potential) => (potential / 20) * 2 * perConductance) },
  },
];

const half = synapses.nonSpiking({ maxConductance: 0.5, ...sixteen });
/** Activations 1/4, 1, 1/2 and 3/4 together. */
const all = 2.5;

const sums: readonly Case[] = [
  {
    name: "every synapse of a population-to-population connection has the conductance given",
    build: () => pair(row, 3, half),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => [1, 1, 1].map((one) => one * all * 0.5 * perConductance) },
  },
  {
    name: "with dividedConductance the conductance is divided by the number of sources",
    build: () => pair(row, 3, half, {}, { compat: { dividedConductance: true } }),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => [1, 1, 1].map((one) => (one * all * 0.5 * perConductance) / 4) },
  },
  {
    name: "a listed pair counts as often as it is listed",
    build: () =>
      pair(row, 3, half, { connectivity: { sources: [0, 1, 1, 3, 1], targets: [2, 0, 0, 2, 2] } }),
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => [2, 0, 0.25 + 0.75 + 1].map((a) => a * 0.5 * perConductance) },
  },
  {
    name: "two connections between the same neurons add",
    build: () => {
      const net = pair(row, 4, half, { connectivity: "one-to-one" });
      net.addConnection(half, "from", "to", { connectivity: "one-to-one" });
      return net;
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "to.V": () => row.map((potential) => (potential / 20) * perConductance) },
  },
  {
    name: "with overwriteSamePair the later of two connections counts",
    build: () => {
      const net = pair(row, 4, half, {}, { compat: { overwriteSamePair: true } });
      const strong = synapses.nonSpiking({ maxConductance: 4, ...sixteen });
      net.addConnection(strong, "from", "to", { connectivity: "one-to-one" });
      return net;
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: {
      "to.V": () =>
        row.map(
          (potential) => ((all - potential / 20) * 0.5 + (potential / 20) * 4) * perConductance,
        ),
    },
  },
  {
    name: "a population that excites itself sees its potentials of the step before",
    build: () => {
      const net = new Network();
      net.addPopulation(target, 2, { name: "cells", initialValue: [0, 10] });
      const crossed = { sources: [0, 1], targets: [1, 0] };
      net.addConnection(synapses.nonSpiking(sixteen), "cells", "cells", { connectivity: crossed });
      return net;
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "cells.V": () => [(0.5 * 16) / 8, 10 - 10 / 8] },
  },
];

export const gradedCases: readonly Case[] = [...activation, ...gains, ...patterns, ...sums];
