// The interface of a loaded Program: runs and their ends, monitors, reading and writing, errors, and
// what the backend says of itself.
import {
  BackendUnavailableError,
  DivergenceError,
  ValidationError,
} from "../../../../src/errors.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import { printProgram } from "../../../../src/ir/print.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Monitor, Values } from "../../../../src/runtime/backend.js";
import { create } from "../../../../backends/iterative/index.js";
import { everything, hosts } from "../../../helpers/everything.js";
import { job, load, numbers } from "./load.js";

/** Two counters that grow by their rate; the output is the first. */
const counters = (change: Partial<Program> = {}): Program =>
  program({
    arrays: [
      array({ name: "rate", role: "tunable", length: 2, initial: 1 }),
      array({ name: "double", role: "derived", length: 2 }),
      array({ name: "n", length: 2, initial: Float64Array.of(0, 100), origin: "cells" }),
      array({ name: "x", role: "input" }),
      array({ name: "y", role: "output" }),
    ],
    setup: [
      {
        ...{ kind: "map", id: "map0", phase: "setup", count: 2 },
        reads: [read("rate", "rate@0")],
        body: body("double = 2 * rate"),
        writes: [write("double", "double@1")],
      },
    ],
    ops: [
      {
        ...{ kind: "map", id: "map1", phase: "update", count: 2 },
        reads: [read("n", "n@0"), read("double", "double@0"), read("x", "x@0", "one")],
        body: body("n = n + double + x"),
        writes: [write("n", "n@1")],
      },
      {
        ...{ kind: "io", id: "io0", phase: "outputs", into: "y", version: 1 },
        pieces: [{ array: "n", version: 1, offset: 0, count: 1, position: 0 }],
      },
    ],
    names: [{ path: "leg/cell.n", array: "n", offset: 1, count: 1, shape: [1], kind: "state" }],
    ...change,
  });

/** The input 0, or a place for the output. */
const one = (): Float64Array => Float64Array.of(0);

test("step takes inputs and fills outputs; their lengths must fit", async () => {
  const loaded = load(counters());
  const y = new Float64Array(1);
  loaded.step(Float64Array.of(5), y);
  expect([...y]).toEqual([7]);
  await loaded.stepAsync(Float64Array.of(0), y);
  expect([...y]).toEqual([9]);
  expect(loaded.stepCount).toBe(2);
  expect(() => loaded.step(new Float64Array(2), y)).toThrow(/needs 1 input values; got 2/);
  expect(() => loaded.step(one(), new Float64Array(0))).toThrow(ValidationError);
  expect(loaded.stepCount).toBe(2);
});

test("a run without inputs starts from 0, and reports progress after every chunk", () => {
  const loaded = load(counters());
  loaded.step(Float64Array.of(5), one());
  const progress: number[] = [];
  const result = loaded.runSync(
    job({ steps: 10, chunk: 4, onProgress: (done) => void progress.push(done) }),
  );
  expect(result).toEqual({ steps: 10 });
  expect(progress).toEqual([4, 8, 10]);
  expect(numbers(loaded, "n")).toEqual([27, 127]);
});

test("monitors sample slices at their interval, counted over all runs", () => {
  const seen: string[] = [];
  const sample = (step: number, values: ArrayLike<number>, n: number, copy: number): void => {
    seen.push(`${step}:${copy}:${n}:${values[0]}`);
  };
  const monitor: Monitor = {
    ...{ array: "n", kind: "values", offset: 1, count: 1, every: 3, write: sample },
  };
  const loaded = load(counters({ batch: 2 }));
  loaded.runSync(job({ steps: 4, monitors: [monitor] }));
  loaded.runSync(job({ steps: 4, monitors: [monitor] }));
  expect(seen).toEqual(["2:0:1:106", "2:1:1:106", "5:0:1:112", "5:1:1:112"]);
});

test("an array that all copies share is sampled once", () => {
  const seen: number[] = [];
  const monitor: Monitor = {
    ...{ array: "rate", kind: "values", offset: 0, count: 2, every: 1 },
    write: (_step, _values, _n, copy) => void seen.push(copy),
  };
  load(counters({ batch: 3 })).runSync(job({ steps: 2, monitors: [monitor] }));
  expect(seen).toEqual([0, 0]);
});

test("monitors sample where the record op stands", () => {
  const made = counters();
  const [map, io] = made.ops;
  const ops = [{ kind: "record", id: "record0", phase: "" } as const, map!, io!];
  const seen: number[] = [];
  const monitor: Monitor = {
    ...{ array: "n", kind: "values", offset: 0, count: 1, every: 1 },
    write: (_step, values) => void seen.push(values[0]!),
  };
  load({ ...made, ops }).runSync(job({ steps: 3, monitors: [monitor] }));
  load(made).runSync(job({ steps: 3, monitors: [monitor] }));
  expect(seen).toEqual([0, 2, 4, 2, 4, 6]);
});

test("an abort signal ends a run at the end of a chunk, and other tasks get their turn", async () => {
  const loaded = load(counters());
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  const result = await loaded.run(job({ steps: 1e9, chunk: 5, signal: controller.signal }));
  expect(result.steps % 5).toBe(0);
  expect(result.stopped).toEqual({ reason: "aborted", step: result.steps - 1 });
  expect(loaded.stepCount).toBe(result.steps);
  const signal = AbortSignal.abort();
  expect(loaded.runSync(job({ steps: 3, signal })).steps).toBe(0);
});

