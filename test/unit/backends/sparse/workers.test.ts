// Several threads against one: the same bits of the whole state, of outputs and of what is recorded,
// however a run is cut, with reads and writes in between, and across snapshots.

import type { Model, Network } from "../../../../src/index.js";
import {
  delayedNetwork,
  divisibleNetworks,
  mixedNetwork,
  saturatingNetwork,
} from "../../../helpers/divisible-networks.js";
import { useThreads } from "../../../helpers/threads.js";

useThreads();
const dt = 0.1;
/** All of them once; elsewhere fewer, because each is compiled anew. */
const counts = { many: [2, 3, 4, 7], few: { float64: [2, 7], float32: [3] } } as const;
const precisions = ["float64", "float32"] as const;

const compile = (net: Network, workers: number, more = {}): Promise<Model> =>
  net.compile({ dt, backend: "sparse", workers, ...more });

/** An input that differs from neuron to neuron, where there is one. */
function drive(model: Model): { readonly input?: Float64Array } {
  const size = model.inputs.reduce((sum, port) => sum + port.size, 0);
  return size === 0 ? {} : { input: Float64Array.from({ length: size }, (_, i) => 0.1 * (i % 7)) };
}

/** Comparing element by element what jest would, takes seconds for large states. */
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const spikesOf = (model: Model): string[] =>
  model.state.names().filter((name) => name.endsWith(".spikes"));

describe.each(precisions)("%s", (precision) => {
  test.each(Object.entries(divisibleNetworks))("%s: the bits of one thread", async (name, make) => {
    const one = await compile(make(), 1, { precision });
    const input = drive(one);
    const record = [...spikesOf(one), `${spikesOf(one)[0]!.replace(".spikes", ".V")}`];
    const wanted = one.runSync({ steps: 240, record, ...input });
    const truth = one.snapshot();
    expect(Object.values(wanted.spikes).some(({ step }) => step.length > 50)).toBe(true);
    const isShort = name !== "catalogue" || precision === "float32";
    for (const workers of isShort ? counts.few[precision] : counts.many) {
      const model = await compile(make(), workers, { precision });
      model.runSync({ steps: 97, ...input });
      await model.run({ steps: 143, ...input });
      expect(sameBytes(model.snapshot(), truth)).toBe(true);
      model.reset();
      const found = model.runSync({ steps: 240, record, ...input });
      expect(JSON.stringify(found) === JSON.stringify(wanted)).toBe(true);
      expect(sameBytes(model.snapshot(), truth)).toBe(true);
      model.dispose();
    }
    one.dispose();
  });
});

test("a snapshot moves from many threads to one and back", async () => {
  const one = await compile(delayedNetwork(), 1);
  const three = await compile(delayedNetwork(), 3);
  three.runSync({ steps: 101 });
  const early = three.snapshot();
  one.restore(early);
  one.runSync({ steps: 150 });
  three.runSync({ steps: 150 });
  const late = one.snapshot();
  expect(three.snapshot()).toEqual(late);
  three.runSync({ steps: 20 });
  three.restore(early);
  expect(three.stepCount).toBe(101);
  three.runSync({ steps: 150 });
  expect(three.snapshot()).toEqual(late);
});

test("single steps give the outputs of one thread, for inputs that change", async () => {
  const models = [await compile(mixedNetwork(), 1), await compile(mixedNetwork(), 4)];
  for (let step = 0; step < 60; step++) {
    const x = Float64Array.from({ length: 120 }, (_, i) => Math.abs((i + step) % 9) / 10);
    const [wanted, found] = models.map((model) => model.step(x));
    expect(found).toEqual(wanted);
  }
  const input = (step: number, x: { fill(value: number): unknown }) => void x.fill(0.01 * step);
  const runs = models.map((model) => model.runSync({ steps: 40, input, record: ["inh.V"] }));
  expect(runs[1]).toEqual(runs[0]);
  expect(models[1]!.snapshot()).toEqual(models[0]!.snapshot());
});

test("what is read and written between runs is that of one thread, lazily kept values too", async () => {
  const models = [await compile(saturatingNetwork(), 1), await compile(saturatingNetwork(), 3)];
  const [wanted, found] = models.map((model) => {
    model.runSync({ steps: 300 });
    const before = model.state.get("there.g_spike");
    const half = before.map((g) => 0.5 * g);
    model.state.set("there.g_spike", half);
    model.state.set("exc.V", 0.5);
    model.runSync({ steps: 90 });
    const samples = model.runSync({ steps: 60, record: ["there.g_spike", "exc.V"], every: 7 });
    model.reset({ keep: "synapses" });
    model.runSync({ steps: 30 });
    return { before, samples, snapshot: model.snapshot() };
  });
  expect(wanted!.before.some((g) => g > 0)).toBe(true);
  expect(found).toEqual(wanted);
});

test("tunable parameters and others can be written", async () => {
  const options = { tunable: ["heavy.weight", "exc.bias"], onWarning: () => {} };
  const models = [
    await compile(mixedNetwork(), 1, options),
    await compile(mixedNetwork(), 2, options),
  ];
  const [wanted, found] = models.map((model) => {
    model.runSync({ steps: 50 });
    model.params.set("heavy.weight", 0.002);
    model.params.set("exc.bias", 1.3);
    model.runSync({ steps: 50 });
    // Lowered again, with threads of its own.
    model.params.set("rest.threshold", -52);
    model.runSync({ steps: 100 });
    return { snapshot: model.snapshot(), V: model.state.get("rest.V") };
  });
  expect(found).toEqual(wanted);
});

test("a state that is no longer finite is named as with one thread", async () => {
  const [wanted, found] = await Promise.all(
    [1, 3].map(async (workers) => {
      const model = await compile(mixedNetwork(), workers);
      model.runSync({ steps: 300 });
      const gI = model.state.get("rest.gI");
      gI[60] = 1e308;
      model.state.set("rest.gI", gI);
      try {
        model.runSync({ steps: 20 });
      } catch (error) {
        return error;
      }
    }),
  );
  expect(wanted).toMatchObject({ code: "diverged" });
  expect(String(found)).toBe(String(wanted));
  expect(String(found)).toContain("rest.V: element 60");
});
