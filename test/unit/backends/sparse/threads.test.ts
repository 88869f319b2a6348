// How long threads may be silent: counted in waits, so that no clock decides these tests.

import { jest } from "@jest/globals";
import { WorkerError } from "../../../../src/index.js";
import { Control, controlBytes } from "../../../../backends/sparse/workers/control.js";
import { setThreading, type Thread } from "../../../../backends/sparse/workers/start-thread.js";
import type { Task } from "../../../../backends/sparse/workers/task.js";
import { slice, Threads } from "../../../../backends/sparse/workers/threads.js";

const parts = 2;
let before: ReturnType<typeof setThreading>;
let started: Promise<void>;
const ended: number[] = [];
beforeAll(() => {
  const start = ({ part }: Task): Thread => ({ started, end: () => void ended.push(part) });
  before = setThreading({ start, maySleep: true, startsAtOnce: true });
});
beforeEach(() => {
  started = Promise.resolve();
  ended.length = 0;
});
afterAll(() => void setThreading(before));

function makeThreads() {
  const buffer = new SharedArrayBuffer(controlBytes(parts));
  const control = new Control(buffer, parts);
  const task = { part: 1, parts, isLed: false, control: buffer } as Partial<Task> as Task;
  return { control, threads: new Threads({ where: "net", control, tasks: [task] }) };
}

/** The waits [ms] after which a silent thread is taken for stuck. */
function patience(threads: Threads, stepTime: number): number {
  for (let slices = 0; ; slices++) {
    try {
      threads.judge(1, slices, stepTime);
    } catch (error) {
      expect(error).toBeInstanceOf(WorkerError);
      expect(String(error)).toContain(`worker 2 of 2 did not answer for ${slices * slice} ms`);
      return slices * slice;
    }
  }
}

test("a thread with short steps that is silent is noticed within a second, and ended", () => {
  const { control, threads } = makeThreads();
  control.beat(1);
  // The first wait does not count yet: a sign of life may have come during it.
  expect(patience(threads, 1) + slice).toBeLessThan(900);
  expect(ended).toEqual([1]);
  expect(threads.failure).toMatchObject({ code: "worker-lost" });
});

test("a thread may be away for half a second, and for many of its steps where they are long", () => {
  const { control, threads } = makeThreads();
  control.beat(1);
  threads.judge(1, 500 / slice, 0.01);
  threads.judge(1, 4000 / slice, 200);
  expect(ended).toEqual([]);
});

test("a thread that has not started yet may take longer", () => {
  const { threads } = makeThreads();
  threads.judge(1, 20_000 / slice, 1);
  expect(patience(threads, 1)).toBeLessThanOrEqual(30_000);
});

test("a thread of which nothing is ever heard makes the start fail", async () => {
  jest.useFakeTimers();
  try {
    started = new Promise(() => undefined);
    const { threads } = makeThreads();
    const error = threads.started().catch((caught: unknown) => caught);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(String(await error)).toMatch(
      /worker 2 of 2 did not start: no sign of life for 30000 ms/,
    );
    expect(await error).toBeInstanceOf(WorkerError);
    expect(ended).toEqual([1]);
  } finally {
    jest.useRealTimers();
  }
});
