// Starts threads; the one place that knows what a thread is here. Invariant: a thread does not keep the
// process alive, and its end is told, whatever the reason.

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

/** Starts a worker of a page, or of another worker of it. */
export const startWebThread: StartThread = (task, onEnd) => {
  // Bundlers know this form by sight, and make a file of what it names.
  const worker = new Worker(new URL("./web-thread.js", import.meta.url), {
    type: "module",
    name: `myelin ${task.part}`,
  });
  const started = new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", () => resolve());
    worker.addEventListener("error", (event) => {
      const isScript = event instanceof ErrorEvent && event.message !== "";
      const found = isScript ? event.message : `its file cannot be loaded; ${howToBundle}`;
      reject(new Error(found));
      onEnd(new Error(found));
    });
  });
  // Who does not wait for the start learns of a failure by `onEnd`.
  started.catch(() => {});
  worker.postMessage(task);
  return { started, end: () => worker.terminate() };
};

const howToBundle =
  "with esbuild, give myelin/web-thread.js as one more entry point, and allow worker-src 'self'";

/** How an environment runs threads. */
export interface Threading {
  readonly start: StartThread;
  /** Whether the thread at hand may sleep until others wake it. */
  readonly maySleep: boolean;
  /** Whether threads can be started without giving way to them. */
  readonly startsAtOnce: boolean;
}

const startInNode: StartThread = (task, onEnd) =>
  startNodeThread(new URL("./node-thread.js", import.meta.url), task, onEnd);

/** Pages may not sleep, their workers may. */
function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

function findThreading(): Threading | string {
  const { process: node } = globalThis as { process?: { getBuiltinModule?: unknown } };
  if (node?.getBuiltinModule !== undefined) {
    return { start: startInNode, maySleep: true, startsAtOnce: true };
  }
  if (typeof Worker !== "function") return "there are no worker threads here";
  if (typeof SharedArrayBuffer !== "function" || globalThis.crossOriginIsolated === false) {
    return (
      "this page is not isolated; serve it with Cross-Origin-Opener-Policy: same-origin and " +
      "Cross-Origin-Embedder-Policy: require-corp"
    );
  }
  return { start: startWebThread, maySleep: canSleep(), startsAtOnce: false };
}

let threading: Threading | string | undefined;

/** How threads run here, or why there are none. */
export const threadsHere = (): Threading | string => (threading ??= findThreading());

/** Lets an environment run its threads in another way; gives what it did before. */
export function setThreading(next: Threading | string): Threading | string {
  const before = threadsHere();
  threading = next;
  return before;
}

/** Starts a thread of this environment. */
export const startThread: StartThread = (task, onEnd) => {
  const here = threadsHere();
  if (typeof here !== "string") return here.start(task, onEnd);
  throw new Error(here);
};
