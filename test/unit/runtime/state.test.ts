// Named access to states and parameters: copies both ways, checked values, and a write to a parameter
// that is not tunable lowers again and loses nothing of the running state.

import { fakeModel } from "../../helpers/fake-model.js";
import type { FakeModelOptions } from "../../helpers/fake-model.js";
import type { VectorInput } from "../../../src/runtime/vectors.js";

const code = (code: string) => expect.objectContaining({ code });
const stimulus = (step: number) => [Math.sin(step) + 1.5, 2, step % 3];

describe("states", () => {
  test("have names, shapes and copies of their own", () => {
    const { model } = fakeModel({ batch: 2 });
    expect(model.state.names()).toEqual([
      ...["left.V", "right.V", "left.count", "right.count", "left.spikes", "right.spikes"],
    ]);
    expect(model.state.info("right.V")).toEqual({
      ...{ path: "right.V", kind: "state", shape: [3], copies: 2 },
    });
    expect(model.state.get("right.V")).toEqual(new Float64Array(6).fill(0.25));
  });

  test("are given and taken as copies", () => {
    const { model } = fakeModel();
    const given = [1, 2, 3];
    model.state.set("right.V", given);
    given[0] = 9;
    const taken = model.state.get("right.V");
    taken[1] = 9;
    expect(model.state.get("right")).toEqual(Float64Array.of(1, 2, 3));
    expect(model.state.get("left.V")).toEqual(Float64Array.of(0.25, 0.25));
    expect(model(stimulus(0))[2]).toBe(0.5);
  });

  test("take one number for all, and in a batch one vector for all or for each copy", () => {
    const { model } = fakeModel({ batch: 2 });
    model.state.set("left.V", 7);
    expect(model.state.get("left.V")).toEqual(Float64Array.of(7, 7, 7, 7));
    model.state.set("left.V", [1, 2]);
    expect(model.state.get("left.V")).toEqual(Float64Array.of(1, 2, 1, 2));
    model.state.set("left.V", [
      [1, 2],
      [3, 4],
    ]);
    expect(model.state.get("left.V")).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(model.state.get("right.V")).toEqual(new Float64Array(6).fill(0.25));
  });

  test("spikes are read as 0 and 1", () => {
    const { model } = fakeModel();
    model([9, 0, 0]);
    expect(model.state.get("left.spikes")).toEqual(Float64Array.of(1, 0));
    expect(model.state.get("right.spikes")).toEqual(Float64Array.of(0, 1, 0));
  });

  test.each<[string, unknown, string]>([
    ["left.v", 0, "unknown-name"],
    ["left.spikes", 0, "wrong-kind"],
    ["left.gain", 0, "wrong-kind"],
    ["left.V", [1], "wrong-length"],
    ["left.V", NaN, "not-a-number"],
    ["left.V", "1", "wrong-kind"],
    ["left.count", 0.5, "wrong-number"],
  ])("%s = %j is refused and changes nothing", (name, value, expected) => {
    const { model } = fakeModel();
    const before = model.snapshot();
    expect(() => model.state.set(name, value as VectorInput)).toThrow(code(expected));
    expect(model.snapshot()).toEqual(before);
  });

  test("an unknown name is answered with the nearest, a parameter with its place", () => {
    const { model } = fakeModel();
    expect(() => model.state.get("left.v")).toThrow('Did you mean "left.V"');
    expect(() => model.state.get("left.gain")).toThrow("Use model.params to read or write it.");
    expect(() => model.params.get("left.V")).toThrow("Use model.state to read or write it.");
  });
});

describe("parameters", () => {
  test("are read whether tunable, fixed or folded into the ops", () => {
    const { model } = fakeModel({ gain: 3, precision: "float32" });
    expect(model.params.names()).toEqual(["left.gain", "left.limit"]);
    expect(model.params.get("left.gain")).toEqual(Float32Array.of(3));
    expect(model.params.get("left.limit")).toEqual(Float32Array.of(2));
    expect(model.params.info("left.limit")).toMatchObject({ kind: "constant", unit: "mV" });
  });

  test("a tunable one is written in place", () => {
    const { model, seen } = fakeModel({ tunable: true });
    model.params.set("left.gain", 0.5);
    expect(model([1, 0, 0])[0]).toBe(0.625);
    expect(seen).toMatchObject({ warnings: [], commits: 0 });
    expect(seen.loaded).toHaveLength(1);
  });

  test("in a batch one with a value per copy takes all values", () => {
    const { model } = fakeModel({ tunable: true, gainPerCopy: true, batch: 2 });
    model.params.set("left.gain", [0, 1]);
    expect(model.params.get("left.gain")).toEqual(Float64Array.of(0, 1));
    const y = model([1, 0, 0, 1, 0, 0]);
    expect([y[0], y[5]]).toEqual([0.125, 1.125]);
    model.params.set("left.gain", [[2], [3]]);
    expect(model.params.get("left.gain")).toEqual(Float64Array.of(2, 3));
    expect(() => model.params.set("left.gain", [1, 2, 3])).toThrow(code("wrong-length"));
  });

  test("values are checked as when the network was built", () => {
    const { model, seen } = fakeModel({ tunable: true });
    expect(() => model.params.set("left.gain", -1)).toThrow(code("out-of-range"));
    expect(() => model.params.set("left.gian", 1)).toThrow('Did you mean "left.gain"');
    expect(seen.loaded).toHaveLength(1);
  });

  test("without its network only tunable ones can be written", () => {
    const { model } = fakeModel({ isLoaded: true });
    expect(() => model.params.set("left.gain", 1)).toThrow(code("not-tunable"));
    const other = fakeModel({ isLoaded: true, tunable: true }).model;
    other.params.set("left.gain", 4);
    expect(other.params.get("left.gain")).toEqual(Float64Array.of(4));
  });
});

