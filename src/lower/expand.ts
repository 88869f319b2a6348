// Pass: models become arrays and ops. Each population, channel, connection and port adds its parts,
// which know their phase of the step but not yet their place. Invariant: nothing after this pass
// knows what a neuron is.

import { addChannels } from "./expand/channels.js";
import { addConnection } from "./expand/connection.js";
import { ExpandContext } from "./expand/context.js";
import type { ExpandOptions, InputSums } from "./expand/context.js";
import { longestDelayOf } from "./expand/delays.js";
import { addPopulationArrays, addPopulationParts } from "./expand/population.js";
import { addInputs, addOutputs } from "./expand/ports.js";
import type { PooledNetwork } from "./pool/pooled.js";

/** Names of channels come behind those of all connections. */
const behindAll = 2 ** 40;

/** Expands a whole network. */
export function expand(network: PooledNetwork, options: ExpandOptions): ExpandContext {
  const context = new ExpandContext(network, options);
  const sums = collectSums(network);
  const slots = collectRingSlots(network, options.dt);
  network.populations.forEach((population, index) => {
    const needed = sums.get(population.type.model)!;
    context.goTo(population.rank);
    context.populations.push(addPopulationArrays(context, population, needed, slots[index]!));
  });
  addInputs(context);
  for (const connection of network.connections) {
    context.goTo(connection.rank);
    addConnection(context, connection);
  }
  network.populations.forEach((population, index) => {
    const arrays = context.populations[index]!;
    context.goTo(population.rank === undefined ? undefined : behindAll + population.rank);
    addChannels(context, population, arrays);
    addPopulationParts(context, population, arrays);
  });
  addOutputs(context);
  return context;
}

type Needed = Map<string, Set<keyof InputSums>>;

/** Which sums the inputs of each neuron model need anywhere in the network. */
function collectSums(network: PooledNetwork): Map<object, Needed> {
  const byModel = new Map<object, Needed>();
  const need = (
    population: number,
    port: string | undefined,
    ...kinds: (keyof InputSums)[]
  ): void => {
    const { model } = network.populations[population]!.type;
    const symbol = port ?? model.inputs[0]!.symbol;
    const needed = byModel.get(model)!;
    let set = needed.get(symbol);
    if (set === undefined) needed.set(symbol, (set = new Set()));
    for (const kind of kinds) set.add(kind);
  };
  network.populations.forEach(({ type }, index) => {
    if (!byModel.has(type.model)) byModel.set(type.model, new Map());
    if (type.channels.length > 0) need(index, undefined, "current");
  });
  for (const input of network.inputs) need(input.target, input.port, "current");
  for (const { synapse, source, target } of network.connections) {
    const { graded, gradedBack } = synapse.model;
    for (const [each, receiver] of [
      [graded, target],
      [gradedBack, source],
    ] as const) {
      if (each === undefined) continue;
      if (each.kind === "current") need(receiver, each.into, "current");
      else need(receiver, each.into, "drive", "conductance");
    }
  }
  return byModel;
}

/** Slots of the spike ring of each population; 0 when none of its connections has a delay. */
function collectRingSlots(network: PooledNetwork, dt: number): number[] {
  const longest = network.populations.map(() => 0);
  for (const connection of network.connections) {
    const steps = longestDelayOf(connection, dt);
    longest[connection.source] = Math.max(longest[connection.source]!, steps);
  }
  return longest.map((steps) => (steps === 0 ? 0 : steps + 1));
}
