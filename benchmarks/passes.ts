// Question: what do the passes cost while compiling, and what do they gain in every step, for networks
// of single neurons? Prints one JSON line for compiling and one for stepping, for each size.

import { strict as assert } from "node:assert";
import { Network, neurons, synapses } from "../src/index.js";
import type { Model, NeuronType } from "../src/index.js";
import { alternate, report } from "./harness.js";

/** Neuron i excites neurons i + 1, i + 3, i + 7 ...; every other one fires. */
function ring(size: number): Network {
  const net = new Network({ name: `ring ${size}` });
  const kinds: NeuronType[] = [neurons.nonSpiking(), neurons.spiking()];
  const cells = Array.from({ length: size }, (_, i) =>
    net.addNeuron(kinds[i % 2]!, { name: `cell ${i}`, initialValue: i % 11 }),
  );
  const graded = synapses.nonSpiking({ maxConductance: 0.05 });
  const spiking = synapses.spiking({ maxConductance: 0.05, timeConstant: 5 });
  cells.forEach((cell, i) => {
    const kind = i % 2 === 0 ? graded : spiking;
    for (const hop of [1, 3, 7]) net.addConnection(kind, cell, cells[(i + hop) % size]!);
    net.addOutput(cell);
  });
  return net;
}

const settings = ["none", "default"] as const;
for (const size of [10, 100, 1000]) {
  const net = ring(size);
  const compile = (optimize: "none" | "default"): Promise<Model> =>
    net.compile({ dt: 0.1, backend: "iterative", optimize });
  const models = await Promise.all(settings.map(compile));
  const outputs = models.map((model) => {
    for (let step = 0; step < 5; step += 1) model.step();
    return model.step();
  });
  outputs[0]!.forEach((value, i) => assert.ok(Math.abs(value - outputs[1]![i]!) < 1e-9));
  const compiling = settings.map((name) => ({ name, run: async () => void (await compile(name)) }));
  report(`compile ${size} neurons`, await alternate(compiling, 5));
  const stepping = settings.map((name, i) => ({
    name,
    run: () => {
      for (let step = 0; step < 20; step += 1) models[i]!.step();
    },
  }));
  report(`20 steps of ${size} neurons`, await alternate(stepping, 5));
}
