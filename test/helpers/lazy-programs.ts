// A Program with a conductance for each synapse that is kept lazily, as `accumulators` makes it, written
// by hand: the parts that a test does not give are the same for all.

import { array, body, read, write } from "../../src/ir/build.js";
import type {
  ArraySpec,
  DeliverOp,
  EdgesOp,
  GatherOp,
  MapOp,
  Op,
  Program,
} from "../../src/ir/program.js";
import { inOrder, named, rowsOf } from "./edge-lists.js";
import {
  add,
  bySource,
  byTarget,
  edges,
  pairs,
  sizes,
  sources,
  spikes,
  targets,
} from "./edge-programs.js";

export const state = (name: string, length = edges): ArraySpec => array({ name, length });
const fire: MapOp = {
  ...{ kind: "map", id: "map0", phase: "update", count: sources, reads: [read("x", "x@0")] },
  ...{
    body: body("fired = x > 0.3"),
    writes: [],
    emit: { when: "fired", list: "spikes", version: 0 },
  },
};
export const power = "0.9 ^ (clock - last)";
export const times = (at: "edge" | "element") => [
  read("last", "last@0", at),
  read("clock", "clock@0", "one"),
];
export const deliver: DeliverOp = {
  ...{ kind: "deliver", id: "deliver1", phase: "deliver", spikes, layout: bySource.layout },
  reads: [read("g", "g@0", "edge"), ...times("edge")],
  body: body(`g = g * ${power}; old = g; g = g + min(0.3, 1 - g); change = g - old`),
  writes: [
    ...[write("g", "g@0", "edge"), write("clock", "last@0", "edge")],
    write("change", "sum@0", "target", add),
  ],
};
const update: MapOp = {
  ...{ kind: "map", id: "map2", phase: "update", count: targets },
  reads: [read("V", "V@0"), read("sum", "sum@0")],
  body: body("V = V + 0.1 * (sum - V); sum = 0.9 * sum"),
  writes: [write("V", "V@0"), write("sum", "sum@0")],
};
export const tick: MapOp = {
  ...{ kind: "map", id: "clock3", phase: "synapses", count: 1, reads: [read("clock", "clock@0")] },
  ...{ body: body("clock = clock + 1"), writes: [write("clock", "clock@0")] },
};
export const settle: MapOp = {
  ...{ kind: "map", id: "settle0", phase: "synapses", count: edges },
  reads: [read("g", "g@0"), ...times("element")],
  body: body(`g = g * ${power}`),
  writes: [write("g", "g@0"), write("clock", "last@0")],
};
export const zero = (id: string, name: string, count: number, value = 0): MapOp => ({
  ...{ kind: "map", id, phase: "synapses", count, reads: [], body: body(`zero = ${value}`) },
  writes: [write("zero", `${name}@0`)],
});
export const clears = [zero("rebuild0", "clock", 1), zero("rebuild1", "last", edges)];
export const resum: GatherOp = {
  ...{ kind: "gather", id: "rebuild2", phase: "synapses", layout: byTarget.layout },
  reads: [read("g", "g@0", "edge")],
  ...{ body: body(""), writes: [write("g", "sum@0", "target")] },
};
export const every = (steps: number) =>
  ({ kind: "edges", phase: "synapses", trigger: { on: "every", steps } }) as const;
/** The clock starts anew, and all edges are brought up to date before. */
export const restart: readonly EdgesOp[] = [
  {
    ...every(8),
    ...{ id: "settle4", layout: { kind: "diagonal", count: edges } },
    reads: [read("g", "g@0", "edge"), ...times("edge")],
    body: body(`g = g * ${power}; zero = 0`),
    writes: [write("g", "g@0", "edge"), write("zero", "last@0", "edge")],
  },
  {
    ...every(8),
    ...{ id: "clock4", layout: { kind: "diagonal", count: 1 }, reads: [], body: body("zero = 0") },
    writes: [write("zero", "clock@0", "edge")],
  },
];

/** What a test wants otherwise. */
export interface LazyParts {
  readonly arrays?: readonly ArraySpec[];
  readonly deliver?: object;
  readonly tick?: object;
  readonly settle?: object;
  readonly clears?: readonly MapOp[];
  /** Ops between the update and the clock, and those after it. */
  readonly before?: readonly Op[];
  readonly after?: readonly Op[];
  readonly change?: Partial<Program>;
}

/** What `accumulators` makes of synapses that hold a conductance. */
export function lazily(parts: LazyParts = {}): Program {
  const given = parts.arrays ?? [];
  const own = [
    ...[array({ name: "x", role: "input", length: sources }), state("V", targets)],
    array({ name: "spikes", type: "spikes", length: sources }),
    ...[state("g"), state("last"), state("clock", 1), state("sum", targets)],
    ...[...bySource.arrays, ...byTarget.arrays],
  ].filter(({ name }) => given.every((one) => one.name !== name));
  const arrays = [...own, ...given];
  const ticking = { ...tick, ...parts.tick };
  return inOrder({
    arrays,
    ops: [
      ...[fire, { ...deliver, ...parts.deliver } as Op, update],
      ...[...(parts.before ?? []), ticking, ...(parts.after ?? [])],
    ],
    settle: [{ ...settle, ...parts.settle }],
    rebuild: [...(parts.clears ?? clears), resum],
    inputs: [{ name: "x", offset: 0, size: sources }],
    names: arrays.filter(({ name }) => ["g", "V"].includes(name)).map(named),
    ...parts.change,
  });
}

/** A second connection whose edges come first in the same arrays, from other sources. */
export function joined(time = "clock"): LazyParts {
  const far = rowsOf(
    "far",
    "source",
    pairs.map(([source, target]) => [3 - source, target]),
    sizes,
  );
  const all = rowsOf("all", "target", [...pairs, ...pairs], sizes);
  const second = { offset: edges };
  return {
    arrays: [state("g", 2 * edges), state("last", 2 * edges), ...far.arrays, ...all.arrays],
    before: [
      {
        ...deliver,
        ...{
          id: "deliver6",
          layout: far.layout,
          spikes,
          body: [...deliver.body, ...body("zero = 0")],
        },
        reads: [
          read("g", "g@0", "edge", second),
          read("last", "last@0", "edge", second),
          times("edge")[1]!,
        ],
        writes: [
          write("g", "g@0", "edge", second),
          write(time, "last@0", "edge", second),
          write("change", "sum@0", "target", add),
        ],
      } as Op,
    ],
    settle: { count: 2 * edges },
    change: {
      rebuild: [clears[0]!, zero("rebuild1", "last", 2 * edges), { ...resum, layout: all.layout }],
    },
  };
}
