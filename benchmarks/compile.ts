// Question: how long does compile() take, and how much memory? Up to the end of a first step, so that
// nothing is put off.

import { strict as assert } from "node:assert";
import { median } from "./harness/alternate.js";
import type { Benchmark, Context, Goal } from "./harness/benchmark.js";
import { show, showIn } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { NetworkSpec } from "./networks/build.js";
import type { Compiling } from "./workers/compiling.js";
import type { Stepping } from "./workers/stepping.js";

interface Case {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly goal?: Goal;
  /** How often it was compiled before in the same process. */
  readonly warmUps: number;
}

const small = { neurons: 100, synapsesPerNeuron: 10 } as const;
const singles = (synapsesPerNeuron: number): NetworkSpec => ({
  ...{ of: "singles", neurons: 100, synapsesPerNeuron },
});
const large = { neurons: 100_000, synapsesPerNeuron: 10 } as const;
const soon = { atMost: 30 };
const cases: readonly Case[] = [
  ...[1, 3, 10].map((fan) => ({
    name: `100 single neurons, ${100 * fan} single synapses`,
    ...{ spec: singles(fan), goal: soon, warmUps: 10 },
  })),
  {
    name: "a population of 100, 1000 synapses",
    spec: { of: "population", ...small },
    goal: soon,
    warmUps: 10,
  },
  { name: "100 single neurons, the first network", spec: singles(3), warmUps: 0 },
  {
    name: "a population of 100, the first network",
    spec: { of: "population", ...small },
    warmUps: 0,
  },
  {
    name: "10^5 neurons, 10^6 synapses",
    spec: { of: "population", ...large },
    goal: { atMost: 3000 },
    warmUps: 0,
  },
];

/** The small networks give the same on both backends. */
async function check(spec: NetworkSpec): Promise<void> {
  const sums: number[] = [];
  for (const backend of ["sparse", "iterative"] as const) {
    const worker = startWorker<Stepping>("workers/stepping");
    await worker.ask("compile", spec, { backend });
    sums.push(await worker.ask("advance", 100));
    worker.end();
  }
  assert.equal(sums[0], sums[1], spec.of);
}

async function runCase({ name, spec, goal, warmUps }: Case, context: Context): Promise<void> {
  type Found = Awaited<ReturnType<Compiling["compile"]>>;
  const found: Found[] = [];
  const options = { backend: "sparse" } as const;
  // What is the first in its process needs a new process each time.
  for (let round = 0; round < context.rounds; round += warmUps === 0 ? 1 : context.rounds) {
    const worker = startWorker<Compiling>("workers/compiling");
    for (let i = 0; i < warmUps; i += 1) await worker.ask("compile", spec, options);
    const count = warmUps === 0 ? 1 : context.rounds;
    for (let i = 0; i < count; i += 1) found.push(await worker.ask("compile", spec, options));
    worker.end();
  }
  const of = (key: keyof Found): number[] => found.map((each) => each[key]);
  const megabytes = (key: keyof Found): string => showIn(median(of(key)) / 2 ** 20, "MiB");
  context.report({
    case: name,
    quantity: "compile",
    value: median(of("compiling")),
    unit: "ms",
    ...(goal !== undefined && { goal }),
    columns: {
      "building the network": `${show(median(of("building")))} ms`,
      "arrays of the model": megabytes("held"),
      ...(warmUps === 0 && { "process grows by at most": megabytes("grown") }),
    },
    raw: { compiling: of("compiling"), building: of("building"), grown: of("grown") },
    notes: { unit: "ms, bytes", "compiled before": warmUps },
  });
}

export const compile: Benchmark = {
  question: "how long does compile() take, and how much memory?",
  async run(context) {
    const wanted = cases.filter(({ name }) => context.wants(name));
    if (wanted.length > 0)
      await Promise.all([check(singles(3)), check({ of: "population", ...small })]);
    for (const each of wanted) await runCase(each, context);
  },
};
