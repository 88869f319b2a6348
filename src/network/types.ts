// What a network consists of, and the flat form that lowering starts from. Invariant: plain frozen
// data; every number has been checked when it was given.

import type { QuirkName } from "../models/quirks.js";
import type { NeuronType, ParameterValue, SynapseType } from "../models/types.js";
import type { DrawnRule } from "./rules/draw.js";

/** A single number for all neurons, or one for each, row-major. */
export type InitialValue = number | Float64Array;

/** Who is connected to whom, and what the index of per-edge values means. */
export type Connectivity =
  /** edge = target * sources + source. */
  | { readonly kind: "all-to-all" }
  /** edge = source = target; sizes are equal. */
  | { readonly kind: "one-to-one" }
  /** As all-to-all, but only where `present` is 1. */
  | { readonly kind: "matrix"; readonly present: Uint8Array }
  /**
   * Edge values belong to kernel taps; both populations have the same shape. `lost` is 1 at
   * target * taps + tap where there is no edge, although the kernel reaches it.
   */
  | { readonly kind: "pattern"; readonly kernel: readonly number[]; readonly lost?: Uint8Array }
  /** Edge e goes from sources[e] to targets[e]. */
  | { readonly kind: "edges"; readonly sources: Int32Array; readonly targets: Int32Array }
  /**
   * Compressed rows: edge e in start[s] ... start[s + 1] - 1 goes from source s to targets[e]. What
   * a rule drew names it; then the targets of each source ascend.
   */
  | {
      readonly kind: "csr";
      readonly start: Int32Array;
      readonly targets: Int32Array;
      readonly rule?: DrawnRule;
    };

export interface Population {
  readonly name: string;
  readonly type: NeuronType;
  readonly shape: readonly number[];
  readonly size: number;
  /** By state symbol; states that are absent start as their model says. */
  readonly initialValues: ReadonlyMap<string, InitialValue>;
  readonly color: string;
}
export interface Connection {
  readonly name: string;
  readonly synapse: SynapseType;
  /** Flat population numbers: of the network that holds the connection, sub-networks counted. */
  readonly source: number;
  readonly target: number;
  readonly connectivity: Connectivity;
  /** By public parameter name: number for all edges, or one for each edge (pattern: each tap). Defaults filled in. */
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly showLabel: boolean;
  /** Where edges have been taken away from a connection, or listed. */
  readonly declared?: Declared;
  /** Connections that were made later and took edges of this one. */
  readonly replacedBy?: readonly string[];
}
/** A connection as it was declared, before edges were taken away. */
export interface Declared {
  readonly connectivity: Connectivity;
  /** For each value that the connection has now, its index among the declared ones. */
  readonly places: Int32Array;
}
export interface Input {
  readonly name: string;
  readonly target: number;
  /** 1: broadcast to every neuron of the target; else the size of the target. */
  readonly size: number;
  /** Symbol of the neuron model's input. */
  readonly port: string;
  readonly color: string;
}
export interface Output {
  readonly name: string;
  readonly source: number;
  /** Symbol of a state, or "spikes" (1 in the step of a spike, else 0). */
  readonly variable: string;
  readonly color: string;
}

/** A network without sub-networks: what lowering starts from. Names are unique paths. */
export interface FlatNetwork {
  readonly name: string;
  readonly quirks: ReadonlySet<QuirkName>;
  readonly populations: readonly Population[];
  readonly connections: readonly Connection[];
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
}
