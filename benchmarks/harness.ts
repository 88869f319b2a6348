// Timing that can be trusted on a shared machine: variants take turns, every raw value is shown with
// the load, and only ratios are compared. Invariant: the clock starts after the results were checked.

import { loadavg } from "node:os";

/** One way of doing the same work. */
export interface Variant {
  readonly name: string;
  /** Does the work once. */
  readonly run: () => void | Promise<void>;
}

/** Milliseconds of each round, and the median. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly raw: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs all variants in turn, starting with another one in each round; one round before that is not counted. */
export async function alternate(variants: readonly Variant[], rounds: number): Promise<Timing[]> {
  const raw = variants.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (let i = 0; i < variants.length; i += 1) {
      const which = (i + round + variants.length) % variants.length;
      const start = performance.now();
      await variants[which]!.run();
      if (round >= 0) raw[which]!.push(performance.now() - start);
    }
  }
  return variants.map(({ name }, i) => ({ name, median: median(raw[i]!), raw: raw[i]! }));
}

/** Prints one JSON line: the question, each timing and its ratio to the first one, the load. */
export function report(question: string, timings: readonly Timing[]): void {
  const [first] = timings;
  const results = timings.map(({ name, median: ms, raw }) => ({
    name,
    ms: Number(ms.toPrecision(4)),
    ratio: Number((ms / first!.median).toPrecision(3)),
    raw: raw.map((value) => Number(value.toPrecision(4))),
  }));
  console.log(JSON.stringify({ question, load: loadavg()[0], results }));
}
