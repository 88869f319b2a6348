// Edge states that are kept lazily, on random networks and in every order of the step: each step from
// equal states gives what the plain Program gives, and everything else that a model can do works.

import fc from "fast-check";
import type { CompileOptions, Model, Precision } from "../../src/index.js";
import { orderNames } from "../../src/lower/orders.js";
import { runs, timeLimit } from "../helpers/random-network.js";
import {
  driveOf,
  expectEqualSteps,
  expectSameTrace,
  shownBy,
  traceOf,
} from "../helpers/running.js";
import { dt, spikingNetwork } from "../helpers/spiking-network.js";

const drive = driveOf(9);
type Options = Omit<CompileOptions, "backend" | "dt">;

const compiled = (seed: number, options: Options = {}): Promise<Model> =>
  spikingNetwork(seed).compile({ dt, backend: "iterative", onWarning: () => {}, ...options });

/** With everything lazily that can be, after the other passes or without them. */
const lazy = { accumulators: true };
const lazyAlone = {
  ...Object.fromEntries(
    [
      "precompute",
      "merge",
      "pattern",
      "matrix",
      "electrical",
      "uniform",
      "fold",
      "sharedCurves",
    ].map((name) => [name, false]),
  ),
  accumulators: true,
};

const plans = fc.nat(1_000_000);
const precision = fc.constantFrom<Precision>("float64", "float32");
const order = fc.constantFrom(...orderNames);
const optimize = fc.constantFrom(lazy, lazyAlone);

/** Networks in which nothing is kept lazily say nothing here. */
const hasLazyStates = ({ program }: Model): boolean => program.settle !== undefined;

test(
  "one step from equal states is one step of the plain Program",
  async () => {
    let lazily = 0;
    const property = fc.asyncProperty(plans, order, async (plan, of) => {
      const options = { order: of };
      const plain = await compiled(plan, { ...options, optimize: "none" });
      const others = [
        await compiled(plan, { ...options, optimize: lazy }),
        await compiled(plan, { ...options, optimize: lazyAlone }),
      ];
      if (!others.some(hasLazyStates)) return;
      lazily += 1;
      await expectEqualSteps(plain, others, { steps: 20, drive, tolerance: 1e-12 });
    });
    await fc.assert(property, runs(25));
    expect(lazily).toBeGreaterThan(0);
  },
  timeLimit,
);

test(
  "runs of many steps stay close to those of the plain Program",
  async () => {
    const property = fc.asyncProperty(plans, order, optimize, async (plan, of, setting) => {
      const options = { order: of };
      const model = await compiled(plan, { ...options, optimize: setting });
      if (!hasLazyStates(model)) return;
      const plain = await compiled(plan, { ...options, optimize: "none" });
      const traces = [await traceOf(plain, 60, drive), await traceOf(model, 60, drive)];
      expectSameTrace(traces[0]!, traces[1]!, 1e-9);
    });
    await fc.assert(property, runs(13));
  },
  timeLimit,
);

const more = fc.record({ before: fc.nat(40), precision, order, optimize });

test(
  "a snapshot continues in another model, two runs are one, and a reset begins anew, bit for bit",
  async () => {
    const property = fc.asyncProperty(plans, more, async (plan, of) => {
      const { before, ...options } = of;
      const model = await compiled(plan, options);
      if (!hasLazyStates(model)) return;
      model.runSync({ steps: before, input: drive });
      const other = await compiled(plan, options);
      other.runSync({ steps: 3, input: driveOf(2) });
      other.restore(model.snapshot());
      expectSameTrace([await shownBy(model)], [await shownBy(other)]);
      const trace = await traceOf(model, 15, drive);
      expectSameTrace(trace, await traceOf(other, 15, drive));
      model.reset({ keep: "nothing" });
      const record = model.state.names().filter((name) => model.state.info(name).kind === "state");
      // Looking at every step changes nothing.
      model.runSync({ steps: before + 15, input: drive, record });
      expectSameTrace([await shownBy(model)], [await shownBy(other)]);
    });
    await fc.assert(property, runs(13));
  },
  timeLimit,
);

test(
  "recorded values are those that are read after the same step",
  async () => {
    const property = fc.asyncProperty(plans, more, async (plan, of) => {
      const { before, ...options } = of;
      // In this order samples are taken before the end of the step.
      const model = await compiled(plan, { ...options, order: "default" });
      if (!hasLazyStates(model)) return;
      model.runSync({ steps: before, input: drive });
      const names = model.state.names().filter((name) => model.state.info(name).kind === "state");
      const { traces } = model.runSync({ steps: 1, input: drive, record: names });
      for (const name of names) expect(traces[name]).toEqual(model.state.get(name));
    });
    await fc.assert(property, runs(8));
  },
  timeLimit,
);

