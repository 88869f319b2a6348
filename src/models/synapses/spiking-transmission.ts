// Transmission between spiking neurons: conductance and time constant that give a gain.
//   tau = -1 / (f ln n),  g = gain R / ((E - gain R) tau f)
// SNS-Toolbox has a plus sign in its code and a minus sign in its theory; it never runs, so the
// theory decides.

import { portable64 } from "../../expr/portable.js";
import { deriveSynapse } from "../define/derive.js";
import type { Elements } from "../define/derive.js";
import { spiking } from "./spiking.js";
import { gainConductance } from "./transmission.js";

function decayTime({ read }: Elements): number {
  return -1 / (read("maxFrequency") * portable64.log(read("nonLinearity")));
}

/** Spiking synapse with a given gain between firing rates. */
export const spikingTransmission = deriveSynapse(spiking, {
  name: "spikingTransmission",
  params: {
    gain: { symbol: "gain", default: 1, doc: "steady-state gain from source to target" },
    maxFrequency: {
      symbol: "f_max",
      default: 10,
      unit: "kHz",
      above: 0,
      doc: "firing rate of the source at the top of its range",
    },
    nonLinearity: {
      symbol: "n",
      default: 0.1,
      above: 0,
      below: 1,
      doc: "part of the conductance left when the next spike comes at the highest rate",
    },
    referenceRange: {
      symbol: "R",
      default: 20,
      unit: "mV",
      doc: "range of potentials in which the neurons work",
    },
  },
  computed: ["maxConductance", "timeConstant"],
  compute: (elements) => {
    const ratio = gainConductance(elements);
    const timeConstant = decayTime(elements);
    return { maxConductance: ratio / (timeConstant * elements.read("maxFrequency")), timeConstant };
  },
});
