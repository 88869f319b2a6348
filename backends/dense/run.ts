// Runs of many steps: calls of the graph that has the steps inside. Invariant: inputs are asked for
// once for each step and in order; samples, stops and the step count are as if steps were done one by
// one. Inputs of a call are asked for before it begins, so a function that gives them cannot know what
// the steps of the same call do.

import type { Program } from "../../src/ir/program.js";
import type { Now } from "../../src/memory/monitors.js";
import { takeIn, type Vector } from "../../src/memory/vectors.js";
import type { Job, RunResult, Values } from "../../src/runtime/backend.js";
import { slotsOf } from "./build/slots.js";
import { stopName } from "./build/graphs.js";
import type { Holder } from "./holder.js";
import { dataOf as dataFor } from "./onnx/graph.js";
import type { OrtTensor } from "./runtime.js";
import { Samples } from "./samples.js";
import type { LoadedGraph, Sessions } from "./sessions.js";

/** What a run needs of an executable. */
export interface RunParts {
  readonly program: Program;
  readonly now: Now;
  readonly holder: Holder;
  readonly sessions: Sessions;
  readonly inputs: Vector;
  readonly stepTensor: (first: number, count: number) => OrtTensor;
  readonly call: (
    loaded: LoadedGraph,
    others: Readonly<Record<string, OrtTensor>>,
  ) => Promise<Readonly<Record<string, OrtTensor>>>;
  /** Throws where states are not finite after steps from this one on. */
  readonly check: (first: number) => void;
}

/** Steps in one call of a graph. */
const mostSteps = 500;
/** Bytes of inputs and samples in one call. */
const mostBytes = 1 << 26;
/** Where so many steps need no sample they get a call of their own. */
const longIdle = 32;

/** How many steps fit into a call with these arrays. */
function stepsThatFit({ program, holder }: RunParts, watched: readonly string[]): number {
  const recorded = program.arrays
    .filter(({ name }) => watched.includes(name))
    .flatMap((spec) => slotsOf(program, spec).slice(0, 1));
  const bytes = [...recorded, ...holder.slots.inputs].reduce(
    (sum, { shape }) => sum + 8 * shape.reduce((all, one) => all * one, 1),
    1,
  );
  return Math.max(1, Math.min(mostSteps, Math.floor(mostBytes / bytes)));
}

type Series = Record<string, OrtTensor>;

/** Input tensors with a row for each step; `ask` fills the inputs in memory for a step. */
function seriesOf({ holder }: RunParts, count: number, ask: (i: number) => void): Series {
  const { inputs } = holder.slots;
  const rows = inputs.map((slot) => {
    const size = slot.shape.reduce((all, one) => all * one, 1);
    return { slot, size, data: dataFor(slot.type, new Float64Array(size * count)) };
  });
  for (let i = 0; i < count; i++) {
    ask(i);
    for (const { slot, size, data } of rows) {
      (data as Float64Array).set(holder.dataOf(slot) as Float64Array, i * size);
    }
  }
  return Object.fromEntries(
    rows.map(({ slot, data }, i) => [`x${i}`, holder.tensor(slot, data, [count])]),
  );
}

/** The first rows of a series. */
function firstRows({ holder }: RunParts, series: Series, count: number): Series {
  return Object.fromEntries(
    holder.slots.inputs.map((slot, i) => {
      const size = slot.shape.reduce((all, one) => all * one, 1);
      const { data } = series[`x${i}`]! as { data: Float64Array };
      return [`x${i}`, holder.tensor(slot, data.slice(0, count * size), [count])];
    }),
  );
}

/** Place of the first step that stops the run, and of the op that does. */
function stopIn(codes: unknown): { readonly step: number; readonly op: number } | undefined {
  const list = codes as Int32Array | undefined;
  const step = list?.findIndex((code) => code !== 0) ?? -1;
  return step < 0 ? undefined : { step, op: list![step]! - 1 };
}

/** Does steps in one call, at most so many; with samples where `samples` is given. */
async function advance(
  parts: RunParts,
  count: number,
  { series, samples }: { readonly series: Series; readonly samples: Samples | undefined },
): Promise<void> {
  const { now, holder, sessions, program } = parts;
  const first = now.step;
  const loaded = await sessions.run(samples?.watched ?? []);
  const { outputs, records } = loaded.built;
  const given = await parts.call(loaded, { ...series, step: parts.stepTensor(first, count) });
  const stop = stopIn(given[stopName]?.data);
  const done = stop === undefined ? count : stop.step + 1;
  if (done < count) {
    // The states are those of too many steps; from the same beginning it takes fewer.
    const again = { ...firstRows(parts, series, done), step: parts.stepTensor(first, done) };
    holder.take(outputs, await parts.call(loaded, again));
    holder.takeInputs((i) => series[`x${i}`]!.data, done - 1);
  } else {
    holder.take(outputs, given);
  }
  if (samples === undefined) now.step += done;
  else samples.take(records, given, done);
  const op = stop === undefined ? undefined : program.ops[stop.op];
  if (op?.kind === "stop") now.reason = op.reason;
  parts.check(first);
}

/** Runs a job. */
export async function runJob(job: Job, parts: RunParts): Promise<RunResult> {
  const { now, program, inputs } = parts;
  const { size } = inputs;
  const x: Values =
    program.precision === "float64" ? new Float64Array(size) : new Float32Array(size);
  takeIn(inputs, x);
  const samples = new Samples(program, job.monitors, now);
  const most = stepsThatFit(parts, samples.watched);
  const first = now.step;
  const last = first + job.steps;
  now.reason = undefined;
  const result = (reason?: string): RunResult => {
    const steps = now.step - first;
    return reason === undefined ? { steps } : { steps, stopped: { reason, step: now.step - 1 } };
  };
  for (;;) {
    if (job.signal?.aborted === true) return result("aborted");
    const end = Math.min(last, now.step + Math.max(1, job.chunk));
    while (now.step < end && now.reason === undefined) {
      const idle = samples.idleSteps();
      const isIdle = idle >= Math.min(longIdle, end - now.step);
      const count = Math.min(most, end - now.step, isIdle ? idle : Infinity);
      const begin = now.step;
      const series = seriesOf(parts, count, (i) => {
        if (job.input === undefined) return;
        job.input(begin + i, x);
        takeIn(inputs, x);
      });
      await advance(parts, count, { series, samples: isIdle ? undefined : samples });
    }
    job.onProgress?.(now.step - first);
    if (now.reason !== undefined) return result(now.reason);
    if (now.step >= last) return result();
    await job.pause?.(now.step - first);
  }
}
