// Question: what do the passes cost while compiling, and what do they gain in every step, for networks
// of single neurons?

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Compiling } from "./workers/compiling.js";
import type { Stepping } from "./workers/stepping.js";

const settings = ["none", "default"] as const;
/** The interpreter takes seconds for a step of the largest one. */
const sizesOf = { sparse: [10, 100, 1000], iterative: [10, 100] } as const;
const backends = ["sparse", "iterative"] as const;
/** How long each contestant measures in its turn [ms]. */
const turn = 60;

async function runCase(
  backend: (typeof backends)[number],
  neurons: number,
  context: Context,
): Promise<void> {
  const spec = { of: "singles", neurons, synapsesPerNeuron: 3 } as const;
  const compilers = settings.map(() => startWorker<Compiling>("workers/compiling"));
  const steppers = settings.map(() => startWorker<Stepping>("workers/stepping"));
  try {
    const sums: number[] = [];
    for (const [i, worker] of steppers.entries()) {
      await worker.ask("compile", spec, { backend, optimize: settings[i]! });
      sums.push(await worker.ask("advance", 20));
    }
    const [plain, optimised] = sums as [number, number];
    assert.ok(Math.abs(optimised - plain) < 1e-9 * (1 + Math.abs(plain)), `${neurons} neurons`);
    const compiling = await alternate(
      compilers.map((worker, i) => ({
        name: settings[i]!,
        measure: async () =>
          (await worker.ask("compile", spec, { backend, optimize: settings[i]! })).compiling,
      })),
      context.rounds,
    );
    const stepping = await alternate(
      steppers.map((worker, i) => ({
        name: settings[i]!,
        measure: () => worker.ask("measure", turn, 10),
      })),
      context.rounds,
    );
    const what = { compile: compiling, step: stepping };
    for (const [quantity, [none, usual]] of Object.entries(what)) {
      context.report({
        case: `${backend}, ${neurons} single neurons`,
        quantity: `${quantity}: default / none`,
        ...ratioOf(usual!, none!),
        columns: { none: showTime(none!.median), default: showTime(usual!.median) },
        raw: rawOf([none!, usual!]),
        notes: { unit: "ms" },
      });
    }
  } finally {
    for (const worker of [...compilers, ...steppers]) worker.end();
  }
}

export const passes: Benchmark = {
  question: "what do the passes cost while compiling, and what do they gain in every step?",
  async run(context) {
    for (const backend of backends) {
      for (const neurons of sizesOf[backend]) {
        if (context.wants(`${backend}, ${neurons} single neurons`)) {
          await runCase(backend, neurons, context);
        }
      }
    }
  },
};
