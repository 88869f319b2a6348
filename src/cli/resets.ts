// A run with resets in it: the model runs from one reset to the next, and what it recorded is put
// together. Invariant: steps and times count from the start of the whole run, and whatever can be
// refused of the whole is refused before its first step.

import { MemoryLimitError } from "../errors.js";
import type { Values } from "../runtime/backend.js";
import type { AsyncModel } from "../runtime/async-model.js";
import { planInput } from "../runtime/inputs.js";
import type { Model } from "../runtime/model.js";
import type { ProgressInfo } from "../runtime/progress.js";
import type { SpikeRecord } from "../runtime/recorders.js";
import type { Recording, RunOptions } from "../runtime/run.js";
import { newValues } from "../runtime/vectors.js";
import { wrongUse } from "./flags.js";

/** A run that shows its progress itself. */
export interface ShownRun extends RunOptions {
  readonly progress: false | ((info: ProgressInfo) => void);
}
/** What the parts of a run recorded, as one. */
export type JoinedRecording = Omit<Recording, "shapes">;

/** One GiB of steps, neurons and times. */
const mostSpikes = 2 ** 26;

/** Refuses resets that do not lie within the run, or between two samples. */
export function checkResets(resets: readonly number[], steps: number, every: number): void {
  for (const step of resets) {
    if (step >= steps) {
      const allowed = steps > 0 ? `0 to ${steps - 1}` : "none: the run has no steps";
      wrongUse("--reset-at", "is not within the run", { got: step, allowed });
    }
    if (step % every !== 0) {
      const problem = "is not between two samples, which --every counts from the last reset";
      wrongUse("--reset-at", problem, { got: step, allowed: `multiples of ${every}` });
    }
  }
}

/** The input of the whole run as one function for each of its parts. */
function splitInput(model: Model | AsyncModel, input: unknown, steps: number) {
  const { inputs: ports, program } = model;
  const size = ports.reduce((sum, port) => sum + port.size, 0);
  const make = (length: number): Values => newValues(program.precision, length);
  const fill = planInput(input, { ports, size, copies: 1 }, { start: 0, steps }, make);
  if (fill === undefined) return () => ({});
  return (start: number) => ({
    input: (_step: number, x: Values, index: number): void => fill(start + index, x),
  });
}

/** What a part says of how far it is, for the whole. */
function progressOf({ progress }: ShownRun, start: number, steps: number): ShownRun["progress"] {
  if (progress === false) return false;
  return (info) => {
    const done = start + info.done;
    progress({ ...info, done, steps, remaining: (steps - done) / info.stepsPerSecond });
  };
}

/** A part, and how many more steps there are before it than the model counts. */
interface Part {
  readonly recording: Recording;
  readonly shift: number;
}

/** Runs the model, and resets it before each of the steps `resets`, which rise. */
export async function runWithResets(
  model: Model | AsyncModel,
  options: ShownRun,
  resets: readonly number[],
): Promise<JoinedRecording> {
  if (resets.length === 0) return model.run(options);
  // A run that is stopped before it starts checks all that there is to check, for the whole length.
  await model.run({ ...options, progress: false, signal: AbortSignal.abort() });
  const { duration, steps = Math.round(duration! / model.program.dt), input, ...others } = options;
  const inputFrom = splitInput(model, input, steps);
  const parts: Part[] = [];
  let spikes = 0;
  const starts = [...new Set([0, ...resets])];
  for (const [i, start] of starts.entries()) {
    if (i > 0) await model.reset();
    const shift = start - model.stepCount;
    const recording = await model.run({
      ...others,
      ...inputFrom(start),
      steps: (starts[i + 1] ?? steps) - start,
      progress: progressOf(options, start, steps),
    });
    parts.push({ recording, shift });
    for (const { step } of Object.values(recording.spikes)) spikes += step.length;
    if (spikes > mostSpikes) refuseSpikes(spikes);
    if (recording.stopped !== undefined) break;
  }
  return join(parts, model.program.dt);
}

function refuseSpikes(spikes: number): never {
  throw new MemoryLimitError({
    code: "records-too-large",
    where: "--record",
    problem: "there are too many spikes to be kept",
    got: spikes,
    allowed: `at most ${mostSpikes}`,
    hint: "Record fewer names, or run fewer steps.",
  });
}

type Numbers = Float64Array | Float32Array | Int32Array;

/** Arrays of one kind, one after the other. */
function concatenate<T extends Numbers>(arrays: readonly T[]): T {
  const length = arrays.reduce((sum, each) => sum + each.length, 0);
  const whole = new (arrays[0]!.constructor as new (length: number) => T)(length);
  let at = 0;
  for (const each of arrays) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

/** For each name that all parts have. */
function joinRecords<T, R>(
  parts: readonly Readonly<Record<string, T>>[],
  act: (records: readonly T[]) => R,
): Readonly<Record<string, R>> {
  const names = Object.keys(parts[0]!);
  return Object.fromEntries(names.map((name) => [name, act(parts.map((part) => part[name]!))]));
}

function join(parts: readonly Part[], dt: number): JoinedRecording {
  const stepsOf = (list: (recording: Recording) => Float64Array): Float64Array =>
    concatenate(parts.map(({ recording, shift }) => list(recording).map((step) => step + shift)));
  const timesOf = (steps: Float64Array): Float64Array => steps.map((step) => (step + 1) * dt);
  const recordings = parts.map(({ recording }) => recording);
  const steps = stepsOf((recording) => recording.steps);
  const { recording: last, shift } = parts.at(-1)!;
  const { stopped } = last;
  return {
    done: recordings.reduce((sum, { done }) => sum + done, 0),
    ...(stopped === undefined ? {} : { stopped: { ...stopped, step: stopped.step + shift } }),
    steps,
    time: timesOf(steps),
    traces: joinRecords(
      recordings.map(({ traces }) => traces),
      concatenate,
    ),
    spikes: Object.fromEntries(
      Object.keys(last.spikes).map((name): [string, SpikeRecord] => {
        const step = stepsOf((recording) => recording.spikes[name]!.step);
        const index = concatenate(recordings.map(({ spikes }) => spikes[name]!.index));
        return [name, { step, index, time: timesOf(step) }];
      }),
    ),
  };
}