test(
  "in an order that samples within the step, recorded values are those of the plain Program",
  async () => {
    const property = fc.asyncProperty(plans, optimize, async (plan, setting) => {
      const model = await compiled(plan, { order: "nengo", optimize: setting });
      if (!hasLazyStates(model)) return;
      const plain = await compiled(plan, { order: "nengo", optimize: "none" });
      const record = model.state.names().filter((name) => model.state.info(name).kind === "state");
      const [one, two] = [plain, model].map((each) =>
        each.runSync({ steps: 25, input: drive, record }),
      );
      for (const name of record) {
        const values = Array.from(two!.traces[name]!);
        expect(values).toHaveLength(one!.traces[name]!.length);
        values.forEach((value, i) => {
          const other = one!.traces[name]![i]!;
          expect(Math.abs(value - other) / Math.max(1, Math.abs(other))).toBeLessThan(1e-9);
        });
      }
    });
    await fc.assert(property, runs(6));
  },
  timeLimit,
);

test(
  "generated code keeps the bits of the iterative backend",
  async () => {
    const property = fc.asyncProperty(plans, more, async (plan, of) => {
      const { before, ...options } = of;
      const plain = await compiled(plan, options);
      if (!hasLazyStates(plain)) return;
      const network = spikingNetwork(plan);
      const quick = await network.compile({
        dt,
        backend: "sparse",
        onWarning: () => {},
        ...options,
      });
      expectSameTrace(await traceOf(plain, 10, drive), await traceOf(quick, 10, drive));
      for (const each of [plain, quick]) each.runSync({ steps: before, input: drive });
      expectSameTrace([await shownBy(plain)], [await shownBy(quick)]);
      for (const name of plain.state.names()) {
        if (plain.state.info(name).kind !== "state") continue;
        for (const each of [plain, quick]) each.state.set(name, each.state.get(name));
      }
      expectSameTrace(await traceOf(plain, 5, drive), await traceOf(quick, 5, drive));
      quick.restore(plain.snapshot());
      expectSameTrace(await traceOf(plain, 5, drive), await traceOf(quick, 5, drive));
    });
    await fc.assert(property, runs(11));
  },
  timeLimit,
);

const change = fc.record({
  pick: fc.nat(100_000),
  factor: fc.double({ min: 0.85, max: 1.15, noNaN: true }),
  optimize,
});

test(
  "a parameter that is written takes the lazily kept states along",
  async () => {
    const property = fc.asyncProperty(plans, change, async (plan, of) => {
      const model = await compiled(plan, { optimize: of.optimize });
      if (!hasLazyStates(model)) return;
      const plain = await compiled(plan, { optimize: "none" });
      // Delays are whole numbers of steps, and a refractory period may add a state of its own.
      const names = model.params
        .names()
        .filter((name) => model.params.get(name).length > 0)
        .filter((name) => !/\.(refractoryPeriod|transmissionDelay)$/.test(name));
      const name = names[of.pick % names.length]!;
      const value = model.params.get(name).map((each) => each * of.factor);
      for (const each of [plain, model]) {
        each.runSync({ steps: 12, input: drive });
        each.params.set(name, value);
      }
      // Where the parameter is tunable by now, a second write is a write in place.
      const again = value.map((each) => each * of.factor);
      const traces = [await traceOf(plain, 6, drive), await traceOf(model, 6, drive)];
      expectSameTrace(traces[0]!, traces[1]!, 1e-9);
      for (const each of [plain, model]) each.params.set(name, again);
      expectSameTrace(await traceOf(plain, 6, drive), await traceOf(model, 6, drive), 1e-9);
    });
    await fc.assert(property, runs(13));
  },
  timeLimit,
);

test(
  "copies of a batch are single networks",
  async () => {
    const property = fc.asyncProperty(plans, optimize, async (plan, setting) => {
      const batch = await compiled(plan, { batch: 2, optimize: setting });
      if (!hasLazyStates(batch)) return;
      const single = await compiled(plan, { optimize: setting });
      const half = driveOf(5);
      batch.runSync({
        steps: 20,
        input: (step, x) => {
          drive(step, x.subarray(0, x.length / 2));
          half(step, x.subarray(x.length / 2));
        },
      });
      for (const [copy, input] of [drive, half].entries()) {
        single.reset({ keep: "nothing" });
        single.runSync({ steps: 20, input });
        for (const name of single.state.names()) {
          const both = batch.state.get(name);
          const size = both.length / 2;
          const own = both.slice(copy * size, (copy + 1) * size);
          expect(own).toEqual(single.state.get(name));
        }
      }
    });
    await fc.assert(property, runs(6));
  },
  timeLimit,
);
