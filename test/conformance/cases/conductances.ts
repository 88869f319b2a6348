// Neurons that keep the conductances of their synapses: decay, receptors, refractory period.

import { Network, neurons, synapses } from "../../../src/index.js";
import { close, exact, steps } from "../case.js";
import type { Case } from "../case.js";

const { conductanceIntegrateAndFire: cell } = neurons;
const { exponentialConductance: synapse } = synapses;

/** Fires in step 0 if it starts at 16 mV, and never again by itself. */
const once = neurons.spiking({ membraneCapacitance: 4 });

/** A source that fires in step 0 excites the target after 1 ms and inhibits it after 2 ms. */
function volley(): Network {
  const net = new Network();
  net.addNeuron(once, { name: "from", initialValue: 16 });
  net.addNeuron(cell(), { name: "to" });
  net.addConnection(synapse({ weight: 0.004, transmissionDelay: 1 }), "from", "to");
  const inhibition = { weight: 0.051, transmissionDelay: 2, receptor: "gI" };
  net.addConnection(synapse(inhibition), "from", "to", { name: "inhibition" });
  return net;
}

/** What arrives in step `arrival` and decays with `tau`, as step `step` of 0.5 ms begins. */
const decaying = (weight: number, tau: number, arrival: number) => (step: number) =>
  step < arrival ? 0 : weight * Math.exp((-0.5 * (step - arrival)) / tau);
const excitation = decaying(0.004, 5, 3);
const inhibition = decaying(0.051, 10, 5);

/** The Euler steps of a target at rest, with the conductances as each step begins. */
function responseAt(step: number): number {
  let potential = -60;
  for (let now = 0; now <= step; now += 1) {
    const [gE, gI] = [excitation(now), inhibition(now)];
    const current = 0.01 * (-60 - potential) - gE * potential + gI * (-80 - potential);
    potential += (0.5 / 0.2) * current;
  }
  return potential;
}

export const conductanceCases: readonly Case[] = [
  {
    // -60 + 20 (1 - 0.995^n) exceeds -50 from n = ln 2 / -ln 0.995 = 138.3 on; then 50 steps of rest.
    name: "a driven neuron fires every 139 steps of Euler's method and 50 of rest",
    build: () => {
      const net = new Network();
      net.addPopulation(cell({ bias: 0.2 }), 3, { name: "cells" });
      return net;
    },
    dt: 0.1,
    steps: 1000,
    tolerance: exact,
    spikes: { "cells.spikes": [0, 1, 2].map(() => steps(138, 189, 5)) },
  },
  {
    name: "a spike raises the conductance of its receptor, which decays exponentially",
    build: volley,
    dt: 0.5,
    steps: 40,
    tolerance: close(),
    values: {
      // Shown at the end of a step, as the next one begins.
      "to.gE": (step) => (step < 3 ? 0 : excitation(step + 1)),
      "to.gI": (step) => (step < 5 ? 0 : inhibition(step + 1)),
    },
  },
  {
    name: "a potential answers to its conductances before they have decayed",
    build: volley,
    dt: 0.5,
    steps: 40,
    tolerance: close(),
    values: { "to.V": responseAt },
  },
];
