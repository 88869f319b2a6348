// A network on two threads: the spikes and the state are those of one thread, bit for bit.

import { strict as assert } from "node:assert";
import { Network, neurons, rules, synapses } from "../src/index.js";

function build(): Network {
  const net = new Network({ name: "two threads" });
  const cell = neurons.conductanceIntegrateAndFire({ bias: 0.2 });
  net.addPopulation(cell, 800, { name: "exc" });
  net.addPopulation(cell, 200, { name: "inh" });
  const connectivity = rules.fixedProbability({ probability: 0.05, seed: 1 });
  const transmissionDelay = 0.8;
  const excitation = synapses.exponentialConductance({ weight: 0.002, transmissionDelay });
  const inhibition = synapses.exponentialConductance({
    ...{ weight: 0.03, receptor: "gI", transmissionDelay },
  });
  for (const to of ["exc", "inh"]) {
    net.addConnection(excitation, "exc", to, { connectivity });
    net.addConnection(inhibition, "inh", to, { connectivity });
  }
  return net;
}

const options = { dt: 0.1, backend: "sparse" } as const;
const one = await build().compile(options);
const two = await build().compile({ ...options, workers: 2 });
const run = { steps: 1000, record: ["exc.spikes"] };
const alone = one.runSync(run);
const together = await two.run(run);
assert.deepEqual(together, alone);
assert.deepEqual(two.snapshot(), one.snapshot());
const count = together.spikes["exc.spikes"]!.step.length;
assert.ok(count > 100);
console.log(`${count} spikes of 800 neurons in 100 ms, the same on one thread and on two`);

// Threads end here; a process that forgets it can end all the same.
two.dispose();
