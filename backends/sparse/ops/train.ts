// The spikes that an op meets in a step. Invariant: oldest first, then ascending.

import type { SpikeRef } from "../../../src/ir/program.js";
import { spikesOf } from "../context.js";
import { countDown, whileBelow } from "../loops.js";
import type { Base, Site } from "../site.js";
import type { Local } from "../wasm/function-builder.js";

/** Spikes as an op sees them. */
export interface Train {
  /** Payload columns by name, before the places of spikes. */
  readonly columns: ReadonlyMap<string, Base>;
  /** The lag of the spikes at hand, where edges have lags of their own. */
  readonly lag: Local;
  /** Runs `visit` for all spikes that arrive, with their number in `into`. */
  readonly each: (into: Local, visit: () => void) => void;
  /** Runs `then` if the spike arrives now at the edge at the site. */
  readonly whenDue: (then: () => void) => void;
}

/** Binds a reference to spikes; `count` is how many numbers from its offset on the op sees. */
export function bindTrain(site: Site, ref: SpikeRef, count: number): Train {
  const { fn, context } = site;
  const place = spikesOf(context, ref.array);
  const { offset = 0 } = ref;
  const isPerEdge = typeof ref.lag === "string";
  const lag = fn.local("i32");
  const end = fn.local("i32");
  const spike = site.index("spike");
  const names = place.spec.payload ?? [];
  // Places of spikes count over all copies and slots, so that columns need no base of their own.
  const columns = new Map(names.map((name, i) => [name, { offset: place.columns[i]! }]));

  function visitSlot(pushSlot: () => void, into: Local, visit: () => void): void {
    pushSlot();
    fn.tee(spike);
    site.multiply(4);
    fn.memory("i32.load", place.counts).set(end);
    fn.get(spike).i32(place.length).op("i32.mul").tee(spike);
    fn.get(end).op("i32.add").set(end);
    whileBelow(fn, spike, end, () => {
      fn.get(spike);
      site.multiply(4);
      fn.memory("i32.load", place.items);
      if (offset !== 0) fn.i32(offset).op("i32.sub");
      fn.set(into);
      if (offset === 0 && count === place.length) visit();
      else {
        fn.get(into).i32(count).op("i32.lt_u");
        fn.if(visit);
      }
    });
  }

  return {
    columns,
    lag,
    each(into, visit) {
      if (!isPerEdge) {
        const fixed = Number(ref.lag ?? 0);
        visitSlot(() => site.pushSlot(place, fixed), into, visit);
        return;
      }
      countDown(fn, lag, { last: place.slots - 1, first: 0 }, () => {
        visitSlot(() => site.pushSlot(place, lag), into, visit);
      });
    },
    whenDue(then) {
      if (!isPerEdge) {
        then();
        return;
      }
      fn.get(site.loadEdgeLag(ref.lag)).get(lag).op("i32.eq");
      fn.if(then);
    },
  };
}
