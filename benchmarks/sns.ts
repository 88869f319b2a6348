// Question: how much faster than a plain loop over typed arrays does the sparse backend step the
// networks of SNS-Toolbox's own speed tests? One thread, float64, the public interface.

import { strict as assert } from "node:assert";
import type { OptimizeOption } from "../src/index.js";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Contestant } from "./harness/alternate.js";
import type { Benchmark, Context, Goal } from "./harness/benchmark.js";
import { inFolder } from "./harness/files.js";
import { startLoop, writeRecipe } from "./harness/recipes.js";
import { showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Worker } from "./harness/workers.js";
import { describeRecipe } from "./networks/recipe.js";
import type { Recipe } from "./networks/recipe.js";
import type { Stepping, Way } from "./workers/stepping.js";

interface Case {
  readonly recipe: Recipe;
  readonly goal: Goal;
}

const graded = (synapsesPerNeuron: number | "all", neurons: number, goal: Goal): Case => ({
  recipe: { kind: "graded", synapsesPerNeuron, neurons },
  goal,
});
const spiking = (
  kind: "spiking" | "low",
  synapsesPerNeuron: number,
  neurons: number,
  atLeast: number,
): Case => ({ recipe: { kind, synapsesPerNeuron, neurons }, goal: { atLeast } });

const notSlower: Goal = { atLeast: 1 };
const cases: readonly Case[] = [
  graded(8, 10, { atLeast: 0.5 }),
  graded(8, 100, notSlower),
  graded(8, 300, notSlower),
  graded(8, 1000, { atLeast: 3, aim: 4 }),
  graded(8, 3000, { atLeast: 8 }),
  graded(1, 1000, { atLeast: 2.5, aim: 3 }),
  graded("all", 300, { atLeast: 4 }),
  spiking("spiking", 8, 1000, 2.5),
  spiking("spiking", 8, 3000, 2.5),
  spiking("low", 8, 1000, 6),
  spiking("low", 8, 3000, 6),
  spiking("low", 80, 1000, 25),
];

/** Steps after which both must have the same potentials. */
const checked = 500;
/** Steps before the clock starts: the potentials have settled. */
const settling = 2000;
/** How long each contestant measures in its turn [ms]. */
const turn = 120;
/** Networks smaller than this are used call by call. */
const fewNeurons = 100;

/** A worker with a settled network, whose potentials were those of the loop. */
async function startChecked(file: string, optimize: OptimizeOption, expected: number) {
  const worker = startWorker<Stepping>("workers/stepping");
  const spec = { of: "recipe", file, variation: "plain" } as const;
  // The loop lets conductances decay before they act, as SNS-Toolbox does.
  await worker.ask("compile", spec, { backend: "sparse", order: "sns", optimize });
  const found = await worker.ask("advance", checked);
  const error = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error < 1e-9, `${file}: sum of potentials ${found}, not ${expected}`);
  await worker.ask("advance", settling);
  return worker;
}

async function runCase({ recipe, goal }: Case, folder: string, context: Context): Promise<void> {
  const { file, maker } = writeRecipe(folder, recipe);
  const loop = await startLoop(file);
  const workers: Worker<Stepping>[] = [];
  try {
    const expected = await loop.sumAfter(checked);
    const settings: OptimizeOption[] = ["default"];
    if (recipe.kind !== "graded") settings.push({ accumulators: false });
    for (const optimize of settings) workers.push(await startChecked(file, optimize, expected));
    const [usual, swept] = workers as [Worker<Stepping>, Worker<Stepping>?];
    // Few spikes differ in number from block to block: longer blocks.
    const fewest = recipe.kind === "low" ? 1000 : 100;
    const contestant = (name: string, worker: Worker<Stepping>, way: Way): Contestant => ({
      name,
      measure: () => worker.ask("measure", turn, fewest, way),
    });
    const contestants: Contestant[] = [
      { name: "plain loop", measure: () => loop.measure(turn) },
      contestant("run", usual, "run"),
      contestant("step(x, out)", usual, "step(vector, out)"),
      ...(swept === undefined ? [] : [contestant("run, swept", swept, "run")]),
    ];
    const timings = await alternate(contestants, context.rounds);
    const isSmall = recipe.neurons < fewNeurons;
    const [plain, run, step] = timings;
    context.report({
      case: describeRecipe(recipe),
      quantity: "plain loop / sparse",
      ...ratioOf(plain!, isSmall ? step! : run!),
      goal,
      columns: {
        ...Object.fromEntries(timings.map(({ name, median }) => [name, showTime(median)])),
        ...(isSmall && { "timed by": step!.name }),
      },
      raw: rawOf(timings),
      notes: { unit: "ms per step", yardstick: loop.name, network: maker },
    });
  } finally {
    loop.end();
    for (const worker of workers) worker.end();
  }
}

export const sns: Benchmark = {
  question: "how much faster than a plain loop are the networks of SNS-Toolbox's speed tests?",
  run: (context) =>
    inFolder(async (folder) => {
      for (const each of cases) {
        if (context.wants(describeRecipe(each.recipe))) await runCase(each, folder, context);
      }
    }),
};
