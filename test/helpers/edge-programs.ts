// Programs over a few edges, written by hand: the parts that a test does not give are the same for all.

import { array, body, read, write } from "../../src/ir/build.js";
import type { ArraySpec, MapOp, Op, Program } from "../../src/ir/program.js";
import { inOrder, named, rowsOf, type Pairs } from "./edge-lists.js";

export const sizes = [4, 3] as const;
export const [sources, targets] = sizes;
/** Two pairs are there twice, and one source has no edges. */
export const pairs: Pairs = [
  [3, 0],
  [0, 2],
  [1, 1],
  [3, 0],
  [0, 0],
  [1, 1],
  [0, 2],
  [3, 2],
];
export const edges = pairs.length;
export const bySource = rowsOf("out", "source", pairs, sizes);
export const byTarget = rowsOf("in", "target", pairs, sizes);
export const add = { mode: "add" } as const;
export const spikes = { array: "spikes", version: 0 };

const deliver: Op = {
  ...{ kind: "deliver", id: "deliver1", phase: "deliver", spikes, layout: bySource.layout },
  reads: [read("g", "g@0", "edge"), read("W", "W@0", "edge")],
  body: body("g = 0.5 * g + W; jump = 0.1 * g"),
  writes: [write("g", "g@0", "edge"), write("jump", "V@0", "target", add)],
};
export const sweep: MapOp = {
  ...{ kind: "map", id: "map2", phase: "synapses", count: edges },
  reads: [read("g", "g@0"), read("k", "k@0")],
  ...{ body: body("g = k * g"), writes: [write("g", "g@0")] },
};
/** The sweep with more to read. */
export const withReads = (...reads: MapOp["reads"]) => ({ reads: [...sweep.reads, ...reads] });

/** What a test wants otherwise. */
export interface Parts {
  readonly arrays?: readonly ArraySpec[];
  readonly deliver?: object;
  readonly sweep?: object;
  readonly more?: readonly Op[];
  readonly change?: Partial<Program>;
}

/** What is rebuilt can have no name. */
const isNamed = ({ name, type, role, slots }: ArraySpec): boolean =>
  ["state", "parameter", "tunable"].includes(role) &&
  type === "real" &&
  slots === undefined &&
  name !== "rebuilt";

/** Edges with a state and a weight that spikes meet, and a state that decays at rates of its own. */
export function made(parts: Parts = {}): Program {
  const rates = Float64Array.from({ length: edges }, (_, i) => 0.9 - 0.05 * i);
  const arrays = [
    array({ name: "x", role: "input", length: sources }),
    array({ name: "spikes", type: "spikes", length: sources }),
    array({ name: "g", initial: rates.map((rate, i) => rate * i) }),
    array({ name: "W", role: "parameter", initial: rates.map((rate) => 1 - rate) }),
    array({ name: "k", role: "parameter", initial: rates }),
    array({ name: "V", length: targets }),
    ...bySource.arrays,
    ...(parts.arrays ?? []),
  ];
  const fire: Op = {
    ...{ kind: "map", id: "map0", phase: "update", count: sources, reads: [read("x", "x@0")] },
    ...{ body: body("fired = x > 0.3"), writes: [] },
    emit: { when: "fired", list: "spikes", version: 0 },
  };
  const decay: Op = {
    ...{ kind: "map", id: "map3", phase: "update", count: targets, reads: [read("V", "V@0")] },
    ...{ body: body("V = 0.8 * V"), writes: [write("V", "V@0")] },
  };
  const ops = [fire, { ...deliver, ...parts.deliver }, { ...sweep, ...parts.sweep }];
  return inOrder({
    arrays,
    ops: [...ops, ...(parts.more ?? []), decay] as Op[],
    inputs: [{ name: "x", offset: 0, size: sources }],
    names: arrays.filter(isNamed).map(named),
    ...parts.change,
  });
}

/** A second connection whose edges follow in the same arrays. */
export function joined(offset: number): Parts {
  const second: Pairs = pairs.map(([source, target]) => [3 - source, (target + 1) % 3]);
  const rows = rowsOf("far", "source", second, sizes);
  const all = edges + offset;
  const wide = (name: string, role: ArraySpec["role"] = "state"): ArraySpec =>
    array({ name, role, initial: Float64Array.from({ length: all }, (_, i) => 1 / (i + 1)) });
  const part = { offset };
  return {
    arrays: [wide("h"), wide("F", "parameter"), ...rows.arrays],
    deliver: {
      reads: [read("h", "h@0", "edge"), read("W", "W@0", "edge"), read("F", "F@0", "edge")],
      ...{ body: body("h = 0.5 * h + W * F"), writes: [write("h", "h@0", "edge")] },
    },
    sweep: {
      count: all,
      reads: [read("h", "h@0")],
      body: body("h = 0.9 * h"),
      writes: [write("h", "h@0")],
    },
    more: [
      {
        ...{ kind: "deliver", id: "deliver4", phase: "deliver", spikes, layout: rows.layout },
        reads: [
          read("h", "h@0", "edge", part),
          read("W", "W@0", "edge"),
          read("F", "F@0", "edge", part),
        ],
        ...{ body: body("h = 0.7 * h + 0.1 * F"), writes: [write("h", "h@0", "edge", part)] },
      },
    ],
  };
}
