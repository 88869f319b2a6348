// The synapse of neurons that keep their synaptic conductances themselves: a spike raises one of
// them, and the neuron lets it decay, so that a synapse needs neither state nor work between spikes.

import { defineSynapse } from "../define/define-synapse.js";

/** Spiking synapse that raises a decaying conductance of its target. */
export const exponentialConductance = defineSynapse({
  name: "exponentialConductance",
  doc:
    "Spiking synapse that raises a conductance of its target by its weight; how the conductance " +
    "decays is the target's.",
  reference: "Vogels & Abbott 2005; Zenke & Gerstner 2014",
  params: {
    weight: { symbol: "w", default: 0.004, unit: "uS", min: 0, doc: "what one spike adds" },
    transmissionDelay: {
      symbol: "delay",
      default: 0,
      unit: "ms",
      min: 0,
      doc: "time from a spike of the source to its effect",
    },
  },
  receptors: {
    receptor: { symbol: "g", default: "gE", doc: "conductance of the target that it raises" },
  },
  onPre: "g_post += w",
  delay: "transmissionDelay",
  strength: "weight",
});
