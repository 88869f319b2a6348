// Neurons alone: charging, integration methods, thresholds, refractory time, rates.

import { Network, neurons } from "../../../src/index.js";
import { approach, close, exact, statistical, steps } from "../case.js";
import type { Case } from "../case.js";

/** One neuron with an input. */
function driven(type: Parameters<Network["addNeuron"]>[0], initialValue?: number): Network {
  const net = new Network({ name: "driven" });
  net.addNeuron(type, { name: "cell", ...(initialValue === undefined ? {} : { initialValue }) });
  net.addInput("cell");
  return net;
}

const integrators: readonly Case[] = [
  {
    name: "a leaky integrator charges along the geometric series of explicit Euler steps",
    build: () => driven(neurons.nonSpiking({ membraneCapacitance: 5, membraneConductance: 1 })),
    dt: 0.1,
    steps: 300,
    input: 4,
    tolerance: close(),
    values: { "cell.V": (step) => approach(0, 4, 1 - 0.1 / 5, step + 1) },
  },
  {
    name: "a leaky integrator without input halves its distance from rest, bit for bit",
    build: () => driven(neurons.nonSpiking({ membraneCapacitance: 4 }), 3),
    dt: 2,
    steps: 40,
    tolerance: exact,
    values: { "cell.V": (step) => 3 * 2 ** -(step + 1) },
  },
  {
    name: "resting potential, bias, leak and input settle at rest + (bias + input) / leak",
    build: () => {
      const values = { membraneConductance: 0.5, restingPotential: -60, bias: 1.5 };
      return driven(neurons.nonSpiking({ membraneCapacitance: 2, ...values }));
    },
    dt: 0.1,
    steps: 200,
    input: 2,
    tolerance: close(),
    values: { "cell.V": (step) => approach(-60, -60 + 3.5 / 0.5, 1 - (0.1 * 0.5) / 2, step + 1) },
  },
  {
    name: "with timeFactorG the leak is C / G^2 and the steady state stays",
    build: () => {
      const net = new Network({ compat: { timeFactorG: true } });
      net.addNeuron(neurons.nonSpiking({ membraneCapacitance: 4, membraneConductance: 2 }), {
        name: "cell",
      });
      net.addInput("cell");
      return net;
    },
    dt: 0.1,
    steps: 100,
    input: 6,
    tolerance: close(),
    values: { "cell.V": (step) => approach(0, 3, 1 - (0.1 * 4) / 4, step + 1) },
  },
  {
    name: "neurons of one population have their own parameters and initial values",
    build: () => {
      const net = new Network();
      const type = neurons.nonSpiking({ membraneCapacitance: [4, 8, 16] });
      net.addPopulation(type, 3, { name: "cells", initialValue: [1, 2, -3] });
      return net;
    },
    dt: 2,
    // 7^7 * 3 still fits into the 24 bits of float32.
    steps: 7,
    tolerance: exact,
    values: {
      "cells.V": (step) => [
        1 * 0.5 ** (step + 1),
        2 * 0.75 ** (step + 1),
        -3 * 0.875 ** (step + 1),
      ],
    },
  },
];

