// A run: many steps in one call of the backend. Checks the options, plans input and records, and
// puts the result together. Invariant: whatever can be refused is refused before the first step.

import type { Executable, Job, RunResult } from "./backend.js";
import { checkFunction, checkNames, checkPath, checkRecord, checkWhole, refuse } from "./checks.js";
import { planInput } from "./inputs.js";
import type { RunInput, Stretch } from "./inputs.js";
import type { NameTable } from "./lookup.js";
import { planRecords } from "./monitors.js";
import type { Records, RecordSettings, Stream } from "./monitors.js";
import { startProgress } from "./progress.js";
import type { Progress, ProgressOption } from "./progress.js";
import { newValues } from "./vectors.js";
import type { InputLayout } from "./vectors.js";

/** How a model is run; either `steps` or `duration`. */
export interface RunOptions {
  readonly steps?: number;
  /** [ms]; a whole number of steps. */
  readonly duration?: number;
  /**
   * A number for all inputs or a vector, which are held, `{ series }` with a row for each step,
   * `{ events }`, a function `(step, x, index)` that fills `x` or returns values, or an object with
   * some of these by the name of the input. What is not given is 0.
   */
  readonly input?: RunInput;
  /**
   * States, spikes, tunable parameters, inputs and outputs by name, for example `left.V` or
   * `left.spikes`; a population alone stands for its output variable.
   */
  readonly record?: readonly string[];
  /** Values are sampled in steps with (step + 1) % every == 0; default 1. */
  readonly every?: number;
  /** Takes samples as they come; then nothing is kept. */
  readonly stream?: Stream;
  /** Keeps only so many samples (or spikes) of each name, the newest. */
  readonly maxSamples?: number;
  /** True: one line on the terminal, if there is one. */
  readonly progress?: ProgressOption;
  /** Ends the run early; the state stays valid. */
  readonly signal?: AbortSignal;
  /** Steps between two reports of progress and two looks at the signal. */
  readonly chunk?: number;
  /**
   * Saves the model while it runs, each `every` ms of simulated time and at the end. The file is always
   * whole; the one before stays as `<file>.previous`. `loadModel(file)` goes on from there. States that
   * are no longer finite are not saved: the run ends with a DivergenceError, and the file stays.
   */
  readonly checkpoint?: { readonly file: string; readonly every: number };
}

/** What a run recorded. Steps count from the last reset; the first one is 0. */
export interface Recording extends Records {
  /** Steps done in this run. */
  readonly done: number;
  /** Only where the run ended early; `step` is the last one done, -1 where there was none. */
  readonly stopped?: { readonly reason: string; readonly step: number };
}

/** A run that has been checked and waits to be started. */
export interface RunPlan {
  readonly job: Job;
  /** Saves the model now, where that was asked for. */
  readonly checkpoint?: () => Promise<void>;
  /** Starts to follow the signal. */
  begin(): void;
  /** Ends the run after its chunk; `finish` then throws the error. */
  fail(error: unknown): void;
  finish(result: RunResult): Recording;
  /** To be called after `begin` in any case. */
  end(): void;
}

/** What planning needs to know of a model. */
export interface RunContext {
  readonly table: NameTable;
  readonly executable: Pick<Executable, "stepCount">;
  readonly layout: InputLayout;
  /** Expected time of a step [ns]. */
  readonly stepTime: number;
  /**
   * The model as it is now, as a file; throws a DivergenceError if a state is no longer finite. `since`:
   * the steps after which all states were.
   */
  readonly toBytes: (since: number) => Promise<Uint8Array>;
}

const optionNames: readonly (keyof RunOptions)[] = [
  ...(["steps", "duration", "input", "record", "every"] as const),
  ...(["stream", "maxSamples", "progress", "signal", "chunk", "checkpoint"] as const),
];

/** Between two reports a program that shows progress, or reacts to a key, may wait so long [ns]. */
const chunkTime = 20e6;
const mostInChunk = 500;

/** How many steps a time takes. */
function stepsIn(where: string, duration: unknown, dt: number): number {
  if (typeof duration !== "number" || !Number.isFinite(duration) || duration < 0) {
    const allowed = ">= 0 [ms]";
    refuse(where, "wrong-number", "must be a time", { got: duration, allowed });
  }
  const steps = duration / dt;
  const whole = Math.round(steps);
  if (Math.abs(steps - whole) > 1e-9 * Math.max(1, whole)) {
    const near = [Math.floor(steps), Math.ceil(steps)].map((n) => Number((n * dt).toPrecision(12)));
    refuse(where, "not-whole", "must be a whole number of steps", {
      got: duration,
      allowed: `for example ${near.join(" or ")} [ms], with dt ${dt}`,
    });
  }
  return checkWhole(`${where} / dt`, whole, 0);
}

function checkSteps(steps: unknown, duration: unknown, dt: number): number {
  if ((steps === undefined) === (duration === undefined)) {
    const problem = steps === undefined ? "has no length" : "has two lengths";
    refuse("run", "wrong-length", problem, { allowed: "either steps or duration [ms]" });
  }
  return steps === undefined
    ? stepsIn("run.duration", duration, dt)
    : checkWhole("run.steps", steps, 0);
}

