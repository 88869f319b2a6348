// Electrical synapses: steady states, charge, direction.

import { Network, neurons, synapses } from "../../../src/index.js";
import { approach, close, exact } from "../case.js";
import type { Case } from "../case.js";

/** One step moves 1/8 of the current. */
const cell = neurons.nonSpiking({ membraneCapacitance: 4 });

function two(initial: readonly [number, number]): Network {
  const net = new Network();
  net.addNeuron(cell, { name: "a", initialValue: initial[0] });
  net.addNeuron(cell, { name: "b", initialValue: initial[1] });
  return net;
}

const coupling = 0.5;
const gap = synapses.electrical({ conductance: coupling });
const oneWay = synapses.electrical({ conductance: coupling, rectified: true });

/** Sum and difference of two coupled potentials decay on their own. */
function coupled(initial: readonly [number, number], strength: number) {
  const [a, b] = initial;
  const half = (step: number): readonly [number, number] => [
    approach((a + b) / 2, 0, 1 - 0.1 / 4, step + 1),
    approach((a - b) / 2, 0, 1 - (0.1 * (1 + 2 * strength)) / 4, step + 1),
  ];
  return {
    a: (step: number) => half(step)[0] + half(step)[1],
    b: (step: number) => half(step)[0] - half(step)[1],
  };
}

const start = [12, -4] as const;
const once = coupled(start, coupling);
const twice = coupled(start, 2 * coupling);

/** Potentials of neurons that are all coupled to each other: the mean decays by the leak alone. */
const ring = [9, -3, 6] as const;
const mean = 4;
const together = (step: number): number[] =>
  ring.map(
    (potential) =>
      approach(mean, 0, 1 - 0.1 / 4, step + 1) +
      approach(potential - mean, 0, 1 - (0.1 * (1 + 3 * coupling)) / 4, step + 1),
  );

export const electricalCases: readonly Case[] = [
  {
    // G Va = I - g (Va - Vb) and G Vb = g (Va - Vb), with G = 1 and g = 1/2.
    name: "two coupled neurons settle where leak and coupling balance",
    build: () => {
      const net = two([0, 0]);
      net.addConnection(gap, "a", "b");
      net.addInput("a");
      return net;
    },
    dt: 0.1,
    steps: 2000,
    from: 1999,
    input: 10,
    tolerance: close(1e-12, 1e-5),
    values: { "a.V": () => 7.5, "b.V": () => 2.5 },
  },
  {
    name: "what one coupled neuron loses the other one gains",
    build: () => {
      const net = two(start);
      net.addConnection(gap, "a", "b");
      return net;
    },
    dt: 0.1,
    steps: 150,
    tolerance: close(),
    values: { "a.V": once.a, "b.V": once.b },
  },
  {
    name: "a coupling that is declared in both directions counts twice",
    build: () => {
      const net = two(start);
      net.addConnection(gap, "a", "b");
      net.addConnection(gap, "b", "a");
      return net;
    },
    dt: 0.1,
    steps: 150,
    tolerance: close(),
    values: { "a.V": twice.a, "b.V": twice.b },
  },
  {
    name: "inside one population each pair is coupled once",
    build: () => {
      const net = new Network();
      net.addPopulation(cell, 3, { name: "cells", initialValue: ring });
      net.addConnection(gap, "cells", "cells");
      return net;
    },
    dt: 0.1,
    steps: 150,
    tolerance: close(),
    values: { "cells.V": together },
  },
  {
    name: "the same pairs, listed one by one, are coupled alike",
    build: () => {
      const net = new Network();
      net.addPopulation(cell, 3, { name: "cells", initialValue: ring });
      const connectivity = { sources: [0, 2, 1], targets: [1, 0, 2] };
      net.addConnection(gap, "cells", "cells", { connectivity });
      return net;
    },
    dt: 0.1,
    steps: 150,
    tolerance: close(),
    values: { "cells.V": together },
  },
  {
    // 8 - (8 + 8/2) / 8 on one side, (8/2) / 8 on the other.
    name: "a rectified synapse conducts from its source, and takes there what it gives",
    build: () => {
      const net = two([8, 0]);
      net.addConnection(oneWay, "a", "b");
      return net;
    },
    dt: 0.5,
    steps: 1,
    tolerance: exact,
    values: { "a.V": () => 6.5, "b.V": () => 0.5 },
  },
  {
    name: "a rectified synapse does not conduct towards its source",
    build: () => {
      const net = two([8, 0]);
      net.addConnection(oneWay, "b", "a");
      return net;
    },
    dt: 0.5,
    steps: 20,
    tolerance: close(1e-15, 1e-7),
    values: { "a.V": (step) => 8 * 0.875 ** (step + 1), "b.V": () => 0 },
  },
];
