// compile() from a network to a running model, on the iterative backend.

import { compile, Network } from "../../src/compile.js";
import {
  BackendUnavailableError,
  DivergenceError,
  LoadError,
  ValidationError,
} from "../../src/errors.js";
import { neurons, synapses } from "../../src/models/index.js";
import { AsyncModel } from "../../src/runtime/async-model.js";
import { Model } from "../../src/runtime/model.js";
import type { CompileOptions } from "../../src/runtime/options.js";

const code = (code: string) => expect.objectContaining({ code });
const quiet = { onWarning: () => {} } as const;

/** Two neurons that excite each other with a delay, and one that is driven. */
function network(options?: ConstructorParameters<typeof Network>[0]): Network {
  const net = new Network({ name: "pair", ...options });
  const cell = neurons.spiking({ thresholdInitialValue: 1 });
  const left = net.addNeuron(cell, { name: "left" });
  const right = net.addPopulation(cell, 3, { name: "right" });
  const synapse = synapses.spiking({ maxConductance: 0.4, transmissionDelay: 0.3 });
  net.addConnection(synapse, left, right, { name: "forth" });
  net.addConnection(synapse, right, left, { name: "back" });
  net.addInput(left, { name: "drive" });
  net.addOutput(left, { name: "leftOut" });
  net.addOutput(right, { name: "rightOut" });
  return net;
}

test("a network becomes a model that runs and is explained", async () => {
  const model = await network().compile({ dt: 0.1, backend: "iterative", ...quiet });
  expect(model).toBeInstanceOf(Model);
  expect(model.name).toBe("pair");
  const rec = model.runSync({
    steps: 300,
    input: 20,
    record: ["left", "right.V", "left.spikes", "leftOut", "rightOut"],
  });
  expect(rec.traces["left"]).toEqual(rec.traces["leftOut"]);
  expect(rec.traces["right.V"]).toEqual(rec.traces["rightOut"]);
  expect(rec.spikes["left.spikes"]!.step.length).toBeGreaterThan(2);
  expect(String(model.explain())).toMatch(/^pair: iterative/);
});

test("auto finds a backend; a batch and another device give an AsyncModel", async () => {
  expect(await compile(network(), { dt: 0.1, ...quiet })).toBeInstanceOf(Model);
  const batch = await compile(network(), { dt: 0.1, batch: 2, ...quiet });
  expect(batch).toBeInstanceOf(AsyncModel);
  expect(await batch([1, 2])).toHaveLength(8);
});

test("a backend that is not there is refused with what is", async () => {
  const gone = compile(network(), { dt: 0.1, backend: "gpu", ...quiet });
  await expect(gone).rejects.toThrow(BackendUnavailableError);
});

test.each<[unknown, unknown, string]>([
  [{}, { dt: 1 }, "wrong-kind"],
  [undefined, { dt: 1 }, "wrong-kind"],
  [new Network(), {}, "wrong-number"],
  [new Network(), { dt: 1, hosts: { f() {} } }, "unknown-host"],
  [new Network(), { dt: 1, optimize: { nonsense: true } }, "unknown-pass"],
])("compile(%p, %j) is refused: %s", async (net, options, expected) => {
  const promise = compile(net as Network, { ...(options as CompileOptions), ...quiet });
  await expect(promise).rejects.toThrow(ValidationError);
  await expect(promise).rejects.toThrow(code(expected));
});

test("a model is of the network as it was; later changes do not reach it", async () => {
  const net = network();
  const compiling = net.compile({ dt: 0.1, ...quiet });
  net.addNeuron(neurons.spiking(), { name: "late" });
  expect((await compiling).state.names()).not.toContain("late.V");
});

test("two runs are one run, also through a snapshot", async () => {
  const options = { dt: 0.1, backend: "iterative", ...quiet } as const;
  const record = ["left.V", "right.spikes"];
  const input = (step: number) => 10 + (step % 17);
  const whole = (await network().compile(options)).runSync({ steps: 200, input, record });
  const model = await network().compile(options);
  model.runSync({ steps: 90, input });
  const bytes = model.snapshot();
  model.runSync({ steps: 50, input });
  model.restore(bytes);
  const rest = await model.run({ steps: 110, input, record });
  expect(rest.traces["left.V"]).toEqual(whole.traces["left.V"]!.slice(90));
  const { step } = whole.spikes["right.spikes"]!;
  expect(rest.spikes["right.spikes"]!.step).toEqual(step.filter((one) => one >= 90));
});

test("a snapshot goes on in another model of the same network, and in no other one", async () => {
  const options = { dt: 0.1, backend: "iterative", ...quiet } as const;
  const tunable = ["right.bias"];
  const one = await network().compile({ ...options, tunable });
  one.params.set("right.bias", 3);
  one.runSync({ steps: 60, input: 20 });
  const other = await network().compile({ ...options, tunable });
  other.restore(one.snapshot());
  for (const model of [one, other]) model.runSync({ steps: 60, input: 20 });
  expect(other.snapshot()).toEqual(one.snapshot());
  const untuned = await network().compile(options);
  expect(() => untuned.restore(one.snapshot())).toThrow(LoadError);
});

