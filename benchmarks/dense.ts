// Question: where is the dense backend faster than the sparse one? Graded neurons joined all to all, one
// network and batches of sixteen, in one run and call by call.

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Batches } from "./workers/batches.js";

const backends = ["sparse", "dense"] as const;
const sizes = [128, 512, 1024];
const batches = [1, 16];
const precisions = ["float64", "float32"] as const;

/** Steps after which both must have the same potentials, and how far they may be apart. */
const checked = 100;
const tolerances = { float64: 1e-9, float32: 1e-4 } as const;
/** How long each contestant measures in its turn [ms]. */
const turn = 150;

interface Case {
  readonly neurons: number;
  readonly batch: number;
  readonly precision: (typeof precisions)[number];
}

/** Blocks of steps that take some milliseconds. */
const stepsIn = ({ neurons, batch }: Case): number =>
  Math.max(10, Math.min(500, Math.round(2e7 / (neurons * neurons * batch))));

async function runCase(of: Case, name: string, context: Context): Promise<void> {
  const { neurons, batch, precision } = of;
  const workers = backends.map(() => startWorker<Batches>("workers/batches"));
  try {
    const potentials: number[][] = [];
    for (const [i, backend] of backends.entries()) {
      const spec = { of: "matrix", neurons } as const;
      await workers[i]!.ask("compile", spec, { backend, batch, precision });
      potentials.push(await workers[i]!.ask("potentials", checked));
    }
    const [wanted, found] = potentials as [number[], number[]];
    wanted.forEach((value, i) => {
      const gap = Math.abs(value - found[i]!) / Math.max(1, Math.abs(value));
      assert.ok(
        gap <= tolerances[precision],
        `${name}: potential ${i} is ${found[i]}, not ${value}`,
      );
    });
    const contestants = (["run", "step"] as const).flatMap((way) =>
      backends.map((backend, i) => ({
        name: `${backend}, ${way}`,
        measure: () => workers[i]!.ask("measure", turn, stepsIn(of), way),
      })),
    );
    const timings = await alternate(contestants, context.rounds);
    const [sparseRun, denseRun, sparseStep, denseStep] = timings;
    const columns = { "sparse, run": sparseRun, "dense, run": denseRun };
    const calls = { "sparse, step": sparseStep, "dense, step": denseStep };
    context.report({
      case: name,
      quantity: "sparse / dense, run",
      ...ratioOf(sparseRun!, denseRun!),
      columns: Object.fromEntries(
        Object.entries({ ...columns, ...calls }).map(([key, timing]) => [
          key,
          showTime(timing!.median),
        ]),
      ),
      raw: rawOf(timings),
    });
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const dense: Benchmark = {
  question: "where is the dense backend faster than the sparse one?",
  async run(context) {
    for (const precision of precisions) {
      for (const neurons of sizes) {
        for (const batch of batches) {
          const name = `${precision}, N = ${neurons}, batch of ${batch}`;
          if (context.wants(name)) await runCase({ neurons, batch, precision }, name, context);
        }
      }
    }
  },
};
