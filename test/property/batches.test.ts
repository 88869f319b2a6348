// A batch of B copies is B runs, bit for bit, with inputs, parameters and states of their own, on every
// synchronous backend. A failure prints the seed; MYELIN_SEED=<seed> repeats it, MYELIN_RUNS=10 looks
// ten times longer.

import fc from "fast-check";
import { CompileError, DivergenceError } from "../../src/index.js";
import type { CompileOptions, Model } from "../../src/index.js";
import { dt, timeLimit } from "../helpers/random-network.js";
import { Dice } from "../helpers/random-program.js";
import { inputLength } from "../helpers/running.js";
import { firstDifference } from "../helpers/side-by-side.js";
import { buildWide, widePlan } from "../helpers/wide-network.js";
import type { WidePlan } from "../helpers/wide-network.js";

const copies = 3;

const scenario = fc.record({
  backend: fc.constantFrom("iterative" as const, "sparse" as const),
  precision: fc.constantFrom("float64" as const, "float32" as const),
  seed: fc.nat(10_000),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Compiled {
  readonly batch: Model;
  readonly alone: readonly Model[];
  /** Parameters with a value for each copy. */
  readonly perCopy: readonly string[];
}

async function compileAll(plan: WidePlan, of: Scenario): Promise<Compiled> {
  const { backend, precision, seed } = of;
  const options = { dt, onWarning: () => {}, backend, precision } as const;
  const one = (more: Partial<CompileOptions> = {}): Promise<Model> =>
    buildWide(plan).compile({ ...options, ...more }) as Promise<Model>;
  const with_ = async (perCopy: readonly string[]): Promise<Compiled> => ({
    batch: await one({ batch: copies, perCopy }),
    alone: await Promise.all(Array.from({ length: copies }, () => one({ tunable: perCopy }))),
    perCopy,
  });
  const dice = new Dice(seed);
  const names = (await one()).params.names().filter(() => dice.chance(0.1));
  try {
    return await with_(names);
  } catch (error) {
    // Delays and switches are structure.
    if (error instanceof CompileError && error.code === "not-tunable") return with_([]);
    throw error;
  }
}

/** Gives every copy values of its own. */
function setParameters({ batch, alone, perCopy }: Compiled, dice: Dice): void {
  for (const name of perCopy) {
    const values = alone.map((model) => {
      const factor = dice.between(0.9, 1.1);
      const own = Float64Array.from(model.params.get(name), (each) => each * factor);
      model.params.set(name, own);
      return own;
    });
    batch.params.set(name, Float64Array.from(values.flatMap((own) => Array.from(own))));
  }
}

/** The share of one copy in a vector of all. */
const shareOf = (all: ArrayLike<number>, copy: number): number[] => {
  const size = all.length / copies;
  return Array.from(all).slice(copy * size, (copy + 1) * size);
};

function compareStep({ batch, alone }: Compiled, dice: Dice): void {
  const size = inputLength(alone[0]!);
  const x = dice.values(size * copies, -4, 20);
  const together = batch.step(x);
  alone.forEach((model, copy) => {
    const own = model.step(x.subarray(copy * size, (copy + 1) * size));
    const place = firstDifference(own, shareOf(together, copy));
    if (place >= 0) throw new Error(`copy ${copy}, output ${place}, step ${model.stepCount - 1}`);
  });
}

function compareStates({ batch, alone }: Compiled): void {
  for (const name of batch.state.names()) {
    const all = batch.state.get(name);
    alone.forEach((model, copy) => {
      const place = firstDifference(model.state.get(name), shareOf(all, copy));
      if (place >= 0) throw new Error(`${name}[${place}] of copy ${copy}`);
    });
  }
}

test(
  "a batch runs as its copies run alone",
  async () => {
    const property = fc.asyncProperty(widePlan, scenario, async (plan, of) => {
      const all = await compileAll(plan, of);
      const dice = new Dice(of.seed + 1);
      try {
        setParameters(all, dice);
        for (let step = 0; step < 30; step += 1) compareStep(all, dice);
        compareStates(all);
      } catch (error) {
        if (!(error instanceof DivergenceError)) throw error;
      }
      for (const model of [all.batch, ...all.alone]) model.dispose();
    });
    const numRuns = Math.round(5 * Number(process.env["MYELIN_RUNS"] ?? 1));
    const interrupted = { interruptAfterTimeLimit: timeLimit, markInterruptAsFailure: true };
    await fc.assert(property, { numRuns, ...interrupted });
  },
  timeLimit,
);
