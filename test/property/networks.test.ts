// Properties of random networks, built and run through the public API. A failure prints the seed;
// MYELIN_SEED=<seed> repeats it, MYELIN_RUNS=10 looks ten times longer.

import fc from "fast-check";
import { CompileError, Network, neurons, synapses } from "../../src/index.js";
import type { CompileOptions, Model, Precision, Recording } from "../../src/index.js";
import { printProgram } from "../../src/ir/print.js";
import { flatten } from "../../src/lower/flatten.js";
import { lower } from "../../src/lower/lower.js";
import { passNames } from "../../src/lower/pipeline.js";
import { buildNetwork, dt, networkPlan, runs, timeLimit } from "../helpers/random-network.js";
import type { NetworkPlan } from "../helpers/random-network.js";
import { Dice } from "../helpers/random-program.js";
import {
  copyOf,
  driveOf,
  expectEqualSteps,
  expectSameTrace,
  shownBy,
  stepWith,
  traceOf,
} from "../helpers/running.js";
import type { Drive, Shown } from "../helpers/running.js";

const drive = driveOf(9);
/** The same for both copies of a batch. */
const drive2: Drive = (step, x) => {
  drive(step, x.subarray(0, x.length / 2));
  drive(step, x.subarray(x.length / 2));
};
const compats = [false, true];
/** How often a network is compiled anew. */
const again = process.env["MYELIN_RUNS"] === undefined ? 5 : 20;

type Options = Omit<CompileOptions, "backend" | "dt">;

const compiled = (plan: NetworkPlan, options: Options = {}): Promise<Model> =>
  buildNetwork(plan).compile({ dt, backend: "iterative", onWarning: () => {}, ...options });

/** Every pass alone, and all of them together. */
const settings = [
  ...passNames.map((on) => Object.fromEntries(passNames.map((name) => [name, name === on]))),
  "default" as const,
];

