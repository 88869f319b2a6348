// What an executable of the dense backend offers around its graphs: runs, samples, stops, writes,
// state that moves between backends, lazily kept states, and what it refuses.

import { body, read, write, array, program as programOf } from "../../../../src/ir/build.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, Job, Monitor } from "../../../../src/runtime/backend.js";
import { everything } from "../../../helpers/everything.js";
import { lazily } from "../../../helpers/lazy-programs.js";
import { programCases } from "../../../helpers/program-cases/index.js";
import { Dice } from "../../../helpers/random-program.js";
import { vectorFor, sizeOf, outputsFor } from "../../../helpers/side-by-side.js";
import {
  dense,
  expectNearState,
  gapOf,
  inputFor,
  iterative,
  loadDensePair,
  stepNear,
  toleranceOf,
} from "./side-by-side.js";

const cpu = { device: "cpu", hosts: new Map() };

/** Documented Programs that cannot run here, and a part of the reason. */
const refusedCases: Readonly<Record<string, RegExp>> = {
  "triplet-deferred": /remembered spikes one after the other/,
  "poisson-skip": /as many random numbers as there are spikes/,
  host: /a graph cannot call anything/,
};

describe("the documented Programs", () => {
  test.each(programCases.map((one) => [one.name, one.program] as const))(
    "%s",
    async (name, program) => {
      const reasons = dense.supports(program).map(({ reason }) => reason);
      const refused = refusedCases[name];
      if (refused !== undefined) {
        expect(reasons.join("; ")).toMatch(refused);
        await expect(dense.load(program, cpu)).rejects.toMatchObject({
          name: "BackendUnavailableError",
        });
        return;
      }
      expect(reasons).toEqual([]);
      const pair = await loadDensePair(program);
      const dice = new Dice(7);
      const x = inputFor(program);
      for (let step = 0; step < 12; step += 1) {
        for (let i = 0; i < x.length; i += 1) x[i] = dice.between(-0.5, 1.5);
        await stepNear(pair, x, toleranceOf(program));
      }
      pair.other.dispose();
    },
  );
});

test("every kind of op that it lacks is refused with its id", () => {
  const problems = dense.supports(everything());
  expect(problems.map(({ op }) => op)).toEqual(["random1", "edges1", "remember0", "host0"]);
  for (const { code } of problems) expect(["op-missing", "order"]).toContain(code);
});

/** Three neurons that fire by turns, with delays, a stop and a tunable threshold. */
function firing(stopAt: number): Program {
  return programOf({
    name: "firing",
    arrays: [
      array({ name: "x", role: "input", length: 3 }),
      array({ name: "y", role: "output", length: 3 }),
      array({ name: "V", length: 3 }),
      array({ name: "theta", role: "tunable", initial: 2 }),
      array({ name: "fired", type: "spikes", length: 3 }),
      array({ name: "past", type: "spikes", length: 3, slots: 4 }),
      array({ name: "count", type: "int" }),
      array({ name: "flag", role: "scratch" }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase: "update", count: 3 },
        reads: [read("V", "V@0"), read("x", "x@0"), read("theta", "theta@0", "one")],
        body: body("V = V + 0.25 * x; spike = V > theta; V = spike ? 0 : V"),
        writes: [write("V", "V@1")],
        emit: { when: "spike", list: "fired", version: 1 },
      },
      {
        ...{ kind: "ring", id: "ring1", phase: "emit" },
        ...{ from: { array: "fired", version: 1 }, into: { array: "past", version: 1 } },
      },
      {
        ...{ kind: "deliver", id: "deliver2", phase: "deliver" },
        spikes: { array: "past", version: 1, lag: 2 },
        layout: { kind: "dense", sources: 3, targets: 3 },
        reads: [],
        body: body("kick = 0.125"),
        writes: [write("kick", "V@2", "target", { mode: "add" })],
      },
      {
        ...{ kind: "map", id: "map3", phase: "record", count: 1 },
        reads: [read("n", "count@0")],
        body: body(`n = n + 1; flag = n >= ${stopAt}`),
        writes: [write("n", "count@1"), write("flag", "flag@1")],
      },
      {
        ...{ kind: "io", id: "io4", phase: "outputs", into: "y", version: 1 },
        pieces: [{ array: "V", version: 2, offset: 0, count: 3, position: 0 }],
      },
      {
        ...{ kind: "stop", id: "stop5", phase: "record", reason: "enough" },
        when: read("flag", "flag@1", "one"),
      },
      { kind: "record", id: "record6", phase: "record" },
    ],
    inputs: [{ name: "x", offset: 0, size: 3 }],
    outputs: [{ name: "y", offset: 0, size: 3 }],
  });
}

