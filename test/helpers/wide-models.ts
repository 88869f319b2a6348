// Models that a user might define, for random networks: every function of the language, every way to
// integrate, refractory periods, SI units, receptors, plasticity. Invariant: states stay within
// bounds whatever their inputs are.

import { defineNeuron, defineSynapse } from "../../src/index.js";
import type { NeuronFactory, SynapseFactory } from "../../src/index.js";

const input = { I: { unit: "nA", doc: "total input current" } };

const adaptive = defineNeuron({
  name: "adaptive",
  doc: "An exponential integrate-and-fire neuron that adapts, with a bounded upstroke.",
  params: {
    capacitance: { symbol: "C", default: 5, unit: "nF", above: 0, doc: "capacitance" },
    leak: { symbol: "G", default: 1, unit: "uS", min: 0, doc: "leak conductance" },
    slope: { symbol: "s", default: 2, unit: "mV", above: 0, doc: "of the upstroke" },
    jump: { symbol: "b", default: 0.4, unit: "nA", doc: "adaptation after a spike" },
    adaptationTime: { symbol: "tau_w", default: 30, unit: "ms", above: 0, doc: "of w" },
    refractoryPeriod: { symbol: "t_ref", default: 0.7, unit: "ms", min: 0, doc: "rest" },
  },
  state: {
    V: { initial: 0, unit: "mV", doc: "membrane potential" },
    w: { initial: 0, unit: "nA", doc: "adaptation current" },
  },
  inputs: input,
  equations: `
    C dV/dt = G * s * exp(min((V - 10 mV) / s, 3)) - G * V - w + I  (unless refractory)
    tau_w dw/dt = 0.1 uS * V - w`,
  integrate: "euler",
  output: "V",
  spike: "V > 15 mV",
  reset: "V = 0 mV; w += b",
  refractory: "t_ref",
});

const quadratic = defineNeuron({
  name: "quadratic",
  doc: "A quadratic integrate-and-fire neuron with recovery, clipped.",
  units: "none",
  params: {
    recovery: { symbol: "a", default: 0.1, doc: "rate of the recovery" },
    inputScale: { symbol: "scale", default: 0.05, doc: "of the input" },
  },
  state: { v: { initial: -1, doc: "potential" }, u: { initial: 0, doc: "recovery" } },
  inputs: { I: { doc: "input" } },
  equations: `
    v = clip(v + dt * (v ^ 2 / 4 - u + scale * I), -20, 20)
    u = clip(u + dt * a * (prev(v) - u), -20, 20)`,
  output: "v",
  spike: "v >= 3",
  reset: "v = -1.5; u += 0.25",
});

const oscillating = defineNeuron({
  name: "oscillating",
  doc: "A cubic relaxation oscillator by the classic Runge-Kutta method.",
  units: "none",
  params: {
    slowness: { symbol: "epsilon", default: 0.08, above: 0, doc: "rate of the slow state" },
  },
  state: { x: { initial: 0.1, doc: "fast" }, y: { initial: 0, doc: "slow" } },
  inputs: { I: { doc: "input" } },
  equations: `
    dx/dt = x - x ^ 3 / 3 - y + tanh(I / 20)
    dy/dt = epsilon * (x + 0.7 - 0.8 * y)`,
  integrate: "rk4",
  output: "x",
});

const functions = defineNeuron({
  name: "functions",
  doc: "Every function of the language, of a bounded number.",
  units: "none",
  params: {
    power: { symbol: "p", default: 1.7, min: 0, doc: "an exponent" },
    phase: { symbol: "q", default: 0.4, doc: "a phase" },
  },
  state: {
    z: { initial: 0, doc: "sum" },
    k: { initial: 0, doc: "counts" },
    r: { initial: 1, doc: "of logarithms" },
  },
  inputs: { I: { doc: "input" } },
  equations: `
    x = clip(I / 10, -3, 3) + q
    r = clip(0.5 * r + log(1.1 + abs(x)) - log1p(sqrt(abs(x))) + abs(x) ^ p / 9, -9, 9)
    s = sin(2 * x + t / 7) * cos(x - step / 5) + sign(x) * exprel(-abs(x))
    z = clip(0.9 * z + 0.2 * s + 0.1 * expm1(-x ^ 2) + tanh(r) * max(x, min(q, 0.3)), -9, 9)
    k = int(z > 0.5 and not (x < 0)) + floor(2 * z) / 8 - ceil(r) / 16 + (k == 0 ? 0.25 : 0)`,
  output: "z",
  spike: "z > 0.6",
  reset: "z -= 0.8",
});

const inSI = defineNeuron({
  name: "inSI",
  doc: "A leaky integrate-and-fire neuron in volts, amperes, farads and seconds.",
  units: "SI",
  params: {
    timeConstant: { symbol: "tau", default: 0.008, unit: "s", above: 0, doc: "of the membrane" },
    resistance: { symbol: "R", default: 1e6, unit: "Ohm", above: 0, doc: "of the membrane" },
    refractoryPeriod: { symbol: "t_ref", default: 0.001, unit: "s", min: 0, doc: "rest" },
  },
  state: { V: { initial: 0, unit: "V", doc: "membrane potential" } },
  inputs: { I: { unit: "A", doc: "total input current" } },
  equations: "tau dV/dt = R * I - V  (unless refractory)",
  integrate: "exact",
  output: "V",
  spike: "V > 0.008 V",
  reset: "V = 0 V",
  refractory: "t_ref",
});

