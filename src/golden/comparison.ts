// Compares numbers and spikes with what was recorded, and remembers how far they are apart.
// Invariant: every value that is handed in counts; a NaN never passes.

/** A number that differs by more than the tolerance. */
export interface Deviation {
  /** What it is, for example `outputs[3][0]`. */
  readonly at: string;
  readonly got: number;
  readonly expected: number;
}
/** The earliest spike that is only here or only in the recording. */
export interface SpikeDifference {
  readonly neuron: number;
  readonly step: number;
  readonly kind: "missing" | "unexpected";
}
/** What a comparison found. */
export interface Findings {
  /** Numbers compared. */
  readonly values: number;
  /** Recorded spikes compared; that there are no others was checked, too. */
  readonly spikes: number;
  /** Largest |got - expected| / max(1, |expected|). */
  readonly largestError: number;
  /** Numbers beyond the tolerance. */
  readonly deviations: number;
  /** The number that is furthest off, where one is beyond the tolerance. */
  readonly worst?: Deviation;
  readonly spikeDifference?: SpikeDifference;
  /** What could not be compared at all, for example lists of different length. */
  readonly problems: readonly string[];
}

const mostProblems = 20;

/** Collects comparisons under one tolerance. */
export class Comparison {
  readonly tolerance: number;
  #values = 0;
  #spikes = 0;
  #largest = 0;
  #deviations = 0;
  #worst: Deviation | undefined;
  #spikeDifference: SpikeDifference | undefined;
  readonly #problems: string[] = [];

  constructor(tolerance: number) {
    this.tolerance = tolerance;
  }

  /** Compares one number; `at` makes its name when it is needed. */
  number(at: () => string, got: number, expected: number): void {
    const difference = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
    const error = Number.isNaN(difference) ? Infinity : difference;
    this.#values += 1;
    if (error > this.tolerance) {
      this.#deviations += 1;
      if (this.#worst === undefined || error > this.#largest) {
        this.#worst = { at: at(), got, expected };
      }
    }
    this.#largest = Math.max(this.#largest, error);
  }

  /** Compares two lists, entry by entry. */
  list(at: string, got: ArrayLike<number>, expected: ArrayLike<number>): void {
    if (got.length !== expected.length) {
      this.problem(`${at}: ${got.length} values where ${expected.length} were recorded`);
      return;
    }
    for (let i = 0; i < expected.length; i += 1) {
      this.number(() => `${at}[${i}]`, got[i]!, expected[i]!);
    }
  }

  /** Compares two matrices, row by row. */
  rows(
    at: string,
    got: readonly ArrayLike<number>[],
    expected: readonly ArrayLike<number>[],
  ): void {
    if (got.length !== expected.length) {
      this.problem(`${at}: ${got.length} rows where ${expected.length} were recorded`);
      return;
    }
    expected.forEach((row, i) => this.list(`${at}[${i}]`, got[i]!, row));
  }

  /** Compares all spikes of a run: the steps in which each neuron fired, ascending. */
  spikes(
    got: readonly (readonly number[])[],
    expected: ReadonlyMap<number, readonly number[]>,
  ): void {
    for (const [neuron, steps] of expected) {
      this.#spikes += steps.length;
      if (neuron >= got.length) {
        this.problem(`spike_steps: neuron ${neuron} was recorded, and there are ${got.length}`);
      }
    }
    got.forEach((steps, neuron) => {
      const found = firstDifference(steps, expected.get(neuron) ?? []);
      const known = this.#spikeDifference;
      if (found === undefined || (known !== undefined && known.step <= found.step)) return;
      this.#spikeDifference = { neuron, ...found };
    });
  }

  /** Notes something that makes the case fail whatever its numbers are. */
  problem(text: string): void {
    if (this.#problems.length < mostProblems) this.#problems.push(text);
  }

  findings(): Findings {
    return {
      values: this.#values,
      spikes: this.#spikes,
      largestError: this.#largest,
      deviations: this.#deviations,
      ...(this.#worst !== undefined && { worst: this.#worst }),
      ...(this.#spikeDifference !== undefined && { spikeDifference: this.#spikeDifference }),
      problems: this.#problems,
    };
  }
}

function firstDifference(
  got: readonly number[],
  expected: readonly number[],
): Omit<SpikeDifference, "neuron"> | undefined {
  const length = Math.max(got.length, expected.length);
  for (let i = 0; i < length; i += 1) {
    const here = got[i] ?? Infinity;
    const there = expected[i] ?? Infinity;
    if (here < there) return { step: here, kind: "unexpected" };
    if (there < here) return { step: there, kind: "missing" };
  }
  return undefined;
}

/** Whether everything agreed. A comparison of nothing does not. */
export function hasPassed(findings: Findings): boolean {
  const { values, deviations, spikeDifference, problems } = findings;
  return values > 0 && deviations === 0 && spikeDifference === undefined && problems.length === 0;
}
