// A small network around any model of the catalogue. Invariant: found by trying what the network
// accepts, never by asking for a model's name.

import { MyelinError, Network } from "../../src/index.js";
import type { ChannelType, NeuronType, SynapseType } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { ModelEntry } from "../../src/models/list-models.js";

/** Strength of an input by its unit, enough to make neurons of the catalogue fire. */
const strengths: Readonly<Record<string, number>> = { nA: 30, A: 3e-8, mV: 10, V: 0.01 };

export interface Host {
  readonly network: Network;
  /** For the input vector; 0 where there is no input. */
  readonly drive: number;
}

const neuronTypes = (): NeuronType[] =>
  listModels()
    .filter(({ kind }) => kind === "neuron")
    .map((entry) => entry.make() as NeuronType);

/** Firing neurons with inputs come first: most synapses accept them. */
const rank = ({ model }: NeuronType): number =>
  Number(model.spike === undefined) * 2 + Number(model.inputs.length === 0);

function finish(network: Network, driven: readonly string[]): Host {
  let drive = 0;
  for (const name of driven) {
    const { type, size } = network.population(name);
    const [input] = type.model.inputs;
    if (input === undefined) continue;
    network.addInput(name, { size });
    drive = strengths[input.unit] ?? 1;
  }
  for (const { name, type } of network.populations) {
    network.addOutput(name);
    if (type.model.spike !== undefined) network.addOutput(name, { spiking: true });
  }
  return { network, drive };
}

function hostOfNeuron(type: NeuronType): Host {
  const network = new Network({ name: "host" });
  network.addPopulation(type, 3, { name: "cells" });
  network.addNeuron(type, { name: "single" });
  return finish(network, ["cells", "single"]);
}

function hostOfChannel(channel: ChannelType): Host {
  for (const entry of listModels().filter(({ kind }) => kind === "neuron")) {
    try {
      return hostOfNeuron(entry.make({ channels: [channel, channel] }) as NeuronType);
    } catch (error) {
      if (!(error instanceof MyelinError)) throw error;
    }
  }
  throw new Error(`no neuron of the catalogue takes the channel ${channel.model.name}`);
}

function hostOfSynapse(synapse: SynapseType): Host {
  const types = neuronTypes().sort((a, b) => rank(a) - rank(b));
  for (const from of types) {
    for (const to of types) {
      const network = new Network({ name: "host" });
      network.addPopulation(from, 3, { name: "from" });
      network.addPopulation(to, 2, { name: "to" });
      try {
        network.addConnection(synapse, "from", "to");
        network.addConnection(synapse, "to", "to");
      } catch (error) {
        if (!(error instanceof MyelinError)) throw error;
        continue;
      }
      return finish(network, ["from"]);
    }
  }
  throw new Error(`no two neurons of the catalogue can be joined by ${synapse.model.name}`);
}

/** A network that uses a model with its default parameters. */
export function hostOf(entry: ModelEntry): Host {
  const type = entry.make();
  if (type.kind === "neuron") return hostOfNeuron(type);
  return type.kind === "channel" ? hostOfChannel(type) : hostOfSynapse(type);
}
