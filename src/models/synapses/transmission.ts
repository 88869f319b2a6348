// The transmission subnetwork's synapse: the conductance that gives a steady-state gain.

import { ValidationError } from "../../errors.js";
import { deriveSynapse } from "../define/derive.js";
import type { Elements } from "../define/derive.js";
import { nonSpiking } from "./non-spiking.js";

function refuse(
  code: string,
  where: string,
  details: {
    readonly problem: string;
    readonly got: number;
    readonly allowed?: string;
    readonly hint?: string;
  },
): never {
  throw new ValidationError({ code, where, ...details });
}

/**
 * `gain R / (E - gain R)`: with it the target's steady state is `gain` times the source's. Errors
 * come in the order of the derivation: gain, its sign, the quotient, its sign, the range.
 */
export function gainConductance({ read, where, canBeAbsent }: Elements): number {
  const gain = read("gain");
  if (gain === 0 && canBeAbsent) return 0;
  if (gain === 0) {
    const hint = "Leave the connection out.";
    refuse("zero-gain", where("gain"), { problem: "must not be 0", got: gain, hint });
  }
  const reversal = read("reversalPotential");
  if (Math.sign(gain) !== Math.sign(reversal)) {
    refuse("sign-mismatch", where("gain"), {
      problem: "must have the sign of the reversal potential",
      got: gain,
      allowed:
        reversal > 0 ? "> 0" : reversal < 0 ? "< 0" : "none while the reversal potential is 0",
      hint: "An excitatory synapse has a positive gain, an inhibitory one a negative gain.",
    });
  }
  const range = read("referenceRange");
  const below = reversal - gain * range;
  if (below === 0) {
    refuse("division-by-zero", where("gain"), {
      problem: "gain times the reference range must differ from the reversal potential",
      got: gain,
      hint: "Take a reversal potential further from rest, or a smaller gain.",
    });
  }
  const conductance = (gain * range) / below;
  if (conductance < 0) {
    refuse("negative-conductance", where("gain"), {
      problem: "this gain would need a negative conductance",
      got: gain,
      allowed: `between 0 and ${reversal / range}, the reversal potential over the reference range`,
      hint: "Take a reversal potential further from rest, or a smaller gain.",
    });
  }
  if (range <= 0) {
    refuse("out-of-range", where("referenceRange"), {
      problem: "must be positive",
      got: range,
      allowed: "> 0 [mV]",
    });
  }
  return conductance;
}

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
