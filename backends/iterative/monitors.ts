// Samples what the monitors of a run ask for, at the `record` op or, without one, after the step.

import type { Monitor } from "../../src/runtime/backend.js";
import { spikesOf, valuesOf, type Context, type Run } from "./context.js";
import { slotAt } from "./memory.js";
import type { Settling } from "./settling.js";

function bindValues(monitor: Monitor, context: Context): Run {
  const { offset, count, order, write } = monitor;
  const array = valuesOf(context, monitor.array);
  const isSingle = array.data instanceof Float32Array;
  const values = isSingle ? new Float32Array(count) : new Float64Array(count);
  return (copy) => {
    const first = slotAt(array, copy, 0) * array.length + offset;
    for (let i = 0; i < count; i++) values[i] = array.data[first + (order?.[i] ?? i)]!;
    write(context.now.step, values, count, copy);
  };
}

function bindSpikes(monitor: Monitor, context: Context): Run {
  const { offset, count, order, write } = monitor;
  const list = spikesOf(context, monitor.array);
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
    write(context.now.step, numbers, n, copy);
  };
}

/**
 * Binds the monitors of a run; undefined where there are none. All copies are sampled at once; an
 * array that they share is sampled once.
 */
export function bindMonitors(
  monitors: readonly Monitor[],
  context: Context,
  settling: Settling,
): Run | undefined {
  if (monitors.length === 0) return undefined;
  const bound = monitors.map((monitor) => ({
    copies: context.memory.get(monitor.array)?.copies ?? 1,
    every: monitor.kind === "spikes" ? 1 : monitor.every,
    isSettled: monitor.kind === "values" && settling.concerns(monitor.array),
    sample: (monitor.kind === "spikes" ? bindSpikes : bindValues)(monitor, context),
  }));
  const plain = bound.filter((one) => !one.isSettled);
  const settled = bound.filter((one) => one.isSettled);
  const isDue = ({ every }: { every: number }): boolean => (context.now.step + 1) % every === 0;
  const sampleAll = (list: typeof bound): void => {
    for (const one of list) {
      if (!isDue(one)) continue;
      for (let copy = 0; copy < one.copies; copy++) one.sample(copy);
    }
  };
  const sampleSettled = (): void => sampleAll(settled);
  return (copy) => {
    if (copy > 0) return;
    sampleAll(plain);
    if (settled.some(isDue)) settling.whileSettled(context.now.step + 1, sampleSettled);
  };
}
