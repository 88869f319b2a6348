// A controller found by evolution: the three strengths of a reflex that holds a pendulum upright. All
// candidates of a generation are the copies of one batch, so the network is compiled once.

import { strict as assert } from "node:assert";
import { Network, neurons, synapses } from "../src/index.js";

const copies = 64;
const parents = 16;
const generations = 25;
/** [ms] */
const dt = 1;
const steps = 1500;

/** What evolution changes, and the connections that have it: both sides of the body are alike. */
const genes = [
  ["left angle to push right", "right angle to push left"],
  ["left speed to push right", "right speed to push left"],
  ["push left to push right", "push right to push left"],
] as const;

function reflex(): Network {
  const net = new Network({ name: "reflex" });
  const cell = neurons.nonSpiking({ membraneCapacitance: 5 });
  const excitation = synapses.nonSpiking({ maxConductance: 0.2, reversalPotential: 194 });
  const inhibition = synapses.nonSpiking({ maxConductance: 0.2, reversalPotential: -20 });
  for (const name of ["left angle", "right angle", "left speed", "right speed"]) {
    net.addNeuron(cell, { name });
    net.addInput(name);
  }
  for (const name of ["push left", "push right"]) {
    net.addNeuron(cell, { name });
    net.addOutput(name);
  }
  genes.flat().forEach((name) => {
    const [from, to] = name.split(" to ");
    net.addConnection(from!.startsWith("push") ? inhibition : excitation, from!, to!, { name });
  });
  return net;
}

/** Numbers from the same seed each time, nearly normal. */
let state = 7;
function draw(): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    sum += state / 2 ** 32;
  }
  return sum;
}

const model = await reflex().compile({
  ...{ dt, backend: "sparse", batch: copies },
  perCopy: genes.flat().map((name) => `${name}.maxConductance`),
});

/** How far each copy's pendulum is from upright on the whole [rad^2], less is better. */
function evaluate(candidates: readonly (readonly number[])[]): Float64Array {
  genes.forEach((names, gene) => {
    const values = candidates.map((candidate) => Math.exp(candidate[gene]!));
    for (const name of names) model.params.set(`${name}.maxConductance`, values);
  });
  model.reset();
  const angle = new Float64Array(copies).fill(0.2);
  const speed = new Float64Array(copies);
  const error = new Float64Array(copies);
  const x = new Float64Array(copies * 4);
  const y = new Float64Array(copies * 2);
  for (let step = 0; step < steps; step += 1) {
    for (let i = 0; i < copies; i += 1) {
      x[4 * i] = Math.max(0, -40 * angle[i]!);
      x[4 * i + 1] = Math.max(0, 40 * angle[i]!);
      x[4 * i + 2] = Math.max(0, -10 * speed[i]!);
      x[4 * i + 3] = Math.max(0, 10 * speed[i]!);
    }
    model.step(x, y);
    for (let i = 0; i < copies; i += 1) {
      // Gravity pulls it over, the muscles push; it lies on the ground at a right angle.
      const push = y[2 * i + 1]! - y[2 * i]!;
      speed[i]! += (dt / 1000) * (9.81 * Math.sin(angle[i]!) + push);
      angle[i] = Math.max(-1.57, Math.min(1.57, angle[i]! + (dt / 1000) * speed[i]!));
      error[i]! += angle[i]! ** 2 / steps;
    }
  }
  return error;
}

let mean = genes.map(() => Math.log(0.02));
let spread = 1;
let first = 0;
let best = Infinity;
for (let generation = 0; generation < generations; generation += 1) {
  const candidates = Array.from({ length: copies }, () =>
    mean.map((each) => each + spread * draw()),
  );
  const errors = evaluate(candidates);
  const ranked = candidates.map((_, i) => i).sort((a, b) => errors[a]! - errors[b]!);
  const chosen = ranked.slice(0, parents).map((i) => candidates[i]!);
  mean = mean.map((_, gene) => chosen.reduce((sum, one) => sum + one[gene]!, 0) / parents);
  spread *= 0.9;
  best = errors[ranked[0]!]!;
  if (generation === 0) first = errors.reduce((sum, each) => sum + each, 0) / copies;
}
model.dispose();

const inDegrees = (squared: number): string => ((180 / Math.PI) * Math.sqrt(squared)).toFixed(1);
console.log(
  `${copies * generations} controllers in ${generations} batches: ` +
    `from ${inDegrees(first)} to ${inDegrees(best)} degrees off on average`,
);
console.log(`strengths: ${mean.map((each) => `${Math.exp(each).toPrecision(3)} uS`).join(", ")}`);
assert.ok(best < 0.1 * first);
