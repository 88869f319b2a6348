// The leaky integrator of SNS-Toolbox.

import { defineNeuron } from "../define/define-neuron.js";

/** Non-spiking leaky integrator. */
export const nonSpiking = defineNeuron({
  name: "nonSpiking",
  doc: "Non-spiking leaky integrator.",
  reference: "SNS-Toolbox 1.5.2, NonSpikingNeuron",
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
  },
  state: { V: { initial: "Er", unit: "mV", doc: "membrane potential" } },
  inputs: { I: { unit: "nA", doc: "total synaptic, ionic and external current" } },
  quirks: ["timeFactorG"],
  equations: "C dV/dt = (timeFactorG ? G / (1 uS) : 1) * (G * (Er - V) + Ib + I)",
  integrate: "euler",
  output: "V",
});