test("divergence comes through every call with name, place and step, and the state stays readable", async () => {
  const net = new Network({ name: "wild" });
  const cells = net.addPopulation(neurons.nonSpiking({ membraneCapacitance: 0.06 }), 3, {
    name: "cells",
  });
  net.addInput(cells, { name: "drive", size: 3 });
  net.addOutput(cells);
  const model = await net.compile({ dt: 0.1, backend: "iterative", ...quiet });
  const x = [0, 0, 1.7e308];
  const input = (step: number) => (step < 4 ? [0, 0, 0] : x);
  const calls: (() => unknown)[] = [
    () => [0, 0, 0, 0].map(() => model()).concat(model(x)),
    () => [0, 0, 0, 0].map(() => model.step()).concat(model.step(x)),
    () => model.runSync({ steps: 100, input, record: ["cells"] }),
    () => model.run({ steps: 100, input, record: ["cells"] }),
  ];
  for (const call of calls) {
    model.reset();
    const error: unknown = await Promise.resolve()
      .then(call)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(String(error)).toMatch(/cells\.V: element 2 .* after step 4; got Infinity/);
    expect(model.stepCount).toBe(5);
    expect([...model.state.get("cells.V")]).toEqual([0, 0, Infinity]);
  }
  model.reset();
  expect([...model()]).toEqual([0, 0, 0]);
});

describe("a write to a parameter", () => {
  const options = { dt: 0.1, backend: "iterative" } as const;
  const input = (step: number) => 12 + (step % 7);
  const record = ["left.V", "right.V", "left.spikes"];

  /** Runs, writes, runs on; the second part's records. */
  async function changed(path: string, value: number | number[], tunable: readonly string[]) {
    const warnings: string[] = [];
    const onWarning = (text: string) => void warnings.push(text);
    const model = await network().compile({ ...options, tunable, onWarning });
    model.runSync({ steps: 77, input });
    model.params.set(path, value);
    const { traces, spikes } = model.runSync({ steps: 150, input, record });
    expect(model.stepCount).toBe(227);
    return { model, warnings, records: { traces, spikes } };
  }

  test.each([
    ["left.membraneCapacitance", 3],
    ["right.restingPotential", [1, 2, 3]],
    ["forth.maxConductance", 0.9],
    ["back.maxConductance", 0.1],
  ] as const)("%s = %j acts like the same write to a tunable one", async (path, value) => {
    const given = typeof value === "number" ? value : [...value];
    const plain = await changed(path, given, []);
    expect(plain.warnings).toHaveLength(1);
    expect(plain.model.params.info(path).kind).toBe("tunable");
    if (typeof value === "number") {
      const tuned = await changed(path, given, [path]);
      expect(tuned.warnings).toEqual([]);
      expect(plain.records).toEqual(tuned.records);
    }
    plain.model.params.set(path, given);
    expect(plain.warnings).toHaveLength(1);
  });

  test("a delay is changed by lowering again, with the spikes under way", async () => {
    const { model, warnings } = await changed("forth.transmissionDelay", 0.7, []);
    expect(model.params.get("forth.transmissionDelay")[0]).toBe(0.7);
    expect(warnings).toHaveLength(1);
    model.params.set("forth.transmissionDelay", 0.1);
    model.params.set("left.membraneCapacitance", 4);
    expect(model.params.get("forth.transmissionDelay")[0]).toBe(0.1);
    expect(warnings).toEqual([
      expect.stringMatching(/^forth.transmissionDelay: .*part of the structure/),
      expect.stringMatching(/^left.membraneCapacitance: .*tunable/),
    ]);
  });

  test.each<[string, unknown, string]>([
    ["left.membraneCapacitance", -1, "out-of-range"],
    ["left.membraneCapacitance", NaN, "not-finite"],
    ["left.membraneCapacitance", true, "not-a-number"],
    ["right.membraneCapacitance", [1, 2], "wrong-length"],
    ["forth.maxConductance", [1, 2], "wrong-length"],
    ["forth.transmissionDelay", 0.25, "delay-not-whole"],
    ["left.membraneCapacitanc", 1, "unknown-name"],
  ])("%s = %p is refused as when building, and nothing changes", async (path, value, expected) => {
    const model = await network().compile({ ...options, ...quiet });
    model.runSync({ steps: 20, input });
    const before = model.snapshot();
    let error: unknown;
    try {
      model.params.set(path, value as number);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: expected });
    expect(model.snapshot()).toEqual(before);
    model.params.set("left.membraneCapacitance", "6 nF" as unknown as number);
    expect(model.params.get("left.membraneCapacitance")).toEqual(Float64Array.of(6));
  });
});

