// What a conformance case is. Invariant: cases are data; what they expect is worked out by hand, by
// an analytic solution or by a few lines in the case, never by the code under test.

import type { InputEvent, Network } from "../../src/index.js";

/**
 * How closely a case has to be met. `exact`: the bits, which the case must choose so that nothing is
 * rounded in either precision. `close`: relative to the largest value expected of a trace; `single` is
 * for float32. `statistical`: for rates over many neurons or spikes, relative.
 */
export type Tolerance =
  | { readonly kind: "exact" }
  | { readonly kind: "close"; readonly relative: number; readonly single: number }
  | { readonly kind: "statistical"; readonly relative: number };

export const exact: Tolerance = { kind: "exact" };

/** Rounding alone, unless said otherwise. */
export const close = (relative = 1e-12, single = 2e-6): Tolerance => ({
  kind: "close",
  relative,
  single,
});

export const statistical = (relative: number): Tolerance => ({ kind: "statistical", relative });

/** The value of each element after step `step`; the first step is 0. */
export type Expectation = (step: number) => number | readonly number[];

export interface Case {
  /** A sentence that states the behaviour. */
  readonly name: string;
  readonly build: () => Network;
  /** [ms] */
  readonly dt: number;
  readonly steps: number;
  readonly input?: number | readonly number[] | { readonly events: readonly InputEvent[] };
  readonly order?: string;
  readonly tolerance: Tolerance;
  /** Expected traces, by the name under which a value is recorded. */
  readonly values?: Readonly<Record<string, Expectation>>;
  /** First step whose values are compared; default 0. Steady states are compared at the end. */
  readonly from?: number;
  /** Expected spikes: for each name a list of steps for each neuron. */
  readonly spikes?: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Expected mean number of spikes of a neuron, by the name of the spikes. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** The n-th value of a geometric approach from `start` to `end`, each step leaving `rest` of the way. */
export const approach = (start: number, end: number, rest: number, n: number): number =>
  end + (start - end) * Math.pow(rest, n);

/** Numbers from `first` on, `count` of them, `every` apart. */
export const steps = (first: number, every: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i * every);
