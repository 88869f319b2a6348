// Inputs, outputs and networks inside networks.

import { Network, neurons, synapses } from "../../../src/index.js";
import { exact } from "../case.js";
import type { Case } from "../case.js";

/** One step moves 1/8 of the current. */
const cell = neurons.nonSpiking({ membraneCapacitance: 4 });

function leaf(initialValue: number): Network {
  const net = new Network({ name: "leaf" });
  net.addNeuron(cell, { name: "cell", initialValue });
  net.addInput("cell", { name: "in" });
  net.addOutput("cell", { name: "out" });
  return net;
}

export const portCases: readonly Case[] = [
  {
    name: "an input of one value reaches every neuron of a population",
    build: () => {
      const net = new Network();
      net.addPopulation(cell, 5, { name: "cells" });
      net.addInput("cells");
      return net;
    },
    dt: 0.5,
    steps: 1,
    input: 8,
    tolerance: exact,
    values: { "cells.V": () => [1, 1, 1, 1, 1] },
  },
  {
    name: "a grid takes one value for each neuron, row by row, and shows them in the same order",
    build: () => {
      const net = new Network();
      net.addPopulation(cell, [3, 3], { name: "grid" });
      net.addInput("grid", { size: 9 });
      net.addOutput("grid", { name: "seen" });
      return net;
    },
    dt: 0.5,
    steps: 1,
    input: [8, 16, 24, 32, 40, 48, 56, 64, 72],
    tolerance: exact,
    values: { seen: () => [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  },
  {
    name: "inputs to one population add up, and the input vector is in the order of addition",
    build: () => {
      const net = new Network();
      net.addPopulation(cell, 2, { name: "first" });
      net.addPopulation(cell, 3, { name: "second" });
      net.addInput("second", { size: 3 });
      net.addInput("first", { size: 2 });
      net.addInput("second");
      return net;
    },
    dt: 0.5,
    steps: 1,
    input: [8, 16, 24, 32, 40, 800],
    tolerance: exact,
    values: { "first.V": () => [4, 5], "second.V": () => [101, 102, 103] },
  },
  {
    name: "an input given by events lasts as long as the event",
    build: () => leaf(0),
    dt: 0.5,
    steps: 4,
    input: {
      events: [
        { step: 1, value: 8 },
        { step: 2, steps: 2, value: 16 },
      ],
    },
    tolerance: exact,
    values: { "cell.V": (step) => [0, 1, 2.875, 2.875 * 0.875 + 2][step]! },
  },
  {
    name: "an added network keeps its initial values, and its names become paths",
    build: () => {
      const inner = leaf(16);
      const net = new Network({ name: "outer" });
      net.addNeuron(cell, { name: "cell" });
      net.addNetwork(inner, { name: "left" });
      net.addNetwork(inner, { name: "right" });
      return net;
    },
    dt: 0.5,
    steps: 2,
    input: [0, 8],
    tolerance: exact,
    values: {
      "cell.V": () => 0,
      "left/cell.V": (step) => [14, 12.25][step]!,
      "right/cell.V": (step) => [15, 14.125][step]!,
      "left/out": (step) => [14, 12.25][step]!,
    },
  },
  {
    name: "connections reach into added networks by path",
    build: () => {
      const net = new Network();
      net.addNetwork(leaf(20), { name: "from" });
      net.addNetwork(leaf(0), { name: "to" });
      const synapse = synapses.nonSpiking({ maxConductance: 0.5, reversalPotential: 16 });
      net.addConnection(synapse, "from/cell", "to/cell");
      return net;
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "from/cell.V": () => 17.5, "to/cell.V": () => 1 },
  },
];
