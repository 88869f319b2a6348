// Types of the recordings of Nengo, as far as the tests read them.

import type { SynapseCase } from "./nengo-synapse.js";

export type Table = readonly (readonly number[])[];

export interface NeuronParameters {
  readonly type: string;
  readonly [parameter: string]: number | string;
}
export interface NeuronCase {
  readonly neuron: NeuronParameters;
  readonly dt: number;
  readonly n: number;
  readonly steps: number;
  readonly J: Table;
  readonly state0: Readonly<Record<string, readonly number[]>>;
  readonly expected: { readonly output: Table; readonly state: Readonly<Record<string, Table>> };
}
export interface FilterCase {
  readonly synapse: SynapseCase;
  readonly dt: number;
  readonly input: Table;
  readonly y0?: number;
  readonly expected: Table;
}
export interface CaseFile<T> {
  readonly cases: readonly T[];
}

export type NodeCase = { readonly id: string; readonly size: number } & (
  | { readonly type: "source"; readonly series: Table }
  | { readonly type: "constant"; readonly value: readonly number[] }
  | { readonly type: "passthrough" }
);
export interface EnsembleCase {
  readonly id: string;
  readonly n: number;
  readonly d: number;
  readonly radius: number;
  readonly neuron: NeuronParameters;
  readonly gain: readonly number[];
  readonly bias: readonly number[];
  /** Unit length. */
  readonly encoders: Table;
  readonly state: Readonly<Record<string, readonly number[]>>;
}
/** Numbers nested as deeply as a kernel has axes. */
export type Nested = number | readonly Nested[];
export interface ConvolutionCase {
  readonly type: "conv";
  readonly input_shape: readonly number[];
  readonly n_filters: number;
  readonly kernel_size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: "same" | "valid";
  readonly channels_last: boolean;
  readonly groups: number;
  readonly output_shape: readonly number[];
  readonly kernel: Nested;
}
export type WeightsCase =
  | { readonly type: "identity" }
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "diag"; readonly value: readonly number[] }
  | { readonly type: "dense"; readonly value: Table }
  | {
      readonly type: "sparse";
      readonly rows: readonly number[];
      readonly cols: readonly number[];
      readonly data: readonly number[];
    }
  | ConvolutionCase;
export interface RuleCase {
  readonly type: "PES" | "BCM" | "Oja" | "Voja";
  readonly learning_rate: number;
  readonly pre_synapse?: SynapseCase | null;
  readonly post_synapse?: SynapseCase | null;
  readonly theta_synapse?: SynapseCase | null;
  readonly beta?: number;
}
export interface ConnectionCase {
  readonly id: string;
  readonly pre: {
    readonly obj: string;
    readonly port: string;
    readonly idx: readonly number[] | null;
  };
  readonly post: {
    readonly obj: string;
    readonly port: "input" | "state" | "neurons" | "current" | "rule";
    readonly rule?: number;
    readonly idx: readonly number[] | null;
  };
  readonly weights: WeightsCase;
  readonly synapse: SynapseCase | null;
  readonly rules?: readonly RuleCase[];
}
export type ProbeCase = { readonly id: string } & (
  | { readonly kind: "decoded"; readonly size: number }
  | {
      readonly kind: "signal";
      readonly obj: string;
      readonly attr: string;
      readonly synapse: SynapseCase | null;
    }
);
export interface NetworkCase {
  readonly id: string;
  /** [s] */
  readonly dt: number;
  readonly steps: number;
  readonly nodes: readonly NodeCase[];
  readonly ensembles: readonly EnsembleCase[];
  readonly connections: readonly ConnectionCase[];
  readonly probes: readonly ProbeCase[];
  readonly expected: {
    readonly probes: Readonly<Record<string, Table>>;
    readonly spikes: Readonly<Record<string, Table>>;
    readonly voltage: Readonly<Record<string, Table>>;
    readonly final_weights: Readonly<Record<string, Table>>;
    readonly decimate: number;
  };
}
