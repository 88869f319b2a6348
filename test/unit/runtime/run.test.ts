// Runs: a run is many steps, two runs are one, records fall on absolute steps and stay bounded.

import { jest } from "@jest/globals";
import { MemoryLimitError } from "../../../src/errors.js";
import type { RunOptions } from "../../../src/runtime/run.js";
import { fakeModel } from "../../helpers/fake-model.js";

const code = (code: string) => expect.objectContaining({ code });
const input = (step: number) => [Math.sin(step) + 1, 2, step % 3];

test("a run does what as many steps do", async () => {
  const one = fakeModel().model;
  const rows = Array.from({ length: 20 }, (_, step) => one(input(step)));
  const other = fakeModel().model;
  const record = ["out", "left.V", "left.spikes", "left.count"];
  const rec = await other.run({ steps: 20, input, record });
  expect(rec.done).toBe(20);
  expect(rec.stopped).toBeUndefined();
  expect(rec.traces["out"]).toEqual(Float64Array.from(rows.flatMap((row) => Array.from(row))));
  expect(rec.shapes["out"]).toEqual([20, 5]);
  expect(rec.steps).toEqual(Float64Array.from({ length: 20 }, (_, i) => i));
  expect(rec.time).toEqual(rec.steps.map((step) => (step + 1) * 0.5));
  expect(rec.traces["left.count"]!.at(-1)).toBe(other.state.get("left.count")[1]);
  const { step, index, time, copy } = rec.spikes["left.spikes"]!;
  expect(step).toHaveLength(index.length);
  expect(step.length).toBeGreaterThan(3);
  expect(time).toEqual(step.map((one) => (one + 1) * 0.5));
  expect(copy).toBeUndefined();
});

test("two runs give what one run gives, whatever the sampling", async () => {
  const options = { input, record: ["left", "right.spikes"], every: 3 };
  const whole = await fakeModel().model.run({ ...options, steps: 20 });
  const { model } = fakeModel();
  const first = await model.run({ ...options, steps: 7 });
  const second = model.runSync({ ...options, steps: 13, chunk: 2 });
  const join = (a: Float64Array, b: Float64Array) => Float64Array.of(...a, ...b);
  expect(whole.steps).toEqual(Float64Array.of(2, 5, 8, 11, 14, 17));
  expect(join(first.steps, second.steps)).toEqual(whole.steps);
  const traces = [first, second].map((rec) => rec.traces["left"] as Float64Array);
  expect(join(traces[0]!, traces[1]!)).toEqual(whole.traces["left"]);
  const spikes = [first, second].map((rec) => rec.spikes["right.spikes"]!.step);
  expect(join(spikes[0]!, spikes[1]!)).toEqual(whole.spikes["right.spikes"]!.step);
});

test("a duration is a whole number of steps", async () => {
  const { model } = fakeModel();
  expect((await model.run({ duration: 3 })).done).toBe(6);
  await expect(model.run({ duration: 3.2 })).rejects.toThrow(
    "run.duration: must be a whole number of steps; got 3.2, allowed for example 3 or 3.5 [ms], with dt 0.5.",
  );
  expect(model.runSync({ duration: 0.1 * 5 * 3 }).done).toBe(3);
});

