// The spiking chemical synapse of SNS-Toolbox: each spike raises a decaying conductance, which
// saturates.

import { defineSynapse } from "../define/define-synapse.js";

/** Spiking synapse with an exponentially decaying, saturating conductance. */
export const spiking = defineSynapse({
  name: "spiking",
  doc: "Spiking synapse with an exponentially decaying conductance that saturates.",
  reference: "SNS-Toolbox 1.5.2, SpikingSynapse",
  params: {
    maxConductance: { symbol: "g", default: 1, unit: "uS", above: 0, doc: "largest conductance" },
    reversalPotential: {
      symbol: "E",
      default: 194,
      unit: "mV",
      doc: "potential at which no current flows",
    },
    timeConstant: {
      symbol: "tau",
      default: 1,
      unit: "ms",
      above: 0,
      doc: "time constant of the decay",
    },
    transmissionDelay: {
      symbol: "delay",
      default: 0,
      unit: "ms",
      min: 0,
      doc: "time from a spike of the source to its effect",
    },
    conductanceIncrement: {
      symbol: "inc",
      default: "g",
      unit: "uS",
      doc: "what one spike adds to the conductance",
    },
  },
  state: { g_spike: { initial: 0, unit: "uS", doc: "conductance" } },
  equations: "tau dg_spike/dt = -g_spike",
  integrate: "euler",
  onPre: "g_spike += min(inc, g - g_spike)",
  graded: { conductance: "g_spike", reversal: "E" },
  delay: "transmissionDelay",
  strength: "maxConductance",
  divided: ["maxConductance", "conductanceIncrement"],
});
