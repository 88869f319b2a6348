// What the closures of one loaded Program share. Invariant: every closure is made at load; while
// stepping nothing is allocated and nothing is looked up by name.

import { InternalError } from "../../src/errors.js";
import type { IndexArrays } from "../../src/ir/layout.js";
import type { Program } from "../../src/ir/program.js";
import type { HostFunction } from "../../src/runtime/backend.js";
import type { HistoryArray, Memory, SpikeArray, ValueArray } from "./memory.js";

/** Does one op for one copy. The executable runs each op for all copies before the next op. */
export type Run = (copy: number) => void;

/** An `edges` op that applies remembered events when a source fires, or earlier when asked to. */
export interface Settler {
  readonly run: Run;
  /** The arrays that it writes: what reading must settle. */
  readonly writes: readonly string[];
  /** Applies what the history of one target holds to all its incoming edges. */
  readonly settleTarget: (copy: number, target: number, step: number) => void;
  /** The same for all targets of all copies, after `done` steps; the history stays as it is. */
  readonly settleAll: (done: number) => void;
  /** Empties the history; for use when everything has been settled. */
  readonly forget: () => void;
}

/** Everything that binding an op needs. */
export interface Context {
  readonly program: Program;
  readonly memory: Memory;
  readonly indexes: IndexArrays;
  readonly hosts: ReadonlyMap<string, HostFunction>;
  /** The settlers of all `edges` ops with a history, by id of the op; filled on first use. */
  readonly settlers: Map<string, Settler>;
  /** What changes from step to step. */
  readonly now: Now;
}

export interface Now {
  /** 0-based number of the step at hand. */
  step: number;
  /** Set by the first `stop` op that holds. */
  reason: string | undefined;
  /** Takes the samples of a run's monitors, where there are any. */
  sample: Run | undefined;
}

/** Finds an array of numbers; the verifier has seen to it that it is there. */
export function valuesOf(context: Context, name: string): ValueArray {
  const found = context.memory.get(name);
  if (found?.kind === "values") return found;
  throw new InternalError(name, "is not an array of numbers");
}

/** Finds an array of spike lists. */
export function spikesOf(context: Context, name: string): SpikeArray {
  const found = context.memory.get(name);
  if (found?.kind === "spikes") return found;
  throw new InternalError(name, "is not an array of spikes");
}

/** Finds a history. */
export function historyOf(context: Context, name: string): HistoryArray {
  const found = context.memory.get(name);
  if (found?.kind === "history") return found;
  throw new InternalError(name, "is not a history");
}

/** Rounds to the precision of a Program. */
export const rounder = (program: Program): ((value: number) => number) =>
  program.precision === "float32" ? Math.fround : (value) => value;
