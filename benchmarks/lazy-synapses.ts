// Question: at which activity does it pay to keep spiking synapses lazily, instead of sweeping over all
// of them in every step? Checks first that both give the same, then prints one JSON line for each part
// of the sources that fires in a step. Arguments: backend, neurons, synapses for each.

import { strict as assert } from "node:assert";
import { Network, neurons, synapses } from "../src/index.js";
import { alternate, report } from "./harness.js";

const [backend = "sparse", neuronsGiven = "1000", fanInGiven = "20"] = process.argv.slice(2);
const size = Number(neuronsGiven);
const count = size * Number(fanInGiven);
const steps = backend === "iterative" ? 20 : 500;

let state = 1;
/** Always the same numbers in [0, 1). */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const numbers = (low: number, high: number): Float64Array =>
  Float64Array.from({ length: count }, () => low + (high - low) * random());
const ends = (): Int32Array =>
  Int32Array.from({ length: count }, () => Math.floor(random() * size));

/** Neurons that fire when their input says so, joined at random to others that do not. */
function network(): Network {
  const net = new Network({ name: "lazy synapses" });
  net.addPopulation(neurons.spiking(), size, { name: "from" });
  net.addPopulation(neurons.nonSpiking(), size, { name: "to" });
  const type = synapses.spiking({
    maxConductance: numbers(0.01, 0.1),
    reversalPotential: numbers(-80, 190),
  });
  const connectivity = { sources: ends(), targets: ends() };
  net.addConnection(type, "from", "to", { name: "synapses", connectivity });
  net.addInput("from", { size });
  return net;
}

const net = network();
const compile = (accumulators: boolean) =>
  net.compile({
    ...{ dt: 0.1, backend: backend === "iterative" ? "iterative" : "sparse" },
    ...{ optimize: { accumulators }, onWarning: () => {} },
  });
const models = [await compile(false), await compile(true)] as const;

for (const activity of [0, 0.001, 0.01, 0.03, 0.1, 0.2, 0.4]) {
  const pulses = Array.from({ length: 64 }, () =>
    Float64Array.from({ length: size }, () => (random() < activity ? 100 : 0)),
  );
  const input = (step: number, x: Float64Array | Float32Array): void => x.set(pulses[step % 64]!);
  for (const model of models) {
    model.reset();
    model.runSync({ steps: 100, input });
  }
  const [plain, lazy] = models.map((model) => model.state.get("to.V"));
  plain!.forEach((value, i) =>
    assert.ok(Math.abs(lazy![i]! - value) < 1e-9 * (1 + Math.abs(value))),
  );
  const names = ["swept", "kept lazily"];
  const variants = models.map((model, i) => ({
    name: names[i]!,
    run: () => void model.runSync({ steps, input }),
  }));
  report(`${count} synapses, activity ${activity}`, await alternate(variants, 5));
}
