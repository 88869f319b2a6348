// The graded chemical synapse of SNS-Toolbox.

import { defineSynapse } from "../define/define-synapse.js";

/** Graded synapse: its conductance follows the potential of the source piecewise linearly. */
export const nonSpiking = defineSynapse({
  name: "nonSpiking",
  doc: "Graded synapse whose conductance rises linearly between two potentials of the source.",
  reference: "SNS-Toolbox 1.5.2, NonSpikingSynapse",
  params: {
    maxConductance: { symbol: "g", default: 1, unit: "uS", min: 0, doc: "largest conductance" },
    reversalPotential: {
      symbol: "E",
      default: 40,
      unit: "mV",
      doc: "potential at which no current flows",
    },
    lowerThreshold: {
      symbol: "e_lo",
      default: 0,
      unit: "mV",
      doc: "source potential at which the conductance leaves 0",
    },
    upperThreshold: {
      symbol: "e_hi",
      default: 20,
      unit: "mV",
      doc: "source potential at which the conductance is largest",
    },
  },
  requires: [
    {
      holds: "e_hi != e_lo",
      hint: "Move one of them; an upper threshold below the lower one gives a falling activation.",
    },
  ],
  graded: {
    conductance: "g * clip((V_pre - e_lo) / (e_hi - e_lo), 0, 1)",
    reversal: "E",
  },
  strength: "maxConductance",
  divided: ["maxConductance"],
});