test("parameters of channels are written, too; those of one model together", async () => {
  const net = new Network();
  net.addNeuron(neurons.persistentSodium(), { name: "cell" });
  const model = await net.compile({ dt: 0.1, backend: "iterative", ...quiet });
  const path = model.params.names().find((name) => /^cell\..*\.maxConductance$/.test(name))!;
  model.runSync({ steps: 10 });
  const gates = model.state.names().filter((name) => name !== "cell.V");
  const before = gates.map((name) => model.state.get(name));
  model.params.set(path, 0.25);
  expect(model.params.get(path)).toEqual(Float64Array.of(0.25));
  expect(gates.length).toBeGreaterThan(0);
  expect(gates.map((name) => model.state.get(name))).toEqual(before);
  expect(() => model.params.set(path, -1)).toThrow(code("out-of-range"));
  expect(() => model.params.set(path, [1, 2])).toThrow(code("wrong-length"));
  expect(model.params.get(path)).toEqual(Float64Array.of(0.25));
});

test("values are judged together with those that were written before", async () => {
  const net = new Network();
  net.addNeuron(neurons.nonSpiking(), { name: "a" });
  net.addNeuron(neurons.nonSpiking(), { name: "b" });
  net.addConnection(synapses.nonSpiking(), "a", "b", { name: "joint" });
  const tunable = ["joint.lowerThreshold", "joint.upperThreshold"] as const;
  const [lower, upper] = tunable;
  const model = await net.compile({ dt: 0.1, backend: "iterative", tunable, ...quiet });
  model.params.set(upper, 30);
  model.params.set(lower, 20);
  expect(() => model.params.set(lower, 30)).toThrow(code("requirement"));
  model.params.set("joint.reversalPotential", 3);
  expect([upper, lower].map((name) => model.params.get(name)[0])).toEqual([30, 20]);
});

test("a weight where a matrix joined nobody is refused, also when the matrix is tunable", async () => {
  const net = new Network();
  const cell = neurons.nonSpiking();
  const [a, b] = [net.addPopulation(cell, 2), net.addPopulation(cell, 2)];
  const weights = [
    [1, 0],
    [0.5, 2],
  ];
  const synapse = synapses.matrix(synapses.nonSpiking, {
    maxConductance: weights,
    reversalPotential: 5,
  });
  net.addConnection(synapse, a, b, { name: "joint" });
  for (const tunable of [[], ["joint.maxConductance"]]) {
    const model = await net.compile({ dt: 0.1, backend: "iterative", tunable, ...quiet });
    model.params.set("joint.maxConductance", [2, 0, 1, 0]);
    expect(Array.from(model.params.get("joint.maxConductance"))).toEqual([2, 1, 0]);
    model.params.set("joint.maxConductance", [3, 2, 1]);
    expect(Array.from(model.params.get("joint.maxConductance"))).toEqual([3, 2, 1]);
    expect(() => model.params.set("joint.maxConductance", [2, 1, 1, 0])).toThrow(
      code("no-synapse"),
    );
  }
});

test("in a batch parameters may have a value for each copy", async () => {
  const path = "left.bias";
  const model = await network().compile({
    ...{ dt: 0.1, backend: "iterative", batch: 3, perCopy: [path] },
    ...quiet,
  });
  model.params.set(path, [0, 5, 9]);
  expect(model.params.get(path)).toEqual(Float64Array.of(0, 5, 9));
  const { traces } = model.runSync({ steps: 3, record: ["left.V"] });
  const last = traces["left.V"]!.slice(-3);
  expect(last[0]!).toBeLessThan(last[1]!);
  expect(last[1]!).toBeLessThan(last[2]!);
  expect(() => model.params.set(path, [1, 2])).toThrow(ValidationError);
  const other = "right.bias";
  expect(() => model.params.set(other, [1, 2, 3, 4, 5, 6, 7, 8, 9])).toThrow(/perCopy/);
});

test("reset keeps synapses where the network has that way of another system", async () => {
  const options = { dt: 0.1, backend: "iterative", ...quiet } as const;
  const strange = network({ compat: { resetKeepsSynapses: true } });
  for (const [net, keeps] of [
    [network(), false],
    [strange, true],
  ] as const) {
    const model = await net.compile(options);
    model.runSync({ steps: 200, input: 30 });
    const names = model.state.names().filter((name) => /^(forth|back)\./.test(name));
    const before = names.map((name) => model.state.get(name));
    const fresh = (await net.compile(options)).state;
    model.reset();
    expect(names.map((name) => model.state.get(name))).toEqual(
      keeps ? before : names.map((name) => fresh.get(name)),
    );
    expect(before).not.toEqual(names.map((name) => fresh.get(name)));
    expect(model.state.get("left.V")).toEqual(fresh.get("left.V"));
    model.reset({ keep: "nothing" });
    expect(model.stepCount).toBe(0);
  }
});

test("debugging prints what was asked for, where it was asked to", async () => {
  const lines: string[] = [];
  const debugSink = (text: string) => void lines.push(text);
  const debug = ["ir", "code", "timing", "memory", "verify"] as const;
  await network().compile({ dt: 0.1, backend: "iterative", debug, debugSink, ...quiet });
  const text = lines.join("\n");
  for (const part of [/timing: lower/, /timing: load/, /pair: iterative/, /code: program.txt/]) {
    expect(text).toMatch(part);
  }
});
