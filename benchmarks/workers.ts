// Question: what do two threads gain on one network? Networks like that of Vogels and Abbott, with the
// same number of synapses for each cell, small enough for the caches and far beyond them.

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { showIn, showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping, SteppingOptions } from "./workers/stepping.js";

const sizes = [4000, 20_000, 100_000] as const;
const counts = [1, 2] as const;
const precisions = ["float64", "float32"] as const;
/** Steps after which both must have the same potentials. */
const checked = 1000;
/** How long each contestant measures in its turn [ms]. */
const turn = 1000;
/** Steps in a block, at least; two exchanges of spikes. */
const fewest = 18;

async function runCase(
  neurons: number,
  precision: (typeof precisions)[number],
  context: Context,
): Promise<void> {
  const workers = counts.map(() => startWorker<Stepping>("workers/stepping"));
  try {
    const sums: number[] = [];
    for (const [i, worker] of workers.entries()) {
      const options: SteppingOptions = { backend: "sparse", precision, workers: counts[i]! };
      await worker.ask("compile", { of: "balanced", neurons }, options);
      sums.push(await worker.ask("advance", checked));
    }
    assert.equal(sums[1], sums[0], `${neurons} cells on one thread and on two`);
    const contestants = workers.map((worker, i) => ({
      name: `${counts[i]!}`,
      measure: () => worker.ask("measure", turn, fewest),
    }));
    const [one, two] = await alternate(contestants, context.rounds);
    const ratio = ratioOf(one!, two!);
    context.report({
      case: `${neurons} cells, ${precision}`,
      quantity: "one thread / two threads",
      ...ratio,
      columns: {
        "one thread": showTime(one!.median),
        "two threads": showTime(two!.median),
        "in the best rounds of both": showIn(ratio.best, ratio.unit),
      },
      raw: rawOf([one!, two!]),
      notes: { unit: "ms per step" },
    });
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const workers: Benchmark = {
  question: "what do two threads gain on one network?",
  async run(context) {
    for (const precision of precisions) {
      for (const neurons of sizes) {
        if (context.wants(`${neurons} cells, ${precision}`)) {
          await runCase(neurons, precision, context);
        }
      }
    }
  },
};
