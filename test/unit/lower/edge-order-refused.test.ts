// What keeps edges from being numbered in the order of spikes: everything that goes by the place of an
// edge, or has another order of its own. Invariant: then the Program stays as it is.

import { array, body, read, write } from "../../../src/ir/build.js";
import type { Op } from "../../../src/ir/program.js";
import { edgeOrder } from "../../../src/lower/edge-order.js";
import {
  add,
  bySource,
  byTarget,
  edges,
  joined,
  made,
  sources,
  spikes,
  withReads,
} from "../../helpers/edge-programs.js";
import type { Parts } from "../../helpers/edge-programs.js";

const reduce: Op = {
  ...{ kind: "reduce", id: "reduce4", phase: "record", fn: "sum", count: edges },
  ...{ from: read("g", "g@0"), write: write("total", "total@0", "one") },
};
const total = array({ name: "total" });
const sum: Op = {
  ...{ kind: "gather", id: "gather4", phase: "currents", layout: byTarget.layout },
  reads: [read("g", "g@0", "edge")],
  ...{ body: body("s = 0.01 * g"), writes: [write("s", "V@0", "target", add)] },
};

const refused: readonly (readonly [string, Parts])[] = [
  ["edges that a step sums target by target", { arrays: byTarget.arrays, more: [sum] }],
  [
    "weights that a step sums target by target",
    {
      arrays: byTarget.arrays,
      more: [{ ...sum, id: "gather4", reads: [read("g", "W@0", "edge")] } as Op],
    },
  ],
  [
    "edges without a state",
    {
      deliver: {
        reads: [read("g", "W@0", "edge")],
        body: body("jump = g"),
        writes: [write("jump", "V@0", "target", add)],
      },
    },
  ],
  [
    "a list in which an edge is twice and another missing",
    {
      arrays: [
        array({ name: "odd", role: "index", initial: Int32Array.of(1, 4, 6, 2, 5, 0, 0, 7) }),
      ],
      deliver: { layout: { ...bySource.layout, edge: "odd" } },
    },
  ],
  [
    "a list of some of the edges",
    {
      arrays: [array({ name: "h", length: edges + 1 })],
      deliver: {
        layout: { ...bySource.layout, edges: edges + 1 },
        ...{ reads: [read("h", "h@0", "edge")], body: body("h = h + 1") },
        writes: [write("h", "h@0", "edge")],
      },
    },
  ],
  ["connections that share some of their edges", joined(3)],
  ["an array that is at one place for one and at another for another", joined(edges)],
  ["what a sum over all reads", { arrays: [total], more: [reduce] }],
  [
    "what an output shows",
    {
      arrays: [array({ name: "y", role: "output", length: 2 })],
      more: [
        {
          ...{ kind: "io", id: "io4", phase: "outputs", into: "y", version: 0 },
          pieces: [{ array: "g", version: 0, offset: 3, count: 2, position: 0 }],
        },
      ],
    },
  ],
  [
    "what a function of the user writes",
    {
      more: [
        {
          ...{ kind: "host", id: "host4", phase: "outputs", name: "f", reads: [] },
          writes: [{ array: "g", version: 0, offset: 2, count: 3 }],
        },
      ],
    },
  ],
  [
    "what is pushed into a ring",
    {
      arrays: [array({ name: "past", length: edges, slots: 2 })],
      more: [
        {
          ...{ kind: "ring", id: "ring4", phase: "emit" },
          ...{ from: { array: "g", version: 0 }, into: { array: "past", version: 0 } },
        },
      ],
    },
  ],
  [
    "random numbers, which go by their places",
    {
      arrays: [array({ name: "noise", length: edges })],
      sweep: withReads(read("n", "noise@0")),
      more: [
        {
          ...{
            kind: "random",
            id: "random4",
            phase: "update",
            how: "uniform",
            stream: 1,
            count: edges,
          },
          write: write("n", "noise@0"),
        },
      ],
    },
  ],
  [
    "an input for each edge",
    {
      arrays: [array({ name: "z", role: "input", length: edges })],
      sweep: { ...withReads(read("z", "z@0")), body: body("g = k * g + z") },
    },
  ],
  [
    "one edge of them",
    {
      arrays: [total],
      more: [
        {
          ...{
            kind: "map",
            id: "map4",
            phase: "update",
            count: 1,
            reads: [read("g", "g@0", "one")],
          },
          ...{ body: body("first = g"), writes: [write("first", "total@0", "one")] },
        },
      ],
    },
  ],
  [
    "parameters that pairs of edges share",
    {
      arrays: [array({ name: "P", role: "parameter", initial: Float64Array.of(1, 2, 3, 4) })],
      sweep: {
        ...withReads(read("P", "P@0", "element", { repeat: 2 })),
        body: body("g = k * g * P"),
      },
    },
  ],
  [
    "parameters that come round",
    {
      arrays: [array({ name: "P", role: "parameter", initial: Float64Array.of(1, 2, 3) })],
      sweep: {
        ...withReads(read("P", "P@0", "element", { period: 3 })),
        body: body("g = k * g * P"),
      },
    },
  ],
  [
    "edges of which some fire",
    {
      arrays: [array({ name: "hot", type: "spikes", length: edges })],
      sweep: {
        body: body("g = k * g; hot = g > 1"),
        emit: { when: "hot", list: "hot", version: 0 },
      },
    },
  ],
  [
    "a matrix without lists",
    {
      arrays: [array({ name: "far", length: 2 })],
      more: [
        {
          ...{ kind: "deliver", id: "deliver4", phase: "deliver", spikes },
          layout: { kind: "dense", sources, targets: 2 },
          reads: [read("g", "g@0", "edge")],
          ...{ body: body("g = g + 0.1"), writes: [write("g", "g@0", "edge")] },
        },
      ],
    },
  ],
  [
    "a list with more than the edges",
    {
      arrays: [
        array({ name: "odd", role: "index", initial: Int32Array.of(1, 4, 6, 2, 5, 0, 3, 7, 7) }),
      ],
      deliver: { layout: { ...bySource.layout, edge: "odd" } },
    },
  ],
  [
    "edges whose ends have their numbers",
    {
      arrays: [array({ name: "h", length: edges })],
      more: [
        {
          ...{
            kind: "edges",
            id: "edges4",
            phase: "plasticity",
            trigger: { on: "every", steps: 1 },
          },
          layout: { kind: "diagonal", count: edges },
          reads: [read("g", "g@0", "edge"), read("h", "h@0", "source")],
          ...{ body: body("g = g + 0.1 * h"), writes: [write("g", "g@0", "edge")] },
        },
      ],
    },
  ],
  [
    "what the ends of other edges have",
    {
      more: [
        {
          ...{
            kind: "edges",
            id: "edges4",
            phase: "plasticity",
            trigger: { on: "every", steps: 1 },
          },
          layout: { kind: "diagonal", count: edges },
          reads: [read("g", "g@0", "edge"), read("h", "k@0", "target")],
          ...{ body: body("g = g + 0.1 * h"), writes: [write("g", "g@0", "edge")] },
        },
      ],
    },
  ],
];

test.each(refused)("left as it is: %s", (_what, parts) => {
  const before = made(parts);
  expect(edgeOrder.run(before)).toBe(before);
});
