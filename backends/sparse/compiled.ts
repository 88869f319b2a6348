// What code generation gives to the executable: a module, where arrays lie in its memory, and what
// must be written there besides the arrays. Invariant: types only; addresses are bytes from 0.

import type { ArraySpec } from "../../src/ir/program.js";

interface Base {
  readonly spec: ArraySpec;
  /** Elements of one slot of one copy. */
  readonly length: number;
  readonly slots: number;
  /** 1 where all copies of a batch share the array. */
  readonly copies: number;
  /** One int32 for each copy: the slot with the newest entry. */
  readonly heads: number;
}

/** Element i of slot s of copy c is at address + ((c * slots + s) * length + i) * width. */
export interface ValuesPlace extends Base {
  readonly kind: "values";
  readonly width: 4 | 8;
  readonly address: number;
  /** False: the code never looks at the array itself. */
  readonly isNeeded?: boolean;
}

/** Entries are int32; those of slot s of copy c begin at (c * slots + s) * length. */
export interface SpikesPlace extends Base {
  readonly kind: "spikes";
  /** One int32 for each slot of each copy. */
  readonly counts: number;
  readonly items: number;
  /** Payload columns, in the Program's precision, with the places of the items. */
  readonly columns: readonly number[];
}

/** Events of target t of copy c begin at (c * length + t) * capacity. */
export interface HistoryPlace extends Base {
  readonly kind: "history";
  readonly capacity: number;
  /** One int32 for each target of each copy. */
  readonly counts: number;
  /** float64. */
  readonly steps: number;
  readonly columns: readonly number[];
}

export type Place = ValuesPlace | SpikesPlace | HistoryPlace;

/**
 * The functions and globals of a module. Imports: `env.memory`; `env.host(op, copy)`, which runs the
 * user's function of the op with that number for a copy; `env.sample()`, called at the `record` op (or
 * at the end of the step) while `sampling` is not 0; `env.fail(op, value)`, which throws.
 */
export interface Exports {
  /** Does so many steps, fewer when a `stop` op holds; gives the number done. */
  readonly run: (steps: number) => number;
  /** Steps done since the last full reset; 64 bits. */
  readonly step: { value: bigint };
  /** 1 + number of the first `stop` op that held in the last step; 0: none. */
  readonly reason: { value: number };
  /** Not 0: `env.sample` is called in each step. */
  readonly sampling: { value: number };
  /** Applies all remembered events to their edges, after `done` steps; the histories stay. */
  readonly settle?: (done: bigint) => void;
  /** Does the Program's `rebuild`, where it has one. */
  readonly rebuild?: () => void;
}

export interface Compiled {
  readonly module: Uint8Array<ArrayBuffer>;
  /** The module as text, for debugging. */
  readonly text: () => string;
  /** Size of its memory, in pages of 64 KiB. */
  readonly pages: number;
  /** Arrays of the Program that live in the memory: not connectivity, nor parameters that only tables hold. */
  readonly places: ReadonlyMap<string, Place>;
  /** Writes tables of the generated code into a new memory. */
  readonly fill: (memory: ArrayBufferLike) => void;
  /** Brings copies of arrays up to date that may have been written from outside; see `copied`. */
  readonly refresh: (memory: ArrayBufferLike) => void;
  /** Names of the arrays of which there are such copies. */
  readonly copied: ReadonlySet<string>;
}
