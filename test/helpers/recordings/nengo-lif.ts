// Nengo's leaky integrate-and-fire neuron as a user would define it: time constants and times are
// in seconds, the output is 1/dt in a step with a spike.

import { defineNeuron } from "../../../src/index.js";

/** The membrane starts anew at the instant inside the step at which it crossed the threshold. */
export const nengoLif = defineNeuron({
  name: "nengoLif",
  doc: "Leaky integrate-and-fire neuron with spike times inside the step.",
  reference: "Nengo 4.1, LIF",
  units: "none",
  order: "nengo",
  params: {
    membraneTimeConstant: { symbol: "tau_rc", default: 0.02, above: 0, doc: "time constant [s]" },
    refractoryPeriod: { symbol: "tau_ref", default: 0.002, min: 0, doc: "refractory period [s]" },
    lowestVoltage: { symbol: "V_min", default: 0, max: 0, doc: "floor of the voltage" },
    amplitude: { symbol: "A", default: 1, doc: "area of a spike" },
  },
  state: {
    V: { initial: 0, doc: "voltage" },
    r: { initial: 0, doc: "time until the end of the refractory period, less a step [s]" },
    a: { initial: 0, doc: "output" },
  },
  inputs: { J: { doc: "input current" } },
  equations: `
    h = dt / 1000
    r = r - h
    free = clip(h - r, 0, h)
    V = V - (J - V) * expm1(-free / tau_rc)
    fires = V > 1
    a = fires ? A / h : 0
    r = fires ? tau_ref + h + tau_rc * log1p(-(V - 1) / (J - 1)) : r
    V = max(V, V_min)`,
  output: "a",
  spike: "V > 1",
  reset: "V = 0",
});
