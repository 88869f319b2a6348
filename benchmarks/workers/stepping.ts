// A process that compiles one network and steps it: the contestant of most benchmarks. Invariant: it
// goes on from where it is; only what says so starts again.

import type { CompileOptions, Model, Values } from "../../src/index.js";
import { stepTime, timeOnce } from "../harness/alternate.js";
import { serve } from "../harness/workers.js";
import { buildNetwork } from "../networks/build.js";
import type { Built, NetworkSpec } from "../networks/build.js";
import { joinSpikes, prefixOf, recorded } from "../networks/vogels-abbott.js";

/** How to compile; `dt` is 0.1 ms. */
export type SteppingOptions = Pick<
  CompileOptions,
  "precision" | "optimize" | "order" | "workers"
> & {
  readonly backend: "sparse" | "iterative";
};

/** How steps are asked for: in one run, or call by call. */
export type Way = keyof typeof ways;

let model: Model;
let built: Built;
let input: Values;
let out: Values;

const repeat = (steps: number, call: () => unknown): void => {
  for (let i = 0; i < steps; i += 1) call();
};
let list: readonly number[] = [];
const ways = {
  run: (steps: number) => void model.runSync({ steps, input }),
  "step(vector, out)": (steps: number) => repeat(steps, () => model.step(input, out)),
  "step(array, out)": (steps: number) => repeat(steps, () => model.step(list, out)),
  "step(number, out)": (steps: number) => repeat(steps, () => model.step(5, out)),
  "step(vector)": (steps: number) => repeat(steps, () => model.step(input)),
  "model(vector)": (steps: number) => repeat(steps, () => model(input)),
};

function sumOfState(): number {
  let sum = 0;
  for (const name of built.watched) {
    const variable = model.state.names().includes(`${name}.V`) ? "V" : "phase";
    for (const value of model.state.get(`${name}.${variable}`)) sum += value;
  }
  return sum;
}

const service = {
  /** Compiles; gives the time that took [ms]. */
  async compile(spec: NetworkSpec, options: SteppingOptions): Promise<number> {
    built = buildNetwork(spec);
    const time = await timeOnce(async () => {
      model = await built.network.compile({ dt: 0.1, ...options, onWarning: () => {} });
    });
    const make = options.precision === "float32" ? Float32Array : Float64Array;
    input = make.from(built.input);
    list = Array.from(built.input);
    out = model.step(input).slice();
    model.reset();
    return time;
  },
  /** Steps with the input held, or with none, and tells the sum of the potentials. */
  advance(steps: number, isDriven = true): number {
    model.runSync(isDriven ? { steps, input } : { steps });
    return sumOfState();
  },
  /** Spikes of the first steps of the Vogels-Abbott network, as its recordings tell them. */
  prefix(before: number) {
    model.reset();
    return prefixOf(joinSpikes(model.runSync({ steps: before, record: recorded }).spikes), before);
  },
  /** Holds all inputs at this value from now on. */
  hold(value: number): void {
    input.fill(value);
    list = Array.from(input);
  },
  /** How many spikes these populations fire in so many steps. */
  spikes(steps: number): number {
    const record = built.watched.map((name) => `${name}.spikes`);
    const { spikes } = model.runSync({ steps, record });
    return Object.values(spikes).reduce((sum, { index }) => sum + index.length, 0);
  },
  /** Time of a step [ms], measured for a while in blocks of at least so many steps. */
  measure: (milliseconds: number, fewest: number, way: Way = "run"): number =>
    stepTime(ways[way], milliseconds, fewest),
  /** Collects garbage; only where the process was started with --expose-gc. */
  collect: (): void => globalThis.gc?.(),
  /** Bytes that the process holds, the most that it ever held, and those of its objects and arrays. */
  memory() {
    const { heapUsed, external } = process.memoryUsage();
    return {
      used: heapUsed + external,
      now: process.memoryUsage().rss,
      most: 1024 * process.resourceUsage().maxRSS,
    };
  },
  /** Bytes that a step is expected to read and write. */
  touched(): number {
    const { backend, candidates } = model.explain();
    const chosen = candidates.find(({ name }) => name === backend);
    if (chosen?.estimate === undefined) throw new Error(`${backend} does not say what it touches`);
    return chosen.estimate.bytes;
  },
};

export type Stepping = typeof service;

serve(service);
