// Neurons that the user defines by equations: every integration method against its formula.

import { defineNeuron, Network } from "../../../src/index.js";
import type { NeuronType } from "../../../src/index.js";
import { close, exact } from "../case.js";
import type { Case } from "../case.js";

type Method = "euler" | "exact" | "exponentialEuler" | "rk4";

/** A leaky integrator with tau = C / G = 5 ms. */
const leaky = (integrate: Method): NeuronType =>
  defineNeuron({
    name: "leakyIntegrator",
    doc: "Leaky integrator.",
    params: {
      membraneCapacitance: { symbol: "C", default: 5, unit: "nF", above: 0, doc: "capacitance" },
      membraneConductance: { symbol: "G", default: 1, unit: "uS", min: 0, doc: "leak" },
      restingPotential: { symbol: "Er", default: 0, unit: "mV", doc: "potential without input" },
    },
    state: { V: { initial: "Er", unit: "mV", doc: "membrane potential" } },
    inputs: { I: { unit: "nA", doc: "total input current" } },
    equations: "C dV/dt = G * (Er - V) + I",
    integrate,
    output: "V",
  })();

function alone(type: NeuronType): Network {
  const net = new Network();
  net.addNeuron(type, { name: "cell" });
  if (type.model.inputs.length > 0) net.addInput("cell");
  return net;
}

/** What one step of the classic Runge-Kutta method leaves of the way, for a step of x times tau. */
const rungeKutta = (x: number): number => 1 - x + x ** 2 / 2 - x ** 3 / 6 + x ** 4 / 24;

const counting = defineNeuron({
  name: "counting",
  doc: "Assignments in order; prev() is the value when the step began.",
  params: {},
  state: {
    n: { initial: 1, doc: "doubles" },
    before: { initial: 0, doc: "n when the step began" },
    after: { initial: 0, doc: "n when the step ends" },
  },
  equations: "n = 2 * n; before = prev(n); after = n",
  output: "n",
});

const inSI = defineNeuron({
  name: "inSI",
  doc: "A leaky integrator in volts, amperes and seconds.",
  units: "SI",
  params: {
    timeConstant: { symbol: "tau", default: 0.005, unit: "s", above: 0, doc: "of the leak" },
  },
  state: { V: { initial: 0, unit: "V", doc: "membrane potential" } },
  inputs: { U: { unit: "V", doc: "driving potential" } },
  equations: "tau dV/dt = U - V",
  integrate: "euler",
  output: "V",
});

/** Two states that turn into each other, integrated together from the values of the step before. */
const turning = defineNeuron({
  name: "turning",
  doc: "A rotation by explicit Euler.",
  units: "none",
  params: {},
  state: { x: { initial: 1, doc: "cosine" }, y: { initial: 0, doc: "sine" } },
  equations: `
    dx/dt = -y
    dy/dt = x`,
  integrate: "euler",
  output: "x",
});

export const userModelCases: readonly Case[] = [
  {
    name: "a user's leaky integrator with the exact method follows the exponential at any step",
    build: () => alone(leaky("exact")),
    dt: 2,
    steps: 60,
    input: 4,
    tolerance: close(1e-13),
    values: { "cell.V": (step) => 4 * (1 - Math.exp((-2 * (step + 1)) / 5)) },
  },
  {
    name: "a user's leaky integrator with exponential Euler follows the exponential, too",
    build: () => alone(leaky("exponentialEuler")),
    dt: 2,
    steps: 60,
    input: 4,
    tolerance: close(1e-13),
    values: { "cell.V": (step) => 4 * (1 - Math.exp((-2 * (step + 1)) / 5)) },
  },
  {
    name: "a user's leaky integrator with Runge-Kutta follows the Taylor polynomial",
    build: () => alone(leaky("rk4")),
    dt: 2,
    steps: 60,
    input: 4,
    tolerance: close(1e-13),
    values: { "cell.V": (step) => 4 * (1 - rungeKutta(2 / 5) ** (step + 1)) },
  },
  {
    name: "a user's leaky integrator with Euler follows the geometric series",
    build: () => alone(leaky("euler")),
    dt: 2,
    steps: 60,
    input: 4,
    tolerance: close(1e-13),
    values: { "cell.V": (step) => 4 * (1 - 0.6 ** (step + 1)) },
  },
  {
    name: "assignments run in order, and prev() is the value when the step began",
    build: () => alone(counting()),
    dt: 1,
    steps: 20,
    tolerance: exact,
    values: {
      "cell.n": (step) => 2 ** (step + 1),
      "cell.before": (step) => 2 ** step,
      "cell.after": (step) => 2 ** (step + 1),
    },
  },
  {
    name: "a model in SI units sees the step in seconds",
    build: () => alone(inSI()),
    dt: 0.5,
    steps: 40,
    input: 0.02,
    tolerance: close(),
    values: { "cell.V": (step) => 0.02 * (1 - 0.9 ** (step + 1)) },
  },
  {
    // (x + iy) is multiplied by 1 + i in each step: sqrt(2)^n times a turn by 45 degrees.
    name: "equations of one block are integrated together from the same values",
    build: () => alone(turning()),
    dt: 1,
    steps: 16,
    tolerance: exact,
    values: {
      "cell.x": (step) =>
        [1, 1, 0, -2, -4, -4, 0, 8][(step + 1) % 8]! * 16 ** Math.floor((step + 1) / 8),
      "cell.y": (step) =>
        [0, 1, 2, 2, 0, -4, -8, -8][(step + 1) % 8]! * 16 ** Math.floor((step + 1) / 8),
    },
  },
];
