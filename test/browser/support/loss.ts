// Loses a worker on purpose, in a page, and finds out what then happens when. Invariant: what is measured
// is taken from the memory that the workers share, not from what the library says of itself.

import { MyelinError, Network } from "../../../src/index.js";
import { base64 } from "./base64.js";
import { compileFor } from "./job.js";
import type { Job } from "./job.js";

/** How a worker is lost. */
export type Loss = "throws" | "stalls" | "is terminated";

/** What came of a run of which a worker was lost; times in ms. */
export interface Lost {
  readonly error: string;
  /** From the last step that any worker has done until the error. */
  readonly afterProgress: number;
  /** How long the workers went on: since the start of the run, or since `terminate()`. */
  readonly wentOn: number;
  readonly workers: number;
  /** The step of which the model then is, and its snapshot as base64. */
  readonly steps: number;
  readonly bytes: string;
}

/** Lets the second worker that is made get lost. */
function misleadSecond(loss: Loss) {
  const Usual = globalThis.Worker;
  const made: Worker[] = [];
  let words: Int32Array = new Int32Array();
  globalThis.Worker = class extends Usual {
    constructor(address: string | URL, options?: WorkerOptions) {
      const isFailing = made.length === 1 && loss !== "is terminated";
      super(isFailing ? `./failing.js?how=${loss}` : address, options);
      made.push(this);
    }

    override postMessage(task: { readonly control: SharedArrayBuffer }): void {
      words = new Int32Array(task.control);
      super.postMessage(task);
    }
  };
  const restore = (): void => void (globalThis.Worker = Usual);
  return { made, words: () => words, restore };
}

/** Looks every millisecond whether the workers get on: whatever they do changes a word they share. */
function watchProgress(words: Int32Array) {
  let before = "";
  const progress = { last: performance.now() };
  const timer = setInterval(() => {
    const now = words.join();
    if (now !== before) progress.last = performance.now();
    before = now;
  }, 1);
  return { progress, stop: () => clearInterval(timer) };
}

/** Runs with the second worker getting lost. */
export async function lose(job: Job, loss: Loss): Promise<Lost> {
  const { made, words, restore } = misleadSecond(loss);
  try {
    const model = await compileFor(Network.fromDocument(job.document), job);
    model.runSync({ steps: 5 });
    const { progress, stop } = watchProgress(words());
    let failed = NaN;
    // Samples make the workers meet in every step, so that fewer steps have to be done again in Node.
    const running = model.run({ steps: 1e7, record: ["exc.spikes"] }).then(
      () => "nothing",
      (error: unknown) => {
        failed = performance.now();
        return error instanceof MyelinError ? `${error.name} ${error.code}` : String(error);
      },
    );
    if (loss === "is terminated") await new Promise((resolve) => setTimeout(resolve, 50));
    const terminated = performance.now();
    if (loss === "is terminated") made[1]!.terminate();
    const error = await running;
    stop();
    return {
      ...{ error, afterProgress: failed - progress.last, wentOn: progress.last - terminated },
      ...{ workers: made.length, steps: model.stepCount },
      bytes: base64(Uint8Array.from(await model.snapshot())),
    };
  } finally {
    restore();
  }
}
