// Auryn's TIFGroup as a user would define it in SI units, with conductances relative to the leak.

import { defineNeuron, defineSynapse } from "../../../src/index.js";

export const tif = defineNeuron({
  name: "tif",
  doc: "Leaky integrate-and-fire neuron with exponential conductances and a refractory period.",
  reference: "Auryn 8.3, TIFGroup",
  units: "SI",
  order: "auryn",
  integrate: "euler",
  params: {
    membraneTimeConstant: { symbol: "tau_m", unit: "s", above: 0, doc: "membrane time constant" },
    restingPotential: { symbol: "E_L", unit: "V", doc: "resting and reset potential" },
    excitatoryReversal: { symbol: "E_E", unit: "V", doc: "reversal of excitation" },
    inhibitoryReversal: { symbol: "E_I", unit: "V", doc: "reversal of inhibition" },
    threshold: { symbol: "V_th", unit: "V", doc: "spike threshold" },
    excitatoryTimeConstant: { symbol: "tau_E", unit: "s", above: 0, doc: "decay of gE" },
    inhibitoryTimeConstant: { symbol: "tau_I", unit: "s", above: 0, doc: "decay of gI" },
    backgroundDrive: { symbol: "U_bg", default: 0, unit: "V", doc: "background current over leak" },
    refractoryPeriod: { symbol: "t_ref", unit: "s", min: 0, doc: "refractory period" },
  },
  state: {
    V: { initial: "E_L", unit: "V", doc: "membrane potential" },
    gE: { initial: 0, unit: "1", doc: "excitatory conductance over leak" },
    gI: { initial: 0, unit: "1", doc: "inhibitory conductance over leak" },
  },
  equations: [
    `dV/dt = ((E_L - V) - gE * (V - E_E) - gI * (V - E_I) + U_bg) / tau_m : V (unless refractory)`,
    `gE = gE * exp(-dt / tau_E)
     gI = gI * exp(-dt / tau_I)`,
  ],
  output: "V",
  spike: "V > V_th",
  reset: "V = E_L",
  refractory: "t_ref",
});

/** Fires in each step in which its input is on. */
export const relay = defineNeuron({
  name: "relay",
  doc: "Source that fires where its input says so.",
  units: "SI",
  order: "auryn",
  params: {},
  state: { x: { initial: 0, unit: "1", doc: "input of this step" } },
  inputs: { I: { unit: "1", doc: "1 in steps with a spike" } },
  equations: "x = I",
  output: "x",
  spike: "x > 0.5",
});

const common = {
  doc: "Adds its weight to a conductance of the target when a spike arrives.",
  units: "SI",
  order: "auryn",
  params: {
    weight: { symbol: "w", unit: "1", doc: "jump of the conductance over leak" },
    transmissionDelay: { symbol: "d", default: 0.0008, unit: "s", min: 0, doc: "delay" },
  },
  delay: "transmissionDelay",
} as const;

export const excitation = defineSynapse({
  ...common,
  name: "excitation",
  onPre: "gE_post += w",
});
export const inhibition = defineSynapse({
  ...common,
  name: "inhibition",
  onPre: "gI_post += w",
});
