// Question: how far from the bandwidth of the memory is a step, and what does float32 gain? A step
// cannot be faster than the arrays that it touches can be read and written.

import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Timing } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { inFolder } from "./harness/files.js";
import { compileNative } from "./harness/native.js";
import type { Native } from "./harness/native.js";
import { writeRecipe } from "./harness/recipes.js";
import { show, showTime } from "./harness/report.js";
import { findRows } from "./harness/rows.js";
import { startWorker } from "./harness/workers.js";
import type { Worker } from "./harness/workers.js";
import type { NetworkSpec } from "./networks/build.js";
import { describeRecipe } from "./networks/recipe.js";
import type { Recipe } from "./networks/recipe.js";
import type { Stepping } from "./workers/stepping.js";

/** Bytes that fit into the first cache, the second, the third, and none. */
const sizes = [16e3, 64e3, 256e3, 1e6, 4e6, 16e6, 256e6];
const recipes: readonly Recipe[] = [
  { kind: "graded", neurons: 1000, synapsesPerNeuron: 8 },
  { kind: "graded", neurons: 3000, synapsesPerNeuron: 8 },
  { kind: "graded", neurons: 1000, synapsesPerNeuron: "all" },
  { kind: "low", neurons: 3000, synapsesPerNeuron: 8 },
];
const precisions = ["float64", "float32"] as const;
/** How long each contestant measures in its turn [ms]. */
const turn = 120;
const settling = 2000;

interface Place {
  readonly bytes: number;
  /** Bytes in a millisecond. */
  readonly rate: number;
}

const rateOf = (native: Native, bytes: number): number =>
  (native(bytes, turn) as { readonly rate: number }).rate / 1000;

async function measurePlaces(native: Native, context: Context): Promise<readonly Place[]> {
  const contestants = sizes.map((bytes) => ({
    name: `${bytes / 1000} KB`,
    measure: () => 1 / rateOf(native, bytes),
  }));
  const timings = await alternate(contestants, context.rounds);
  return timings.map(({ name, raw }, i) => {
    // A rate is what the machine can do, not what it did between the turns of others.
    const rate = 1 / Math.min(...raw);
    context.report({
      case: `three arrays of ${name} together`,
      quantity: "read and written by one core",
      value: rate / 1e6,
      unit: "GB/s",
      raw: { [name]: raw.map((value) => 1e-6 / value) },
    });
    return { bytes: sizes[i]!, rate };
  });
}

/** The rate where so many bytes fit. */
const rateAt = (places: readonly Place[], bytes: number): number =>
  (places.find((place) => place.bytes >= bytes) ?? places.at(-1)!).rate;

interface Case {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly order?: string;
}

async function runCase(
  { name, spec, order }: Case,
  places: readonly Place[] | undefined,
  context: Context,
): Promise<void> {
  const workers: Worker<Stepping>[] = [];
  try {
    for (const precision of precisions) {
      const worker = startWorker<Stepping>("workers/stepping");
      workers.push(worker);
      const convention = order === undefined ? {} : { order };
      await worker.ask("compile", spec, { backend: "sparse", precision, ...convention });
      await worker.ask("advance", settling);
    }
    const contestants = workers.map((worker, i) => ({
      name: precisions[i]!,
      measure: () => worker.ask("measure", turn, 20),
    }));
    const timings = await alternate(contestants, context.rounds);
    const [double, single] = timings as [Timing, Timing];
    context.report({
      case: name,
      quantity: "float64 / float32",
      ...ratioOf(double, single),
      columns: { float64: showTime(double.median), float32: showTime(single.median) },
      raw: rawOf(timings),
      notes: { unit: "ms per step" },
    });
    for (const [i, worker] of workers.entries()) {
      if (places === undefined) continue;
      const bytes = await worker.ask("touched");
      const bound = bytes / rateAt(places, bytes);
      const timing = timings[i]!;
      context.report({
        case: `${name}, ${timing.name}`,
        quantity: "step / limit",
        value: Math.min(...timing.raw) / bound,
        unit: "x",
        columns: {
          "touched by a step": `${show(bytes / 1000)} KB`,
          limit: showTime(bound),
          step: showTime(Math.min(...timing.raw)),
        },
        raw: rawOf([timing]),
        notes: { unit: "ms per step" },
      });
    }
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const limit: Benchmark = {
  question: "how far from the bandwidth of the memory is a step, and what does float32 gain?",
  run: (context) =>
    inFolder(async (folder) => {
      const native = compileNative("bandwidth", folder);
      if (native === undefined) context.say("there is no g++ here, so no bandwidth is measured");
      const places = native === undefined ? undefined : await measurePlaces(native, context);
      const { file } = findRows(folder);
      const cases: readonly Case[] = [
        ...recipes.map((recipe): Case => ({
          name: describeRecipe(recipe),
          spec: { of: "recipe", file: writeRecipe(folder, recipe).file, variation: "plain" },
          order: "sns",
        })),
        { name: "Vogels-Abbott", spec: { of: "vogelsAbbott", file, variation: "plain" } },
      ];
      for (const each of cases) {
        if (context.wants(each.name)) await runCase(each, places, context);
      }
    }),
};
