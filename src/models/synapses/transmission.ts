// The transmission subnetwork's synapse: the conductance that gives a steady-state gain.

import { deriveSynapse } from "../derive.js";
import { gainConductance } from "../gain.js";
import { nonSpiking } from "./non-spiking.js";

/** Graded synapse with a given gain: g = gain R / (E - gain R), upper threshold = lower + R. */
export const transmission = deriveSynapse(nonSpiking, {
  name: "transmission",
  params: {
    gain: { symbol: "gain", default: 1, doc: "steady-state gain from source to target" },
    referenceRange: {
      symbol: "R",
      default: 20,
      unit: "mV",
      doc: "range of potentials in which the neurons work",
    },
  },
  computed: ["maxConductance", "upperThreshold"],
  compute: (elements) => ({
    maxConductance: gainConductance(elements),
    upperThreshold: elements.read("lowerThreshold") + elements.read("referenceRange"),
  }),
});
