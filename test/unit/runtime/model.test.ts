// Steps of a synchronous model: what it accepts, what it gives back, and what it leaves alone.

import { ValidationError } from "../../../src/errors.js";
import { Model } from "../../../src/runtime/model.js";
import type { StepInput } from "../../../src/runtime/model.js";
import { fakeModel } from "../../helpers/fake-model.js";

const code = (code: string) => expect.objectContaining({ code });

test("a model is a function that is an instance of Model and knows its name", () => {
  const { model } = fakeModel();
  expect(typeof model).toBe("function");
  expect(model).toBeInstanceOf(Model);
  expect(model).toBeInstanceOf(Function);
  expect(model.name).toBe("fake");
  expect(model.call(undefined, [0, 0, 0])).toHaveLength(5);
});

test("calling it does one step and gives new outputs each time", () => {
  const { model } = fakeModel();
  const first = model([1, 0, 0.5]);
  expect(first).toEqual(Float64Array.of(1.125, 0.125, 0.625, 1.125, 0.125));
  const second = model();
  expect(second).not.toBe(first);
  expect(second).toEqual(first.map((value) => value / 2));
  expect(model.stepCount).toBe(2);
  expect(model.time).toBe(1);
});

test("a number is the value of all inputs", () => {
  expect(fakeModel().model(0.5)).toEqual(fakeModel().model([0.5, 0.5, 0.5]));
});

test("step with out fills it, whatever its precision, and returns it", () => {
  const { model } = fakeModel();
  const out = new Float64Array(5);
  expect(model.step([1, 0, 0], out)).toBe(out);
  const single = new Float32Array(5);
  expect(model.step([0, 0, 0], single)).toBe(single);
  expect(single).toEqual(Float32Array.from(out, (value) => value / 2));
});

test("outputs have the precision of the Program", () => {
  const { model } = fakeModel({ precision: "float32" });
  expect(model([0.1, 0, 0])).toBeInstanceOf(Float32Array);
});

test.each<[unknown, string]>([
  [[1, 2], "wrong-length"],
  [[1, 2, 3, 4], "wrong-length"],
  [Infinity, "not-a-number"],
  ["123", "wrong-kind"],
  [null, "wrong-kind"],
  [{}, "wrong-kind"],
  [Promise.resolve([1, 2, 3]), "wrong-kind"],
  [[1, "2", 3], "not-a-number"],
  [[1, NaN, 3], "not-a-number"],
  [[1, undefined, 3], "not-a-number"],
  [[1, 2, Infinity], "not-a-number"],
  [Float64Array.of(1, NaN, 3), "not-a-number"],
  [[1, 2n, 3], "not-a-number"],
  [
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    "wrong-length",
  ],
])("input %p is refused and no step is done", (input, expected) => {
  const { model } = fakeModel();
  expect(() => model(input as StepInput)).toThrow(ValidationError);
  expect(() => model(input as StepInput)).toThrow(code(expected));
  expect(model.stepCount).toBe(0);
});

test("a number that single precision cannot hold is refused there", () => {
  const { model } = fakeModel({ precision: "float32" });
  expect(() => model([1e39, 0, 0])).toThrow(code("not-a-number"));
  expect(() => model(Float64Array.of(1e39, 0, 0))).toThrow(code("not-a-number"));
});

test.each<[unknown, string]>([
  [new Float64Array(4), "wrong-length"],
  [[0, 0, 0, 0, 0], "wrong-kind"],
  [new Int32Array(5), "wrong-kind"],
])("out %p is refused and no step is done", (out, expected) => {
  const { model } = fakeModel();
  expect(() => model.step([0, 0, 0], out as Float64Array)).toThrow(code(expected));
  expect(model.stepCount).toBe(0);
});

