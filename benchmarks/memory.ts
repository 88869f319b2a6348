// Question: does memory stay as it is while a network of 100 neurons does a million steps, and does
// a step leave garbage?

import { median } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { show, showIn } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Enduring, EnduringWay } from "./workers/enduring.js";

const neurons = 100;
const steps = 1_000_000;
/** What comes and goes in a process anyway [MiB]. */
const goal = { atMost: 1 };
const ways: readonly EnduringWay[] = ["step(x, out)", "run"];
const backends = ["sparse", "iterative"] as const;
/** The interpreter is slower by so much that it does fewer. */
const stepsOf = { sparse: steps, iterative: steps / 50 };

async function runCase(
  backend: (typeof backends)[number],
  way: EnduringWay,
  context: Context,
): Promise<void> {
  type Found = Awaited<ReturnType<Enduring["endure"]>>;
  const found: Found[] = [];
  for (let round = 0; round < Math.min(context.rounds, 3); round += 1) {
    const worker = startWorker<Enduring>("workers/enduring", ["--expose-gc"]);
    found.push(await worker.ask("endure", neurons, stepsOf[backend], backend, way));
    worker.end();
  }
  const of = (key: keyof Found): number[] => found.map((each) => each[key]);
  context.report({
    case: `${backend}, ${stepsOf[backend]} steps by ${way}`,
    quantity: "growth of the process",
    value: median(of("resident")) / 2 ** 20,
    unit: "MiB",
    goal,
    columns: {
      "growth of the heap": showIn(median(of("heap")) / 1024, "KiB"),
      collections: show(median(of("collections"))),
      ...(way === "run" ? {} : { "allocated by a call": `${show(median(of("perCall")))} bytes` }),
    },
    raw: Object.fromEntries(
      (["resident", "heap", "collections", "perCall"] as const).map((key) => [key, of(key)]),
    ),
    notes: { unit: "bytes" },
  });
}

export const memory: Benchmark = {
  question: "does memory stay flat over a million steps, and does a step leave garbage?",
  async run(context) {
    for (const backend of backends) {
      for (const way of ways) {
        if (context.wants(`${backend}, ${stepsOf[backend]} steps by ${way}`)) {
          await runCase(backend, way, context);
        }
      }
    }
  },
};
