// The modulation subnetwork's synapse: it divides the target's sensitivity to its other inputs.

import { ValidationError } from "../../errors.js";
import { deriveSynapse } from "../define/derive.js";
import type { Elements } from "../define/derive.js";
import { nonSpiking } from "./non-spiking.js";

/** `1 / ratio - 1`: with the source at its upper threshold the target's sensitivity is `ratio`. */
function modulationConductance({ read, where, canBeAbsent }: Elements): number {
  const ratio = read("ratio");
  // In a matrix 0 marks a pair without a synapse, as everywhere.
  if (ratio === 0 && canBeAbsent) return 0;
  if (ratio <= 0) {
    throw new ValidationError({
      code: "out-of-range",
      where: where("ratio"),
      problem: "must be positive",
      got: ratio,
      allowed: "> 0 and <= 1",
    });
  }
  if (ratio <= 1) return 1 / ratio - 1;
  // The original computes a negative conductance here, which its clipping turns into none at all.
  if (read("deadModulation") !== 0) return 0;
  throw new ValidationError({
    code: "dead-modulation",
    where: where("ratio"),
    problem: "a ratio above 1 would need a negative conductance",
    got: ratio,
    allowed: "> 0 and <= 1",
    hint: "A synapse like this can only reduce; deadModulation: true gives one without effect.",
  });
}

/** Graded shunting synapse that multiplies the target's sensitivity by a ratio. */
export const modulation = deriveSynapse(nonSpiking, {
  name: "modulation",
  params: {
    ratio: { symbol: "ratio", doc: "remaining sensitivity of the target, above 0 and at most 1" },
    deadModulation: {
      symbol: "deadModulation",
      default: false,
      doc: "whether a ratio above 1 gives a synapse without effect, as in SNS-Toolbox",
    },
  },
  computed: ["maxConductance", "reversalPotential", "lowerThreshold"],
  compute: (elements) => ({
    maxConductance: modulationConductance(elements),
    reversalPotential: 0,
    lowerThreshold: 0,
  }),
});