describe.each(compats)("with the ways of SNS-Toolbox: %s", (compat) => {
  const plans = networkPlan(compat);
  const precision = fc.constantFrom<Precision>("float64", "float32");

  test(
    "every pass alone and all together give the step that none of them gives",
    async () => {
      const property = fc.asyncProperty(plans, async (plan) => {
        const plain = await compiled(plan, { optimize: "none" });
        const others = await Promise.all(settings.map((optimize) => compiled(plan, { optimize })));
        await expectEqualSteps(plain, others, { steps: 20, drive, tolerance: 1e-12 });
      });
      await fc.assert(property, runs(2));
    },
    timeLimit,
  );

  test(
    "two runs are one run, and one run is single steps, bit for bit",
    async () => {
      const more = fc.record({
        first: fc.nat(25),
        second: fc.nat(25),
        every: fc.integer({ min: 1, max: 7 }),
        precision,
      });
      const property = fc.asyncProperty(plans, more, async (plan, of) => {
        const { first, second, every } = of;
        const model = await compiled(plan, { precision: of.precision });
        const record = [...model.state.names(), ...model.outputs.map(({ name }) => name)];
        const options = { input: drive, record, every };
        const whole = model.runSync({ steps: first + second, ...options });
        const end = await shownBy(model);

        model.reset({ keep: "nothing" });
        const parts = [first, second].map((steps) => model.runSync({ steps, ...options }));
        expectSameTrace([end], [await shownBy(model)]);
        expectSameTrace([recorded([whole])], [recorded(parts)]);

        model.reset({ keep: "nothing" });
        const single: number[] = [];
        for (let step = 0; step < first + second; step += 1) {
          const outputs = await stepWith(model, drive);
          if ((step + 1) % every === 0) single.push(...outputs);
        }
        expectSameTrace([end], [await shownBy(model)]);
        expect(single).toEqual(outputsOf(model, whole.traces, whole.steps.length));
      });
      await fc.assert(property, runs(5));
    },
    timeLimit,
  );

  test(
    "a snapshot at any step continues in another model, bit for bit",
    async () => {
      const more = fc.record({ before: fc.nat(40), optimized: fc.boolean(), precision });
      const property = fc.asyncProperty(plans, more, async (plan, of) => {
        const options = {
          precision: of.precision,
          optimize: of.optimized ? ("default" as const) : ("none" as const),
        };
        const model = await compiled(plan, options);
        model.runSync({ steps: of.before, input: drive });
        const bytes = model.snapshot();
        const other = await compiled(plan, options);
        other.runSync({ steps: 3, input: driveOf(2) });
        other.restore(bytes);
        expect(other.stepCount).toBe(of.before);
        expectSameTrace([await shownBy(model)], [await shownBy(other)]);
        expectSameTrace(await traceOf(model, 25, drive), await traceOf(other, 25, drive));
      });
      await fc.assert(property, runs(4));
    },
    timeLimit,
  );

  test(
    "a reset gives the run again, bit for bit",
    async () => {
      const property = fc.asyncProperty(plans, async (plan) => {
        const model = await compiled(plan);
        const first = await traceOf(model, 25, drive);
        model.reset({ keep: "nothing" });
        expectSameTrace(first, await traceOf(model, 25, drive));
      });
      await fc.assert(property, runs(2));
    },
    timeLimit,
  );

  test(
    "building and compiling again and again gives the same Program",
    async () => {
      const property = fc.asyncProperty(plans, async (plan) => {
        const printed = new Set<string>();
        for (let i = 0; i < again; i += 1) {
          printed.add(printProgram((await compiled(plan)).program));
        }
        expect(printed.size).toBe(1);
      });
      await fc.assert(property, runs(2));
    },
    timeLimit,
  );

  /** A network, one of its parameters, and a factor to change it by. */
  const change = {
    pick: fc.nat(100_000),
    factor: fc.double({ min: 0.85, max: 1.15, noNaN: true }),
  };

  test(
    "writing a tunable parameter does what lowering the network again does",
    async () => {
      const property = fc.asyncProperty(plans, fc.record(change), async (plan, of) => {
        const fixed = await compiled(plan);
        const name = pickParameter(fixed, of.pick);
        const tunable = await unlessStructural(compiled(plan, { tunable: [name] }));
        if (tunable === undefined) return;
        const value = fixed.params.get(name).map((each) => each * of.factor);
        for (const model of [fixed, tunable]) {
          model.runSync({ steps: 7, input: drive });
          model.params.set(name, value);
        }
        expect(tunable.params.get(name)).toEqual(fixed.params.get(name));
        const traces = [await traceOf(fixed, 10, drive), await traceOf(tunable, 10, drive)];
        const [first, second] = traces.map((trace) => trace.map(withoutCounters));
        expectSameTrace(first!, second!, 1e-9);
      });
      await fc.assert(property, runs(5));
    },
    timeLimit,
  );

  test(
    "every parameter takes back what it gave, and nothing changes",
    async () => {
      const more = fc.record({ pick: fc.nat(6), isBatch: fc.boolean(), precision });
      const property = fc.asyncProperty(plans, more, async (plan, of) => {
        const options = { precision: of.precision, ...(of.isBatch && { batch: 2 }) };
        const input = of.isBatch ? drive2 : drive;
        const [model, untouched] = [await compiled(plan, options), await compiled(plan, options)];
        for (const each of [model, untouched]) each.runSync({ steps: 5, input });
        for (const name of model.params.names().filter((_, i) => i % 7 === of.pick)) {
          const value = model.params.get(name);
          model.params.set(name, value);
          expect({ name, value: model.params.get(name) }).toEqual({ name, value });
        }
        if (of.precision === "float32") return;
        const traces = [await traceOf(untouched, 10, input), await traceOf(model, 10, input)];
        const [first, second] = traces.map((trace) => trace.map(withoutCounters));
        expectSameTrace(first!, second!, 1e-9);
      });
      await fc.assert(property, runs(2));
    },
    timeLimit,
  );

  test(
    "copies of a batch with values of their own are single networks with those values",
    async () => {
      const property = fc.asyncProperty(plans, fc.record(change), async (plan, of) => {
        const plain = await compiled(plan);
        const name = pickParameter(plain, of.pick);
        const batch = await unlessStructural(compiled(plan, { perCopy: [name], batch: 2 }));
        if (batch === undefined) return;
        const values = [1, of.factor].map((by) => plain.params.get(name).map((each) => each * by));
        batch.params.set(name, values);
        const together = await traceOf(batch, 12, drive2);
        for (const [copy, value] of values.entries()) {
          const single = await compiled(plan);
          single.params.set(name, value);
          const own = together.map((shown) => withoutCounters(copyOf(shown, copy, 2)));
          const alone = await traceOf(single, 12, drive);
          expectSameTrace(alone.map(withoutCounters), own, 1e-9);
        }
      });
      await fc.assert(property, runs(3));
    },
    timeLimit,
  );

  test(
    "lowering changes neither the network nor anything it was given",
    () => {
      const property = fc.property(plans, (plan) => {
        const network = buildNetwork(plan);
        const flat = flatten(network);
        const before = [network.summary(), contentsOf(flat)];
        const options = {
          ...({ dt, precision: "float64", seed: 0, batch: 1, perCopy: [], tunable: [] } as const),
          optimize: "default",
          debug: { channels: new Set<string>(), sink: () => {} },
        } as const;
        const first = lower(flat, options);
        const text = printProgram(first.program);
        const second = lower(flat, options);
        expect(printProgram(second.program)).toBe(text);
        expect(second.warnings).toEqual(first.warnings);
        expect([network.summary(), contentsOf(flat)]).toEqual(before);
      });
      fc.assert(property, runs(2));
    },
    timeLimit,
  );
});

