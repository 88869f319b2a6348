// Errors inside a module's step, divergence, refusals, and what the backend says of itself.
import {
  BackendUnavailableError,
  CompileError,
  DivergenceError,
  ValidationError,
} from "../../../../src/errors.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import type { Program } from "../../../../src/ir/program.js";
import type { HostFunction, Monitor, Values } from "../../../../src/runtime/backend.js";
import { everything, hosts } from "../../../helpers/everything.js";
import {
  iterative,
  job,
  load,
  loadBoth,
  messageOf,
  numbers,
  sparse,
  vector,
} from "./executable-load.js";

const phase = "";
const count = 12;

/** Counters that grow by two inputs and a rate; a user's function stands between them and the output. */
const counters = (change: Partial<Program> = {}): Program =>
  program({
    arrays: [
      array({ name: "rate", role: "tunable", initial: 1 }),
      array({ name: "n", length: count, origin: "cells" }),
      array({ name: "a", role: "input", length: count }),
      array({ name: "b", role: "input" }),
      array({ name: "y", role: "output", length: count }),
      array({ name: "z", role: "output" }),
    ],
    ops: [
      { kind: "record", id: "record0", phase },
      {
        ...{ kind: "map", id: "map0", phase, count },
        reads: [
          read("n", "n@0"),
          read("a", "a@0"),
          read("b", "b@0", "one"),
          read("rate", "rate@0", "one"),
        ],
        body: body("n = n + rate + a + b"),
        writes: [write("n", "n@1")],
      },
      {
        ...{ kind: "host", id: "host0", phase, name: "meet" },
        reads: [{ array: "n", version: 1, offset: 0, count: 1 }],
        writes: [{ array: "z", version: 1, offset: 0, count: 1 }],
      },
      {
        ...{ kind: "io", id: "io0", phase, into: "y", version: 1 },
        pieces: [{ array: "n", version: 1, offset: 0, count, position: 0 }],
      },
    ],
    names: [{ path: "cell.n", array: "n", offset: 1, count: 11, shape: [11], kind: "state" }],
    ...change,
  });

const meeting = (meet: HostFunction): ReadonlyMap<string, HostFunction> =>
  new Map([["meet", meet]]);
const quiet = meeting(() => undefined);

/** Throws in one step, once. */
function failing(at: number): ReadonlyMap<string, HostFunction> {
  let left = 1;
  return meeting((step, [n], [z]) => {
    z![0] = 2 * n![0]!;
    if (step === at && left-- > 0) throw new Error("enough");
  });
}

test.each(["float64", "float32"] as const)(
  "inputs and outputs of several arrays and copies are one vector, %s",
  (precision) => {
    const made = counters({ batch: 3, precision });
    const { truth, loaded } = loadBoth(made, quiet);
    const x = vector(made, 39).map((_, i) => i / 8);
    const [expected, got] = [vector(made, 39), vector(made, 39)];
    for (let step = 0; step < 3; step++) {
      truth.step(x, expected);
      loaded.step(x, got);
      expect(got).toEqual(expected);
    }
    expect(got[14]).toBe(3 * (1 + 14 / 8 + 25 / 8));
    expect(() => loaded.step(vector(made, 13), got)).toThrow(/needs 39 input values; got 13/);
    expect(() => loaded.step(x, vector(made, 40))).toThrow(ValidationError);
  },
);

test("a user's function that throws ends a run in its step; what follows goes on from there", () => {
  const made = counters({ batch: 2 });
  const { truth, loaded } = {
    truth: loadBoth(made, failing(9)).truth,
    loaded: load(made, failing(9)),
  };
  for (const one of [truth, loaded]) {
    expect(() => one.runSync(job({ steps: 20 }))).toThrow("enough");
    expect(one.stepCount).toBe(9);
  }
  expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
  for (const one of [truth, loaded]) one.runSync(job({ steps: 20 }));
  expect(loaded.stepCount).toBe(29);
  expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
});