type Sample = readonly [string, number, readonly number[]];

/** Monitors that write down what they get. */
function watching(samples: Sample[], every = 1): Monitor[] {
  const note =
    (name: string): Monitor["write"] =>
    (step, values, n) =>
      void samples.push([name, step, Array.from({ length: n }, (_, i) => values[i]!)]);
  const slice = { offset: 0, count: 3, every };
  return [
    { array: "V", kind: "values", ...slice, write: note("V") },
    { array: "x", kind: "values", ...slice, count: 2, offset: 1, write: note("x") },
    { array: "fired", kind: "spikes", ...slice, write: note("fired") },
    { array: "past", kind: "spikes", ...slice, write: note("past") },
    { array: "theta", kind: "values", ...slice, count: 1, write: note("theta") },
  ];
}

const job = (given: Partial<Job> & { readonly steps: number }): Job => ({
  monitors: [],
  chunk: 1000,
  ...given,
});

const input: NonNullable<Job["input"]> = (step, x) => {
  for (let i = 0; i < x.length; i += 1) x[i] = 1 + ((step * 5 + i * 3) % 7) / 2;
};

/** What a run of both backends shows. */
async function runsOf(
  program: Program,
  jobs: (samples: Sample[]) => readonly Job[],
): Promise<{ results: unknown[]; samples: Sample[] }[]> {
  const loaded = [await iterative.load(program, cpu), await dense.load(program, cpu)];
  const seen: { results: unknown[]; samples: Sample[] }[] = [];
  for (const one of loaded) {
    const samples: Sample[] = [];
    const results: unknown[] = [];
    for (const each of jobs(samples)) results.push(await one.run(each));
    results.push([...(await one.read(["V", "count", "fired", "past", "x"]))].map((v) => [...v]));
    seen.push({ results, samples });
  }
  return seen;
}

describe("runs", () => {
  test.each([1, 3, 40])(
    "sample every %i steps what the iterative backend samples",
    async (every) => {
      const [truth, found] = await runsOf(firing(1e6), (samples) => [
        job({ steps: 50, input, monitors: watching(samples, every), chunk: 13 }),
        job({ steps: 45, input, monitors: watching(samples, every) }),
        job({ steps: 3, monitors: watching(samples, every) }),
      ]);
      expect(found!.samples.length).toBeGreaterThan(90);
      expect(found).toEqual(truth);
    },
  );

  test("of many parts are one run", async () => {
    const one = await dense.load(firing(1e6), cpu);
    const two = await dense.load(firing(1e6), cpu);
    await one.run(job({ steps: 60, input }));
    for (const steps of [1, 20, 0, 39]) await two.run(job({ steps, input, chunk: 7 }));
    expect(await two.snapshot()).toEqual(await one.snapshot());
  });

  test.each([1, 17, 30])("end in the very step %i that stops them", async (stopAt) => {
    const [truth, found] = await runsOf(firing(stopAt), (samples) => [
      job({ steps: 100, input, monitors: watching(samples) }),
      job({ steps: 4, input, monitors: watching(samples) }),
    ]);
    expect(found!.results[0]).toEqual({
      steps: stopAt,
      stopped: { reason: "enough", step: stopAt - 1 },
    });
    expect(found).toEqual(truth);
  });

  test("end before the next chunk when they are aborted, and say how far they are", async () => {
    const loaded = await dense.load(firing(1e6), cpu);
    const controller = new AbortController();
    const progress: number[] = [];
    const onProgress = (done: number): void => {
      progress.push(done);
      if (done >= 20) controller.abort();
    };
    const { signal } = controller;
    const result = await loaded.run(job({ steps: 100, input, chunk: 10, signal, onProgress }));
    expect(result).toEqual({ steps: 20, stopped: { reason: "aborted", step: 19 } });
    expect(progress).toEqual([10, 20]);
    expect(loaded.stepCount).toBe(20);
  });

  test("can be looked at and saved where they pause", async () => {
    const program = firing(1e6);
    const [loaded, other] = [await dense.load(program, cpu), await dense.load(program, cpu)];
    const saved: Uint8Array[] = [];
    const pause = async (): Promise<void> => {
      saved.push(await loaded.snapshot());
      expect((await loaded.read(["count"]))[0]).toEqual(Float64Array.of(loaded.stepCount));
    };
    await loaded.run(job({ steps: 30, input, chunk: 10, pause }));
    expect(saved).toHaveLength(2);
    await other.restore(saved[1]!);
    await other.run(job({ steps: 10, input }));
    expect(await other.snapshot()).toEqual(await loaded.snapshot());
  });

  test("ask for the input of each step once and in order", async () => {
    const loaded = await dense.load(firing(1e6), cpu);
    const asked: number[] = [];
    await loaded.run(job({ steps: 25, chunk: 10, input: (step) => void asked.push(step) }));
    expect(asked).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });
});

