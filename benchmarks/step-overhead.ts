// Question: what does a call of step() cost beyond the step itself, for a network of one neuron? Checks
// first that a million calls leave nothing on the heap and make no garbage that the same steps in one
// run do not make, then prints one JSON line for 100 000 steps.

import { strict as assert } from "node:assert";
import { PerformanceObserver } from "node:perf_hooks";
import { Network, neurons } from "../src/index.js";
import { alternate, report } from "./harness.js";

const steps = 100_000;

/** One neuron with one input and one output, compiled for the iterative backend. */
async function oneNeuron() {
  const net = new Network({ name: "one neuron" });
  const cell = net.addNeuron(neurons.nonSpiking(), { name: "cell" });
  net.addInput(cell);
  net.addOutput(cell);
  return net.compile({ dt: 0.1, backend: "iterative" });
}

const model = await oneNeuron();
const x = new Float64Array(1).fill(0.5);
const list = [0.5];
const out = new Float64Array(1);

/** How often garbage was collected while a million steps were done, and by how much the heap grew. */
async function garbageOf(work: () => void): Promise<{ collections: number; growth: number }> {
  let collections = 0;
  const observer = new PerformanceObserver(
    (list) => void (collections += list.getEntries().length),
  );
  observer.observe({ entryTypes: ["gc"] });
  let least = Infinity;
  let first = 0;
  for (let block = 0; block < 10; block += 1) {
    // Just after a collection the heap is smallest; the least of some looks is close to that.
    least = Infinity;
    for (let part = 0; part < 100; part += 1) {
      work();
      least = Math.min(least, process.memoryUsage().heapUsed);
    }
    if (block === 1) first = least;
  }
  // Collections are reported by a task of their own.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return { collections, growth: least - first };
}

const perPart = 1000;
const part = (step: () => unknown) => () => {
  for (let i = 0; i < perPart; i += 1) step();
};
/** The interpreter itself makes short-lived numbers; a call must not add to them. */
const inside = await garbageOf(() => void model.runSync({ steps: perPart, input: x }));
const calls = {
  vector: await garbageOf(part(() => model.step(x, out))),
  array: await garbageOf(part(() => model.step(list, out))),
  nothing: await garbageOf(part(() => model.step(undefined, out))),
};
for (const [given, { collections, growth }] of Object.entries(calls)) {
  const found = `${collections} collections, ${growth} bytes more`;
  const isQuiet = collections <= 1.2 * inside.collections + 2 && growth < 5e5;
  assert.ok(isQuiet, `a million times step(${given}, out): ${found}`);
}
console.log(JSON.stringify({ question: "garbage of a million steps", runSync: inside, ...calls }));

model.reset();
model.runSync({ steps, input: x });
const whole = model.state.get("cell.V")[0]!;
model.reset();
for (let i = 0; i < steps; i += 1) model.step(x, out);
assert.equal(out[0], whole);

const loop = (step: () => unknown) => () => {
  for (let i = 0; i < steps; i += 1) step();
};
const variants = [
  { name: "runSync", run: () => void model.runSync({ steps, input: x }) },
  { name: "step(vector, out)", run: loop(() => model.step(x, out)) },
  { name: "step(array, out)", run: loop(() => model.step(list, out)) },
  { name: "step(number, out)", run: loop(() => model.step(0.5, out)) },
  { name: "step(vector)", run: loop(() => model.step(x)) },
  { name: "model(vector)", run: loop(() => model(x)) },
];
report(`${steps} steps of one neuron`, await alternate(variants, 7));
