// Question: how does the sparse backend, given the Vogels-Abbott network as text, compare with plain
// C++ written for nothing else? Float32, one thread, 4000 cells with 320 000 synapses.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Contestant } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { inFolder, sharedFile } from "./harness/files.js";
import { compileFile, compileNative, compilerFlags } from "./harness/native.js";
import type { Native } from "./harness/native.js";
import { showIn, showTime } from "./harness/report.js";
import { findRows } from "./harness/rows.js";
import type { RowsFile } from "./harness/rows.js";
import { startWorker } from "./harness/workers.js";
import type { Worker } from "./harness/workers.js";
import { dt } from "./networks/vogels-abbott.js";
import type { Stepping } from "./workers/stepping.js";

const goals = { one: { atMost: 0.5, aim: 0.4 }, two: { atMost: 1.15, aim: 0.95 } } as const;
type Variant = keyof typeof goals;
const variants: readonly Variant[] = ["one", "two"];

/** Steps before the clock starts: one second, after which the activity is that of the network. */
const settling = 10_000;
/** What is timed is so long that its activity is that of the network: 50 ms. */
const steps = 500;
/** How long each contestant measures in its turn [ms]. */
const turn = 600;
/** Steps for which a run in float32 is known to fire the recorded spikes. */
const horizon = 40_000;

type Prefixes = Readonly<Record<string, { spikes: number; sum_step_times_id: number }>>;

/** Compares with recorded spikes, or with those of the iterative backend where there are none. */
async function checkSpikes(
  sparse: Worker<Stepping>,
  { file, isShared }: RowsFile,
): Promise<string> {
  const recording = isShared ? sharedFile("golden/statistics/va.json") : undefined;
  if (recording !== undefined) {
    const { exact_prefix: prefixes } = JSON.parse(readFileSync(recording, "utf8")) as {
      readonly exact_prefix: Prefixes;
    };
    for (const [before, expected] of Object.entries(prefixes)) {
      if (Number(before) > horizon) continue;
      assert.deepEqual(await sparse.ask("prefix", Number(before)), expected);
    }
    return `the recorded spikes of ${horizon} steps`;
  }
  const iterative = startWorker<Stepping>("workers/stepping");
  await iterative.ask("compile", network(file), { backend: "iterative", precision: "float32" });
  const before = 500;
  const expected = await iterative.ask("prefix", before);
  iterative.end();
  assert.deepEqual(await sparse.ask("prefix", before), expected);
  return `${before} steps of the iterative backend`;
}

const network = (file: string) => ({ of: "vogelsAbbott", file, variation: "plain" }) as const;

interface Yardstick extends Contestant {
  readonly variant: Variant;
}

const ownYardstick = (native: Native, file: string, variant: Variant): Yardstick => ({
  name: `C++ ${variant}`,
  variant,
  measure: () => (native(file, variant, settling, steps, turn) as { readonly ms: number }).ms,
});

/** The program of the folder `shared` times one stretch, after the same settling. */
const sharedYardstick = (native: Native, file: string, variant: Variant): Yardstick => ({
  name: `C++ ${variant}, shared`,
  variant,
  measure() {
    const times = Array.from({ length: 6 }, () => {
      const seconds = (steps * dt) / 1000;
      const found = native(file, seconds, variant) as { readonly wall_per_simulated_s: number };
      return found.wall_per_simulated_s * dt;
    });
    return Math.min(...times);
  },
});

/** All yardsticks that can be compiled here. */
function yardsticks(folder: string, file: string): readonly Yardstick[] {
  const own = compileNative("vogels-abbott", folder);
  if (own === undefined) return [];
  const source = sharedFile("bench/va-yardstick.cpp");
  const shared = source === undefined ? undefined : compileFile(source, join(folder, "shared"));
  return variants.flatMap((variant) => [
    ownYardstick(own, file, variant),
    ...(shared === undefined ? [] : [sharedYardstick(shared, file, variant)]),
  ]);
}

/** As part of the time that is simulated. */
const ofRealTime = (ms: number): string => `${showTime(ms)} (${showIn(ms / dt, "x")} real time)`;

async function compare(folder: string, context: Context): Promise<void> {
  const rows = findRows(folder);
  const { file } = rows;
  const sparse = startWorker<Stepping>("workers/stepping");
  try {
    await sparse.ask("compile", network(file), { backend: "sparse", precision: "float32" });
    const checkedWith = await checkSpikes(sparse, rows);
    context.say(`spikes equal ${checkedWith}`);
    const others = yardsticks(folder, file);
    if (others.length === 0) {
      context.say("there is no g++ here, so there is nothing to compare with");
      return;
    }
    await sparse.ask("prefix", settling);
    const timings = await alternate(
      [{ name: "sparse", measure: () => sparse.ask("measure", turn, steps) }, ...others],
      context.rounds,
    );
    const own = timings[0]!;
    others.forEach(({ name, variant }, i) => {
      const other = timings[i + 1]!;
      context.report({
        case: name,
        quantity: "sparse / C++",
        ...ratioOf(own, other),
        goal: goals[variant],
        columns: { sparse: ofRealTime(own.median), "C++": ofRealTime(other.median) },
        raw: rawOf([own, other]),
        notes: {
          unit: "ms per step",
          compiler: `g++ ${compilerFlags.join(" ")}`,
          "checked with": checkedWith,
        },
      });
    });
  } finally {
    sparse.end();
  }
}

export const va: Benchmark = {
  question: "how does the Vogels-Abbott network compare with C++ written for it alone?",
  run: (context) => inFolder((folder) => compare(folder, context)),
};