test.each<[unknown, string]>([
  [{}, "wrong-length"],
  [{ steps: 3, duration: 3 }, "wrong-length"],
  [{ steps: -1 }, "wrong-number"],
  [{ steps: 1.5 }, "wrong-number"],
  [{ steps: "3" }, "wrong-number"],
  [{ duration: NaN }, "wrong-number"],
  [{ steps: 3, recrod: [] }, "unknown-option"],
  [{ steps: 3, record: "left.V" }, "wrong-kind"],
  [{ steps: 3, record: ["left.v"] }, "unknown-name"],
  [{ steps: 3, record: ["left.limit"] }, "not-recordable"],
  [{ steps: 3, every: 0 }, "wrong-number"],
  [{ steps: 3, maxSamples: 0 }, "wrong-number"],
  [{ steps: 3, chunk: 0 }, "wrong-number"],
  [{ steps: 3, stream: "file" }, "wrong-kind"],
  [{ steps: 3, progress: "yes" }, "wrong-kind"],
  [{ steps: 3, signal: {} }, "wrong-kind"],
  [{ steps: 3, input: [1] }, "wrong-length"],
  [3, "wrong-kind"],
  [undefined, "wrong-kind"],
])("%j is refused and nothing is done", async (options, expected) => {
  const { model } = fakeModel();
  await expect(model.run(options as RunOptions)).rejects.toThrow(code(expected));
  expect(() => model.runSync(options as RunOptions)).toThrow(code(expected));
  expect(model.stepCount).toBe(0);
  model();
});

test("an unknown name to record is answered with the nearest", () => {
  const { model } = fakeModel();
  expect(() => model.runSync({ steps: 1, record: ["lift.V"] })).toThrow('Did you mean "left.V"');
});

test("maxSamples keeps the newest samples and spikes, in order", () => {
  const options = { steps: 50, input, record: ["left.V", "left.spikes"] };
  const all = fakeModel().model.runSync(options);
  const few = fakeModel().model.runSync({ ...options, maxSamples: 7 });
  expect(few.shapes["left.V"]).toEqual([7, 2]);
  expect(few.traces["left.V"]).toEqual(all.traces["left.V"]!.slice(-14));
  expect(few.steps).toEqual(all.steps.slice(-7));
  const [kept, every] = [few.spikes["left.spikes"]!, all.spikes["left.spikes"]!];
  expect(every.step.length).toBeGreaterThan(7);
  expect(kept.step).toEqual(every.step.slice(-7));
  expect(kept.index).toEqual(every.index.slice(-7));
});

test("a stream gets each sample, and nothing is kept", () => {
  const options = { steps: 6, every: 2, input, record: ["left.V", "left.spikes"] };
  const all = fakeModel().model.runSync(options);
  const seen: [string, number, number[]][] = [];
  const rec = fakeModel().model.runSync({
    ...options,
    stream: (name, step, values) => void seen.push([name, step, Array.from(values)]),
  });
  expect(rec.traces).toEqual({});
  expect(rec.spikes).toEqual({});
  expect(rec.steps).toHaveLength(0);
  const traces = seen.filter(([name]) => name === "left.V");
  expect(traces.map(([, step]) => step)).toEqual([1, 3, 5]);
  expect(traces.flatMap(([, , values]) => values)).toEqual(Array.from(all.traces["left.V"]!));
  const spikes = seen.filter(([name]) => name === "left.spikes").map(([, , values]) => values);
  expect(spikes.flat()).toEqual(Array.from(all.spikes["left.spikes"]!.index));
});

test("an exception of the user's stream ends the run after a whole step and comes through", () => {
  const { model } = fakeModel();
  const stream = () => {
    throw new Error("disk full");
  };
  expect(() => model.runSync({ steps: 10, chunk: 2, record: ["left.V"], stream })).toThrow(
    "disk full",
  );
  expect(model.stepCount).toBe(2);
  const progress = () => {
    throw new Error("no window");
  };
  expect(() => model.runSync({ steps: 10, chunk: 2, progress })).toThrow("no window");
  expect(model.stepCount).toBe(4);
});

test("an exception of the user's input comes through and the model stays usable", async () => {
  const { model } = fakeModel();
  const failing = (step: number) => {
    if (step === 5) throw new Error("no data");
  };
  await expect(model.run({ steps: 10, input: failing })).rejects.toThrow("no data");
  expect(model.stepCount).toBe(5);
  expect(model.runSync({ steps: 1 }).done).toBe(1);
});

