// Starts threads; the one place that knows what a thread is here. Invariant: a thread does not keep the
// process alive, and its end is told, whatever the reason.

import { BackendUnavailableError } from "../../../src/errors.js";
import type { Task } from "./task.js";

export interface Thread {
  /** Settled when the thread waits for commands, or never will. */
  readonly started: Promise<void>;
  /** Ends it at once, whatever it is doing. */
  readonly end: () => void;
}

/** Starts a thread; `onEnd` is called when it has ended, with what ended it. */
export type StartThread = (task: Task, onEnd: (cause: unknown) => void) => Thread;

/** Starts a worker thread of Node that runs a file. */
export function startNodeThread(file: URL, task: Task, onEnd: (cause: unknown) => void): Thread {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(file, { workerData: task, name: `myelin ${task.part}` });
  const started = new Promise<void>((resolve, reject) => {
    worker.once("message", () => {
      worker.unref();
      resolve();
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`ended with exit code ${code}`)));
  });
  // Who does not wait for the start learns of a failure by `onEnd`.
  started.catch(() => {});
  worker.on("error", onEnd);
  worker.on("exit", (code) => onEnd(new Error(`ended with exit code ${code}`)));
  return { started, end: () => void worker.terminate() };
}

let start: StartThread = (task, onEnd) =>
  startNodeThread(new URL("./node-thread.js", import.meta.url), task, onEnd);

/** Lets an environment start its threads in another way; gives what did so before. */
export function setThreadStarter(next: StartThread): StartThread {
  const before = start;
  start = next;
  return before;
}

/** Starts a thread of this environment. */
export const startThread: StartThread = (task, onEnd) => start(task, onEnd);

/** Refuses where there are no threads that can wait for each other. */
export function checkThreads(where: string): void {
  const { process: node } = globalThis as { process?: { getBuiltinModule?: unknown } };
  if (typeof SharedArrayBuffer === "function" && node?.getBuiltinModule !== undefined) return;
  throw new BackendUnavailableError({
    code: "workers-unavailable",
    where,
    problem: "there are no worker threads here that Myelin can use",
    allowed: "Node 20.19 or newer",
    hint: "Leave out `workers`.",
  });
}
