// What the checks of docs/coming-from-sns-toolbox.md share: small networks and what they compute.

import { neurons, Network, synapses, ValidationError } from "../../../src/index.js";
import type { Compat, CompileOptions, Model, NeuronType, SynapseType } from "../../../src/index.js";

export const dt = 0.1;
/** With the default capacitance of 5 nF, what 1 nA adds to a potential in one step [mV]. */
export const perCurrent = dt / 5;

/** Something that must be refused as the user's mistake. */
export function refused(act: () => unknown): void {
  expect(act).toThrow(ValidationError);
}

/** Compiles for the iterative backend without printing warnings. */
export function compiled(net: Network, options: Partial<CompileOptions> = {}): Promise<Model> {
  const all = { dt, onWarning: () => {}, ...options, backend: "iterative", device: "cpu" } as const;
  return net.compile(all) as unknown as Promise<Model>;
}

/** Values by name, as plain numbers. */
export const stateOf = (model: Model, name: string): number[] => [...model.state.get(name)];
export const paramOf = (model: Model, name: string): number[] => [...model.params.get(name)];

/** Two neurons, of which the first is at the top of its range, and synapses between them. */
export function pair(
  types: readonly SynapseType[],
  compat: Compat = {},
  kinds: readonly [NeuronType, NeuronType] = [neurons.spiking(), neurons.nonSpiking()],
): Network {
  const net = new Network({ name: "pair", compat });
  net.addNeuron(kinds[0], { name: "from", initialValue: 20 });
  net.addNeuron(kinds[1], { name: "to" });
  for (const type of types) net.addConnection(type, "from", "to");
  return net;
}

/** What one step adds to the potential of the target neuron [mV]. */
export async function push(net: Network, name = "to"): Promise<number> {
  const model = await compiled(net);
  const [before = 0] = stateOf(model, `${name}.V`);
  model();
  return stateOf(model, `${name}.V`)[0]! - before;
}

/** A graded synapse that is fully open while its source is at 20 mV. */
export const open = (maxConductance: number, reversalPotential = 40): SynapseType =>
  synapses.nonSpiking({ maxConductance, reversalPotential });
