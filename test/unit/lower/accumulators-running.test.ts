// Edge states that are kept lazily in models that run: near the plain Program for ever, right whenever
// somebody looks or writes, and beyond the steps that single precision can count.

import { allNames } from "../../../src/ir/names.js";
import { Network, neurons, synapses } from "../../../src/index.js";
import type { Model } from "../../../src/index.js";
import { printOp } from "../../../src/ir/print.js";
import { decodeState, encodeState } from "../../../src/ir/state-bytes.js";
import { load } from "../../helpers/compare-programs.js";

const quiet = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;

/** Spikes at irregular times from four sources, onto one neuron that cannot send them back. */
function drivenNetwork(): Network {
  const net = new Network();
  net.addPopulation(neurons.spiking({ thresholdInitialValue: 2 }), 4, { name: "from" });
  net.addNeuron(neurons.nonSpiking({ membraneCapacitance: 20 }), { name: "to" });
  const values = { maxConductance: 0.5, conductanceIncrement: [0.2, 0.13, 0.31, 0.07] };
  const each = { timeConstant: [2, 5, 2, 5], reversalPotential: [60, -40, 80, 30] };
  net.addConnection(synapses.spiking({ ...values, ...each }), "from", "to", { name: "syn" });
  net.addInput("from", { size: 4 });
  return net;
}

const irregular = (step: number, x: Float64Array | Float32Array): void => {
  for (let i = 0; i < 4; i++) x[i] = (step * step + 7 * i) % (23 + 2 * i) < 3 + i ? 12 : 0;
};

const names = ["to.V", "syn.g_spike"];

function expectNear(plain: Model, lazy: Model, tolerance: number): void {
  for (const name of names) {
    const [one, other] = [plain.state.get(name), lazy.state.get(name)];
    one.forEach((value, i) => {
      expect(Math.abs(other[i]! - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
    });
  }
}

test("a hundred thousand steps stay where the plain Program is, because every error decays", async () => {
  const net = drivenNetwork();
  const plain = await net.compile({ ...quiet, optimize: "none" });
  const lazy = await net.compile({ ...quiet, optimize: { accumulators: true } });
  const spikes: number[] = [];
  for (const model of [plain, lazy]) {
    for (const part of [1, 2, 3, 4]) {
      const { spikes: found } = model.runSync({
        ...{ steps: 25_000, input: irregular },
        ...(part === 1 ? { record: ["from.spikes"] } : {}),
      });
      if (part === 1) spikes.push(found["from.spikes"]!.step.length);
    }
  }
  expect(spikes[0]).toBeGreaterThan(500);
  expect(spikes[1]).toBe(spikes[0]);
  expectNear(plain, lazy, 1e-12);
  // The sums are those of the edges: adding them up anew changes only last bits.
  const { program } = lazy;
  const running = await load(program);
  running.restoreSync!(lazy.snapshot());
  const sums = program.arrays.filter(({ name }) => name.startsWith("g_spikeSum"));
  const before = sums.map(({ name }) => Array.from(running.readSync!(name)));
  const [state] = allNames(program).filter(({ path }) => path === "syn.g_spike");
  running.writeSync!(state!.array, running.readSync!(state!.array));
  sums.forEach(({ name }, i) => {
    running.readSync!(name).forEach((value, k) => {
      const gap = Math.abs(value - before[i]![k]!);
      expect(gap).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
    });
  });
});

test("a silent synapse is read as it is by now, and can be written at any time", async () => {
  const net = drivenNetwork();
  const plain = await net.compile({ ...quiet, optimize: "none" });
  const lazy = await net.compile({ ...quiet, optimize: { accumulators: true } });
  for (const model of [plain, lazy]) {
    model.runSync({ steps: 200, input: irregular });
    // A millisecond without spikes.
    model.runSync({ steps: 10 });
  }
  expectNear(plain, lazy, 1e-13);
  const held = lazy.state.get("syn.g_spike");
  expect(held.some((value) => value > 1e-3)).toBe(true);
  expect(lazy.state.get("syn.g_spike")).toEqual(held);
  for (const model of [plain, lazy]) {
    model.state.set("syn.g_spike", [0.4, 0, 0.1, 0.3]);
    expect(model.state.get("syn.g_spike")).toEqual(Float64Array.of(0.4, 0, 0.1, 0.3));
    model.runSync({ steps: 30, input: irregular });
  }
  expectNear(plain, lazy, 1e-13);
});

test("a write that concerns no synapse leaves them as they are, to the last bit", async () => {
  const [one, other] = await Promise.all(
    [0, 1].map(() => drivenNetwork().compile({ ...quiet, optimize: { accumulators: true } })),
  );
  for (const model of [one!, other!]) model.runSync({ steps: 150, input: irregular });
  one!.state.set("to.V", one!.state.get("to.V"));
  for (const model of [one!, other!]) model.runSync({ steps: 150, input: irregular });
  for (const name of names) expect(one!.state.get(name)).toEqual(other!.state.get(name));
});

test("a reset that keeps the synapses keeps what they hold, and their sums", async () => {
  const models = await Promise.all(
    (["none", { accumulators: true }] as const).map((optimize) =>
      drivenNetwork().compile({ ...quiet, optimize }),
    ),
  );
  for (const model of models) {
    model.runSync({ steps: 120, input: irregular });
    model.reset({ keep: "synapses" });
    expect(model.state.get("syn.g_spike").some((value) => value > 1e-3)).toBe(true);
    model.runSync({ steps: 5 });
  }
  expectNear(models[0]!, models[1]!, 1e-13);
});

/** Makes a model believe that it has done so many steps. */
function goTo(model: Model, step: number): void {
  const { program } = model;
  const { entries } = decodeState(program, model.snapshot());
  const clocks = program.arrays.filter(({ name }) => name.startsWith("clock."));
  for (const { name } of clocks) {
    const [clock, last] = [entries.get(name), entries.get("last.0")];
    if (clock?.kind !== "values" || last?.kind !== "values") throw new Error("no clock");
    const moved = step - model.stepCount;
    clock.data[0] = clock.data[0]! + moved;
    last.data.forEach((_, i) => (last.data[i] = last.data[i]! + moved));
  }
  model.restore(encodeState(program, { stepCount: step, entries }));
}

test("single precision keeps its place beyond the steps that it can count", async () => {
  const net = drivenNetwork();
  const options = { ...quiet, precision: "float32" } as const;
  const plain = await net.compile({ ...options, optimize: "none" });
  const lazy = await net.compile({ ...options, optimize: { accumulators: true } });
  const period = 2 ** 20;
  for (const model of [plain, lazy]) {
    model.runSync({ steps: 500, input: irregular });
    goTo(model, period - 40);
    model.runSync({ steps: 20, input: irregular });
    // The clock starts anew while nothing arrives, and while something does.
    model.runSync({ steps: 22 });
  }
  expectNear(plain, lazy, 1e-4);
  for (const model of [plain, lazy]) model.runSync({ steps: 60, input: irregular });
  expectNear(plain, lazy, 1e-4);
  const periodic = lazy.program.ops.filter((op) => op.kind === "edges").map(printOp);
  expect(periodic.join("\n")).toMatch(/every 1048576 steps/);
  const running = await load(lazy.program);
  running.restoreSync!(lazy.snapshot());
  expect(Array.from(running.readSync!("clock.0"))).toEqual([62]);
});
