// The ready networks of SNS-Toolbox by name, made by our circuits. Invariant: the table is total; an
// unknown preset or argument is an error.

import { circuits } from "../circuits/circuits.js";
import type { NeuronType } from "../models/types.js";
import type { NetworkBase } from "../network/network.js";
import { asFields, asText, field, malformed, optional } from "./fields.js";
import type { Fields } from "./fields.js";
import { neuronType } from "./sns-neurons.js";
import { translate } from "./sns-params.js";
import type { Names } from "./sns-params.js";

type Options = Readonly<Record<string, unknown>>;

/** Arguments that every preset takes; a neuron type is read apart from the numbers. */
const common: Names = { name: "name", R: "referenceRange" };
const addition: Names = {
  ...common,
  // SNS-Toolbox does not hand the range on to the synapses of this preset.
  R: undefined,
  gains: "gains",
  add_del_e: "addReversalPotential",
  sub_del_e: "subReversalPotential",
};
const division: Names = { ...common, gain: "gain", ratio: "ratio" };
const differentiator: Names = { ...common, slew_rate: "slewRate", tau_fast: "fastTimeConstant" };
const integrator: Names = {
  ...common,
  integration_gain: "integrationGain",
  relative_reversal_potential: "relativeReversalPotential",
};

function asNeuron(at: string, value: unknown): NeuronType {
  const fields = asFields(at, value);
  const params = optional(fields, "params", (each, record) => asFields(each, record));
  return neuronType(
    `${at}.type`,
    field(fields, "type", asText),
    params ?? { at: `${at}.params`, record: {} },
  );
}

/** Options of a circuit from the arguments of a preset. */
function optionsOf(args: Fields, names: Names): Options {
  const { neuron_type: given, ...rest } = args.record;
  const neuron = given === undefined || given === null ? undefined : given;
  return {
    ...translate({ at: args.at, record: rest }, names),
    ...(neuron !== undefined && { neuron: asNeuron(`${args.at}.neuron_type`, neuron) }),
    compat: "sns-toolbox",
  };
}

/** A preset; what its circuit does not accept the circuit itself refuses. */
function preset<O>(names: Names, make: (options: O) => NetworkBase): (args: Fields) => NetworkBase {
  return (args) => make(optionsOf(args, names) as O);
}

const presets: ReadonlyMap<string, (args: Fields) => NetworkBase> = new Map([
  ["AdditionNetwork", preset(addition, circuits.addition)],
  ["MultiplicationNetwork", preset(common, circuits.multiplication)],
  ["DivisionNetwork", preset(division, circuits.division)],
  ["DifferentiatorNetwork", preset(differentiator, circuits.differentiation)],
  ["IntegratorNetwork", preset(integrator, circuits.integration)],
]);

/** A ready network by its name in SNS-Toolbox. */
export function presetNetwork(at: string, name: string, args: Fields): NetworkBase {
  const make = presets.get(name);
  if (make === undefined) {
    malformed(`${at}.preset`, "unknown preset", name, [...presets.keys()].join(", "));
  }
  return make(args);
}
