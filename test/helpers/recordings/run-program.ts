// Runs a Program and keeps what the watched arrays hold: in the iterative backend, or in the one that
// MYELIN_BACKEND names.

import type { Program } from "../../../src/ir/program.js";
import type {
  Executable,
  HostFunction,
  Monitor,
  RunResult,
  Values,
} from "../../../src/runtime/backend.js";
import { backendLoaders } from "../../../src/runtime/backend-list.js";
import { wantedBackends } from "../../conformance/variants.js";

export interface ProgramJob {
  readonly steps: number;
  /** Fills the input vector of a step; what it leaves keeps its value of the step before. */
  readonly input?: (step: number, x: Values) => void;
  /** Names of arrays of numbers that are sampled. */
  readonly values?: readonly string[];
  /** Values are sampled in steps with (step + 1) % every == 0. */
  readonly every?: number;
  /** Names of spike lists that are kept. */
  readonly spikes?: readonly string[];
  readonly hosts?: ReadonlyMap<string, HostFunction>;
}

/** A spike: step, and number in its list. */
export type Spike = readonly [step: number, source: number];

export interface ProgramRun {
  readonly result: RunResult;
  /** One row for each sample (and copy, one after the other). */
  readonly values: ReadonlyMap<string, readonly Float64Array[]>;
  readonly spikes: ReadonlyMap<string, readonly Spike[]>;
  /** An array of numbers as it is after the run. */
  readonly read: (array: string) => Values;
}

/** The backend that recordings are met with. */
export const recordingBackend = (): keyof typeof backendLoaders => {
  const given = process.env["MYELIN_BACKEND"];
  return given === undefined
    ? "iterative"
    : (wantedBackends(given)[0] as keyof typeof backendLoaders);
};

/** Loads a Program into the backend. */
export async function loadProgram(
  program: Program,
  hosts: ReadonlyMap<string, HostFunction> = new Map(),
): Promise<Executable> {
  const backend = await (await backendLoaders[recordingBackend()]()).create();
  return backend!.load(program, { device: "cpu", hosts });
}

/** Runs a Program from its start. */
export async function runProgram(program: Program, job: ProgramJob): Promise<ProgramRun> {
  const executable = await loadProgram(program, job.hosts);
  const values = new Map<string, Float64Array[]>();
  const spikes = new Map<string, Spike[]>();
  const lengthOf = (name: string): number =>
    program.arrays.find((spec) => spec.name === name)!.length;
  const monitors: Monitor[] = [];
  for (const name of job.values ?? []) {
    const rows: Float64Array[] = [];
    values.set(name, rows);
    const write: Monitor["write"] = (_step, row) => void rows.push(Float64Array.from(row));
    const { every = 1 } = job;
    monitors.push({ array: name, kind: "values", offset: 0, count: lengthOf(name), every, write });
  }
  for (const name of job.spikes ?? []) {
    const list: Spike[] = [];
    spikes.set(name, list);
    const write: Monitor["write"] = (step, sources, n) => {
      for (let i = 0; i < n; i++) list.push([step, sources[i]!]);
    };
    const whole = { offset: 0, count: lengthOf(name), every: 1 };
    monitors.push({ array: name, kind: "spikes", ...whole, write });
  }
  const { steps, input } = job;
  const plan = { steps, monitors, chunk: steps, ...(input === undefined ? {} : { input }) };
  const result = await executable.run(plan);
  const names = program.arrays.map(({ name }) => name);
  const after = await executable.read(names);
  return { result, values, spikes, read: (name) => after[names.indexOf(name)]! };
}