describe("a parameter that is not tunable", () => {
  /** What a model does after 10 steps when nothing is changed but the value. */
  function continued(options: FakeModelOptions, value: number, how: "restart" | "set") {
    const { model, seen } = fakeModel(options);
    for (let step = 0; step < 10; step++) model(stimulus(step));
    if (how === "set") model.params.set("left.gain", value);
    else seen.loaded[0]!.writeSync("gain", [value]);
    const rows = Array.from({ length: 20 }, () => model(stimulus(model.stepCount)));
    return { model, seen, rows };
  }

  test.each([
    ["float64", 1, false],
    ["float32", 1, false],
    ["float64", 3, false],
    ["float64", 1, true],
    ["float32", 3, true],
  ] as const)(
    "keeps every bit of the state: %s, batch %d, moved: %s",
    (precision, batch, moves) => {
      const wide = (options: FakeModelOptions) => ({ ...options, precision });
      const options = wide({ movesArrays: moves });
      if (batch === 1) {
        const changed = continued(options, 0.75, "set");
        expect(changed.rows).toEqual(continued(options, 0.75, "restart").rows);
        expect(changed.model.stepCount).toBe(30);
        expect(changed.rows.flatMap((row) => Array.from(row))).toContain(0);
      } else {
        const { model, seen } = fakeModel({ ...options, batch });
        const x = Array.from({ length: batch }, (_, copy) => [copy + 0.5, 2, copy]);
        for (let step = 0; step < 10; step++) model(x);
        const bytes = ["left.V", "right.V", "left.count", "left.spikes"].map(model.state.get);
        model.params.set("left.gain", 1);
        expect(["left.V", "right.V", "left.count", "left.spikes"].map(model.state.get)).toEqual(
          bytes,
        );
        const underWay = seen.loaded.map(({ arrays }) => {
          const { data } = [...arrays.values()].find(({ slots }) => slots === 3)!;
          return Array.from(data).filter((flag) => flag === 1).length;
        });
        expect(underWay[0]).toBeGreaterThan(0);
        expect(underWay[1]).toBe(underWay[0]);
      }
    },
  );

  test("is reported once, and is tunable from then on", () => {
    const { model, seen } = fakeModel();
    model.params.set("left.gain", 2);
    model.params.set("left.gain", 3);
    expect(model.params.get("left.gain")).toEqual(Float64Array.of(3));
    expect(model.params.info("left.gain").kind).toBe("tunable");
    expect(seen.warnings).toHaveLength(1);
    expect(seen.warnings[0]).toMatch(/^left.gain: .*tunable/);
    expect(model.warnings).toEqual(seen.warnings);
    expect(seen.commits).toBe(1);
    expect(seen.loaded.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
  });

  test("may change from one value for all to one for each", () => {
    const { model, seen } = fakeModel({ tunable: true });
    model.params.set("left.gain", [1, 2]);
    expect(model.params.get("left.gain")).toEqual(Float64Array.of(1, 2));
    model.params.set("left.gain", 5);
    expect(model.params.get("left.gain")).toEqual(Float64Array.of(5, 5));
    expect(seen.loaded).toHaveLength(2);
  });

  test("a refused value leaves the model as it is", () => {
    const { model, seen } = fakeModel();
    model([1, 1, 1]);
    const before = model.snapshot();
    expect(() => model.params.set("left.gain", -1)).toThrow(code("out-of-range"));
    expect(model.snapshot()).toEqual(before);
    expect(seen.loaded.at(0)!.isDisposed).toBe(false);
    expect(seen.warnings).toEqual([]);
  });
});
