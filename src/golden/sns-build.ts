// Builds the network of a case through the public interface, call by call. Invariant: names and
// positions mean here what they mean in the recording.

import { Network } from "../compile.js";
import { neuronType } from "./sns-neurons.js";
import { presetNetwork } from "./sns-presets.js";
import { synapseType } from "./sns-synapses.js";
import type { SnsOp, SnsReference } from "./sns-case.js";
import { product } from "../util/product.js";

/** A network with all ways of SNS-Toolbox. */
const newNetwork = (name: string): Network =>
  new Network({ name: allowedName(name), compat: "sns-toolbox" });

/** Recorded names may hold characters that separate the parts of our paths. */
function allowedName(name: string): string {
  const allowed = name.replace(/[/\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, "_");
  return allowed === "" ? "_" : allowed;
}

const reference = (given: SnsReference): SnsReference =>
  typeof given === "string" ? allowedName(given) : given;

const suffixOf = ({ suffix }: { readonly suffix?: string }): { readonly suffix?: string } =>
  suffix === undefined || suffix === "" ? {} : { suffix: allowedName(suffix) };

type Add = {
  readonly [K in SnsOp["op"]]: (
    network: Network,
    op: Extract<SnsOp, { readonly op: K }>,
    dt: number,
  ) => void;
};

const add: Add = {
  population(network, { at, name, type, shape, params, initialValue }) {
    // SNS-Toolbox takes no notice of lengths beyond the second.
    const lengths = shape.slice(0, 2);
    const size = product(lengths);
    const start = typeof initialValue === "object" ? initialValue.slice(0, size) : initialValue;
    network.addPopulation(neuronType(`${at}.type`, type, params), lengths, {
      name: allowedName(name),
      ...(start !== undefined && { initialValue: start }),
    });
  },
  connection(network, { at, name, type, params, source, destination }, dt) {
    const synapse = synapseType(`${at}.type`, type, params, dt);
    const options = name === undefined ? {} : { name: allowedName(name) };
    network.addConnection(synapse, reference(source), reference(destination), options);
  },
  input(network, { name, destination, size }) {
    network.addInput(reference(destination), { name: allowedName(name), size });
  },
  output(network, { name, source, spiking }) {
    network.addOutput(reference(source), { name: allowedName(name), spiking });
  },
  preset(network, op) {
    network.addNetwork(presetNetwork(op.at, op.preset, op.args), suffixOf(op));
  },
  network(network, op, dt) {
    network.addNetwork(buildNetwork(op.build, dt, op.name), suffixOf(op));
  },
};

/** Makes the calls one after the other; `dt` is the time step [ms]. */
export function buildNetwork(ops: readonly SnsOp[], dt: number, name = "Network"): Network {
  const network = newNetwork(name);
  for (const op of ops) {
    // The table is total over the ops and each function gets its own; the cast only says so.
    (add[op.op] as (network: Network, op: SnsOp, dt: number) => void)(network, op, dt);
  }
  return network;
}
