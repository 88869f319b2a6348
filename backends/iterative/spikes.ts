// Spike lists: filling them in ascending order, and walking them for the ops that spikes trigger.

import type { Emit, SpikeRef } from "../../src/ir/program.js";
import { slotAt, type SpikeArray } from "../../src/memory/memory.js";
import { spikesOf, type Context } from "./context.js";
import { bindLag, type Kernel, type Site } from "./kernel.js";

/** Appends a source to the newest list of a copy; gives its place, for the payload. */
export function appendSpike(list: SpikeArray, copy: number, source: number): number {
  const slot = slotAt(list, copy, 0);
  const first = slot * list.length;
  let place = first + list.counts[slot]!++;
  // An op may append numbers below those of an op before it; the list stays ascending.
  while (place > first && list.items[place - 1]! > source) {
    list.items[place] = list.items[place - 1]!;
    for (const column of list.columns) column[place] = column[place - 1]!;
    place--;
  }
  list.items[place] = source;
  return place;
}

/** Empties the newest list of a copy. */
export function clearSpikes(list: SpikeArray, copy: number): void {
  list.counts[slotAt(list, copy, 0)] = 0;
}

export interface Emitter {
  readonly begin: (copy: number) => void;
  /** Appends the element that the kernel's site is at, where its condition holds. */
  readonly emit: () => void;
}

/** Binds what a map emits to the frame of its body. */
export function bindEmitter(context: Context, emit: Emit, kernel: Kernel): Emitter {
  const list = spikesOf(context, emit.list);
  const when = kernel.slotOf(emit.when);
  const payload = (emit.payload ?? []).map(kernel.slotOf);
  const { offset = 0, append = false } = emit;
  const { frame, site } = kernel;
  return {
    begin(copy) {
      if (!append) clearSpikes(list, copy);
    },
    emit() {
      if (frame[when] === 0) return;
      const place = appendSpike(list, site.copy, offset + site.element);
      for (let i = 0; i < payload.length; i++) list.columns[i]![place] = frame[payload[i]!]!;
    },
  };
}

/** Spikes as an op sees them. */
export interface Train {
  readonly list: SpikeArray;
  /**
   * Visits the numbers of all spikes that have arrived, relative to the op's first: oldest first,
   * then ascending. With a lag for each edge all slots are visited, and `isDue` tells for the edge
   * that the site is at whether the spike arrives there now.
   */
  readonly forEach: (copy: number, visit: (number: number) => void) => void;
  readonly isDue: () => boolean;
}

/** Binds a reference to spikes; `count` is how many numbers from its offset on the op sees. */
export function bindTrain(context: Context, ref: SpikeRef, count: number, site: Site): Train {
  const list = spikesOf(context, ref.array);
  const offset = ref.offset ?? 0;
  const isPerEdge = typeof ref.lag === "string";
  const edgeLag = bindLag(context, ref.lag, site);
  const oldest = isPerEdge ? list.slots - 1 : Number(ref.lag ?? 0);
  const newest = isPerEdge ? 0 : oldest;
  let lag = 0;
  return {
    list,
    forEach(copy, visit) {
      for (lag = oldest; lag >= newest; lag--) {
        const slot = slotAt(list, copy, lag);
        const first = slot * list.length;
        for (let i = first; i < first + list.counts[slot]!; i++) {
          const number = list.items[i]! - offset;
          if (number < 0 || number >= count) continue;
          site.spike = i;
          visit(number);
        }
      }
    },
    isDue: isPerEdge ? () => edgeLag() === lag : () => true,
  };
}
