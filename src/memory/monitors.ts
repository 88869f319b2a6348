// Samples what the monitors of a run ask for. Invariant: which steps are sampled follows from the
// step count alone, so a run samples the same however it is cut.

import type { Monitor } from "../runtime/backend.js";
import { slotAt, spikesIn, valuesIn, type Memory } from "./memory.js";
import type { Settling } from "./settling.js";

/** What changes from step to step. */
export interface Now {
  /** Steps done since the last full reset, which is the number of the step at hand. */
  step: number;
  /** Set by the first `stop` op that holds. */
  reason: string | undefined;
  /** Takes the samples of a run's monitors, where there are any; once for all copies. */
  sample: (() => void) | undefined;
}

/** What binding monitors needs. */
export interface Sampled {
  readonly memory: Memory;
  readonly now: Now;
  readonly settling: Settling;
}

export interface BoundMonitors {
  /** Samples what is due in the step at hand. */
  readonly sample: () => void;
  /** So many steps, counted from this one, need no sample. */
  readonly idleSteps: (step: number) => number;
  /** Whether every step is sampled. */
  readonly isDense: boolean;
}

type SampleCopy = (copy: number) => void;

function bindValues(monitor: Monitor, { memory, now }: Sampled): SampleCopy {
  const { offset, count, order, write } = monitor;
  const array = valuesIn(memory, monitor.array);
  const isSingle = array.data instanceof Float32Array;
  const values = isSingle ? new Float32Array(count) : new Float64Array(count);
  return (copy) => {
    const first = slotAt(array, copy, 0) * array.length + offset;
    for (let i = 0; i < count; i++) values[i] = array.data[first + (order?.[i] ?? i)]!;
    write(now.step, values, count, copy);
  };
}

function bindSpikes(monitor: Monitor, { memory, now }: Sampled): SampleCopy {
  const { offset, count, order, write } = monitor;
  const list = spikesIn(memory, monitor.array);
  const inverse = order === undefined ? undefined : new Int32Array(list.length).fill(-1);
  order?.forEach((place, i) => {
    inverse![offset + place] = i;
  });
  const numbers = new Int32Array(list.length);
  return (copy) => {
    const slot = slotAt(list, copy, 0);
    let n = 0;
    for (let i = 0; i < list.counts[slot]!; i++) {
      const source = list.items[slot * list.length + i]!;
      const number = inverse === undefined ? source - offset : inverse[source]!;
      if (number >= 0 && number < count) numbers[n++] = number;
    }
    write(now.step, numbers, n, copy);
  };
}

/**
 * Binds the monitors of a run; undefined where there are none. All copies are sampled at once; an
 * array that they share is sampled once.
 */
export function bindMonitors(
  monitors: readonly Monitor[],
  sampled: Sampled,
): BoundMonitors | undefined {
  if (monitors.length === 0) return undefined;
  const { memory, now, settling } = sampled;
  const bound = monitors.map((monitor) => ({
    copies: memory.get(monitor.array)?.copies ?? 1,
    every: monitor.kind === "spikes" ? 1 : monitor.every,
    isSettled: monitor.kind === "values" && settling.concerns(monitor.array),
    sample: (monitor.kind === "spikes" ? bindSpikes : bindValues)(monitor, sampled),
  }));
  const plain = bound.filter((one) => !one.isSettled);
  const settled = bound.filter((one) => one.isSettled);
  const intervals = [...new Set(bound.map(({ every }) => every))];
  const isDue = ({ every }: { every: number }): boolean => (now.step + 1) % every === 0;
  const sampleAll = (list: typeof bound): void => {
    for (const one of list) {
      if (!isDue(one)) continue;
      for (let copy = 0; copy < one.copies; copy++) one.sample(copy);
    }
  };
  const sampleSettled = (): void => sampleAll(settled);
  return {
    sample() {
      sampleAll(plain);
      if (settled.some(isDue)) settling.whileSettled(now.step + 1, sampleSettled);
    },
    idleSteps(step) {
      let least = Infinity;
      for (let i = 0; i < intervals.length; i++) {
        const every = intervals[i]!;
        least = Math.min(least, every - 1 - (step % every));
      }
      return least;
    },
    isDense: intervals.includes(1),
  };
}