const receiving = defineNeuron({
  name: "receiving",
  doc: "Keeps three synaptic conductances that spikes raise, and decay at their own rates.",
  params: {
    decay: { symbol: "tau", default: 4, unit: "ms", above: 0, doc: "of the first" },
    threshold: { symbol: "theta", default: 6, unit: "mV", doc: "fires above it" },
  },
  state: {
    V: { initial: 0, unit: "mV", doc: "membrane potential" },
    gA: { initial: 0, unit: "uS", doc: "fast" },
    gB: { initial: 0, unit: "uS", doc: "slow" },
    gC: { initial: 0.01, unit: "uS", doc: "shunting" },
  },
  inputs: input,
  equations: [
    "5 nF * dV/dt = gA * (40 mV - V) + gB * (20 mV - V) - gC * V - 1 uS * V + I",
    `
      gA = gA * exp(-dt / tau)
      gB = gB * exp(-dt / (3 * tau))
      gC = 0.8 * gC`,
  ],
  integrate: "exponentialEuler",
  output: "V",
  spike: "V > theta",
  reset: "V = 0 mV",
});

const tiring = defineSynapse({
  name: "tiring",
  doc: "A spiking synapse that tires, and recovers a little when its target fires.",
  params: {
    maxConductance: { symbol: "g", default: 0.5, unit: "uS", min: 0, doc: "if all is released" },
    timeConstant: { symbol: "tau", default: 4, unit: "ms", above: 0, doc: "of the conductance" },
    release: { symbol: "U", default: 0.4, above: 0, max: 1, doc: "part released by a spike" },
    transmissionDelay: { symbol: "d", default: 0, unit: "ms", min: 0, doc: "until it acts" },
  },
  state: { h: { initial: 0, unit: "uS", doc: "conductance" }, x: { initial: 1, doc: "left" } },
  equations: `
    tau dh/dt = -h
    40 ms * dx/dt = 1 - x`,
  integrate: "exact",
  onPre: "h += U * x * g; x -= U * x",
  onPost: "x += 0.1 * (1 - x)",
  graded: { conductance: "h", reversal: "40 mV" },
  delay: "transmissionDelay",
  strength: "maxConductance",
});

const pairing = defineSynapse({
  name: "pairing",
  doc: "A pulse whose weight follows the order of spikes, by traces of its own.",
  params: {
    weight: { symbol: "w0", default: 1, unit: "nA", doc: "at the beginning" },
    rate: { symbol: "eta", default: 0.05, min: 0, doc: "of learning" },
    transmissionDelay: { symbol: "d", default: 0, unit: "ms", min: 0, doc: "until it acts" },
  },
  state: {
    w: { initial: "w0", unit: "nA", doc: "weight" },
    s: { initial: 0, unit: "nA", doc: "current" },
    pre: { initial: 0, doc: "trace of the source" },
    post: { initial: 0, doc: "trace of the target" },
  },
  equations: `
    5 ms * ds/dt = -s
    20 ms * dpre/dt = -pre
    25 ms * dpost/dt = -post`,
  integrate: "exact",
  onPre: "pre += 1; s += w; w = clip(w - eta * post * w0, -3 * w0, 3 * w0)",
  onPost: "post += 1; w = clip(w + eta * pre * w0, -3 * w0, 3 * w0)",
  graded: { current: "s" },
  delay: "transmissionDelay",
});

const twofold = defineSynapse({
  name: "twofold",
  doc: "Raises two states of its target, which users choose.",
  params: {
    weight: { symbol: "w", default: 0.3, unit: "uS", min: 0, doc: "what a spike adds" },
    share: { symbol: "a", default: 0.25, min: 0, max: 1, doc: "the second part of it" },
    transmissionDelay: { symbol: "d", default: 0, unit: "ms", min: 0, doc: "until it acts" },
  },
  receptors: {
    fast: { symbol: "g", default: "gA", doc: "first state of the target" },
    slow: { symbol: "h", default: "gB", doc: "second state of the target" },
  },
  onPre: "g_post += (1 - a) * w; h_post += a * w",
  delay: "transmissionDelay",
  strength: "weight",
});

const bent = defineSynapse({
  name: "bent",
  doc: "A graded current that bends by an exponential of the source and saturates.",
  params: {
    gain: { symbol: "k", default: 1, unit: "nA", doc: "largest current" },
    steepness: { symbol: "b", default: 0.3, unit: "1/mV", doc: "of the curve" },
  },
  graded: { current: "k / (1 + exp(clip(b * (3 mV - V_pre), -30, 30))) - 0.3 * k" },
});

/** Neurons of the user; the first four are in units that other models meet. */
export const userNeurons: readonly NeuronFactory[] = [
  adaptive,
  receiving,
  quadratic,
  oscillating,
  functions,
  inSI,
] as never;

/** Synapses of the user; those that fit depend on the neurons at both ends. */
export const userSynapses: readonly SynapseFactory[] = [tiring, pairing, twofold, bent] as never;
