// The neuron types of SNS-Toolbox by name. Invariant: the table is total; an unknown type is an
// error.

import { channels, neurons } from "../models/index.js";
import type { NeuronType } from "../models/types.js";
import { malformed } from "./fields.js";
import type { Fields } from "./fields.js";
import { translate } from "./sns-params.js";
import type { Names } from "./sns-params.js";

const membrane: Names = {
  // The name of a population stands beside its type's parameters.
  name: undefined,
  membrane_capacitance: "membraneCapacitance",
  membrane_conductance: "membraneConductance",
  resting_potential: "restingPotential",
  bias: "bias",
};
const threshold: Names = {
  threshold_time_constant: "thresholdTimeConstant",
  threshold_initial_value: "thresholdInitialValue",
  threshold_proportionality_constant: "thresholdProportionality",
  threshold_leak_rate: "thresholdLeakRate",
  threshold_increment: "thresholdIncrement",
  threshold_floor: "thresholdFloor",
  reset_potential: "resetPotential",
};
const gates: Names = {
  g_ion: "maxConductance",
  e_ion: "reversalPotential",
  pow_a: "gateAPower",
  k_a: "gateASteepness",
  slope_a: "gateASlope",
  e_a: "gateAMidpoint",
  pow_b: "gateBPower",
  k_b: "gateBSteepness",
  slope_b: "gateBSlope",
  e_b: "gateBMidpoint",
  tau_max_b: "gateBTimeConstant",
  pow_c: "gateCPower",
  k_c: "gateCSteepness",
  slope_c: "gateCSlope",
  e_c: "gateCMidpoint",
  tau_max_c: "gateCTimeConstant",
};
const sodium: Names = {
  g_ion: "maxConductance",
  e_ion: "reversalPotential",
  k_m: "gateASteepness",
  slope_m: "gateASlope",
  e_m: "gateAMidpoint",
  k_h: "gateBSteepness",
  slope_h: "gateBSlope",
  e_h: "gateBMidpoint",
  tau_max_h: "gateBTimeConstant",
};

/** Parameters of a type without those that its channels have. */
function without({ at, record }: Fields, names: Names): Fields {
  const rest = Object.entries(record).filter(([key]) => !Object.hasOwn(names, key));
  return { at, record: Object.fromEntries(rest) };
}

/** The other part. */
function only({ at, record }: Fields, names: Names): Fields {
  const part = Object.entries(record).filter(([key]) => Object.hasOwn(names, key));
  return { at, record: Object.fromEntries(part) };
}

function gatedNeuron(params: Fields): NeuronType {
  const given = translate(only(params, gates), gates) as object;
  return neurons.nonSpiking.build({
    ...translate(without(params, gates), membrane),
    channels: channels.gatedChannels(given as Parameters<typeof channels.gatedChannels>[0]),
  });
}

/** The type has always one channel, and lists with its one value for each parameter. */
function sodiumNeuron(params: Fields): NeuronType {
  const given = translate(only(params, sodium), sodium);
  const single = Object.entries(given).map(([key, value]) => {
    if (!Array.isArray(value)) return [key, value] as const;
    if (value.length === 1) return [key, value[0] as unknown] as const;
    return malformed(`${params.at} (${key})`, "must have one value", value.length, "1");
  });
  return neurons.persistentSodium.build({
    ...translate(without(params, sodium), membrane),
    ...Object.fromEntries(single),
  });
}

const types: ReadonlyMap<string, (params: Fields) => NeuronType> = new Map([
  ["NonSpikingNeuron", (params: Fields) => neurons.nonSpiking.build(translate(params, membrane))],
  [
    "SpikingNeuron",
    (params: Fields) => neurons.spiking.build(translate(params, { ...membrane, ...threshold })),
  ],
  ["NonSpikingNeuronWithGatedChannels", gatedNeuron],
  ["NonSpikingNeuronWithPersistentSodiumChannel", sodiumNeuron],
]);

/** A neuron type by its name in SNS-Toolbox. */
export function neuronType(at: string, type: string, params: Fields): NeuronType {
  const make = types.get(type) ?? malformed(at, "unknown type", type, [...types.keys()].join(", "));
  return make(params);
}
