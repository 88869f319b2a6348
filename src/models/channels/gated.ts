// A voltage-gated channel with up to three gates: a follows the potential at once, b and c with a
// time constant. A gate whose power is 0 is switched off.

import { defineChannel } from "../define/define-channel.js";

/** Voltage-gated ionic channel: g a^p b^q c^r (E - V). */
export const gated = defineChannel({
  name: "gated",
  doc: "Voltage-gated ionic channel with one instantaneous gate and two with a time constant.",
  reference: "SNS-Toolbox 1.5.2, NonSpikingNeuronWithGatedChannels",
  params: {
    maxConductance: { symbol: "g", unit: "uS", min: 0, doc: "conductance with all gates open" },
    reversalPotential: { symbol: "E", unit: "mV", doc: "potential at which no current flows" },
    gateAPower: { symbol: "p_a", doc: "power of gate a, 0 is off" },
    gateASteepness: { symbol: "k_a", min: 0, doc: "factor before the exponential of gate a" },
    gateASlope: { symbol: "s_a", unit: "1/mV", doc: "slope of gate a" },
    gateAMidpoint: { symbol: "e_a", unit: "mV", doc: "potential at the middle of gate a" },
    gateBPower: { symbol: "p_b", default: 0, doc: "power of gate b, 0 is off" },
    gateBSteepness: {
      symbol: "k_b",
      default: 1,
      above: 0,
      doc: "factor before the exponential of gate b",
    },
    gateBSlope: { symbol: "s_b", default: 0, unit: "1/mV", doc: "slope of gate b" },
    gateBMidpoint: {
      symbol: "e_b",
      default: 0,
      unit: "mV",
      doc: "potential at the middle of gate b",
    },
    gateBTimeConstant: {
      symbol: "tau_b",
      default: 1,
      unit: "ms",
      above: 0,
      doc: "largest time constant of gate b",
    },
    gateBVoltageDependentTau: {
      symbol: "varies_b",
      default: true,
      doc: "whether the time constant of gate b depends on the potential",
    },
    gateCPower: { symbol: "p_c", default: 0, doc: "power of gate c, 0 is off" },
    gateCSteepness: {
      symbol: "k_c",
      default: 1,
      above: 0,
      doc: "factor before the exponential of gate c",
    },
    gateCSlope: { symbol: "s_c", default: 0, unit: "1/mV", doc: "slope of gate c" },
    gateCMidpoint: {
      symbol: "e_c",
      default: 0,
      unit: "mV",
      doc: "potential at the middle of gate c",
    },
    gateCTimeConstant: {
      symbol: "tau_c",
      default: 1,
      unit: "ms",
      above: 0,
      doc: "largest time constant of gate c",
    },
    gateCVoltageDependentTau: {
      symbol: "varies_c",
      default: true,
      doc: "whether the time constant of gate c depends on the potential",
    },
  },
  state: {
    b: {
      initial: "1 / (1 + k_b * exp(s_b * (gateInitialSign ? V - e_b : e_b - V)))",
      doc: "opening of gate b",
    },
    c: {
      initial: "1 / (1 + k_c * exp(s_c * (gateInitialSign ? V - e_c : e_c - V)))",
      doc: "opening of gate c",
    },
  },
  quirks: ["gateInitialSign"],
  equations: `
    q_b = k_b * exp(s_b * (e_b - V))
    q_c = k_c * exp(s_c * (e_c - V))
    b_inf = 1 / (1 + q_b)
    c_inf = 1 / (1 + q_c)
    db/dt = (b_inf - b) / (varies_b ? tau_b * b_inf * sqrt(q_b) : tau_b)
    dc/dt = (c_inf - c) / (varies_c ? tau_c * c_inf * sqrt(q_c) : tau_c)`,
  integrate: "euler",
  current: "g * (1 / (1 + k_a * exp(s_a * (e_a - V)))) ^ p_a * b ^ p_b * c ^ p_c * (E - V)",
});
