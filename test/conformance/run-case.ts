// Runs a case and compares what was recorded with what it expects.

import type { Precision, Recording } from "../../src/index.js";
import type { Case, Expectation, Tolerance } from "./case.js";
import { compileFor } from "./variants.js";
import type { Variant } from "./variants.js";

const numbersOf = (expected: number | readonly number[]): readonly number[] =>
  typeof expected === "number" ? [expected] : expected;

/** Largest difference from the expected values that is allowed. */
function allowedGap(tolerance: Tolerance, precision: Precision, largest: number): number {
  if (tolerance.kind === "exact") return 0;
  if (tolerance.kind === "statistical") return tolerance.relative * largest;
  return largest * (precision === "float64" ? tolerance.relative : tolerance.single);
}

interface Trace {
  readonly name: string;
  readonly expected: Expectation;
  readonly found: ArrayLike<number>;
}

function compareTrace(of: Case, { name, expected, found }: Trace, precision: Precision): void {
  const from = of.from ?? 0;
  const compared = Array.from({ length: of.steps - from }, (_, i) => numbersOf(expected(from + i)));
  const width = found.length / of.steps;
  const largest = Math.max(...compared.flat().map(Math.abs));
  const most = allowedGap(of.tolerance, precision, largest);
  for (let step = from; step < of.steps; step += 1) {
    const row = compared[step - from]!;
    // Thousands of steps: a call of expect() for each takes longer than the case.
    if (row.length !== width) throw new Error(`${name}: ${width} values, not ${row.length}`);
    row.forEach((value, i) => {
      const got = found[step * width + i]!;
      if (Math.abs(got - value) <= most) return;
      throw new Error(`${name}[${i}] after step ${step}: got ${got}, expected ${value} +- ${most}`);
    });
  }
}

/** Steps of the spikes of each neuron. */
function spikesByNeuron(recording: Recording, name: string, neurons: number): number[][] {
  const { step, index } = recording.spikes[name]!;
  const found = Array.from({ length: neurons }, (): number[] => []);
  index.forEach((neuron, i) => found[neuron]!.push(step[i]!));
  return found;
}

/** Runs a case on a backend; throws where it is not met. */
export async function runCase(
  of: Case,
  variant: Variant,
  optimize: "none" | "default",
): Promise<void> {
  const { dt, order, values = {}, spikes = {}, rates = {}, tolerance } = of;
  const model = await compileFor(of.build(), variant, {
    dt,
    optimize,
    ...(order === undefined ? {} : { order }),
  });
  const record = [...new Set([values, spikes, rates].flatMap((each) => Object.keys(each)))];
  const recording = await model.run({
    steps: of.steps,
    record,
    ...(of.input === undefined ? {} : { input: of.input }),
  });
  expect(recording.done).toBe(of.steps);
  for (const [name, expected] of Object.entries(values)) {
    compareTrace(of, { name, expected, found: recording.traces[name]! }, variant.precision);
  }
  for (const [name, expected] of Object.entries(spikes)) {
    expect(spikesByNeuron(recording, name, expected.length)).toEqual(expected);
  }
  for (const [name, expected] of Object.entries(rates)) {
    const size = model.state.info(name).shape.reduce((product, length) => product * length, 1);
    const mean = recording.spikes[name]!.step.length / size;
    const most = allowedGap(tolerance, variant.precision, expected);
    expect(Math.abs(mean - expected)).toBeLessThanOrEqual(most);
  }
  model.dispose();
}
