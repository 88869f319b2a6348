// Question: how large may a network be, what does it take to make it and to hold it, and how do steps
// grow with it? Every network really runs.

import { strict as assert } from "node:assert";
import { median } from "./harness/alternate.js";
import type { Benchmark, Context, Goal } from "./harness/benchmark.js";
import { show, showIn, showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping, SteppingOptions } from "./workers/stepping.js";

interface Size {
  readonly neurons: number;
  readonly synapsesPerNeuron: number;
}

const mebibyte = 2 ** 20;
/** The largest networks, with what they may take: seconds to make, MiB to hold. */
const largest: readonly { readonly size: Size; readonly made?: Goal; readonly held: Goal }[] = [
  {
    size: { neurons: 1e6, synapsesPerNeuron: 10 },
    made: { atMost: 20 },
    held: { atMost: 1e9 / mebibyte },
  },
  { size: { neurons: 1e6, synapsesPerNeuron: 100 }, held: { atMost: 3e9 / mebibyte } },
];
const growing: readonly Size[] = [
  ...[1e3, 1e4, 1e5, 1e6].map((neurons) => ({ neurons, synapsesPerNeuron: 10 })),
  ...[1, 100, 1000].map((synapsesPerNeuron) => ({ neurons: 1e4, synapsesPerNeuron })),
];
const options: SteppingOptions = { backend: "sparse", precision: "float32" };
/** Steps until the cells fire as they will, and steps whose spikes are counted. */
const [settling, counted] = [1000, 100];
/** How long a measurement takes [ms]. */
const turn = 300;

const power = (count: number): string =>
  Number.isInteger(Math.log10(count)) ? `10^${Math.log10(count)}` : String(count);
const nameOf = ({ neurons, synapsesPerNeuron }: Size): string =>
  `${power(neurons)} neurons, ${power(neurons * synapsesPerNeuron)} synapses`;

/** A small one gives the same on both backends. */
async function check(): Promise<void> {
  const found: number[][] = [];
  for (const backend of ["sparse", "iterative"] as const) {
    const worker = startWorker<Stepping>("workers/stepping");
    const spec = { of: "large", neurons: 300, synapsesPerNeuron: 10 } as const;
    await worker.ask("compile", spec, { ...options, backend });
    const sum = await worker.ask("advance", 400, false);
    found.push([sum, await worker.ask("spikes", counted)]);
    worker.end();
  }
  assert.deepEqual(found[0], found[1], "300 cells on both backends");
}

/** Makes a network in a process of its own and runs it. */
async function tryOut(size: Size) {
  const worker = startWorker<Stepping>("workers/stepping");
  try {
    const library = (await worker.ask("memory")).now;
    const start = performance.now();
    await worker.ask("compile", { of: "large", ...size }, options);
    const made = (performance.now() - start) / 1000;
    await worker.ask("advance", settling, false);
    const spikes = await worker.ask("spikes", counted);
    const step = await worker.ask("measure", turn, 20);
    const { most } = await worker.ask("memory");
    return { made, held: most - library, spikes: spikes / counted, step };
  } finally {
    worker.end();
  }
}

type Found = Awaited<ReturnType<typeof tryOut>>;

async function tryOften(
  size: Size,
  rounds: number,
): Promise<Readonly<Record<keyof Found, number[]>>> {
  const found: Found[] = [];
  for (let round = 0; round < rounds; round += 1) found.push(await tryOut(size));
  const of = (key: keyof Found): number[] => found.map((each) => each[key]);
  return { made: of("made"), held: of("held"), spikes: of("spikes"), step: of("step") };
}

async function runLargest(context: Context): Promise<void> {
  const held: number[] = [];
  for (const { size, made, held: goal } of largest) {
    const raw = await tryOften(size, Math.min(context.rounds, 3));
    const seconds = median(raw.made);
    const bytes = median(raw.held);
    held.push(bytes);
    const notes = { unit: "s, bytes, spikes per step, ms per step" };
    const shared = { case: nameOf(size), raw, notes };
    context.report({
      ...{ ...shared, quantity: "built and compiled", value: seconds, unit: "s" },
      ...(made !== undefined && { goal: made }),
    });
    context.report({
      ...{ ...shared, quantity: "process beyond the loaded library, at the most", goal },
      ...{ value: bytes / mebibyte, unit: "MiB" },
      columns: { step: showTime(median(raw.step)), "spikes per step": show(median(raw.spikes)) },
    });
  }
  const [few, many] = largest.map(({ size }) => size) as [Size, Size];
  const synapses = (many.synapsesPerNeuron - few.synapsesPerNeuron) * many.neurons;
  const perSynapse = (held[1]! - held[0]!) / synapses;
  const perNeuron = held[0]! / few.neurons - perSynapse * few.synapsesPerNeuron;
  const raw = { held };
  context.report({
    case: "each synapse",
    quantity: "memory",
    value: perSynapse,
    unit: "bytes",
    raw,
  });
  context.report({ case: "each neuron", quantity: "memory", value: perNeuron, unit: "bytes", raw });
}

async function runGrowing(size: Size, context: Context): Promise<void> {
  const raw = await tryOften(size, Math.min(context.rounds, 3));
  const step = median(raw.step);
  const events = median(raw.spikes) * size.synapsesPerNeuron;
  context.report({
    case: nameOf(size),
    ...{ quantity: "step for each neuron", value: (step * 1e6) / size.neurons, unit: "ns" },
    columns: {
      step: showTime(step),
      "spikes per step": show(median(raw.spikes)),
      "synapses that hear of one": show(events),
      memory: showIn(median(raw.held) / mebibyte, "MiB"),
    },
    raw,
    notes: { unit: "s, bytes, spikes per step, ms per step" },
  });
}

export const size: Benchmark = {
  question: "how large may a network be, and how do memory and steps grow with it?",
  async run(context) {
    await check();
    for (const each of growing) if (context.wants(nameOf(each))) await runGrowing(each, context);
    if (context.wants("largest")) await runLargest(context);
  },
};
