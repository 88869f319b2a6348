// Tells kinds of synapses apart by what their models do, never by their names.

import type { SynapseModel } from "../models/types.js";

/** `chemical` ones have a graded term only, or act on spikes; `electrical` ones act on both ends. */
export type SynapseKind = "non-spiking" | "spiking" | "electrical" | "rectified";

/** What a synapse model does. */
export function synapseKind(model: SynapseModel): SynapseKind {
  if (model.gradedBack !== undefined) return model.symmetric ? "electrical" : "rectified";
  return model.onPre.length > 0 ? "spiking" : "non-spiking";
}