test("while a run gives way nothing else may change the state", async () => {
  const loaded = load(counters());
  const running = loaded.run(job({ steps: 20, chunk: 5 }));
  expect(() => loaded.step(one(), one())).toThrow(/is running/);
  expect(() => loaded.writeSync("n", [1, 2])).toThrow(/is running/);
  expect(() => loaded.reset()).toThrow(/is running/);
  await expect(loaded.run(job({ steps: 1 }))).rejects.toThrow(/is running/);
  expect(numbers(loaded, "n")).toEqual([10, 110]);
  await running;
  expect(numbers(loaded, "n")).toEqual([40, 140]);
});

test("writing a tunable evaluates the setup again; what is fixed cannot be written", async () => {
  const loaded = load(counters());
  await loaded.write("rate", [10, 0.5]);
  expect(await loaded.read(["double", "rate"])).toEqual([
    Float64Array.of(20, 1),
    Float64Array.of(10, 0.5),
  ]);
  loaded.writeSync("n", [1, 2]);
  loaded.step(one(), one());
  expect(numbers(loaded, "n")).toEqual([21, 3]);
  expect(() => loaded.writeSync("double", [1, 1])).toThrow(/cannot be written/);
  expect(() => loaded.writeSync("n", [1])).toThrow(/needs 2 values/);
  expect(() => loaded.writeSync("m", [1])).toThrow(/no array of this name; got "m"/);
  expect(() => loaded.readSync("m")).toThrow(ValidationError);
});

test("spike lists and rings are written as they are read", () => {
  const loaded = load(everything(), hosts);
  const train = [0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0];
  const past = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  loaded.runSync(job({ steps: 6 }));
  loaded.writeSync("trains", train);
  loaded.writeSync("past", past);
  loaded.writeSync("draws", [2.9]);
  expect(numbers(loaded, "trains")).toEqual(train);
  expect(numbers(loaded, "past")).toEqual(past);
  expect(numbers(loaded, "draws")).toEqual([2]);
  expect(() => loaded.writeSync("events", [0, 0, 0, 0])).toThrow(/history/);
});

test("reading gives copies", () => {
  const loaded = load(counters());
  loaded.readSync("n").fill(99);
  expect(numbers(loaded, "n")).toEqual([0, 100]);
});

test("divergence names the user's value, its element, the step and the copy", () => {
  const loaded = load(counters({ batch: 2 }));
  const input = (step: number, x: Values): void => x.set([0, step === 6 ? Infinity : 0]);
  let caught: unknown;
  try {
    loaded.runSync(job({ steps: 20, input }));
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(DivergenceError);
  const { code, where, message } = caught as DivergenceError;
  expect([code, where]).toEqual(["diverged", "cells"]);
  expect(message).toMatch(/element 0 of copy 1 is no longer a finite number after step 6; got Inf/);
  expect(loaded.stepCount).toBe(7);
  expect(numbers(loaded, "n")).toEqual([14, 114, Infinity, Infinity]);
  loaded.writeSync("n", [0, 0, 0, NaN]);
  expect(() => loaded.runSync(job({ steps: 1 }))).toThrow(/^leg\/cell\.n: element 0 of copy 1/);
});

test("after dispose every call is refused", () => {
  const loaded = load(counters());
  loaded.dispose();
  for (const call of [
    () => loaded.step(one(), one()),
    () => loaded.runSync(job({ steps: 1 })),
    () => loaded.readSync("n"),
    () => loaded.snapshotSync(),
    () => loaded.reset(),
  ]) {
    expect(call).toThrow(/disposed/);
  }
});

test("what is generated is the printed Program", () => {
  const made = everything();
  const text = printProgram(made);
  expect(load(made, hosts).generated()).toEqual([{ file: "program.txt", text }]);
});

test("the backend supports every Program and estimates work that grows with its size", async () => {
  const backend = (await create())!;
  const small = everything();
  const large = everything({ batch: 10 });
  expect(backend.supports(small)).toEqual([]);
  expect(backend.supports({ ...small, precision: "float16" as "float32" })).toHaveLength(1);
  const [a, b] = [backend.estimate(small), backend.estimate(large)];
  expect(b.work).toBeCloseTo(10 * a.work);
  expect(b.nanoseconds).toBeGreaterThan(a.nanoseconds);
  for (const value of Object.values(a)) expect(value).toBeGreaterThan(0);
  const half = backend.estimate(everything({ precision: "float32" }));
  expect(half.bytes).toBeCloseTo(a.bytes / 2);
});

test("other devices and precisions are refused before anything is loaded", async () => {
  const backend = (await create())!;
  const made = counters();
  await expect(backend.load(made, { device: "gpu", hosts })).rejects.toThrow(
    BackendUnavailableError,
  );
  const odd = { ...made, precision: "float16" as "float32" };
  expect(() => backend.loadSync!(odd, { device: "cpu", hosts })).toThrow(/float64 or float32/);
});
