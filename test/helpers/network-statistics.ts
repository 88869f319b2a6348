// Statistics of the spikes of a population, as recordings of whole networks give them: rates,
// intervals between spikes and their irregularity, synchrony. Invariant: spikes come in the order of
// their steps.

export interface SpikeList {
  readonly step: ArrayLike<number>;
  readonly index: ArrayLike<number>;
}
/** The part of a run that counts. */
export interface Window {
  readonly cells: number;
  /** [ms] */
  readonly dt: number;
  /** Steps from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
}
export interface Statistics {
  readonly spikes: number;
  /** Hz, over all cells. */
  readonly rateMean: number;
  readonly rateSd: number;
  readonly rates: readonly number[];
  /** Intervals between spikes of one cell [ms]. */
  readonly intervals: readonly number[];
  /** Coefficients of variation of the intervals of each cell that has some. */
  readonly variations: readonly number[];
}

/** A cell with fewer intervals says nothing about their variation. */
const fewestIntervals = 3;

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

/** The value below which a part `level` of all lies, linear between two neighbours. */
export function quantileOf(values: readonly number[], level: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  const share = place - below;
  return sorted[below]! * (1 - share) + (sorted[below + 1] ?? 0) * share;
}

/** Counts, intervals and what follows from them. */
export function statisticsOf({ step, index }: SpikeList, window: Window): Statistics {
  const { cells, dt, from, to } = window;
  const counts = new Int32Array(cells);
  const last = new Float64Array(cells).fill(Number.NaN);
  const intervals = Array.from({ length: cells }, (): number[] => []);
  for (let i = 0; i < step.length; i += 1) {
    const now = step[i]!;
    if (now < from || now >= to) continue;
    const cell = index[i]!;
    counts[cell]! += 1;
    if (!Number.isNaN(last[cell]!)) intervals[cell]!.push((now - last[cell]!) * dt);
    last[cell] = now;
  }
  const seconds = ((to - from) * dt) / 1000;
  const rates = Array.from(counts, (count) => count / seconds);
  return {
    spikes: counts.reduce((sum, count) => sum + count, 0),
    rateMean: meanOf(rates),
    rateSd: deviationOf(rates),
    rates,
    intervals: intervals.flat(),
    variations: intervals
      .filter((each) => each.length >= fewestIntervals)
      .map((each) => deviationOf(each) / meanOf(each)),
  };
}

/** The Fano factor of the number of spikes in bins of some steps: 1 without any synchrony. */
export function fanoOf({ step }: SpikeList, { from, to }: Window, bin: number): number {
  const counts = new Array<number>(Math.floor((to - from) / bin)).fill(0);
  for (let i = 0; i < step.length; i += 1) {
    const place = Math.floor((step[i]! - from) / bin);
    if (place >= 0 && place < counts.length) counts[place]! += 1;
  }
  return deviationOf(counts) ** 2 / meanOf(counts);
}
