// Small neuron and synapse types, so that tests of networks depend on no model of the library.

import { MyelinError } from "../../../src/errors.js";
import { defineChannel } from "../../../src/models/define/define-channel.js";
import { defineNeuron } from "../../../src/models/define/define-neuron.js";
import { defineSynapse } from "../../../src/models/define/define-synapse.js";
import type { BuildOptions } from "../../../src/models/define/factory.js";
import type { NeuronType, ParameterValue } from "../../../src/models/types.js";
import type { SynapseType, ValueShape } from "../../../src/models/types.js";
import { NetworkBase } from "../../../src/network/network.js";
import type { NetworkOptions } from "../../../src/network/network.js";

const nothing = { units: "none", doc: "for tests" } as const;
const capacitance = { symbol: "C", default: 5, doc: "capacitance" } as const;
const voltage = { V: { initial: 0, doc: "potential" } } as const;
const current = { I: { doc: "current" } } as const;

const leakyNeuron = defineNeuron({
  ...nothing,
  name: "leaky",
  params: { capacitance },
  state: voltage,
  inputs: current,
  equations: "C dV/dt = I - V",
  output: "V",
});
const firingNeuron = defineNeuron({
  ...nothing,
  name: "firing",
  params: { capacitance },
  state: { ...voltage, theta: { initial: 1, doc: "threshold" } },
  inputs: current,
  equations: "C dV/dt = I - V\n dtheta/dt = 1 - theta",
  output: "V",
  spike: "V > theta",
  reset: "V = 0",
});
const otherNeuron = defineNeuron({
  ...nothing,
  name: "other",
  params: { capacitance },
  state: { u: { initial: 0, doc: "state" } },
  equations: "C du/dt = -u",
  output: "u",
});
const channel = defineChannel({
  ...nothing,
  name: "channel",
  params: { conductance: { symbol: "g", default: 1, doc: "conductance" } },
  equations: "open = 1 * V",
  current: "g * open",
});

/** A neuron that never fires, and one that does; both have V and I. */
export const leaky = leakyNeuron();
export const firing = firingNeuron();
/** A neuron with the state `u` and without inputs. */
export const other = otherNeuron();
export const leakyWith = (values: { readonly capacitance: Float64Array }): NeuronType =>
  leakyNeuron(values);
export const leakyWithChannels = (count: number): NeuronType =>
  leakyNeuron({ channels: Array.from({ length: count }, (_, i) => channel({ conductance: i })) });

const conductance = { symbol: "g", default: 1, doc: "conductance" } as const;
const reversal = { symbol: "E", default: 40, doc: "reversal potential" } as const;
const strength = { strength: "conductance", divided: ["conductance"] } as const;

const gradedDefinition = {
  ...nothing,
  name: "graded",
  params: { conductance, reversal },
  graded: { conductance: "g * V_pre", reversal: "E" },
} as const;
const spikingSynapse = defineSynapse({
  ...nothing,
  name: "spiking",
  params: {
    conductance,
    reversal,
    increment: { symbol: "d", default: "g", doc: "increment" },
  },
  state: { s: { initial: 0, doc: "conductance" } },
  equations: "ds/dt = -s",
  onPre: "s += d",
  graded: { conductance: "s", reversal: "E" },
  strength: "conductance",
  divided: ["conductance", "increment"],
});
const gapDefinition = {
  ...nothing,
  params: { conductance },
  graded: { conductance: "g", reversal: "V_pre" },
  gradedBack: { conductance: "g", reversal: "V_post" },
  ...strength,
} as const;

type Values = Readonly<Record<string, ParameterValue>>;
const synapse =
  ({ build }: { readonly build: (values: Values, options?: BuildOptions) => SynapseType }) =>
  (values: Values = {}, shape: ValueShape = { kind: "free" }): SynapseType =>
    build(values, { shape });

export const graded = synapse(defineSynapse({ ...gradedDefinition, ...strength }));
/** Like `graded`, but silent only where there is no edge. */
export const gradedWithoutStrength = synapse(defineSynapse(gradedDefinition));
export const spiking = synapse(spikingSynapse);
export const gap = synapse(defineSynapse({ ...gapDefinition, name: "gap", symmetric: true }));
export const rectified = synapse(defineSynapse({ ...gapDefinition, name: "rectified" }));

export const matrix = (rows: number, columns: number): ValueShape => ({
  kind: "matrix",
  rows,
  columns,
});
export const pattern = (...kernel: readonly number[]): ValueShape => ({ kind: "pattern", kernel });
export const numbers = (...values: readonly number[]): Float64Array => Float64Array.from(values);

export const net = (options: NetworkOptions = {}): NetworkBase => new NetworkBase(options);

/** The error that a call throws; fails where it throws none of ours. */
export function errorOf(call: () => unknown): MyelinError {
  try {
    call();
  } catch (error) {
    if (error instanceof MyelinError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
