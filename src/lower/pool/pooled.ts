// A network in which single neurons of one kind stand together as one population, and their single
// synapses as one connection. Invariant: element i of what a pool holds belongs to member i, and a
// network without pools is one of these, too.

import type { Connection, FlatNetwork, Input, Output, Population } from "../../network/types.js";

/** What the elements of a pool are to the user, one by one. */
export interface Members {
  readonly names: readonly string[];
  /** Shapes under which values of their own are shown. */
  readonly shapes: readonly (readonly number[])[];
  /** Where their names stand among all; see `Ranked`. */
  readonly ranks: readonly number[];
}

/** Names are listed in the order of ranks, which is that of the user's network. */
interface Ranked {
  readonly rank?: number;
  /** Absent: it is what the user made, not a pool. */
  readonly members?: Members;
}

export type PooledPopulation = Population & Ranked;
export type PooledConnection = Connection & Ranked;
/** `element`: the only member of the target's pool that it feeds. */
export type PooledInput = Input & { readonly element?: number };
/** `element`: the only member of the source's pool that it shows. */
export type PooledOutput = Output & { readonly element?: number };

export interface PooledNetwork extends Pick<FlatNetwork, "name" | "quirks"> {
  readonly populations: readonly PooledPopulation[];
  readonly connections: readonly PooledConnection[];
  readonly inputs: readonly PooledInput[];
  readonly outputs: readonly PooledOutput[];
}

/** Where a population of the user's is now. */
export interface Place {
  readonly population: number;
  /** It meets nothing that is pooled. */
  readonly isApart: boolean;
  /** Absent: it is a population of its own, as it was. */
  readonly element?: number;
}
