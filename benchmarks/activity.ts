// Question: how does the time of a step follow the activity, with spiking synapses kept lazily and
// with a sweep over all of them in every step; and what does a step cost after long silence?

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { inFolder } from "./harness/files.js";
import { writeQuiet } from "./harness/recipes.js";
import { showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Recipe } from "./networks/recipe.js";
import type { Stepping, SteppingOptions } from "./workers/stepping.js";

/** Spikes in a second; the last is one in every step. */
const rates = [0.1, 1, 10, 30, 100, 300, 1000, 2000, 5000, 10_000];
const size = { neurons: 1000, synapsesPerNeuron: 20 };
/** How long each contestant measures in its turn [ms]. */
const turn = 100;
/** Steps in a block, at least. */
const fewest = 500;
const settling = 2000;

async function startSettled(spec: Parameters<Stepping["compile"]>[0], options: SteppingOptions) {
  const worker = startWorker<Stepping>("workers/stepping");
  await worker.ask("compile", spec, options);
  const sum = await worker.ask("advance", settling);
  return { worker, sum };
}

async function runRate(rate: number, context: Context): Promise<void> {
  const spec = { of: "pacemakers", ...size, rate } as const;
  const names = ["swept", "kept lazily"] as const;
  const runs: Awaited<ReturnType<typeof startSettled>>[] = [];
  try {
    for (const accumulators of [false, true]) {
      runs.push(await startSettled(spec, { backend: "sparse", optimize: { accumulators } }));
    }
    const [{ sum: expected }, { sum: found }] = runs as [(typeof runs)[0], (typeof runs)[0]];
    const error = Math.abs(found - expected);
    assert.ok(error <= 1e-9 * (1 + Math.abs(expected)), `${rate} Hz: ${found}, not ${expected}`);
    const contestants = runs.map(({ worker }, i) => ({
      name: names[i]!,
      measure: () => worker.ask("measure", turn, fewest),
    }));
    const [swept, lazy] = await alternate(contestants, context.rounds);
    context.report({
      case: rateCase(rate),
      quantity: "swept / kept lazily",
      ...ratioOf(swept!, lazy!),
      columns: { swept: showTime(swept!.median), "kept lazily": showTime(lazy!.median) },
      raw: rawOf([swept!, lazy!]),
      notes: { unit: "ms per step" },
    });
  } finally {
    for (const { worker } of runs) worker.end();
  }
}

interface Silence {
  readonly name: string;
  readonly recipe: Recipe;
  readonly options: SteppingOptions;
}

const sparse = { backend: "sparse", order: "sns" } as const;
const recipeOf = (kind: Recipe["kind"]): Recipe => ({ kind, neurons: 1000, synapsesPerNeuron: 8 });
const silences: readonly Silence[] = [
  { name: "graded", recipe: recipeOf("graded"), options: sparse },
  {
    name: "graded, float32",
    recipe: recipeOf("graded"),
    options: { ...sparse, precision: "float32" },
  },
  ...(["float64", "float32"] as const).flatMap((precision) =>
    [true, false].map((accumulators): Silence => ({
      name: `spiking, ${accumulators ? "kept lazily" : "swept"}, ${precision}`,
      recipe: recipeOf("low"),
      options: { ...sparse, precision, optimize: { accumulators } },
    })),
  ),
];
/** What the inputs are held at while the network is active [nA]. */
const drive = 5;
/** Ten seconds, after which whatever decays is as small as numbers can be. */
const silentSteps = 100_000;

/** Two processes of the same network: one is driven, the other has heard nothing for long. */
async function runSilence({ name, recipe, options }: Silence, context: Context): Promise<void> {
  await inFolder(async (folder) => {
    const file = writeQuiet(folder, recipe);
    const spec = { of: "recipe", file, variation: "plain" } as const;
    const active = startWorker<Stepping>("workers/stepping");
    const silent = startWorker<Stepping>("workers/stepping");
    try {
      for (const worker of [active, silent]) {
        await worker.ask("compile", spec, options);
        await worker.ask("hold", drive);
        assert.ok((await worker.ask("advance", settling)) > 0, `${name}: nothing happens`);
      }
      await silent.ask("hold", 0);
      const rest = await silent.ask("advance", silentSteps);
      assert.ok(Math.abs(rest) < 1e-30, `${name}: the potentials are still ${rest}`);
      const timings = await alternate(
        [
          { name: "active", measure: () => active.ask("measure", turn, fewest) },
          { name: "after silence", measure: () => silent.ask("measure", turn, fewest) },
        ],
        context.rounds,
      );
      const [busy, quiet] = timings;
      context.report({
        case: `${name}, k = 8, N = 1000`,
        quantity: "after silence / active",
        ...ratioOf(quiet!, busy!),
        goal: { atMost: 1.5 },
        columns: { active: showTime(busy!.median), "after silence": showTime(quiet!.median) },
        raw: rawOf(timings),
        notes: { unit: "ms per step" },
      });
    } finally {
      active.end();
      silent.end();
    }
  });
}

const rateCase = (rate: number): string =>
  `${size.neurons * size.synapsesPerNeuron} synapses, sources fire at ${rate} Hz`;

export const activity: Benchmark = {
  question: "how does the time of a step follow the activity, and is silence cheap?",
  async run(context) {
    for (const rate of rates) {
      if (context.wants(rateCase(rate))) await runRate(rate, context);
    }
    for (const each of silences) {
      if (context.wants(each.name)) await runSilence(each, context);
    }
  },
};
