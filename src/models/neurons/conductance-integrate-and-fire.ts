// The leaky integrate-and-fire neuron of large networks: synapses open conductances that decay
// exponentially, and after a spike it rests for a fixed time.

import { defineNeuron } from "../define/define-neuron.js";

/** Leaky integrate-and-fire neuron with exponentially decaying synaptic conductances. */
export const conductanceIntegrateAndFire = defineNeuron({
  name: "conductanceIntegrateAndFire",
  doc:
    "Leaky integrate-and-fire neuron with an absolute refractory period and with excitatory and " +
    "inhibitory conductances, which spikes raise and which decay exponentially.",
  reference: "Vogels & Abbott 2005; Zenke & Gerstner 2014",
  params: {
    membraneCapacitance: {
      symbol: "C",
      default: 0.2,
      unit: "nF",
      above: 0,
      doc: "membrane capacitance",
    },
    membraneConductance: {
      symbol: "G",
      default: 0.01,
      unit: "uS",
      above: 0,
      doc: "leak conductance",
    },
    restingPotential: {
      symbol: "E_L",
      default: -60,
      unit: "mV",
      doc: "reversal potential of the leak",
    },
    excitatoryReversalPotential: {
      symbol: "E_E",
      default: 0,
      unit: "mV",
      doc: "potential at which no excitatory current flows",
    },
    inhibitoryReversalPotential: {
      symbol: "E_I",
      default: -80,
      unit: "mV",
      doc: "potential at which no inhibitory current flows",
    },
    excitatoryTimeConstant: {
      symbol: "tau_E",
      default: 5,
      unit: "ms",
      above: 0,
      doc: "decay of the excitatory conductance",
    },
    inhibitoryTimeConstant: {
      symbol: "tau_I",
      default: 10,
      unit: "ms",
      above: 0,
      doc: "decay of the inhibitory conductance",
    },
    bias: { symbol: "Ib", default: 0, unit: "nA", doc: "constant input current" },
    threshold: { symbol: "V_th", default: -50, unit: "mV", doc: "it fires above this potential" },
    resetPotential: { symbol: "Vr", default: "E_L", unit: "mV", doc: "potential after a spike" },
    refractoryPeriod: {
      symbol: "t_ref",
      default: 5,
      unit: "ms",
      min: 0,
      doc: "time after a spike during which the potential rests",
    },
  },
  state: {
    V: { initial: "E_L", unit: "mV", doc: "membrane potential" },
    gE: { initial: 0, unit: "uS", doc: "excitatory conductance" },
    gI: { initial: 0, unit: "uS", doc: "inhibitory conductance" },
  },
  inputs: { I: { unit: "nA", doc: "total synaptic, ionic and external current" } },
  // The potential sees the conductances from before their decay.
  equations: [
    `C dV/dt = G * (E_L - V) + gE * (E_E - V) + gI * (E_I - V) + Ib + I  (unless refractory)`,
    `
      gE = gE * exp(-dt / tau_E)
      gI = gI * exp(-dt / tau_I)`,
  ],
  integrate: "euler",
  output: "V",
  spike: "V > V_th",
  reset: "V = Vr",
  refractory: "t_ref",
});
