// Random networks in the sparse backend as in the iterative one, bit for bit: whatever the options,
// however the steps are cut into runs, with states and parameters written on the way. A failure
// prints the seed; MYELIN_SEED=<seed> repeats it, MYELIN_RUNS=10 looks ten times longer.

import fc from "fast-check";
import { CompileError, DivergenceError, MyelinError } from "../../src/index.js";
import type { CompileOptions, Model, Precision, Recording } from "../../src/index.js";
import { orderNames } from "../../src/lower/orders.js";
import { optimize, passNames } from "../../src/lower/pipeline.js";
import { addHosts, hosts } from "../helpers/hosted-program.js";
import { dt, timeLimit } from "../helpers/random-network.js";
import { Dice } from "../helpers/random-program.js";
import { inputLength } from "../helpers/running.js";
import {
  expectSameArrays,
  expectSameState,
  firstDifference,
  loadPair,
  outputsFor,
  sizeOf,
  stepPair,
  vectorFor,
} from "../helpers/side-by-side.js";
import { buildWide, widePlan, type WidePlan } from "../helpers/wide-network.js";

type Options = Omit<CompileOptions, "backend" | "dt">;
type Optimize = NonNullable<CompileOptions["optimize"]>;

/** The same network in both backends. */
interface Twins {
  readonly truth: Model;
  readonly other: Model;
}

/** Every pass alone, all but one, the usual ones, none. */
const passes: fc.Arbitrary<Optimize> = fc.oneof(
  fc.constantFrom<Optimize>("none", "default", "default"),
  fc.constantFrom(...passNames).map((on) => {
    return Object.fromEntries(passNames.map((name) => [name, name === on]));
  }),
  fc.constantFrom(...passNames).map((off) => ({ [off]: false })),
);

