// The program of the test pages: does jobs when asked, in a page or in a worker, and says what the
// page may do. Invariant: whatever goes wrong is given back as text, never lost.

import { MyelinError, Network, neurons } from "../../../src/index.js";
import { base64 } from "./base64.js";
import { runAtOnce, runJob } from "./job.js";
import type { Job } from "./job.js";
import { lose } from "./loss.js";

/** What a job came to; bytes are base64. */
export type Result =
  | { readonly bytes: string; readonly backend: string }
  | { readonly error: string; readonly name: string; readonly code: string | undefined };

async function answer(job: Job): Promise<Result> {
  try {
    const { bytes, backend } = await runJob(job);
    return { bytes: base64(bytes), backend };
  } catch (error) {
    if (!(error instanceof MyelinError)) return { error: String(error), name: "", code: undefined };
    return { error: error.message, name: error.name, code: error.code };
  }
}

/** Time that a run takes which gives way to other tasks after every step [ms]. */
async function giveWay(steps: number): Promise<number> {
  const network = new Network();
  network.addNeuron(neurons.nonSpiking(), { name: "cell" });
  const model = await network.compile({ dt: 1, backend: "sparse" });
  const start = performance.now();
  await model.run({ steps, chunk: 1 });
  return performance.now() - start;
}

/** What a run in the background came to, and how often the page could do something else. */
async function runInBackground(job: Job): Promise<{
  readonly bytes: string;
  readonly warnings: string;
  readonly turns: number;
}> {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { bytes, warnings } = await runAtOnce(Network.fromDocument(job.document), job);
  clearInterval(timer);
  return { bytes: base64(bytes), warnings, turns };
}

function isCodeFromTextRefused(): boolean {
  try {
    // eslint-disable-next-line no-new-func -- it must be refused here
    new Function("return 1");
    return false;
  } catch {
    return true;
  }
}

const facts = {
  isIsolated: globalThis.crossOriginIsolated,
  isCodeFromTextRefused: isCodeFromTextRefused(),
};

/** What tests reach in a page. */
export interface TestPage {
  readonly facts: typeof facts;
  readonly answer: typeof answer;
  readonly giveWay: typeof giveWay;
  readonly runInBackground: typeof runInBackground;
  readonly lose: typeof lose;
}

const testPage: TestPage = { facts, answer, giveWay, runInBackground, lose };
Object.assign(globalThis, { testPage });
if (globalThis.document === undefined) {
  globalThis.onmessage = async ({ data }: MessageEvent<Job>) => postMessage(await answer(data));
}
