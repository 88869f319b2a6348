// The electrical synapse of SNS-Toolbox. With `rectified: true` the call gives the rectified model,
// which is another one because it has a direction.

import { defineSynapse } from "../define/define-synapse.js";
import { makeFactory } from "../define/factory.js";
import type { Factory, ValuesOf } from "../define/factory.js";
import type { SynapseModel, SynapseType } from "../types.js";
import { ValidationError } from "../../errors.js";
import { rectifiedElectrical } from "./rectified-electrical.js";

const symmetric = defineSynapse({
  name: "electrical",
  doc: "Electrical synapse: current flows from the higher potential to the lower one.",
  reference: "SNS-Toolbox 1.5.2, ElectricalSynapse",
  params: {
    conductance: { symbol: "g", unit: "uS", min: 0, doc: "conductance of the coupling" },
  },
  graded: { conductance: "g", reversal: "V_pre" },
  gradedBack: { conductance: "g", reversal: "V_post" },
  symmetric: true,
  strength: "conductance",
  divided: ["conductance"],
});

type Values = ValuesOf<typeof symmetric> & { readonly rectified?: boolean | undefined };

/** Electrical synapse; `rectified: true` lets current flow only from the source to the target. */
export const electrical: Factory<Values, SynapseModel, SynapseType> = makeFactory({
  model: symmetric.model,
  path: symmetric.path,
  parameters: symmetric.parameters,
  build: (given, options) => {
    const { rectified = false, ...values } = given;
    if (typeof rectified !== "boolean") {
      const where = `${options?.where ?? symmetric.path}.rectified`;
      const details = { problem: "must be a boolean", got: rectified, allowed: "true or false" };
      throw new ValidationError({ code: "not-a-boolean", where, ...details });
    }
    return (rectified ? rectifiedElectrical : symmetric).build(values, options);
  },
});
