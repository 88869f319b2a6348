// The leaky integrate-and-fire neuron with a moving threshold of SNS-Toolbox.

import { defineNeuron } from "../define/define-neuron.js";

/** Generalised leaky integrate-and-fire neuron whose threshold follows the potential. */
export const spiking = defineNeuron({
  name: "spiking",
  doc: "Generalised leaky integrate-and-fire neuron with a moving threshold.",
  reference: "SNS-Toolbox 1.5.2, SpikingNeuron",
  params: {
    membraneCapacitance: {
      symbol: "C",
      default: 5,
      unit: "nF",
      above: 0,
      doc: "membrane capacitance",
    },
    membraneConductance: { symbol: "G", default: 1, unit: "uS", above: 0, doc: "leak conductance" },
    restingPotential: { symbol: "Er", default: 0, unit: "mV", doc: "potential without input" },
    bias: { symbol: "Ib", default: 0, unit: "nA", doc: "constant input current" },
    thresholdTimeConstant: {
      symbol: "tau_th",
      default: 5,
      unit: "ms",
      above: 0,
      doc: "time constant of the threshold",
    },
    thresholdInitialValue: {
      symbol: "th0",
      default: 1,
      unit: "mV",
      doc: "threshold at the start, to which it also leaks",
    },
    thresholdProportionality: {
      symbol: "m",
      default: 0,
      doc: "how far the threshold follows the potential",
    },
    thresholdLeakRate: { symbol: "b", default: 1, doc: "how fast the threshold leaks back" },
    thresholdIncrement: {
      symbol: "theta_inc",
      default: 0,
      unit: "mV",
      doc: "added to the threshold at a spike",
    },
    thresholdFloor: {
      symbol: "theta_floor",
      default: "Er",
      unit: "mV",
      doc: "the threshold after a spike is at least this",
    },
    resetPotential: { symbol: "Vr", default: "Er", unit: "mV", doc: "potential after a spike" },
    refractoryPeriod: {
      symbol: "t_ref",
      default: 0,
      unit: "ms",
      min: 0,
      doc: "time after a spike during which the potential rests",
    },
  },
  state: {
    V: { initial: "Er", unit: "mV", doc: "membrane potential" },
    theta: { initial: "th0", unit: "mV", doc: "threshold" },
  },
  inputs: { I: { unit: "nA", doc: "total synaptic, ionic and external current" } },
  quirks: ["timeFactorG"],
  equations: `
    C dV/dt = (timeFactorG ? G / (1 uS) : 1) * (G * (Er - V) + Ib + I)  (unless refractory)
    tau_th dtheta/dt = b * (th0 - theta) + m * (V - Er)`,
  integrate: "euler",
  output: "V",
  spike: "V > theta",
  reset: `
    V = Vr
    theta += max(theta_inc, theta_floor - theta)`,
  refractory: "t_ref",
});
