// Question: does a kernel over a sheet of neurons stay a kernel? A step of 128 x 128 neurons with a
// kernel of 5 x 5 in time and memory, which as separate synapses would be 400 000.

import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { median } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { showIn } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping, SteppingOptions } from "./workers/stepping.js";

const sheet = { of: "sheet", side: 128, kernel: 5 } as const;
const checked = { of: "sheet", side: 16, kernel: 5 } as const;
/** How long a turn takes [ms]. */
const turn = 100;
const fewest = 5;
const precisions = ["float64", "float32"] as const;

/** Bytes of a process in which nothing was loaded. */
function emptyProcess(): number {
  const script = "console.log(process.memoryUsage().rss)";
  return Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
}

async function check(): Promise<void> {
  const sums: number[] = [];
  for (const backend of ["sparse", "iterative"] as const) {
    const worker = startWorker<Stepping>("workers/stepping");
    await worker.ask("compile", checked, { backend });
    sums.push(await worker.ask("advance", 50));
    worker.end();
  }
  assert.equal(sums[0], sums[1], "a sheet on both backends");
}

async function runCase(options: SteppingOptions, context: Context): Promise<void> {
  const times: number[] = [];
  const memory: number[] = [];
  const most: number[] = [];
  const loaded: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const worker = startWorker<Stepping>("workers/stepping");
    const empty = emptyProcess();
    const library = (await worker.ask("memory")).now;
    loaded.push(library - empty);
    await worker.ask("compile", sheet, options);
    await worker.ask("advance", 100);
    const { now, most: peak } = await worker.ask("memory");
    memory.push(now - library);
    most.push(peak - empty);
    times.push(await worker.ask("measure", turn, fewest));
    worker.end();
  }
  const name = `128 x 128 neurons, 5 x 5 kernel, ${options.precision}`;
  const megabytes = (bytes: readonly number[]): number => median(bytes) / 2 ** 20;
  const raw = { times, memory, most, loaded };
  const notes = { unit: "ms per step, bytes" };
  const stepTime = median(times);
  const step = { quantity: "step", value: stepTime, unit: "ms", goal: { atMost: 1 } };
  context.report({ case: name, ...step, raw, notes });
  context.report({
    case: name,
    quantity: "memory beyond the loaded library",
    value: megabytes(memory),
    unit: "MiB",
    goal: { atMost: 20 },
    columns: {
      "library beyond bare Node": showIn(megabytes(loaded), "MiB"),
      "both, at the most": showIn(megabytes(most), "MiB"),
    },
    raw,
    notes,
  });
}

export const pattern: Benchmark = {
  question: "does a kernel over a sheet of neurons stay a kernel?",
  async run(context) {
    await check();
    for (const precision of precisions) {
      if (context.wants(precision)) await runCase({ backend: "sparse", precision }, context);
    }
  },
};