test("steps and runs make one state", async () => {
  const program = firing(1e6);
  const [one, two] = [await dense.load(program, cpu), await dense.load(program, cpu)];
  const x = inputFor(program);
  const [y] = outputsFor(program);
  for (let step = 0; step < 20; step += 1) {
    input(step, x);
    await one.stepAsync(x, y);
  }
  await two.run(job({ steps: 20, input }));
  expect(await two.snapshot()).toEqual(await one.snapshot());
});

test("state moves between backends in the middle of delays", async () => {
  const program = firing(1e6);
  const [truth, found] = [await iterative.load(program, cpu), await dense.load(program, cpu)];
  await truth.run(job({ steps: 23, input }));
  await found.restore(await truth.snapshot());
  expect(found.stepCount).toBe(23);
  await found.run(job({ steps: 30, input }));
  await truth.restore(await found.snapshot());
  await expectNearState({ program, truth: truth as never, other: found }, 0);
});

test("parameters and states can be written between steps, and a reset keeps what it is told", async () => {
  const program = firing(1e6);
  const pair = await loadDensePair(program);
  const { truth, other } = pair;
  await truth.run(job({ steps: 9, input }));
  await other.run(job({ steps: 9, input }));
  for (const [name, values] of [
    ["theta", [0.75]],
    ["V", [0.5, -1, 0.25]],
    ["past", [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1]],
  ] as const) {
    truth.writeSync(name, values);
    await other.write(name, values);
  }
  await truth.run(job({ steps: 9, input }));
  await other.run(job({ steps: 9, input }));
  await expectNearState(pair, 0);
  for (const keep of [new Set(["past", "count"]), undefined]) {
    truth.reset(keep);
    other.reset(keep);
    expect(other.stepCount).toBe(truth.stepCount);
    await truth.run(job({ steps: 5, input }));
    await other.run(job({ steps: 5, input }));
    await expectNearState(pair, 0);
  }
});

