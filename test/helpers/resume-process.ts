// A process of its own that loads saved models, lets them go on, and writes how they end: what tests of
// saving start. Its argument is a file with a list of tasks.

import { readFileSync, writeFileSync } from "node:fs";
import { loadModel } from "../../src/index.js";
import { resumeInput } from "./resume-input.js";

/** One model that goes on. */
export interface ResumeTask {
  readonly file: string;
  readonly backend: "iterative" | "sparse";
  /** Steps after which it is to be saved, counted from its reset. */
  readonly until: number;
  /** Where the running state at the end goes. */
  readonly to: string;
}

const tasks = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as readonly ResumeTask[];
for (const { file, backend, until, to } of tasks) {
  const model = await loadModel(file, { backend, onWarning: () => {} });
  model.runSync({ steps: until - model.stepCount, input: resumeInput });
  writeFileSync(to, model.snapshot());
  model.dispose();
}
