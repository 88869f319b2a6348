// The files of recipe networks, and the plain loop over them in a process of its own: ours, or the
// programs of the folder `shared` where they are. Invariant: both read the same files.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRecipe } from "../networks/recipe.js";
import type { Recipe } from "../networks/recipe.js";
import type { PlainLoop } from "../yardsticks/plain-loop.js";
import { sharedFile } from "./files.js";
import { startWorker } from "./workers.js";

const makerFile = sharedFile("bench/make-sns-net.mjs");
const loopFile = sharedFile("bench/sns-floor.mjs");

const node = (file: string, args: readonly (string | number)[]): string =>
  execFileSync(process.execPath, [file, ...args.map(String)], { encoding: "utf8", maxBuffer: 1e9 });

/** Writes the network of a recipe with synapses so weak, and no bias, that it falls silent. */
export function writeQuiet(folder: string, recipe: Recipe): string {
  const { bias, edges, ...rest } = makeRecipe(recipe);
  const weak = edges.map(([source, target, conductance, reversal]) =>
    // Graded excitation of the recipe's strength keeps itself up.
    [source, target, recipe.kind === "graded" ? conductance / 20 : conductance, reversal],
  );
  const file = join(folder, "quiet.json");
  writeFileSync(file, JSON.stringify({ ...rest, bias: bias.map(() => 0), edges: weak }));
  return file;
}

/** Writes the network of a recipe into a folder and tells the file and who made it. */
export function writeRecipe(
  folder: string,
  recipe: Recipe,
): { readonly file: string; readonly maker: string } {
  const { kind, neurons, synapsesPerNeuron } = recipe;
  const file = join(folder, `${kind}-${neurons}-${synapsesPerNeuron}.json`);
  const fan = synapsesPerNeuron === "all" ? ["--dense"] : ["--spn", synapsesPerNeuron];
  const activity = { graded: [], spiking: ["--spiking"], low: ["--spiking", "--low"] }[kind];
  const isShared = makerFile !== undefined;
  const text = isShared
    ? node(makerFile, ["--n", neurons, ...fan, ...activity])
    : JSON.stringify(makeRecipe(recipe));
  writeFileSync(file, text);
  return { file, maker: isShared ? "shared make-sns-net.mjs" : "networks/recipe.ts" };
}

/** A plain loop over a recipe network. */
export interface Loop {
  readonly name: string;
  /** Sum of the potentials after so many steps from the start. */
  sumAfter(steps: number): Promise<number>;
  /** Time of a step [ms]. */
  measure(milliseconds: number): Promise<number>;
  end(): void;
}

interface LoopOutput {
  readonly state_sum: number;
  readonly ms_per_step_min_block: number;
}

/** Every measurement starts a process: its blocks are short, and the least of them counts. */
function sharedLoop(program: string, file: string): Loop {
  const ask = (...args: readonly (string | number)[]): LoopOutput =>
    JSON.parse(node(program, [file, ...args])) as LoopOutput;
  return {
    name: "shared sns-floor.mjs",
    sumAfter: async (steps) => ask(1, 1, steps).state_sum,
    async measure(milliseconds) {
      const seconds = Math.min(0.004, milliseconds / 4000);
      return ask(Math.ceil(milliseconds / 1000 / seconds), seconds).ms_per_step_min_block;
    },
    end: () => {},
  };
}

async function ownLoop(file: string): Promise<Loop> {
  const worker = startWorker<PlainLoop>("yardsticks/plain-loop");
  await worker.ask("load", file);
  return {
    name: "yardsticks/plain-loop.ts",
    async sumAfter(steps) {
      await worker.ask("load", file);
      const sum = await worker.ask("advance", steps);
      await worker.ask("advance", 1000);
      return sum;
    },
    measure: (milliseconds) => worker.ask("measure", milliseconds),
    end: () => worker.end(),
  };
}

/** Starts the plain loop: the shared program where it is there, unless ours is asked for. */
export const startLoop = (file: string, isOwn = false): Promise<Loop> =>
  loopFile === undefined || isOwn ? ownLoop(file) : Promise.resolve(sharedLoop(loopFile, file));
