// Threads that are led as from a page, which may not sleep: the bits of one thread whether it waits or
// awaits, with looks at the model in between, and an error of a known kind when a thread is lost.

import { WorkerError } from "../../../../src/index.js";
import type { Model } from "../../../../src/index.js";
import { setThreading } from "../../../../backends/sparse/workers/start-thread.js";
import { delayedNetwork, mixedNetwork } from "../../../helpers/divisible-networks.js";
import { useThreads } from "../../../helpers/threads.js";

const threads = useThreads({ maySleep: false });
const options = { dt: 0.1, backend: "sparse" } as const;
const compile = (workers: number): Promise<Model> =>
  delayedNetwork().compile({ ...options, workers });
const record = ["exc.V", "exc.spikes"];

/** What a run found, as text that can be compared at once. */
const textOf = (found: unknown): string => JSON.stringify(found);

test("all parts are done by others, with the bits of one thread", async () => {
  const one = await compile(1);
  const three = await compile(3);
  expect(threads.started).toHaveLength(3);
  one.runSync({ steps: 137 });
  three.runSync({ steps: 137 });
  expect(three.snapshot()).toEqual(one.snapshot());
  const wanted = textOf(one.runSync({ steps: 163, record }));
  expect(wanted.length).toBeGreaterThan(10_000);
  expect(textOf(await three.run({ steps: 163, record }))).toBe(wanted);
  expect(three.snapshot()).toEqual(one.snapshot());
  const sparse = { steps: 90, record: ["inh.V"], every: 7 };
  expect(textOf(await three.run(sparse))).toBe(textOf(one.runSync(sparse)));
  expect(three.snapshot()).toEqual(one.snapshot());
});

test("steps, runs with inputs that change, and writes in between", async () => {
  const made = [1, 3].map((workers) => mixedNetwork().compile({ ...options, workers }));
  const models = await Promise.all(made);
  const results = models.map(async (model) => {
    const x = Float64Array.from({ length: 120 }, (_, i) => Math.abs(i % 9) / 10);
    const outputs = Array.from({ length: 20 }, () => model.step(x));
    model.state.set("inh.V", -60);
    const input = (step: number, into: { fill(value: number): unknown }) =>
      void into.fill(0.01 * step);
    const samples = await model.run({ steps: 40, input, record: ["inh.V"] });
    return { outputs, samples, snapshot: model.snapshot() };
  });
  const [wanted, found] = await Promise.all(results);
  expect(found).toEqual(wanted);
});

test("whoever looks at the model while it runs sees a state that all parts have", async () => {
  const model = await compile(3);
  const one = await compile(1);
  const running = model.run({ steps: 4000 });
  const seen: { step: number; V: ArrayLike<number> }[] = [];
  for (let i = 0; i < 3; i++) {
    const V = model.state.get("exc.V");
    seen.push({ step: model.stepCount, V });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await running;
  expect(seen.at(-1)!.step).toBeGreaterThan(seen[0]!.step);
  for (const { step, V } of seen) {
    one.reset();
    one.runSync({ steps: step });
    expect(one.state.get("exc.V")).toEqual(V);
  }
});

test("a page goes on while a run is under way", async () => {
  const model = await compile(2);
  let isOver = false;
  const running = model.run({ steps: 20_000 }).then(() => (isOver = true));
  let turns = 0;
  while (!isOver && turns < 5) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  expect(turns).toBe(5);
  await running;
  expect(model.stepCount).toBe(20_000);
});

test("a run ends also where words cannot be awaited", async () => {
  const shared = Atomics as { waitAsync?: unknown };
  const { waitAsync } = shared;
  delete shared.waitAsync;
  try {
    const model = await compile(2);
    const one = await compile(1);
    const found = textOf(await model.run({ steps: 70, record, every: 9 }));
    expect(found).toBe(textOf(one.runSync({ steps: 70, record, every: 9 })));
  } finally {
    shared.waitAsync = waitAsync;
  }
});

describe.each(["runSync", "run"] as const)("%s", (call) => {
  test.each([
    ["throws", /worker 2 of 3 failed: told to throw/],
    ["stalls", /worker 2 of 3 did not answer for \d+ ms/],
    ["exits", /worker 2 of 3 (failed: ended with exit code 3|has ended)/],
  ] as const)("a thread that %s", async (how, text) => {
    threads.misdeed = { part: 1, how, after: 40 };
    const model = await compile(3);
    model.runSync({ steps: 60 });
    const run = async (): Promise<unknown> => model[call]({ steps: 1000, record, every: 2 });
    const error: unknown = await run().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WorkerError);
    expect(String(error)).toMatch(text);
    expect(() => model.step()).toThrow(error as Error);
    threads.misdeed = undefined;
    const one = await compile(1);
    one.runSync({ steps: model.stepCount });
    expect(model.snapshot()).toEqual(one.snapshot());
    model.dispose();
  });
});

describe("where there are no threads", () => {
  let before: ReturnType<typeof setThreading> = "";
  beforeAll(() => (before = setThreading("this page is not isolated")));
  afterAll(() => setThreading(before));

  test("the model runs on one, and says why", async () => {
    const said: string[] = [];
    const onWarning = (text: string): void => void said.push(text);
    const model = await delayedNetwork().compile({ ...options, workers: 4, onWarning });
    expect(said).toEqual([expect.stringMatching(/runs on one thread.*not isolated/)]);
    expect(model.explain().toString()).toContain("this page is not isolated");
    expect(threads.started).toHaveLength(0);
    const one = await compile(1);
    model.runSync({ steps: 200 });
    one.runSync({ steps: 200 });
    expect(model.snapshot()).toEqual(one.snapshot());
    expect(model.toBytes()).toEqual(one.toBytes());
  });

  test("what cannot be divided is refused all the same", async () => {
    const refused = mixedNetwork().compile({ ...options, workers: 2, batch: 3 });
    await expect(refused).rejects.toThrow(/batch of 3 copies/);
  });
});

test("threads that cannot start at once: what is lowered again runs on one, and says so", async () => {
  const before = setThreading("");
  setThreading({ ...(before as object as Exclude<typeof before, string>), startsAtOnce: false });
  const model = await mixedNetwork().compile({ ...options, workers: 2, onWarning: () => {} });
  const one = await mixedNetwork().compile({ ...options, onWarning: () => {} });
  for (const each of [model, one]) {
    each.runSync({ steps: 50 });
    each.params.set("rest.threshold", -52);
    each.runSync({ steps: 50 });
  }
  setThreading(before);
  expect(model.warnings.join()).toMatch(/runs on one thread.*tunable/);
  expect(model.snapshot()).toEqual(one.snapshot());
});
