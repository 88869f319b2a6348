// The program of the test pages: does jobs when asked, in a page or in a worker, and says what the
// page may do. Invariant: whatever goes wrong is given back as text, never lost.

import { MyelinError, Network, neurons } from "../../../src/index.js";
import { compileFor, runAtOnce, runJob } from "./job.js";
import type { Job } from "./job.js";

/** What a job came to; bytes are base64. */
export type Result =
  | { readonly bytes: string; readonly backend: string }
  | { readonly error: string; readonly name: string; readonly code: string | undefined };

/** Bytes as text, a piece at a time: a call has only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}

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

/** How a worker is lost. */
export type Loss = "throws" | "stalls" | "is terminated";

/** Runs with the second worker getting lost; what the run then throws, and how long it takes [ms]. */
async function lose(job: Job, loss: Loss) {
  const Usual = globalThis.Worker;
  const made: Worker[] = [];
  globalThis.Worker = class extends Usual {
    constructor(address: string | URL, options?: WorkerOptions) {
      const isFailing = made.length === 1 && loss !== "is terminated";
      super(isFailing ? `./failing.js?how=${loss}` : address, options);
      made.push(this);
    }
  };
  try {
    const model = await compileFor(Network.fromDocument(job.document), job);
    model.runSync({ steps: 5 });
    let start = performance.now();
    const running = model.run({ steps: 1e7 }).then(
      () => "nothing",
      (error: unknown) => (error instanceof MyelinError ? `${error.name} ${error.code}` : "other"),
    );
    if (loss === "is terminated") {
      await new Promise((resolve) => setTimeout(resolve, 50));
      start = performance.now();
      made[1]!.terminate();
    }
    const error = await running;
    return { error, time: performance.now() - start, steps: model.stepCount, workers: made.length };
  } finally {
    globalThis.Worker = Usual;
  }
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
