// Question: what does a call of step() cost beyond the step itself, for a network of one neuron? Checks
// first that a million steps leave nothing on the heap, then prints one JSON line for 100 000 steps.

import { strict as assert } from "node:assert";
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

/** Bytes on the heap that a million steps leave behind; a collection in between would make it negative. */
function bytesLeft(step: () => void): number {
  for (let i = 0; i < steps; i += 1) step();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 10 * steps; i += 1) step();
  return process.memoryUsage().heapUsed - before;
}

const left = {
  vector: bytesLeft(() => model.step(x, out)),
  array: bytesLeft(() => model.step(list, out)),
  nothing: bytesLeft(() => model.step(undefined, out)),
};
for (const [given, bytes] of Object.entries(left)) {
  // A single number for each step would be at least 8 MB.
  assert.ok(Math.abs(bytes) < 1e6, `step(${given}, out) leaves ${bytes} bytes in a million steps`);
}
console.log(JSON.stringify({ question: "bytes on the heap after a million steps", left }));

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
