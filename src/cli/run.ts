// `myelin run`: runs a network document, or a saved model, and writes what it did. Invariant: whatever can be refused is
// refused before the first step, and files are written after the last one, in full.

import { extname, resolve } from "node:path";

import { MyelinError } from "../errors.js";
import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";
import { progressLine } from "../runtime/progress.js";
import type { ProgressInfo } from "../runtime/progress.js";
import type { RunOptions } from "../runtime/run.js";
import { visible } from "../util/visible.js";
import { codes, compileFor, note } from "./command.js";
import type { Context } from "./command.js";
import { sayAsFlag } from "./compile-flags.js";
import { checkWritable, writeAtomically } from "./files.js";
import { nameInput, planInputs, readInputFile } from "./inputs.js";
import type { InputFile } from "./inputs.js";
import { loadNetwork, namePorts } from "./load-network.js";
import { loadFor } from "./load-saved.js";
import { picture } from "./picture.js";
import { findRecorded } from "./recorded.js";
import type { Recorded, RecordedPorts } from "./recorded.js";
import { checkResets, runWithResets } from "./resets.js";
import type { JoinedRecording } from "./resets.js";
import { checkCsv, csvPieces, resultPieces, tablePieces } from "./results.js";
import type { RunResults, Speed } from "./results.js";
import { readRunFlags } from "./run-flags.js";
import type { RunFlags } from "./run-flags.js";
import { count } from "./text.js";

/** Between two lines of progress [ms]. */
const lineEvery = 100;

/** Runs the command with its arguments. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const flags = readRunFlags(args);
  const at = (path: string): string => resolve(context.cwd, path);
  const loaded = flags.load === undefined ? await loadNetwork(flags.file, context) : undefined;
  const inputPath = flags.inputFile === undefined ? undefined : at(flags.inputFile);
  const read = [
    ...(loaded?.files ?? [at(flags.file)]),
    ...(inputPath === undefined ? [] : [inputPath]),
  ];
  const { checkpoint } = flags;
  const targets = { "--out": flags.out, "--svg": flags.svg, "--checkpoint": checkpoint?.file };
  for (const [flag, path] of Object.entries(targets)) {
    if (path !== undefined) checkWritable(flag, at(path), read);
  }
  const file = inputPath === undefined ? undefined : readInputFile(inputPath, flags.inputFile!);
  const named = loaded === undefined ? undefined : namePorts(loaded.network);
  for (const text of named?.notes ?? []) note(context, "note", text);
  const model =
    named === undefined
      ? await loadFor(context, flags.file, flags.load!)
      : await compileFor(context, named.network, flags.compile!);
  try {
    return await runModel(model, { flags, ports: named ?? portsOf(model), file }, context);
  } finally {
    model.dispose();
  }
}

/** The outputs of a saved model, which `myelin compile` has given names of their own. */
const portsOf = (model: Model | AsyncModel): RecordedPorts => ({
  outputs: model.outputs.map(({ name }) => ({ name, shownAs: name })),
});

interface Task {
  readonly flags: RunFlags;
  readonly ports: RecordedPorts;
  readonly file: InputFile | undefined;
}

/** The length of the run: as the flags say, else the rows of the table of inputs. */
function lengthOf(
  { steps, duration }: RunFlags,
  file: InputFile | undefined,
): Pick<RunOptions, "steps" | "duration"> {
  if (steps !== undefined) return { steps };
  if (duration !== undefined) return { duration };
  return { steps: file?.kind === "table" ? file.table.rows : 0 };
}

/** The number of steps; a duration that is no whole number of them is refused by the run. */
function stepsOf(flags: RunFlags, file: InputFile | undefined, dt: number): number {
  const { steps, duration } = lengthOf(flags, file);
  return steps ?? Math.round(duration! / dt);
}

/** A table has to have a row for each step. */
function checkRows(file: InputFile | undefined, wanted: number): void {
  if (file?.kind !== "table") return;
  const { rows } = file.table;
  if (rows >= wanted) return;
  throw new MyelinError({
    code: "table-too-short",
    where: file.name,
    problem: "the table has too few rows for the run",
    got: rows,
    allowed: `at least ${wanted}, one for each step`,
    hint: "Give more rows, or run fewer steps.",
  });
}

