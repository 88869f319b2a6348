// The interface between Programs and the code that runs them: all that a backend must offer.
// Invariant: types only; a backend imports nothing else of runtime.

import type { Precision, Program } from "../ir/program.js";

export type Values = Float32Array | Float64Array;

/** Why a backend refuses a Program. Empty list of problems: it runs. */
export interface Problem {
  /** Stable, for example `op-missing`, `precision`, `limit`. */
  readonly code: string;
  /** Id of the op or name of the array, where there is one. */
  readonly op?: string;
  readonly reason: string;
}

/** What one step would cost; only the ratio between backends matters. */
export interface Cost {
  /** Bytes read and written in a step. */
  readonly bytes: number;
  /** Arithmetic operations in a step. */
  readonly work: number;
  /** Calls into compiled code or kernels in a step. */
  readonly launches: number;
  /** Nanoseconds that a step is expected to take. */
  readonly nanoseconds: number;
  /** The part of them that does not grow with the network. */
  readonly fixed: number;
  /** Milliseconds before the first step. */
  readonly startup: number;
  /** Bytes held while loaded. */
  readonly memory: number;
}

/** A user's function inside the step: reads `inputs`, fills `outputs`. */
export type HostFunction = (
  step: number,
  inputs: readonly Values[],
  outputs: readonly Values[],
) => void;

export interface LoadOptions {
  readonly device: string;
  /** Threads that run the Program together; absent: 1. */
  readonly workers?: number;
  readonly hosts: ReadonlyMap<string, HostFunction>;
}

/** What one monitor wants: a slice of an array, or of the sources of a spike list. */
export interface Monitor {
  readonly array: string;
  readonly kind: "values" | "spikes";
  readonly offset: number;
  readonly count: number;
  readonly order?: Int32Array;
  /** Sampled in steps with (step + 1) % every == 0 (values) or in every step (spikes). */
  readonly every: number;
  /**
   * Takes one sample; `values` is reused by the next call. For spikes: element numbers relative to
   * offset, of which the first `n` count. In a batch there is one call for each copy.
   */
  readonly write: (step: number, values: ArrayLike<number>, n: number, copy: number) => void;
}

export interface Job {
  readonly steps: number;
  /**
   * Fills the input vector (all copies) for a step, counted from the last full reset; called once for
   * each step, in order. Absent when inputs keep the value 0.
   */
  readonly input?: (step: number, x: Values) => void;
  readonly monitors: readonly Monitor[];
  /** Looked at before every chunk, also the first one. */
  readonly signal?: AbortSignal;
  /** Called after at most `chunk` steps each, and at the end. */
  readonly chunk: number;
  readonly onProgress?: (done: number) => void;
  /** Awaited after each chunk but the last; never by `runSync`. */
  readonly pause?: (done: number) => Promise<void>;
}

export interface RunResult {
  /** Steps really done. */
  readonly steps: number;
  /** Set when a `stop` op or the signal ended the run early; `step` is the last one done. */
  readonly stopped?: { readonly reason: string; readonly step: number };
}

export interface Executable {
  /** Steps done since the last full reset. */
  readonly stepCount: number;
  /** Warnings about how it was loaded. */
  readonly notes?: readonly string[];
  /** One step; only where the backend is synchronous. */
  step?(inputs: Values, outputs: Values): void;
  stepAsync(inputs: Values, outputs: Values): Promise<void>;
  run(job: Job): Promise<RunResult>;
  /** As `run`, without giving way to other tasks; only where the backend is synchronous. */
  runSync?(job: Job): RunResult;
  /** Settled copies of whole arrays, all copies one after the other. Spike lists give 0/1 per source. */
  read(names: readonly string[]): Promise<Values[]>;
  readSync?(name: string): Values;
  /** Replaces a whole array; setup is evaluated again when it is a tunable parameter. */
  write(name: string, values: ArrayLike<number>): Promise<void>;
  writeSync?(name: string, values: ArrayLike<number>): void;
  /** Every state array back to its initial value, except those named; the step count back to 0 if nothing is kept. */
  reset(keep?: ReadonlySet<string>): void;
  /** The running state in the format of src/ir/state-bytes.ts, with which it moves between Programs. */
  snapshot(): Promise<Uint8Array>;
  restore(bytes: Uint8Array): Promise<void>;
  snapshotSync?(): Uint8Array;
  restoreSync?(bytes: Uint8Array): void;
  /** Generated code, for `debug: ["code"]` and snapshots. */
  generated(): readonly { readonly file: string; readonly text: string }[];
  dispose(): void;
}

export interface Backend {
  readonly name: string;
  readonly synchronous: boolean;
  readonly devices: readonly string[];
  readonly precisions: readonly Precision[];
  supports(program: Program): Problem[];
  estimate(program: Program): Cost;
  load(program: Program, options: LoadOptions): Promise<Executable>;
  /** Where loading needs no waiting. */
  loadSync?(program: Program, options: LoadOptions): Executable;
}
