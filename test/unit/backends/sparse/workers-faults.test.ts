// Threads that end, throw or get stuck: an error of a known kind within a second or two, never a wait
// without end, and the last state that all threads had can still be read.

import { WorkerError } from "../../../../src/index.js";
import type { Model } from "../../../../src/index.js";
import { delayedNetwork } from "../../../helpers/divisible-networks.js";
import { useThreads } from "../../../helpers/threads.js";

const threads = useThreads();
const compile = (workers: number): Promise<Model> =>
  delayedNetwork().compile({ dt: 0.1, backend: "sparse", workers });

function errorOf(act: () => unknown): { readonly error: unknown; readonly time: number } {
  const start = performance.now();
  let error: unknown;
  try {
    act();
  } catch (caught) {
    error = caught;
  }
  return { error, time: performance.now() - start };
}

/** A second or two on a machine that has time; what matters is that it ends [ms]. */
const longest = 10_000;

/** The model can be read, and what it holds is a state that one thread has, too. */
async function expectReadable(model: Model): Promise<void> {
  const one = await compile(1);
  one.runSync({ steps: model.stepCount });
  expect(model.snapshot()).toEqual(one.snapshot());
  expect(model.state.get("exc.V")).toEqual(one.state.get("exc.V"));
  const again = await compile(2);
  again.restore(model.snapshot());
  again.runSync({ steps: 50 });
  one.runSync({ steps: 50 });
  expect(again.snapshot()).toEqual(one.snapshot());
  again.dispose();
  one.dispose();
}

async function expectLost(model: Model, act: () => unknown, text: RegExp): Promise<void> {
  const { error, time } = errorOf(act);
  expect(error).toBeInstanceOf(WorkerError);
  expect(error).toMatchObject({ code: "worker-lost" });
  expect(String(error)).toMatch(text);
  expect(time).toBeLessThan(longest);
  const next = errorOf(() => model.step());
  expect(next.error).toBe(error);
  await expectReadable(model);
  model.dispose();
}

test.each([
  ["throws", /worker 2 of 3 failed: told to throw/],
  ["exits", /worker 2 of 3 failed: ended with exit code 3/],
  ["stalls", /worker 2 of 3 did not answer for \d+ ms/],
] as const)("a thread that %s", async (how, text) => {
  threads.misdeed = { part: 1, how, after: 40 };
  const model = await compile(3);
  model.runSync({ steps: 60 });
  model.snapshot();
  await expectLost(model, () => model.runSync({ steps: 1000 }), text);
});

test.each(["throws", "stalls"] as const)(
  "a thread that %s while values are sampled",
  async (how) => {
    threads.misdeed = { part: 2, how, after: 100 };
    const model = await compile(3);
    model.runSync({ steps: 30 });
    const run = () => model.runSync({ steps: 400, record: ["exc.V", "there.g_spike"], every: 2 });
    await expectLost(model, run, /worker 3 of 3/);
  },
);

test("a thread that is ended from outside, during a run and between two", async () => {
  const model = await compile(2);
  model.runSync({ steps: 70 });
  threads.started[0]!.end();
  await expectLost(model, () => model.runSync({ steps: 100_000 }), /worker 2 of 2/);
  const other = await compile(2);
  other.runSync({ steps: 70 });
  threads.started.at(-1)!.end();
  const running = other.run({ steps: 1_000_000 }).catch((error: unknown) => error);
  expect(await running).toBeInstanceOf(WorkerError);
  await expectReadable(other);
});

test("a thread that does not start makes compiling fail, and none is left", async () => {
  threads.misdeed = { part: 2, how: "never starts", after: 0 };
  await expect(compile(4)).rejects.toMatchObject({ code: "worker-lost" });
  expect(threads.started).toHaveLength(3);
});

test("a disposed model has no threads", async () => {
  const model = await compile(3);
  model.runSync({ steps: 5 });
  model.dispose();
  expect(errorOf(() => model.step()).error).toMatchObject({ code: "model-disposed" });
});
