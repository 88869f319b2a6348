// The rectified electrical synapse of SNS-Toolbox: current flows only from source to target.

import { defineSynapse } from "../define/define-synapse.js";

/** Electrical synapse that conducts only while the source is above the target. */
export const rectifiedElectrical = defineSynapse({
  name: "rectifiedElectrical",
  doc: "Electrical synapse through which current flows only from the source to the target.",
  reference: "SNS-Toolbox 1.5.2, ElectricalSynapse with rect",
  params: {
    conductance: { symbol: "g", unit: "uS", min: 0, doc: "conductance of the coupling" },
  },
  // The source loses what the target gains.
  graded: { conductance: "V_pre > V_post ? g : 0", reversal: "V_pre" },
  gradedBack: { conductance: "V_pre > V_post ? g : 0", reversal: "V_post" },
  strength: "conductance",
  divided: ["conductance"],
});
