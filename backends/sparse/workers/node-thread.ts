// The file that a worker thread of Node runs. Invariant: also a thread that is ended from inside, by
// process.exit, tells the others first.

import { Control } from "./control.js";
import { serve } from "./serve.js";
import type { Task } from "./task.js";

const { workerData, parentPort } = process.getBuiltinModule("node:worker_threads");
const task = workerData as Task;
process.on("exit", (code) => {
  new Control(task.control, task.parts).raise(task.part, `ended with exit code ${code}`);
});
serve(task, () => parentPort?.postMessage("started"));