async function runModel(
  model: Model | AsyncModel,
  { flags, ports, file }: Task,
  context: Context,
): Promise<number> {
  const { input } = planInputs(model.inputs, file, flags.constants);
  const steps = stepsOf(flags, file, model.program.dt);
  checkRows(file, steps);
  checkResets(flags.resets, steps, flags.every ?? 1);
  const recorded = findRecorded(model, ports, flags.record);
  if (flags.out !== undefined && isCsv(flags.out)) checkCsv(recorded.traces, recorded.spikes);
  if (recorded.names.length === 0) {
    note(context, "note", "the network has no outputs, and --record names nothing to record");
  }
  const controller = new AbortController();
  const release = context.onInterrupt?.(() => controller.abort());
  try {
    const begin = performance.now();
    const options: RunOptions = {
      ...lengthOf(flags, file),
      ...(input === undefined ? {} : { input }),
      record: recorded.names,
      ...(flags.every === undefined ? {} : { every: flags.every }),
      signal: controller.signal,
      ...(flags.checkpoint === undefined
        ? {}
        : {
            checkpoint: { ...flags.checkpoint, file: resolve(context.cwd, flags.checkpoint.file) },
          }),
    };
    const recording = await runWithProgress(
      model,
      { options, resets: flags.resets, file },
      context,
    );
    const speed = speedOf(recording.done, model.program.dt, performance.now() - begin);
    const results = resultsOf(model, { recording, recorded, every: flags.every ?? 1 });
    await writeAll(results, speed, flags, context);
    if (!controller.signal.aborted) return codes.done;
    const done = `${count(recording.done, "step")} done`;
    note(context, "note", `interrupted: ${done}; what there is was written`);
    return codes.interrupted;
  } finally {
    release?.();
  }
}

interface PlannedRun {
  readonly options: RunOptions;
  readonly resets: readonly number[];
  readonly file: InputFile | undefined;
}

/** Runs; the line of progress is on a terminal only, and is ended whatever happens. */
async function runWithProgress(
  model: Model | AsyncModel,
  { options, resets, file }: PlannedRun,
  { error }: Context,
): Promise<JoinedRecording> {
  let last = -Infinity;
  const show = (info: ProgressInfo): void => {
    const now = performance.now();
    if (now - last < lineEvery && info.done < info.steps) return;
    last = now;
    error.writeNow(`\r${progressLine(info)}\u001b[K`);
  };
  try {
    return await runWithResets(model, { ...options, progress: error.isTerminal && show }, resets);
  } catch (failure) {
    if (failure instanceof MyelinError) sayAsFlag(failure);
    throw nameInput(failure, file);
  } finally {
    if (last > -Infinity) error.writeNow("\n");
  }
}

function speedOf(steps: number, dt: number, milliseconds: number): Speed {
  const seconds = Math.max(milliseconds, 1e-3) / 1000;
  const realTimeFactor = (steps * dt) / (seconds * 1000);
  return { seconds, stepsPerSecond: steps / seconds, realTimeFactor };
}

interface Outcome {
  readonly recording: JoinedRecording;
  readonly recorded: Recorded;
  readonly every: number;
}

function resultsOf(model: Model | AsyncModel, { recording, recorded, every }: Outcome): RunResults {
  const { name, dt, precision, order, seed } = model.program;
  const { done, stopped, steps, time, traces, spikes } = recording;
  return {
    network: name,
    backend: model.backend,
    ...{ precision, order, seed, dt, every, done },
    ...(stopped === undefined ? {} : { stopped }),
    warnings: model.warnings,
    ...{ steps, time },
    traces: recorded.traces.map(({ recordedAs, ...trace }) => ({
      ...trace,
      values: traces[recordedAs]!,
    })),
    spikes: recorded.spikes.map(({ recordedAs, ...each }) => ({
      ...each,
      spikes: spikes[recordedAs]!,
    })),
  };
}

const isCsv = (path: string): boolean => extname(path).toLowerCase() === ".csv";

/** Writes the files first: what is shown then is true. */
async function writeAll(
  results: RunResults,
  speed: Speed,
  { out, svg, json }: RunFlags,
  { cwd, out: sink }: Context,
): Promise<void> {
  if (out !== undefined) {
    writeAtomically(resolve(cwd, out), isCsv(out) ? csvPieces(results) : resultPieces(results));
  }
  if (svg !== undefined) writeAtomically(resolve(cwd, svg), [picture(results)]);
  if (json) return sink.write(resultPieces(results, speed));
  const files = [out, svg].filter((path) => path !== undefined);
  if (files.length === 0) return sink.write(tablePieces(results));
  const { done, dt, backend } = results;
  const written = files.map(visible).join(" and ");
  await sink.write([
    `${count(done, "step")} of ${dt} ms on ${backend}, ` +
      `${speed.realTimeFactor.toPrecision(3)} x real time; wrote ${written}\n`,
  ]);
}
