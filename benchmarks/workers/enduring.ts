// A process that steps one small network a million times and tells what is left of it in memory. Run
// with --expose-gc. Invariant: what is compared was measured just after the garbage was collected.

import { PerformanceObserver } from "node:perf_hooks";
import type { Model } from "../../src/index.js";
import { serve } from "../harness/workers.js";
import { buildNetwork } from "../networks/build.js";

/** How the steps are asked for. */
export type EnduringWay = "step(x, out)" | "run";

function memoryNow(): { readonly heap: number; readonly resident: number } {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, resident: rss };
}

/** Collections happen in tasks of their own; so does telling of them. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** Bytes on the heap for each call, in stretches in which no garbage was collected. */
function allocated(calls: number, call: () => unknown): number {
  let least = Infinity;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i += 1) call();
    const grown = process.memoryUsage().heapUsed - before;
    if (grown >= 0) least = Math.min(least, grown / calls);
  }
  return least;
}

const service = {
  async endure(neurons: number, steps: number, backend: "sparse" | "iterative", way: EnduringWay) {
    const { network, input } = buildNetwork({ of: "ring", neurons });
    const model: Model = await network.compile({ dt: 0.1, backend });
    const out = new Float64Array(neurons);
    const ways: Readonly<Record<EnduringWay, (count: number) => void>> = {
      "step(x, out)": (count) => {
        for (let i = 0; i < count; i += 1) model.step(input, out);
      },
      run: (count) => void model.runSync({ steps: count, input }),
    };
    // The code is optimised before the first look.
    ways[way](steps / 10);
    const perCall = allocated(10_000, () => model.step(input, out));
    let collections = 0;
    const observer = new PerformanceObserver((list) => {
      collections += list.getEntries().length;
    });
    await pause();
    const before = memoryNow();
    await pause();
    observer.observe({ entryTypes: ["gc"] });
    ways[way](steps);
    await pause();
    observer.disconnect();
    const after = memoryNow();
    return {
      collections,
      perCall,
      heap: after.heap - before.heap,
      resident: after.resident - before.resident,
    };
  },
};

export type Enduring = typeof service;

serve(service);
