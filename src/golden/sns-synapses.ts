// The synapse types of SNS-Toolbox by name. Invariant: the table is total; an unknown type is an
// error. Delays are whole steps there and times here.

import { synapses } from "../models/index.js";
import type { SynapseType } from "../models/types.js";
import { malformed } from "./fields.js";
import type { Fields } from "./fields.js";
import { mapNumbers, translate } from "./sns-params.js";
import type { Names, Numbers } from "./sns-params.js";

type Values = Record<string, Numbers | string | boolean>;
type Make = (params: Fields, dt: number) => SynapseType;

const nonSpiking: Names = {
  name: "name",
  max_conductance: "maxConductance",
  reversal_potential: "reversalPotential",
  e_lo: "lowerThreshold",
  e_hi: "upperThreshold",
};
const spiking: Names = {
  name: "name",
  max_conductance: "maxConductance",
  reversal_potential: "reversalPotential",
  time_constant: "timeConstant",
  transmission_delay: "transmissionDelay",
  conductance_increment: "conductanceIncrement",
};
const electrical: Names = { name: "name", conductance: "conductance", rect: "rectified" };
/** Given values of what the type computes are overwritten in SNS-Toolbox. */
const transmission: Names = {
  ...nonSpiking,
  max_conductance: undefined,
  e_hi: undefined,
  gain: "gain",
  R: "referenceRange",
};
const modulation: Names = {
  ...nonSpiking,
  max_conductance: undefined,
  reversal_potential: undefined,
  e_lo: undefined,
  ratio: "ratio",
};
const spikingTransmission: Names = {
  ...spiking,
  max_conductance: undefined,
  time_constant: undefined,
  gain: "gain",
  max_frequency: "maxFrequency",
  non_linearity: "nonLinearity",
  R: "referenceRange",
};

/** Kernels have the same parameters under longer names. */
const kernelNames = (names: Names): Names =>
  Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key === "name" ? key : `${key}_kernel`, name]),
  );

/** Steps to milliseconds. */
function withDelays(values: Values, dt: number): Values {
  const { transmissionDelay: delay } = values;
  if (delay === undefined || typeof delay === "string" || typeof delay === "boolean") return values;
  return { ...values, transmissionDelay: mapNumbers(delay, (steps) => steps * dt) };
}

/**
 * A modulation ratio above 1 gives a negative conductance in SNS-Toolbox, which its clipping turns
 * into none; in flat networks it stands as it was computed.
 */
function withoutNegative(values: Values): Values {
  const { maxConductance } = values;
  const isDead = typeof maxConductance === "number" && maxConductance < 0;
  return isDead ? { ...values, maxConductance: 0 } : values;
}

const types: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    "NonSpikingSynapse",
    (params) => synapses.nonSpiking.build(withoutNegative(translate(params, nonSpiking))),
  ],
  [
    "SpikingSynapse",
    (params, dt) => synapses.spiking.build(withDelays(translate(params, spiking), dt)),
  ],
  ["ElectricalSynapse", (params) => synapses.electrical.build(translate(params, electrical))],
  [
    "NonSpikingTransmissionSynapse",
    (params) => synapses.transmission.build(translate(params, transmission)),
  ],
  [
    "NonSpikingModulationSynapse",
    (params) =>
      synapses.modulation.build({ ...translate(params, modulation), deadModulation: true }),
  ],
  [
    "SpikingTransmissionSynapse",
    (params, dt) =>
      synapses.spikingTransmission.build(withDelays(translate(params, spikingTransmission), dt)),
  ],
  [
    "NonSpikingMatrixConnection",
    (params) => synapses.matrix(synapses.nonSpiking, translate(params, nonSpiking) as object),
  ],
  [
    "SpikingMatrixConnection",
    (params, dt) =>
      synapses.matrix(synapses.spiking, withDelays(translate(params, spiking), dt) as object),
  ],
  [
    "NonSpikingPatternConnection",
    (params) =>
      synapses.pattern(synapses.nonSpiking, translate(params, kernelNames(nonSpiking)) as object),
  ],
  [
    "SpikingPatternConnection",
    (params, dt) => {
      const values = withDelays(translate(params, kernelNames(spiking)), dt);
      return synapses.pattern(synapses.spiking, values as object);
    },
  ],
]);

/** A synapse type by its name in SNS-Toolbox; `dt` is the time step [ms]. */
export function synapseType(at: string, type: string, params: Fields, dt: number): SynapseType {
  const make = types.get(type) ?? malformed(at, "unknown type", type, [...types.keys()].join(", "));
  return make(params, dt);
}
