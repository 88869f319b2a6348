// Question: does a network keep its speed when its models are changed a little, or was it written
// into the backend? Another name for a constant, a state more, and a second kind of synapse.

import { strict as assert } from "node:assert";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { inFolder } from "./harness/files.js";
import { writeRecipe } from "./harness/recipes.js";
import { showTime } from "./harness/report.js";
import { findRows } from "./harness/rows.js";
import { startWorker } from "./harness/workers.js";
import type { NetworkSpec } from "./networks/build.js";
import { recipeVariations } from "./networks/recipe-models.js";
import { describeRecipe } from "./networks/recipe.js";
import type { Recipe } from "./networks/recipe.js";
import { variations } from "./networks/vogels-abbott.js";
import type { Stepping, SteppingOptions } from "./workers/stepping.js";

/** A network in all its variations, the plain one first. */
interface Family {
  readonly name: string;
  readonly specs: readonly NetworkSpec[];
  readonly options: SteppingOptions;
  /** Steps after which all must have the same potentials. */
  readonly checked: number;
}

const recipes: readonly Recipe[] = [
  { kind: "graded", neurons: 1000, synapsesPerNeuron: 8 },
  { kind: "spiking", neurons: 1000, synapsesPerNeuron: 8 },
  { kind: "low", neurons: 1000, synapsesPerNeuron: 8 },
];

/** What a variation may cost, as part of the plain network. */
const goal = { atMost: 1.5 };
/** How long each contestant measures in its turn [ms]. */
const turn = 150;
const settling = 2000;
/** Steps in a block, at least. */
const fewest = 500;

function recipeFamily(folder: string, recipe: Recipe): Family {
  const { file } = writeRecipe(folder, recipe);
  return {
    name: describeRecipe(recipe),
    specs: recipeVariations.map((variation) => ({ of: "recipe", file, variation })),
    options: { backend: "sparse", order: "sns" },
    checked: 300,
  };
}

function vogelsAbbottFamily(folder: string): Family {
  const { file } = findRows(folder);
  return {
    name: "Vogels-Abbott",
    specs: variations.map((variation) => ({ of: "vogelsAbbott", file, variation })),
    options: { backend: "sparse", precision: "float32" },
    checked: 500,
  };
}

async function runFamily(family: Family, context: Context): Promise<void> {
  const { name, specs, options, checked } = family;
  const workers = specs.map(() => startWorker<Stepping>("workers/stepping"));
  try {
    const sums: number[] = [];
    for (const [i, worker] of workers.entries()) {
      await worker.ask("compile", specs[i]!, options);
      sums.push(await worker.ask("advance", checked));
      await worker.ask("advance", settling);
    }
    const tolerance = 1e-9 * Math.max(1, Math.abs(sums[0]!));
    for (const sum of sums) assert.ok(Math.abs(sum - sums[0]!) <= tolerance, `${name}: ${sums}`);
    const contestants = workers.map((worker, i) => ({
      name: "variation" in specs[i]! ? specs[i].variation : "",
      measure: () => worker.ask("measure", turn, fewest),
    }));
    const [plain, ...others] = await alternate(contestants, context.rounds);
    for (const other of others) {
      context.report({
        case: `${name}: ${other.name}`,
        quantity: "variation / plain",
        ...ratioOf(other, plain!),
        goal,
        columns: { plain: showTime(plain!.median), variation: showTime(other.median) },
        raw: rawOf([plain!, other]),
        notes: { unit: "ms per step" },
      });
    }
  } finally {
    for (const worker of workers) worker.end();
  }
}

export const variation: Benchmark = {
  question: "does a network keep its speed when its models are changed a little?",
  run: (context) =>
    inFolder(async (folder) => {
      const makers = [
        ...recipes.map((recipe) => () => recipeFamily(folder, recipe)),
        () => vogelsAbbottFamily(folder),
      ];
      const names = [...recipes.map(describeRecipe), "Vogels-Abbott"];
      for (const [i, make] of makers.entries()) {
        if (context.wants(names[i]!)) await runFamily(make(), context);
      }
    }),
};
