// Question: what does one call of step(x, out) cost, on networks so small that the step itself costs
// next to nothing? Graded neurons in a ring, each with an input and an output.

import { strict as assert } from "node:assert";
import { alternate } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { show } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping, Way } from "./workers/stepping.js";

const backends = ["sparse", "iterative"] as const;
const ways: readonly Way[] = [
  ...(["step(vector, out)", "step(array, out)", "step(number, out)"] as const),
  ...(["step(vector)", "model(vector)", "run"] as const),
];
/** How long each way measures in its turn [ms]. */
const turn = 40;

async function compareSums(neurons: number): Promise<void> {
  const sums: number[] = [];
  for (const backend of backends) {
    const worker = startWorker<Stepping>("workers/stepping");
    await worker.ask("compile", { of: "ring", neurons }, { backend });
    sums.push(await worker.ask("advance", 1000));
    worker.end();
  }
  assert.equal(sums[0], sums[1], `a ring of ${neurons} on ${backends}`);
}

/** Each way is tried in a process of its own: code that knows only one kind of input is faster. */
async function runCase(
  backend: (typeof backends)[number],
  neurons: number,
  context: Context,
): Promise<void> {
  const workers = ways.map(() => startWorker<Stepping>("workers/stepping"));
  try {
    for (const worker of workers) {
      await worker.ask("compile", { of: "ring", neurons }, { backend });
    }
    const contestants = ways.map((way, i) => ({
      name: way,
      measure: () => workers[i]!.ask("measure", turn, 10, way),
    }));
    const timings = await alternate(contestants, context.rounds);
    const inNanoseconds = timings.map(({ name, median, raw }) => ({
      name,
      median: 1e6 * median,
      raw: raw.map((value) => 1e6 * value),
    }));
    const [call, ...others] = inNanoseconds;
    context.report({
      case: `${backend}, N = ${neurons}`,
      quantity: "step(x, out)",
      value: call!.median,
      unit: "ns",
      columns: Object.fromEntries(others.map(({ name, median }) => [name, `${show(median)} ns`])),
      raw: Object.fromEntries(inNanoseconds.map(({ name, raw }) => [name, raw])),
    });
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const overhead: Benchmark = {
  question: "what does one call of step(x, out) cost on small networks?",
  async run(context) {
    for (const neurons of [1, 10, 100]) {
      const wanted = backends.filter((backend) => context.wants(`${backend}, N = ${neurons}`));
      if (wanted.length > 0) await compareSums(neurons);
      for (const backend of wanted) await runCase(backend, neurons, context);
    }
  },
};
