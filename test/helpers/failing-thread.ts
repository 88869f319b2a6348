// A thread that does its part for a while and then fails in the way that it was told; see threads.ts.

import { workerData, parentPort } from "node:worker_threads";
import { serve } from "../../backends/sparse/workers/serve.js";
import { Control } from "../../backends/sparse/workers/control.js";
import type { PartExports, Task } from "../../backends/sparse/workers/task.js";
import type { Misdeed } from "./threads.js";

const task = workerData as Task & { readonly misdeed: Misdeed };
const { how, after } = task.misdeed;
const forever = new Int32Array(new SharedArrayBuffer(4));
let calls = 0;

function fail(): void {
  if (how === "throws") throw new Error("told to throw");
  if (how === "exits") process.exit(3);
  Atomics.wait(forever, 0, 0);
}

process.on("exit", (code) => {
  new Control(task.control, task.parts).raise(task.part, `ended with exit code ${code}`);
});
if (how === "never starts") throw new Error("told not to start");
serve(
  task,
  () => parentPort?.postMessage("started"),
  (module, imports) => {
    const exports = new WebAssembly.Instance(module, imports).exports as unknown as PartExports;
    const run = (steps: number): number => {
      if (++calls > after) fail();
      return exports.run(steps);
    };
    return { run, step: exports.step, sampling: exports.sampling };
  },
);