/** One of the parameters that have a value; those of a connection without synapses have none. */
function pickParameter({ params }: Model, pick: number): string {
  const names = params.names().filter((name) => params.get(name).length > 0);
  return names[pick % names.length]!;
}

/** Delays and switches are structure: they cannot be tuned, and that is said. */
async function unlessStructural(compiling: Promise<Model>): Promise<Model | undefined> {
  try {
    return await compiling;
  } catch (error) {
    if (error instanceof CompileError && error.code === "not-tunable") return undefined;
    throw error;
  }
}

/** Refractory steps are counted only where a neuron can be refractory. */
const withoutCounters = (shown: Shown): Shown =>
  new Map([...shown].filter(([name]) => !name.endsWith(".refractoryLeft")));

/** What runs recorded, one after the other, by name. */
function recorded(parts: readonly Recording[]): Shown {
  const all = new Map<string, number[]>();
  const append = (name: string, values: ArrayLike<number>): void => {
    all.set(name, [...(all.get(name) ?? []), ...Array.from(values)]);
  };
  for (const { steps, time, traces, spikes } of parts) {
    append("(steps)", steps);
    append("(time)", time);
    for (const [name, values] of Object.entries(traces)) append(name, values);
    for (const [name, { step, index }] of Object.entries(spikes)) {
      append(`${name} steps`, step);
      append(`${name} indices`, index);
    }
  }
  return all;
}

/** Recorded outputs in the order of the output vector, step by step. */
function outputsOf(
  { outputs }: Model,
  traces: Readonly<Record<string, ArrayLike<number>>>,
  samples: number,
): number[] {
  return Array.from({ length: samples }, (_, i) =>
    outputs.flatMap(({ name, size }) => Array.from(traces[name]!).slice(i * size, (i + 1) * size)),
  ).flat();
}

/** All of a flat network as text, so that a change anywhere is seen. */
function contentsOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map || part instanceof Set) return [...part];
    if (ArrayBuffer.isView(part)) return [part.constructor.name, ...(part as Float64Array)];
    return part;
  });
}

test(
  "three thousand single neurons and six thousand synapses become less than forty ops",
  async () => {
    const net = new Network();
    const dice = new Dice(11);
    const cells = Array.from({ length: 3000 }, (_, i) => {
      const bias = dice.between(0, 4);
      return net.addNeuron(i % 3 === 0 ? neurons.spiking({ bias }) : neurons.nonSpiking({ bias }));
    });
    for (let i = 0; i < 6000; i += 1) {
      const maxConductance = dice.between(0.01, 0.2);
      const source = dice.below(3000);
      const target = cells[dice.below(3000)]!;
      const type =
        source % 3 === 0 && i % 2 === 0
          ? synapses.spiking({ maxConductance, transmissionDelay: dice.below(4) * dt })
          : synapses.nonSpiking({ maxConductance });
      net.addConnection(type, cells[source]!, target);
    }
    net.addInput(cells[0]!);
    net.addOutput(cells[1]!);
    const model = await net.compile({ dt, backend: "iterative", onWarning: () => {} });
    expect(model.program.ops.length).toBeLessThan(40);
    model.runSync({ steps: 3, input: 5 });
  },
  timeLimit,
);