describe("lazily kept states", () => {
  const tolerance = 1e-12;

  async function expectSameLook(
    one: Executable,
    two: Executable,
    names: readonly string[],
  ): Promise<void> {
    const [wanted, found] = [await one.read(names), await two.read(names)];
    names.forEach((name, i) => {
      wanted[i]!.forEach((value, k) => {
        if (gapOf(value, found[i]![k]!) <= tolerance) return;
        throw new Error(`${name}[${k}]: wanted ${value}, got ${found[i]![k]}`);
      });
    });
  }

  test("are brought up to date for a look, a sample and a write, and not otherwise", async () => {
    const program = lazily();
    const pair = await loadDensePair(program);
    const { truth, other } = pair;
    const drive: NonNullable<Job["input"]> = (step, x) => {
      for (let i = 0; i < x.length; i += 1) x[i] = (step * 7 + i * 3) % 11 === 0 ? 1 : 0;
    };
    const samples: number[][][] = [[], []];
    const monitors = (k: number): Monitor[] => [
      {
        ...{ array: "g", kind: "values", offset: 0, count: 2, every: 2 },
        write: (_step, values) => void samples[k]!.push([values[0]!, values[1]!]),
      },
    ];
    await truth.run(job({ steps: 31, input: drive, monitors: monitors(0) }));
    await other.run(job({ steps: 31, input: drive, monitors: monitors(1) }));
    expect(samples[1]!.length).toBe(samples[0]!.length);
    samples[0]!.flat().forEach((value, i) => {
      expect(gapOf(value, samples[1]!.flat()[i]!)).toBeLessThanOrEqual(tolerance);
    });
    await expectSameLook(truth, other, ["g", "V"]);
    await expectNearState(pair, tolerance);
    const before = await other.snapshot();
    await other.read(["g"]);
    expect(await other.snapshot()).toEqual(before);

    const [g] = await truth.read(["g"]);
    const changed = g!.map((value, i) => value + 0.01 * i);
    truth.writeSync("g", changed);
    await other.write("g", changed);
    await expectNearState(pair, tolerance);
    truth.reset(new Set(["g", "last"]));
    other.reset(new Set(["g", "last"]));
    await expectNearState(pair, tolerance);
    await truth.run(job({ steps: 12, input: drive }));
    await other.run(job({ steps: 12, input: drive }));
    await expectSameLook(truth, other, ["g", "V"]);
  });
});

describe("what cannot be", () => {
  test("a state that is no number ends the run, names its place and stays readable", async () => {
    const program = programOf({
      arrays: [array({ name: "V", length: 3, initial: Float64Array.of(1, 1e200, 2) })],
      ops: [
        {
          ...{ kind: "map", id: "map0", phase: "update", count: 3, reads: [read("V", "V@0")] },
          body: body("V = V * V"),
          writes: [write("V", "V@1")],
        },
      ],
    });
    const loaded = await dense.load(program, cpu);
    await expect(loaded.run(job({ steps: 5 }))).rejects.toMatchObject({
      name: "DivergenceError",
      message: expect.stringMatching(/V: element 1 is no longer a finite number/),
    });
    const [V] = await loaded.read(["V"]);
    expect(V![1]).toBe(Infinity);
  });

  test("wrong lengths and names are refused at once", async () => {
    const loaded = await dense.load(firing(1e6), cpu);
    const short = loaded.stepAsync(new Float64Array(2), new Float64Array(3));
    await expect(short).rejects.toThrow(/input values/);
    await expect(loaded.write("V", [1])).rejects.toThrow(/values of V/);
    await expect(loaded.write("nothing", [1])).rejects.toThrow(/no array of this name/);
    await expect(loaded.write("flag", [1])).rejects.toThrow(/cannot be written/);
    await expect(loaded.read(["nothing"])).rejects.toThrow(/no array of this name/);
    loaded.dispose();
    await expect(loaded.run(job({ steps: 1 }))).rejects.toThrow(/was disposed of/);
  });

  test("nothing may be done to a model while it runs", async () => {
    const program = firing(1e6);
    const loaded = await dense.load(program, cpu);
    const run = loaded.run(job({ steps: 10, input }));
    expect(() => loaded.reset()).toThrow(/is running/);
    const x = vectorFor(program, sizeOf(program, "input"));
    await expect(loaded.stepAsync(x, x)).rejects.toThrow(/is running/);
    expect(await run).toEqual({ steps: 10 });
  });
});

test("generated code is the graph of a step", async () => {
  const loaded = await dense.load(firing(1e6), cpu);
  const text = loaded.generated().map(({ file, text: code }) => `${file}\n${code}`);
  expect(text[1]).toMatch(/^step\.onnx\.txt\ngraph step\n {2}input p0: float64\[1, 1\]/);
  expect(text[1]).toContain("Where(");
});