test("in a batch inputs are one vector or one for each copy, and outputs lie one after the other", () => {
  const flat = fakeModel({ batch: 2 }).model([1, 0, 0, 2, 0, 0]);
  expect(flat).toHaveLength(10);
  const nested = fakeModel({ batch: 2 }).model([
    [1, 0, 0],
    [2, 0, 0],
  ]);
  expect(nested).toEqual(flat);
  expect(flat.subarray(5)).toEqual(Float64Array.of(0, 0.125, 0.125, 0, 0.125));
  const forAll = fakeModel({ batch: 2 }).model([1, 0, 0]);
  expect(forAll.subarray(5)).toEqual(forAll.subarray(0, 5));
  expect(forAll.subarray(0, 5)).toEqual(flat.subarray(0, 5));
  const { model } = fakeModel({ batch: 2 });
  expect(() => model([1, 0])).toThrow(code("wrong-length"));
  expect(() => model([[1, 0, 0]])).toThrow(code("wrong-length"));
  expect(() => model([[1, 0, 0], [1]])).toThrow(code("wrong-length"));
});

test("reset goes back to the start, and can leave synapses as they are", () => {
  const { model, seen } = fakeModel();
  for (let i = 0; i < 4; i++) model([9, 9, 9]);
  model.reset();
  expect(model.stepCount).toBe(0);
  expect(model.state.get("left.V")).toEqual(Float64Array.of(0.25, 0.25));
  expect(Array.from(seen.loaded[0]!.readSync("past"))).not.toContain(1);
  for (let i = 0; i < 4; i++) model([9, 9, 9]);
  model.reset({ keep: "synapses" });
  expect(model.state.get("left.V")).toEqual(Float64Array.of(0.25, 0.25));
  expect(Array.from(seen.loaded[0]!.readSync("past"))).toContain(1);
  expect(() => model.reset({ keep: "synapse" as "synapses" })).toThrow(code("unknown-name"));
});

test("a network with that oddity keeps synapses unless told otherwise", () => {
  const { model, seen } = fakeModel({ keepsSynapses: true });
  for (let i = 0; i < 4; i++) model([9, 9, 9]);
  model.reset();
  expect(Array.from(seen.loaded[0]!.readSync("past"))).toContain(1);
  model.reset({ keep: "nothing" });
  expect(Array.from(seen.loaded[0]!.readSync("past"))).not.toContain(1);
});

test("a snapshot brings back every bit", () => {
  const { model } = fakeModel();
  for (let i = 0; i < 3; i++) model([3, 4, 5]);
  const bytes = model.snapshot();
  const next = [model([3, 4, 5]), model([3, 4, 5])];
  model.restore(bytes);
  expect(model.stepCount).toBe(3);
  expect([model([3, 4, 5]), model([3, 4, 5])]).toEqual(next);
  expect(() => model.restore(bytes.subarray(1))).toThrow(code("snapshot"));
});

test("a disposed model says so, whatever is called", () => {
  const { model, seen } = fakeModel();
  model.dispose();
  model.dispose();
  expect(seen.loaded[0]!.isDisposed).toBe(true);
  expect(model.isDisposed).toBe(true);
  const calls = [
    ...[() => model([0, 0, 0]), () => model.step(), () => model.runSync({ steps: 1 })],
    ...[() => model.reset(), () => model.snapshot(), () => model.restore(new Uint8Array())],
    ...[() => model.state.get("left.V"), () => model.state.set("left.V", 0)],
    ...[() => model.params.get("left.gain"), () => model.params.set("left.gain", 0)],
    ...[() => model.explain(), () => model.generated(), () => model.stepCount, () => model.time],
  ];
  for (const call of calls) expect(call).toThrow(code("model-disposed"));
});

test("it shows its Program, ports, code and backend", () => {
  const { model } = fakeModel();
  expect(model.program.name).toBe("fake");
  expect(model.inputs.map(({ name }) => name)).toEqual(["drive", "push"]);
  expect(model.outputs.map(({ name }) => name)).toEqual(["out"]);
  expect(model.generated()).toEqual([{ file: "fake.txt", text: "fake" }]);
  expect(model.backend).toBe("iterative");
});
