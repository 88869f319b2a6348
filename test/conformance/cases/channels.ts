// Voltage-gated channels: gates, their time constants, and steady states of the membrane.

import { channels, Network, neurons } from "../../../src/index.js";
import type { ChannelType, NeuronType } from "../../../src/index.js";
import { approach, close } from "../case.js";
import type { Case } from "../case.js";

const opening = (k: number, slope: number, middle: number) => (potential: number) =>
  1 / (1 + k * Math.exp(slope * (middle - potential)));
const openingB = opening(0.5, -0.05, 0);

/** Gate b with the values above; it carries no current, so the potential is that of the leak. */
const silent = (isVoltageDependent: boolean): ChannelType =>
  channels.gated({
    ...{ maxConductance: 0, reversalPotential: 0, gateAPower: 0 },
    ...{ gateASteepness: 1, gateASlope: 0, gateAMidpoint: 0 },
    ...{ gateBPower: 1, gateBSteepness: 0.5, gateBSlope: -0.05, gateBMidpoint: 0 },
    ...{ gateBTimeConstant: 10, gateBVoltageDependentTau: isVoltageDependent },
  });

/** A conductance that is always open. */
const open = (maxConductance: number, reversalPotential: number): ChannelType =>
  channels.gated({
    ...{ maxConductance, reversalPotential, gateAPower: 0 },
    ...{ gateASteepness: 1, gateASlope: 0, gateAMidpoint: 0 },
  });

function alone(type: NeuronType, initialValue?: number): Network {
  const net = new Network();
  net.addNeuron(type, { name: "cell", ...(initialValue === undefined ? {} : { initialValue }) });
  return net;
}

/** The potential at which leak and persistent sodium cancel, by halving an interval. */
function sodiumRest(): number {
  const [openingM, openingH] = [opening(1, 0.05, 20), opening(0.5, -0.05, 0)];
  const current = (potential: number): number =>
    1.0485070729908987 * openingM(potential) * openingH(potential) * (110 - potential) - potential;
  let [low, high] = [0, 100];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (current(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

export const channelCases: readonly Case[] = [
  {
    name: "a gate settles at its opening for the potential",
    build: () => {
      const type = neurons.nonSpiking({ restingPotential: 5, channels: [silent(true)] });
      return alone(type, -10);
    },
    dt: 0.1,
    steps: 2500,
    from: 2499,
    tolerance: close(1e-12, 1e-5),
    values: { "cell.gated.b": () => openingB(5), "cell.V": () => 5 },
  },
  {
    // The potential is at rest after one step of one time constant; then the gate sees 5 mV.
    name: "a gate with a constant time constant approaches its opening geometrically",
    build: () => {
      const membrane = { membraneCapacitance: 0.5, restingPotential: 5 };
      return alone(neurons.nonSpiking({ ...membrane, channels: [silent(false)] }), -10);
    },
    dt: 0.5,
    steps: 60,
    tolerance: close(),
    values: { "cell.gated.b": (step) => approach(openingB(-10), openingB(5), 0.95, step) },
  },
  {
    // q = k exp(slope (middle - V)); tau = largest * opening * sqrt(q).
    name: "a gate with a voltage-dependent time constant takes largest * opening * sqrt(q)",
    build: () => {
      const membrane = { membraneCapacitance: 0.5, restingPotential: 5 };
      return alone(neurons.nonSpiking({ ...membrane, channels: [silent(true)] }), -10);
    },
    dt: 0.5,
    steps: 60,
    tolerance: close(),
    values: {
      "cell.gated.b": (step) => {
        const tau = 10 * openingB(5) * Math.sqrt(0.5 * Math.exp(0.25));
        return approach(openingB(-10), openingB(5), 1 - 0.5 / tau, step);
      },
    },
  },
  {
    name: "open channels pull the potential to (sum of g E) / (leak + sum of g)",
    build: () => {
      const type = neurons.nonSpiking({ channels: [open(0.5, 40), open(0.25, -80)], bias: 4 });
      return alone(type);
    },
    dt: 0.1,
    steps: 2000,
    from: 1999,
    tolerance: close(1e-12, 1e-5),
    values: { "cell.V": () => (4 + 0.5 * 40 - 0.25 * 80) / 1.75 },
  },
  {
    name: "a channel can have another conductance in each neuron",
    build: () => {
      const net = new Network();
      const leak = channels.gated({
        ...{ maxConductance: [0, 1, 3], reversalPotential: 20, gateAPower: 0 },
        ...{ gateASteepness: 1, gateASlope: 0, gateAMidpoint: 0 },
      });
      net.addPopulation(neurons.nonSpiking({ channels: [leak, open(1, 0)] }), 3, { name: "cells" });
      return net;
    },
    dt: 0.1,
    steps: 2000,
    from: 1999,
    tolerance: close(1e-12, 1e-5),
    values: { "cells.V": () => [0, 20 / 3, 60 / 5] },
  },
  {
    name: "a neuron with persistent sodium rests where leak and sodium cancel",
    build: () => alone(neurons.persistentSodium()),
    dt: 1,
    steps: 4500,
    from: 4499,
    tolerance: close(1e-9, 1e-4),
    values: { "cell.V": sodiumRest, "cell.gated.b": () => openingB(sodiumRest()) },
  },
];