test("a step whose function throws still gives its outputs, and is not counted", () => {
  const { truth, loaded } = {
    truth: loadBoth(counters(), failing(0)).truth,
    loaded: load(counters(), failing(0)),
  };
  const [expected, got] = [new Float64Array(13), new Float64Array(13)];
  const x = new Float64Array(13).fill(1);
  expect(() => truth.step(x, expected)).toThrow("enough");
  expect(() => loaded.step(x, got)).toThrow("enough");
  expect(got).toEqual(expected);
  expect(loaded.stepCount).toBe(0);
  truth.step(x, expected);
  loaded.step(x, got);
  expect(got).toEqual(expected);
});

test("a monitor that throws ends a run; later runs are sampled as if nothing had happened", () => {
  const loaded = load(counters(), quiet);
  const seen: number[] = [];
  let isAngry = true;
  const monitor: Monitor = {
    ...{ array: "n", kind: "values", offset: 0, count: 1, every: 2 },
    write(step, values) {
      if (step === 5 && isAngry) throw new Error("full");
      seen.push(step, values[0]!);
    },
  };
  expect(() => loaded.runSync(job({ steps: 9, monitors: [monitor] }))).toThrow("full");
  expect(loaded.stepCount).toBe(5);
  isAngry = false;
  loaded.step(new Float64Array(13), new Float64Array(13));
  loaded.runSync(job({ steps: 3, monitors: [monitor] }));
  expect(seen).toEqual([1, 1, 3, 3, 7, 7]);
});

test("functions and monitors that look at the model see the step at hand", () => {
  const steps: number[] = [];
  const loaded = load(
    counters(),
    meeting((step) => void steps.push(step, loaded.stepCount)),
  );
  const monitor: Monitor = {
    ...{ array: "n", kind: "values", offset: 0, count: 1, every: 1 },
    write: (step) => void steps.push(step, loaded.stepCount),
  };
  loaded.runSync(job({ steps: 2, monitors: [monitor] }));
  loaded.runSync(job({ steps: 1 }));
  expect(steps).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
});

test("a run looks at the states at its end and names the steps of which one made them infinite", () => {
  const loaded = load(counters({ batch: 2 }), quiet);
  const input = (step: number, x: Values): void => void x.fill(step === 6 ? Infinity : 0);
  expect(() => loaded.runSync(job({ steps: 20, input }))).toThrow(DivergenceError);
  expect(loaded.stepCount).toBe(20);
  expect(messageOf(() => loaded.runSync(job({ steps: 1 })))).toMatch(
    /cells: element 0 of copy 0 is no longer a finite number after one of the steps 0 to 20; got Inf/,
  );
  loaded.writeSync("n", [...new Array<number>(17).fill(0), NaN, ...new Array<number>(6).fill(0)]);
  expect(messageOf(() => loaded.runSync(job({ steps: 1 })))).toMatch(
    /cell\.n: element 4 of copy 1/,
  );
  loaded.reset();
  loaded.runSync(job({ steps: 40 }));
  expect(
    messageOf(() => loaded.runSync(job({ steps: 1, input: (_step, x) => x.fill(NaN) }))),
  ).toMatch(/after step 40; got NaN/);
});

test("single steps look at the states every few hundred steps", () => {
  const loaded = load(counters(), quiet);
  const y = new Float64Array(13);
  for (let step = 0; step < 300; step++) loaded.step(new Float64Array(13), y);
  const x = new Float64Array(13).fill(Infinity);
  let found = "";
  for (let step = 300; step < 900 && found === ""; step++) {
    try {
      loaded.step(x, y);
    } catch (error) {
      expect(error).toBeInstanceOf(DivergenceError);
      found = String(error);
    }
  }
  expect(found).toMatch(/after one of the steps 256 to 511; got Infinity/);
  expect(y[0]).toBe(Infinity);
  expect(numbers(loaded, "n")[0]).toBe(Infinity);
});