const scenario = fc.record({
  precision: fc.constantFrom<Precision>("float64", "float32"),
  batch: fc.constantFrom(1, 1, 3),
  order: fc.constantFrom(...orderNames),
  optimize: passes,
  isTunable: fc.boolean(),
  /** Steps of the longest run; its parts end just before, at and after a multiple of 500. */
  steps: fc.oneof({ weight: 6, arbitrary: fc.constant(30) }, fc.constantFrom(499, 500, 501)),
  every: fc.constantFrom(1, 7),
  seed: fc.nat(10_000),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const silent = { dt, onWarning: () => {} } as const;

/** Some parameters that can be tuned. */
async function tunables(plan: WidePlan, { isTunable, seed }: Scenario): Promise<string[]> {
  if (!isTunable) return [];
  const model = await buildWide(plan).compile({ ...silent, backend: "iterative" });
  const dice = new Dice(seed);
  return model.params.names().filter(() => dice.chance(0.2));
}

async function compileTwins(plan: WidePlan, of: Scenario): Promise<Twins> {
  const { precision, batch, order, optimize: chosen, seed } = of;
  const plain: Options = { precision, batch, order, optimize: chosen, seed };
  const both = async (options: Options): Promise<Twins> => ({
    truth: await buildWide(plan).compile({ ...silent, ...options, backend: "iterative" }),
    other: await buildWide(plan).compile({ ...silent, ...options, backend: "sparse" }),
  });
  try {
    return await both({ ...plain, tunable: await tunables(plan, of) });
  } catch (error) {
    // Delays and switches are structure.
    if (error instanceof CompileError && error.code === "not-tunable") return both(plain);
    throw error;
  }
}

/** Ends a scenario whose network no longer has finite states. */
class Diverged extends Error {}

/** Throws where two vectors differ. */
function same(what: string, wanted: ArrayLike<number>, found: ArrayLike<number>): void {
  const place = firstDifference(wanted, found);
  if (place >= 0) throw new Error(`${what}, ${place}: ${wanted[place]} became ${found[place]}`);
}

/** Does the same with both; what one refuses the other must refuse in the same words. */
function both<T>({ truth, other }: Twins, act: (model: Model) => T): [T, T] | undefined {
  const outcome = (model: Model): { value: T } | { error: MyelinError } => {
    try {
      return { value: act(model) };
    } catch (error) {
      if (error instanceof MyelinError) return { error };
      throw error;
    }
  };
  const [first, second] = [outcome(truth), outcome(other)];
  if ("error" in first) {
    // The truth looks at every step, the other every now and then.
    if (first.error instanceof DivergenceError) throw new Diverged();
    expect("error" in second ? second.error.message : "no error").toBe(first.error.message);
    return undefined;
  }
  if ("error" in second) throw second.error;
  return [first.value, second.value];
}

function sameStates(twins: Twins): void {
  const { truth, other } = twins;
  expect(other.stepCount).toBe(truth.stepCount);
  for (const name of truth.state.names()) {
    same(`${name} after ${truth.stepCount} steps`, truth.state.get(name), other.state.get(name));
  }
  same("snapshot", truth.snapshot(), other.snapshot());
}

/** Inputs that drive, hold down and stop. */
function drive(step: number, x: ArrayLike<number> & { [i: number]: number }): void {
  const strength = [9, 25, 0, -4][Math.floor(step / 12) % 4]!;
  for (let i = 0; i < x.length; i++) x[i] = strength * (0.4 + ((step * 7 + i * 13) % 17) / 16);
}

function doSteps(twins: Twins, count: number): void {
  const x = new Float64Array(inputLength(twins.truth));
  for (let i = 0; i < count; i++) {
    drive(twins.truth.stepCount, x);
    const outputs = both(twins, (model) => model.step(x));
    if (outputs !== undefined) same(`outputs of step ${twins.truth.stepCount - 1}`, ...outputs);
  }
}

function sameRecordings([wanted, found]: readonly [Recording, Recording]): void {
  expect({ done: found.done, stopped: found.stopped }).toEqual({
    done: wanted.done,
    stopped: wanted.stopped,
  });
  same("sampled steps", wanted.steps, found.steps);
  for (const [name, trace] of Object.entries(wanted.traces)) same(name, trace, found.traces[name]!);
  for (const [name, { step, index }] of Object.entries(wanted.spikes)) {
    same(`${name}, steps`, step, found.spikes[name]!.step);
    same(`${name}, indices`, index, found.spikes[name]!.index);
  }
}

function doRun(twins: Twins, steps: number, { every, seed }: Scenario): void {
  const dice = new Dice(seed + steps);
  const names = [...twins.truth.state.names(), ...twins.truth.outputs.map(({ name }) => name)];
  const record = names.filter(() => dice.chance(0.6));
  const chunk = 1 + dice.below(600);
  const options = { steps, record, every, chunk, ...(dice.chance(0.7) && { input: drive }) };
  const recordings = both(twins, (model) => model.runSync(options));
  if (recordings !== undefined) sameRecordings(recordings);
}

/** Moves the running state from one to the other and back, which must not be seen. */
function exchange(twins: Twins): void {
  const { truth, other } = twins;
  const x = new Float64Array(inputLength(truth));
  const stepAlone = (model: Model): void => {
    drive(model.stepCount, x);
    try {
      model.step(x);
    } catch (error) {
      throw error instanceof DivergenceError ? new Diverged() : error;
    }
  };
  for (let i = 0; i < 5; i++) stepAlone(truth);
  other.restore(truth.snapshot());
  sameStates(twins);
  for (let i = 0; i < 5; i++) stepAlone(other);
  truth.restore(other.snapshot());
  doSteps(twins, 8);
  sameStates(twins);
}

/** Writes parameters, tunable ones and others, and states. */
function writeSome(twins: Twins, { seed }: Scenario): void {
  const dice = new Dice(seed + 31);
  const { truth } = twins;
  const pick = (names: readonly string[]): string => names[dice.below(names.length)]!;
  for (let i = 0; i < 3; i++) {
    const name = pick(truth.params.names());
    const by = dice.between(0.85, 1.15);
    const value = truth.params.get(name).map((each) => each * by);
    both(twins, (model) => model.params.set(name, value));
    doSteps(twins, 4);
  }
  const states = truth.state.names().filter((name) => truth.state.info(name).kind === "state");
  const name = pick(states);
  const value = truth.state.get(name).map((each) => 0.75 * each);
  both(twins, (model) => model.state.set(name, value));
  doSteps(twins, 4);
  sameStates(twins);
}

const factor = Number(process.env["MYELIN_RUNS"] ?? 1);
const settings = (count: number) => ({
  numRuns: Math.max(1, Math.round(count * factor)),
  // Only ends the shrinking of a failure.
  interruptAfterTimeLimit: timeLimit,
  markInterruptAsFailure: true,
});

test(
  "a network does the same steps in both, whatever happens on the way",
  async () => {
    const property = fc.asyncProperty(widePlan, scenario, async (plan, of) => {
      const twins = await compileTwins(plan, of);
      try {
        sameStates(twins);
        doSteps(twins, 20);
        sameStates(twins);
        doRun(twins, of.steps, of);
        doRun(twins, 1, of);
        sameStates(twins);
        exchange(twins);
        writeSome(twins, of);
        doRun(twins, 13, of);
        both(twins, (model) => model.reset());
        doSteps(twins, 5);
        sameStates(twins);
      } catch (error) {
        if (!(error instanceof Diverged)) throw error;
      }
      for (const model of [twins.truth, twins.other]) model.dispose();
    });
    await fc.assert(property, settings(12));
  },
  timeLimit,
);

test(
  "a network that calls functions of the user does the same steps in both",
  async () => {
    const property = fc.asyncProperty(widePlan, scenario, async (plan, of) => {
      const { precision, batch, order, optimize: chosen, seed } = of;
      const { program } = await buildWide(plan).compile({
        ...{ ...silent, precision, batch, order, seed, optimize: "none", backend: "iterative" },
      });
      const pair = loadPair(optimize(addHosts(program, seed), chosen), hosts);
      const x = vectorFor(program, sizeOf(pair.program, "input"));
      const outputs = outputsFor(pair.program);
      for (let step = 0; step < 25; step++) {
        drive(step, x);
        stepPair(pair, x, outputs);
        if (step % 8 === 0) expectSameArrays(pair);
      }
      expectSameState(pair);
      for (const one of [pair.truth, pair.other]) one.dispose();
    });
    await fc.assert(property, settings(12));
  },
  timeLimit,
);
