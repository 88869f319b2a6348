// A process that compiles one network for any backend and steps copies of it, with promises: the
// contestant of the benchmark of the dense backend.

import type { AsyncModel, CompileOptions, Model, Values } from "../../src/index.js";
import { serve } from "../harness/workers.js";
import { buildNetwork } from "../networks/build.js";
import type { NetworkSpec } from "../networks/build.js";

/** How to compile; `dt` is 0.1 ms. */
export type BatchOptions = Pick<CompileOptions, "precision"> & {
  readonly backend: "sparse" | "dense";
  readonly batch: number;
};

/** How steps are asked for: in one run, or call by call. */
export type Way = keyof typeof ways;

let model: Model | AsyncModel;
let input: Values;
let out: Values;

const ways = {
  run: async (steps: number) => void (await model.run({ steps, input, chunk: 500 })),
  step: async (steps: number) => {
    for (let i = 0; i < steps; i += 1) await model.step(input, out);
  },
};

const service = {
  /** Compiles, and steps once. */
  async compile(spec: NetworkSpec, { backend, batch, precision }: BatchOptions): Promise<void> {
    const built = buildNetwork(spec);
    const copies = batch > 1 ? { batch } : {};
    const options = { dt: 0.1, backend, ...copies, onWarning: () => {} } as const;
    model = await built.network.compile(
      precision === undefined ? options : { ...options, precision },
    );
    const make = precision === "float32" ? Float32Array : Float64Array;
    // Copies differ by their inputs.
    const values = Array.from({ length: batch * built.input.length }, (_, i) => {
      const copy = Math.floor(i / built.input.length);
      return built.input[i % built.input.length]! * (1 + 0.05 * copy);
    });
    input = make.from(values);
    out = (await model.step(input)).slice();
    await model.reset();
  },
  /** Potentials of all copies after so many steps. */
  async potentials(steps: number): Promise<number[]> {
    await model.run({ steps, input });
    return Array.from(await model.state.get("cells.V"));
  },
  /** Time of a step [ms] in the shortest of the blocks of steps that fit into a while. */
  async measure(milliseconds: number, steps: number, way: Way): Promise<number> {
    const end = performance.now() + milliseconds;
    let least = Infinity;
    do {
      const start = performance.now();
      await ways[way](steps);
      least = Math.min(least, (performance.now() - start) / steps);
    } while (performance.now() < end);
    return least;
  },
};

export type Batches = typeof service;

serve(service);
