// Question: does the memory of a process stay as it is while a network runs for minutes? One minute for
// each round.

import type { Benchmark } from "./harness/benchmark.js";
import { inFolder } from "./harness/files.js";
import { showIn } from "./harness/report.js";
import { findRows } from "./harness/rows.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping } from "./workers/stepping.js";

const minute = 60_000;
/** Until everything is compiled for good and has been collected once [ms]. */
const settling = 20_000;
const mebibyte = 2 ** 20;

export const soak: Benchmark = {
  question: "does memory stay flat over minutes?",
  run: (context) =>
    inFolder(async (folder) => {
      const { file } = findRows(folder);
      const worker = startWorker<Stepping>("workers/stepping", ["--expose-gc"]);
      try {
        const spec = { of: "vogelsAbbott", file, variation: "plain" } as const;
        await worker.ask("compile", spec, { backend: "sparse", precision: "float32" });
        const used: number[] = [];
        const resident: number[] = [];
        for (let round = -1; round < context.rounds; round += 1) {
          await worker.ask("measure", round < 0 ? settling : minute, 500);
          // What is recorded leaves garbage, as any use does.
          await worker.ask("spikes", 1000);
          await worker.ask("collect");
          const memory = await worker.ask("memory");
          used.push(memory.used);
          resident.push(memory.now);
        }
        const [first, last] = [used[0]!, used.at(-1)!];
        const range = [Math.min(...resident), Math.max(...resident)];
        context.report({
          case: `Vogels-Abbott, ${context.rounds} minutes`,
          quantity: "growth of objects and arrays",
          value: (100 * (last - first)) / first,
          unit: "%",
          goal: { atMost: 1 },
          columns: {
            "at first": showIn(first / mebibyte, "MiB"),
            "at last": showIn(last / mebibyte, "MiB"),
            "the whole process": range.map((size) => showIn(size / mebibyte, "MiB")).join(" to "),
          },
          raw: { used, resident },
          notes: { unit: "bytes" },
        });
      } finally {
        worker.end();
      }
    }),
};
