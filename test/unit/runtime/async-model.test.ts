// A model whose backend answers later: the same results, in the order of the calls.

import { AsyncOnlyError } from "../../../src/errors.js";
import { AsyncModel } from "../../../src/runtime/async-model.js";
import { Model } from "../../../src/runtime/model.js";
import { fakeAsyncModel, fakeModel } from "../../helpers/fake-model.js";

const code = (code: string) => expect.objectContaining({ code });

test("it is a function, an AsyncModel and no Model", () => {
  const { model } = fakeAsyncModel();
  expect(typeof model).toBe("function");
  expect(model).toBeInstanceOf(AsyncModel);
  expect(model).not.toBeInstanceOf(Model);
  expect(model.name).toBe("fake");
  expect(model.backend).toBe("dense");
});

test("steps give what a synchronous model gives, also when none is awaited", async () => {
  const { model } = fakeAsyncModel();
  const other = fakeModel().model;
  const x = new Float64Array(3);
  const out = new Float64Array(5);
  const waiting: Promise<unknown>[] = [];
  const expected: unknown[] = [];
  for (let step = 0; step < 5; step++) {
    x.fill(step);
    waiting.push(step === 4 ? model.step(x, out) : model(x));
    expected.push(other(x));
  }
  x.fill(NaN);
  const rows = await Promise.all(waiting);
  expect(rows).toEqual(expected);
  expect(rows[4]).toBe(out);
  expect(model.stepCount).toBe(5);
  expect(model.time).toBe(2.5);
});

test("calls take effect in their order, and a refused one does not hold up the others", async () => {
  const { model } = fakeAsyncModel({ tunable: true });
  const value = [2];
  const results = await Promise.allSettled([
    model([1, 0, 0]),
    model([1, 0]),
    model.params.set("left.gain", value),
    model.state.set("left.v", 1),
    model([1, 0, 0]),
    ...[model.state.get("left.V"), model.reset(), model([1, 0, 0])],
    (value[0] = 99),
  ]);
  expect(results.map(({ status }) => status)).toEqual(
    ["f", "r", "f", "r", "f", "f", "f", "f", "f"].map((one) =>
      one === "f" ? "fulfilled" : "rejected",
    ),
  );
  const [first, , , , second, state, , last] = results.map((one) =>
    one.status === "fulfilled" ? one.value : one.reason,
  );
  expect((first as Float64Array)[0]).toBe(1.125);
  expect((second as Float64Array)[0]).toBe(0);
  expect((state as Float64Array)[0]).toBe(0);
  expect((last as Float64Array)[0]).toBe(0);
  expect(model.stepCount).toBe(1);
});

test("a run, states, snapshots and parameters work as on a synchronous model", async () => {
  const { model, seen } = fakeAsyncModel();
  const other = fakeModel().model;
  const options = {
    steps: 10,
    input: (step: number) => [step, 1, 2],
    record: ["left", "left.spikes"],
  };
  expect(await model.run(options)).toEqual(other.runSync(options));
  const bytes = await model.snapshot();
  await model.params.set("left.gain", 0.5);
  other.params.set("left.gain", 0.5);
  expect(seen.warnings).toHaveLength(1);
  expect(await model.run(options)).toEqual(other.runSync(options));
  expect(await model.params.get("left.gain")).toEqual(other.params.get("left.gain"));
  expect(await model.params.get("left.limit")).toEqual(Float64Array.of(2));
  expect(model.params.names()).toEqual(other.params.names());
  expect(model.state.info("left.V")).toEqual(other.state.info("left.V"));
  await expect(model.restore(bytes)).rejects.toThrow(code("snapshot"));
  const { signal } = new AbortController();
  expect((await model.run({ steps: 2, signal })).done).toBe(2);
  await expect(model.run({ steps: 2, recrod: [] } as never)).rejects.toThrow(
    code("unknown-option"),
  );
});

test("what cannot be synchronous says what to do instead", () => {
  const { model } = fakeAsyncModel();
  expect(() => model.runSync()).toThrow(AsyncOnlyError);
  expect(() => model.runSync()).toThrow("Use await model.run");
});

test("a disposed model refuses, also what was still waiting", async () => {
  const { model } = fakeAsyncModel();
  const waiting = model([1, 1, 1]);
  model.dispose();
  await expect(waiting).rejects.toThrow(code("model-disposed"));
  await expect(model.run({ steps: 1 })).rejects.toThrow(code("model-disposed"));
  expect(() => model.stepCount).toThrow(code("model-disposed"));
});