const spiking: readonly Case[] = [
  {
    // V_n = 10 (1 - 0.98^n) first exceeds 1 for n > ln 0.9 / ln 0.98 = 5.2, in the sixth step.
    name: "the interval between spikes is the number of Euler steps from reset to threshold",
    build: () => driven(neurons.spiking({ membraneCapacitance: 5, membraneConductance: 1 })),
    dt: 0.1,
    steps: 60,
    input: 10,
    tolerance: exact,
    spikes: { "cell.spikes": [steps(5, 6, 10)] },
  },
  {
    // V_1 = 8 / 8 = 1 equals the threshold; V_2 = 1 + 7 / 8 exceeds it.
    name: "a neuron at its threshold does not fire, only one above it",
    build: () => driven(neurons.spiking({ membraneCapacitance: 4 })),
    dt: 0.5,
    steps: 8,
    input: 8,
    tolerance: exact,
    spikes: { "cell.spikes": [[1, 3, 5, 7]] },
    values: { "cell.V": (step) => (step % 2 === 0 ? 1 : 0) },
  },
  {
    name: "a spike resets the potential, and an output of spikes is 1 in that step and else 0",
    build: () => {
      const net = driven(neurons.spiking({ membraneCapacitance: 4, resetPotential: -2 }), 16);
      net.addOutput("cell", { name: "fired", spiking: true });
      return net;
    },
    dt: 0.5,
    steps: 5,
    tolerance: exact,
    spikes: { "cell.spikes": [[0]] },
    values: {
      "cell.V": (step) => -2 * 0.875 ** step,
      fired: (step) => (step === 0 ? 1 : 0),
    },
  },
  {
    // Each spike raises the threshold by 1/2, from 1 to 10, where one step of 10 mV is not enough.
    name: "a threshold that spikes raise makes a neuron miss steps",
    build: () => {
      const moving = { thresholdIncrement: 0.5, thresholdLeakRate: 0 };
      return driven(neurons.spiking({ membraneCapacitance: 4, ...moving }));
    },
    dt: 0.5,
    steps: 24,
    input: 80,
    tolerance: exact,
    spikes: { "cell.spikes": [[...steps(0, 1, 18), 19, 21, 23]] },
    values: {
      "cell.theta": (step) => (step < 18 ? 1.5 + step / 2 : 10 + Math.floor((step - 17) / 2) / 2),
    },
  },
  {
    name: "a spike lifts the threshold at least to its floor",
    build: () => {
      const type = neurons.spiking({
        ...{ membraneCapacitance: 4, thresholdLeakRate: 0 },
        ...{ thresholdIncrement: 0.25, thresholdFloor: 7 },
      });
      return driven(type, 64);
    },
    dt: 0.5,
    steps: 4,
    tolerance: exact,
    spikes: { "cell.spikes": [[0]] },
    values: { "cell.theta": () => 7 },
  },
  {
    name: "a threshold that follows the potential settles at start + m (V - rest) / leak rate",
    build: () => {
      const following = { thresholdProportionality: 0.5, thresholdLeakRate: 2 };
      return driven(neurons.spiking({ thresholdInitialValue: 10, ...following }));
    },
    dt: 0.1,
    steps: 2500,
    input: 2,
    from: 2499,
    tolerance: close(1e-12, 1e-5),
    values: { "cell.theta": () => 10 + (0.5 * 2) / 2, "cell.V": () => 2 },
  },
  {
    name: "the shortest interval between spikes is the refractory period and one step",
    build: () => driven(neurons.spiking({ refractoryPeriod: 2 })),
    dt: 0.1,
    steps: 100,
    input: 1000,
    tolerance: exact,
    spikes: { "cell.spikes": [steps(0, 21, 5)] },
    values: { "cell.V": () => 0 },
  },
  {
    name: "neurons of one population have refractory periods of their own",
    build: () => {
      const net = new Network();
      net.addPopulation(neurons.spiking({ refractoryPeriod: [0, 0.5, 1.5] }), 3, { name: "cells" });
      net.addInput("cells");
      return net;
    },
    dt: 0.5,
    steps: 9,
    input: 1000,
    tolerance: exact,
    spikes: { "cells.spikes": [steps(0, 1, 9), steps(0, 2, 5), steps(0, 4, 3)] },
  },
  {
    // tau ln(I / (I - theta)) = 5 ln 2 ms between spikes.
    name: "many neurons fire at the rate of the leaky integrate-and-fire neuron",
    build: () => {
      const net = new Network();
      const initialValue = Array.from({ length: 20 }, (_, i) => i / 20);
      net.addPopulation(neurons.spiking(), 20, { name: "cells", initialValue });
      net.addInput("cells");
      return net;
    },
    dt: 0.02,
    steps: 5000,
    input: 2,
    tolerance: statistical(0.02),
    rates: { "cells.spikes": 100 / (5 * Math.LN2) },
  },
];

export const neuronCases: readonly Case[] = [...integrators, ...spiking];
