// What all ready networks share: their common options and how a network is begun.
// Invariant: circuits are built by the public calls only, so users could write each of them.

import { ValidationError } from "../errors.js";
import type { Compat } from "../models/quirks.js";
import { neurons } from "../models/index.js";
import type { NeuronType } from "../models/types.js";
import { checkOptions } from "../network/checks.js";
import type { NetworkBase, NetworkOptions } from "../network/network.js";

/** Makes an empty network: `(options) => new Network(options)`. */
export type MakeNetwork<N extends NetworkBase> = (options: NetworkOptions) => N;

export interface CircuitOptions {
  /** Name of the network; most circuits put it in front of the names of their neurons. */
  readonly name?: string;
  /** Range of potentials in which the neurons work; default 20 [mV]. */
  readonly referenceRange?: number;
  /** As for any network; a network that the circuit is added to applies its own. */
  readonly compat?: Compat;
}
export interface NeuronChoice {
  /** Default: `neurons.nonSpiking()`. */
  readonly neuron?: NeuronType;
}

export const defaultRange = 20;

/** Refuses unknown options and begins the network of a circuit. */
export function beginCircuit<N extends NetworkBase>(
  make: MakeNetwork<N>,
  options: CircuitOptions,
  about: { readonly circuit: string; readonly name: string; readonly keys: readonly string[] },
): N {
  const where = `circuits.${about.circuit}`;
  checkOptions(where, options, ["name", "referenceRange", "compat", ...about.keys]);
  const { name = about.name, compat, referenceRange = defaultRange } = options;
  requireNumber(`${where}.referenceRange`, referenceRange, (range) => range > 0, "> 0 [mV]");
  return make({ name, ...(compat === undefined ? {} : { compat }) });
}

/** Throws unless a number is finite and passes the test. */
export function requireNumber(
  where: string,
  value: unknown,
  isAllowed: (value: number) => boolean,
  allowed: string,
): number {
  if (typeof value === "number" && Number.isFinite(value) && isAllowed(value)) return value;
  throw new ValidationError({
    code: typeof value === "number" ? "out-of-range" : "wrong-kind",
    where,
    problem: "not a usable number",
    got: value,
    allowed,
  });
}

export const defaultNeuron = (): NeuronType => neurons.nonSpiking();
