// Question: what does a delay for each synapse cost, against one delay for all? With many delays and
// few synapses a spike that is met in each step in which something may be due meets most rows empty;
// where that pays, what it will do is added up ahead (pass `arrivals`).

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Timing } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { show, showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Worker } from "./harness/workers.js";
import type { Stepping } from "./workers/stepping.js";

const neurons = 4000;
const cases = [
  { synapsesPerNeuron: 8, delays: 50 },
  { synapsesPerNeuron: 8, delays: 200 },
  { synapsesPerNeuron: 80, delays: 50 },
  { synapsesPerNeuron: 1000, delays: 50 },
] as const;
/** How long each contestant measures in its turn [ms]. */
const turn = 120;
const settling = 1000;
const counted = 500;

/** Delays of their own give the same on both backends, in either way. */
async function check(arrivals: boolean): Promise<void> {
  const found: number[][] = [];
  for (const backend of ["sparse", "iterative"] as const) {
    const worker = startWorker<Stepping>("workers/stepping");
    const spec = { of: "large", neurons: 200, synapsesPerNeuron: 8, delays: 50 } as const;
    await worker.ask("compile", spec, { backend, optimize: { arrivals } });
    const sum = await worker.ask("advance", 400, false);
    found.push([sum, await worker.ask("spikes", 100)]);
    worker.end();
  }
  assert.deepEqual(found[0], found[1], "delays on both backends");
}

async function runCase(of: (typeof cases)[number], context: Context): Promise<void> {
  const workers: Worker<Stepping>[] = [];
  try {
    const spikes: number[] = [];
    const { delays, ...size } = of;
    const ways = [
      { name: "a delay each", spread: { delays } },
      { name: "met when due", spread: { delays }, optimize: { arrivals: false } },
      { name: "one delay", spread: {} },
    ];
    for (const { spread, optimize = "default" } of ways) {
      const worker = startWorker<Stepping>("workers/stepping");
      workers.push(worker);
      const spec = { of: "large", neurons, ...size, ...spread } as const;
      await worker.ask("compile", spec, { backend: "sparse", precision: "float32", optimize });
      await worker.ask("advance", settling, false);
      spikes.push((await worker.ask("spikes", counted)) / counted);
    }
    const contestants = ways.map(({ name }, i) => ({
      name,
      measure: () => workers[i]!.ask("measure", turn, 100),
    }));
    const timings = await alternate(contestants, context.rounds);
    const [each, due, one] = timings as [Timing, Timing, Timing];
    const against = ratioOf(each, due);
    context.report({
      case: `${neurons} neurons, k = ${of.synapsesPerNeuron}, delays up to ${delays} steps`,
      quantity: "a delay each / one delay",
      ...ratioOf(each, one),
      columns: {
        "a delay each": showTime(each.median),
        "met when due": showTime(due.median),
        "one delay": showTime(one.median),
        "spikes per step": spikes.map(show).join(", "),
        "a delay each / met when due": show(against.value),
      },
      raw: rawOf(timings),
      notes: { unit: "ms per step", bestAgainstDue: show(against.best) },
    });
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const delays: Benchmark = {
  question: "what does a delay for each synapse cost, against one for all?",
  async run(context) {
    for (const arrivals of [true, false]) await check(arrivals);
    for (const each of cases) {
      if (context.wants(`k = ${each.synapsesPerNeuron}, delays`)) await runCase(each, context);
    }
  },
};
