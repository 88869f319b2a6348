// What the closures of one loaded Program share. Invariant: every closure is made at load; while
// stepping nothing is allocated and nothing is looked up by name.

import type { IndexArrays } from "../../src/ir/layout.js";
import type { Program } from "../../src/ir/program.js";
import {
  historyIn,
  spikesIn,
  valuesIn,
  type HistoryArray,
  type Memory,
  type SpikeArray,
  type ValueArray,
} from "../../src/memory/memory.js";
import type { Now } from "../../src/memory/monitors.js";
import type { Settler } from "../../src/memory/settling.js";
import type { HostFunction } from "../../src/runtime/backend.js";

/** Does one op for one copy. The executable runs each op for all copies before the next op. */
export type Run = (copy: number) => void;

/** An `edges` op that applies remembered events when a source fires, or earlier when asked to. */
export interface HistoryEdges extends Settler {
  readonly run: Run;
  /** Applies what the history of one target holds to all its incoming edges. */
  readonly settleTarget: (copy: number, target: number, step: number) => void;
}

/** Everything that binding an op needs. */
export interface Context {
  readonly program: Program;
  readonly memory: Memory;
  readonly indexes: IndexArrays;
  readonly hosts: ReadonlyMap<string, HostFunction>;
  /** The settlers of all `edges` ops with a history, by id of the op; filled on first use. */
  readonly settlers: Map<string, HistoryEdges>;
  /** What changes from step to step. */
  readonly now: Now;
}

/** Finds an array of numbers. */
export const valuesOf = (context: Context, name: string): ValueArray =>
  valuesIn(context.memory, name);

/** Finds an array of spike lists. */
export const spikesOf = (context: Context, name: string): SpikeArray =>
  spikesIn(context.memory, name);

/** Finds a history. */
export const historyOf = (context: Context, name: string): HistoryArray =>
  historyIn(context.memory, name);

/** Rounds to the precision of a Program. */
export const rounder = (program: Program): ((value: number) => number) =>
  program.precision === "float32" ? Math.fround : (value) => value;