test("records that do not fit into memory are refused with numbers before anything is allocated", () => {
  const { model } = fakeModel();
  const run = () => model.runSync({ steps: 1e9, record: ["left.V", "right.V"] });
  expect(run).toThrow(MemoryLimitError);
  expect(run).toThrow(/MiB.*1024.0 MiB.*every.*maxSamples.*stream/s);
  expect(model.stepCount).toBe(0);
});

test("a batch is recorded copy by copy, spikes with the number of their copy", () => {
  const { model } = fakeModel({ batch: 2 });
  const rec = model.runSync({
    steps: 3,
    input: [
      [1, 1, 1],
      [9, 9, 9],
    ],
    record: ["left.V", "right.spikes", "left.gain"],
  });
  expect(rec.shapes["left.V"]).toEqual([3, 2, 2]);
  expect(rec.traces["left.V"]!.subarray(0, 4)).toEqual(Float64Array.of(1.125, 1.125, 0, 0));
  expect(rec.shapes["left.gain"]).toEqual([3]);
  const { copy, index } = rec.spikes["right.spikes"]!;
  expect(Array.from(copy!)).toEqual(Array(9).fill(1));
  expect(Array.from(index).slice(0, 3)).toEqual([0, 1, 2]);
});

test("a name like __proto__ in a record is an ordinary key", () => {
  const { model } = fakeModel();
  expect(Object.getPrototypeOf(model.runSync({ steps: 1 }).traces)).toBe(null);
});

test("a signal ends the run early; the result says so and the state stays valid", async () => {
  const { model } = fakeModel();
  const controller = new AbortController();
  const stopping = (step: number) => {
    if (step === 5) controller.abort();
  };
  const { signal } = controller;
  const record = ["left.V", "left.spikes"];
  const rec = await model.run({ steps: 1000, chunk: 4, input: stopping, record, signal });
  expect(rec.done).toBe(8);
  expect(rec.stopped).toEqual({ reason: "aborted", step: 7 });
  expect(rec.traces["left.V"]).toHaveLength(16);
  expect(rec.steps).toHaveLength(8);
  expect(model.stepCount).toBe(8);
  const again = await model.run({ steps: 10, record, signal });
  expect(again).toMatchObject({ done: 0, stopped: { reason: "aborted", step: 7 } });
  expect(again.traces["left.V"]).toHaveLength(0);
});

test("while a run is under way reading is allowed and changing is refused", async () => {
  const { model } = fakeModel();
  const running = model.run({ steps: 10, chunk: 1 });
  expect(model.state.get("left.V")).toHaveLength(2);
  const changes = [
    ...[() => model(), () => model.runSync({ steps: 1 }), () => model.reset()],
    ...[() => model.state.set("left.V", 0), () => model.params.set("left.gain", 1)],
  ];
  for (const change of changes) expect(change).toThrow(code("model-busy"));
  await expect(model.run({ steps: 1 })).rejects.toThrow(code("model-busy"));
  expect((await running).done).toBe(10);
  model();
});

test("disposing of a model ends its run after the chunk, and the run says so", async () => {
  const { model } = fakeModel();
  const running = model.run({ steps: 1e6, chunk: 1 });
  model.dispose();
  await expect(running).rejects.toThrow(code("model-disposed"));
  expect(() => model()).toThrow(code("model-disposed"));
});

test("a duration of more steps than can be counted is refused with the bound", () => {
  const { model } = fakeModel();
  expect(() => model.runSync({ duration: 1e300 })).toThrow(/whole numbers 0 to 9007199254740991/);
});

test("progress is reported to a function", () => {
  const { model } = fakeModel();
  const progress = jest.fn();
  model.runSync({ steps: 5, chunk: 2, progress });
  expect(progress.mock.calls.map(([info]) => info)).toMatchObject([
    { done: 2, steps: 5 },
    { done: 4, steps: 5 },
    { done: 5, steps: 5, remaining: 0 },
  ]);
});