test("a random source that does not lead on is refused as on the iterative backend", () => {
  const made = program({
    arrays: [
      array({ name: "position" }),
      array({ name: "draws", type: "int" }),
      array({ name: "spikes", type: "spikes", role: "scratch", length: 10 }),
    ],
    ops: [
      {
        ...{ kind: "random", id: "random0", phase, how: "skip", stream: 3, count: 10 },
        reads: [],
        body: body("skip = step > 7 ? 0 : 20"),
        position: write("p", "position@1", "one"),
        draws: write("n", "draws@1", "one"),
        emit: { list: "spikes", version: 1 },
      },
    ],
  });
  const { truth, loaded } = loadBoth(made);
  const expected = messageOf(() => truth.runSync(job({ steps: 30 })));
  expect(messageOf(() => loaded.runSync(job({ steps: 30 })))).toBe(expected);
  expect(loaded.stepCount).toBe(truth.stepCount);
});

test("an abort signal ends a run at the end of a chunk; nothing else may change the state meanwhile", async () => {
  const loaded = load(counters(), quiet);
  const controller = new AbortController();
  const running = loaded.run(job({ steps: 1e9, chunk: 5, signal: controller.signal }));
  expect(() => loaded.reset()).toThrow(/is running/);
  expect(() => loaded.runSync(job({ steps: 1 }))).toThrow(/is running/);
  expect(numbers(loaded, "n")[0]).toBe(5);
  controller.abort();
  const { steps, stopped } = await running;
  expect(steps % 5).toBe(0);
  expect(stopped).toEqual({ reason: "aborted", step: loaded.stepCount - 1 });
});

test("after dispose every call is refused, also while a run gives way", async () => {
  const loaded = load(counters(), quiet);
  const running = loaded.run(job({ steps: 10, chunk: 5 }));
  loaded.dispose();
  expect(await running).toEqual({ steps: 10 });
  for (const call of [
    () => loaded.step(new Float64Array(13), new Float64Array(13)),
    () => loaded.readSync("n"),
    () => loaded.snapshotSync(),
    () => loaded.generated(),
    () => loaded.reset(),
  ]) {
    expect(call).toThrow(/disposed/);
  }
  expect(loaded.stepCount).toBe(10);
});

test("loading in the background gives the same executable", async () => {
  const made = everything({ batch: 2 });
  const loaded = await sparse.load(made, { device: "cpu", hosts });
  const other = load(made, hosts);
  expect(await loaded.run(job({ steps: 50 }))).toEqual({ steps: 50 });
  other.runSync(job({ steps: 50 }));
  expect(await loaded.snapshot()).toEqual(other.snapshotSync());
  expect(loaded.generated()).toEqual(other.generated());
  const [module] = loaded.generated();
  expect(module!.file).toBe("module.wat");
  expect(module!.text).toMatch(/^\(module\n/);
});

test("other devices and missing functions are refused", async () => {
  await expect(sparse.load(counters(), { device: "gpu", hosts: quiet })).rejects.toThrow(
    BackendUnavailableError,
  );
  expect(() => load(counters())).toThrow(CompileError);
  expect(() => load(counters())).toThrow(/needs a function that was not given; got "meet"/);
});

test("a Program larger than one memory is refused with numbers, before anything is allocated", () => {
  const huge = counters({ arrays: [array({ name: "w", length: 600e6 })], ops: [], names: [] });
  const [problem] = sparse.supports(huge);
  expect(problem?.code).toBe("memory");
  expect(problem?.reason).toMatch(
    /more than 4 GiB .*; got 4800\d+, allowed 4294967296 bytes\. Use/,
  );
  expect(sparse.supports({ ...huge, precision: "float32" })).toEqual([]);
  expect(() => load(huge)).toThrow(BackendUnavailableError);
});

test("what can be run costs less than on the iterative backend", () => {
  const made = everything();
  expect(sparse.supports(made)).toEqual([]);
  expect(sparse.supports({ ...made, precision: "float16" as "float32" })).toHaveLength(1);
  const small = sparse.estimate(made);
  const large = sparse.estimate(everything({ batch: 1000 }));
  for (const value of Object.values(small)) expect(value).toBeGreaterThan(0);
  expect(small.nanoseconds).toBeLessThan(iterative.estimate(made).nanoseconds / 4);
  expect(large.nanoseconds).toBeGreaterThan(100 * small.nanoseconds);
});