function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const isSignal = typeof signal === "object" && signal !== null && "aborted" in signal;
  if (isSignal && "addEventListener" in signal) return signal as AbortSignal;
  const allowed = "the signal of an AbortController";
  refuse("run.signal", "wrong-kind", "must be an AbortSignal", { got: signal, allowed });
}

function checkRecords(given: Readonly<Record<string, unknown>>): RecordSettings {
  const { record, every, maxSamples, stream } = given;
  const whole = (key: string, value: unknown, other: number) =>
    value === undefined ? other : checkWhole(`run.${key}`, value, 1);
  return {
    names: record === undefined ? [] : checkNames("run.record", record),
    every: whole("every", every, 1),
    maxSamples: whole("maxSamples", maxSamples, Number.MAX_SAFE_INTEGER),
    stream: checkFunction("run.stream", stream, "(name, step, values, copy) => void"),
  };
}

/** Follows the user's signal, and can be stopped from inside with an error that is thrown at the end. */
class Stopper {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #forward = () => this.#controller.abort();
  #failure: { readonly error: unknown } | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
  }

  follow(): void {
    this.#outer?.addEventListener("abort", this.#forward);
    if (this.#outer?.aborted === true) this.#forward();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** An exception thrown inside a step would leave that step half done; this waits for the chunk. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.#controller.abort();
  };

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  release(): void {
    this.#outer?.removeEventListener("abort", this.#forward);
  }
}

function reporting(progress: Progress, fail: (error: unknown) => void): (done: number) => void {
  return (done) => {
    try {
      progress.report(done);
    } catch (error) {
      fail(error);
    }
  };
}

function usualChunk(stepTime: number): number {
  const steps = Math.floor(chunkTime / Math.max(stepTime, 1));
  return Math.min(mostInChunk, Math.max(1, steps));
}

/** When and where a run saves the model. */
interface Checkpoints {
  /** Steps between two of them. */
  readonly interval: number;
  readonly write: () => Promise<void>;
}

function planCheckpoints(
  value: unknown,
  dt: number,
  { executable, toBytes }: RunContext,
): Checkpoints | undefined {
  if (value === undefined) return undefined;
  const given = checkRecord("run.checkpoint", value, ["file", "every"]);
  const file = checkPath("run.checkpoint.file", given["file"]);
  const interval = stepsIn("run.checkpoint.every", given["every"], dt);
  if (interval < 1) {
    const allowed = `>= ${dt} [ms]`;
    refuse("run.checkpoint.every", "wrong-number", "is no time", { got: given["every"], allowed });
  }
  let since = executable.stepCount;
  const write = async (): Promise<void> => {
    // Before anything is written: what has diverged must not take the place of what has not.
    const bytes = await toBytes(since);
    since = executable.stepCount;
    const { writeDurably } = await import("./save.js");
    await writeDurably(file, bytes, { keepsPrevious: true });
  };
  return { interval, write };
}

/** Saves when so many steps have passed; what goes wrong ends the run. */
function pausing(
  { interval, write }: Checkpoints,
  fail: (error: unknown) => void,
): (done: number) => Promise<void> {
  let last = 0;
  return async (done) => {
    if (done - last < interval) return;
    last = done;
    await write().catch(fail);
  };
}

/** Checks the options of a run and plans it. */
export function planRun(context: RunContext, options: unknown): RunPlan {
  const given = checkRecord("run", options, optionNames);
  const { table, layout } = context;
  const { dt, precision } = table.program;
  const start = context.executable.stepCount;
  const steps = checkSteps(given["steps"], given["duration"], dt);
  const stretch: Stretch = { start, steps };
  const checkpoints = planCheckpoints(given["checkpoint"], dt, context);
  const wished =
    given["chunk"] === undefined
      ? usualChunk(context.stepTime)
      : checkWhole("run.chunk", given["chunk"], 1);
  const chunk = Math.min(wished, checkpoints?.interval ?? wished);
  const make = (length: number) => newValues(precision, length);
  const input = planInput(given["input"], layout, stretch, make);
  const stopper = new Stopper(checkSignal(given["signal"]));
  const records = planRecords(table, checkRecords(given), stretch, stopper.fail);
  const progress = startProgress(given["progress"], steps, dt);
  const onProgress = reporting(progress, stopper.fail);
  const { monitors } = records;
  const job = {
    ...{ steps, monitors, chunk, signal: stopper.signal, onProgress },
    ...(input !== undefined && { input }),
    ...(checkpoints !== undefined && { pause: pausing(checkpoints, stopper.fail) }),
  };
  return {
    job,
    ...(checkpoints !== undefined && { checkpoint: checkpoints.write }),
    begin: () => stopper.follow(),
    fail: stopper.fail,
    finish({ steps: done, stopped }) {
      stopper.rethrow();
      return { done, ...records.finish(done), ...(stopped !== undefined && { stopped }) };
    },
    end() {
      stopper.release();
      progress.end();
    },
  };
}
