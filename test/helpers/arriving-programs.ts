// A Program by hand whose edges have delays of their own and add to a state what is known beforehand,
// before or after the pass that adds up what arrives.

import { array, body, read, write } from "../../src/ir/build.js";
import type { ArraySpec, Op, Program } from "../../src/ir/program.js";
import { allArrivals } from "../../src/lower/arrivals.js";
import { inOrder, named } from "./edge-lists.js";
import { add, bySource, edges, sources, targets } from "./edge-programs.js";

/** What a test wants otherwise. */
export interface ArrivingParts {
  readonly arrays?: readonly ArraySpec[];
  readonly deliver?: object;
  readonly before?: readonly Op[];
  readonly after?: readonly Op[];
}

export const weights = Float64Array.from({ length: edges }, (_, i) => 0.3 - 0.1 * i);
/** Weights that a step changes. */
export const learned = array({ name: "W", initial: weights });
export const slots = 5;

export const push: Op = {
  ...{ kind: "ring", id: "ring4", phase: "emit" },
  ...{ from: { array: "fired", version: 0 }, into: { array: "past", version: 0 } },
};

/** Spikes wait in a ring; each edge has a weight and a delay, all edges one factor. */
export function arriving(parts: ArrivingParts = {}): Program {
  const own = new Set(parts.arrays?.map(({ name }) => name));
  const usual = [
    array({ name: "x", role: "input", length: sources }),
    array({ name: "fired", type: "spikes", role: "scratch", length: sources }),
    array({ name: "past", type: "spikes", length: sources, slots }),
    array({ name: "lags", role: "index", initial: Int32Array.of(0, 4, 2, 1, 3, 3, 2, 0) }),
    array({ name: "W", role: "tunable", initial: weights }),
    array({ name: "k", role: "tunable", initial: 0.7 }),
    array({ name: "V", initial: Float64Array.of(1, -1, 0.1), unit: "mV" }),
    ...bySource.arrays,
  ];
  const arrays = [...usual.filter(({ name }) => !own.has(name)), ...(parts.arrays ?? [])];
  const fire: Op = {
    ...{ kind: "map", id: "map0", phase: "update", count: sources, reads: [read("x", "x@0")] },
    ...{ body: body("fired = x > 0.3"), writes: [] },
    emit: { when: "fired", list: "fired", version: 0 },
  };
  const deliver = {
    ...{ kind: "deliver", id: "deliver1", phase: "deliver", layout: bySource.layout },
    spikes: { array: "past", version: 0, lag: "lags" },
    reads: [read("w", "W@0", "edge"), read("k", "k@0", "one")],
    ...{ body: body("jump = k * w"), writes: [write("jump", "V@0", "target", add)] },
    ...parts.deliver,
  };
  const decay: Op = {
    ...{ kind: "map", id: "map3", phase: "update", count: targets, reads: [read("V", "V@0")] },
    ...{ body: body("V = 0.8 * V"), writes: [write("V", "V@0")] },
  };
  const { before = [], after = [push] } = parts;
  return inOrder({
    arrays,
    ops: [fire, ...before, deliver, decay, ...after] as Op[],
    inputs: [{ name: "x", offset: 0, size: sources }],
    names: arrays.filter(({ name }) => ["V", "W", "k"].includes(name)).map(named),
  });
}

/** The same with sums of their own for what arrives. */
export const addedUp = (parts: ArrivingParts = {}): Program => allArrivals.run(arriving(parts));
