// Edges numbered in the order in which spikes meet them: what moves and what stays where it is, and that
// nobody who knows edges by their names notices.

import { allNames } from "../../../src/ir/names.js";
import { array, body, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { edgeOrder } from "../../../src/lower/edge-order.js";
import { load, namedValues, traceOf } from "../../helpers/compare-programs.js";
import { inOrder, rowsOf } from "../../helpers/edge-lists.js";
import {
  bySource,
  byTarget,
  edges,
  joined,
  made,
  pairs,
  sizes,
  sources,
  spikes,
  targets,
  withReads,
} from "../../helpers/edge-programs.js";
import { edgeNetworks, gapBetween, usesOf, variants } from "../../helpers/edge-networks.js";

async function moved(before: Program): Promise<Program> {
  const after = edgeOrder.run(before);
  expect(after).not.toBe(before);
  verify(after);
  for (const { precision, batch } of variants) {
    const [one, other] = [before, after].map((each) => traceOf({ ...each, precision, batch }, 12));
    expect(await other).toEqual(await one);
  }
  // Once they are in order they stay.
  expect(edgeOrder.run(after)).toBe(after);
  return after;
}

const layoutOf = ({ ops, rebuild = [] }: Program, id: string): string => {
  const lines = printOp([...ops, ...rebuild].find((op) => op.id === id)!).split("\n");
  return lines.find((line) => line.startsWith("  csr "))!.trim();
};

test("a list goes, and what edges have is stored in its order; names keep the order of the user", async () => {
  const before = made();
  const after = await moved(before);
  expect(printOp(after.ops[1]!)).toBe(
    [
      "deliver1  deliver  8 edges  reads 2 writes 2",
      "  at spikes@1",
      "  csr by source, 8 edges in out.start, out.other, 4 to 3",
      "  reads g@0[edge], W@0[edge]",
      "  g = 0.5 * g + W",
      "  jump = 0.1 * g",
      "  writes g@1[edge], V@1 += jump",
    ].join("\n"),
  );
  expect([...bySource.list]).toEqual([1, 4, 6, 2, 5, 0, 3, 7]);
  const [old, now] = [before, after].map(
    ({ arrays }) => arrays.find(({ name }) => name === "W")!.initial as Float64Array,
  );
  expect(now).toEqual(Float64Array.from(bySource.list, (edge) => old![edge]!));
  const W = allNames(after).find(({ path }) => path === "W")!;
  expect(Array.from(W.order!, (place) => now![place]!)).toEqual([...old!]);
  expect(after.arrays.map(({ name }) => name)).not.toContain("out.edge");
  // Arrays with one value for all and arrays that have nothing to do with edges are what they were.
  for (const name of ["spikes", "V"]) {
    expect(after.arrays.find((spec) => spec.name === name)).toBe(
      before.arrays.find((spec) => spec.name === name),
    );
  }
});

test("other lists of the same edges follow, whatever they are for", async () => {
  const learn: Op = {
    ...{ kind: "edges", id: "edges4", phase: "plasticity" },
    ...{ trigger: { on: "target", spikes: { array: "back", version: 0 } } },
    layout: byTarget.layout,
    reads: [read("g", "g@0", "edge"), read("V", "V@0", "target"), read("X", "x@0", "source")],
    ...{ body: body("g = g + 0.01 * V * X"), writes: [write("g", "g@0", "edge")] },
  };
  const forget: Op = {
    ...{ kind: "edges", id: "edges5", phase: "plasticity" },
    ...{ trigger: { on: "source", spikes }, layout: bySource.layout },
    reads: [read("g", "g@0", "edge"), read("h", "h@0", "edge")],
    body: body("h = h + g; g = 0.99 * g"),
    writes: [write("g", "g@0", "edge"), write("h", "h@0", "edge")],
  };
  const every: Op = {
    ...{ kind: "edges", id: "edges6", phase: "plasticity", trigger: { on: "every", steps: 2 } },
    layout: { kind: "diagonal", count: edges },
    reads: [read("h", "h@0", "edge"), read("U", "U@0", "edge")],
    ...{ body: body("h = 0.9 * h + U"), writes: [write("h", "h@0", "edge")] },
  };
  const answer: Op = {
    ...{ kind: "map", id: "map7", phase: "update", count: targets, reads: [read("V", "V@0")] },
    ...{ body: body("fired = V > 0.2"), writes: [] },
    emit: { when: "fired", list: "back", version: 0 },
  };
  const before = made({
    arrays: [
      ...byTarget.arrays,
      array({ name: "back", type: "spikes", length: targets }),
      array({ name: "h", length: edges }),
      array({ name: "rebuilt", length: targets }),
      array({ name: "T", role: "tunable", initial: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) }),
      array({ name: "U", role: "derived", length: edges }),
    ],
    more: [answer, learn, forget, every],
    change: {
      setup: [
        {
          ...{ kind: "map", id: "setup0", phase: "setup", count: edges },
          ...{ reads: [read("T", "T@0")], body: body("U = T / 8"), writes: [write("U", "U@0")] },
        },
      ],
      settle: [
        {
          ...{ kind: "map", id: "settle0", phase: "synapses", count: edges },
          reads: [read("h", "h@0"), read("k", "k@0")],
          ...{ body: body("h = min(h, 9 * k)"), writes: [write("h", "h@0")] },
        },
      ],
      rebuild: [
        {
          ...{ kind: "gather", id: "rebuild0", phase: "synapses", layout: byTarget.layout },
          reads: [read("h", "h@0", "edge"), read("T", "T@0", "edge")],
          ...{ body: body("s = h * T"), writes: [write("s", "rebuilt@0", "target")] },
        },
      ],
    },
  });
  const after = await moved(before);
  expect(layoutOf(after, "edges5")).toBe("csr by source, 8 edges in out.start, out.other, 4 to 3");
  expect(layoutOf(after, "edges4")).toMatch(/in in.start, in.other, edge.0, 4 to 3$/);
  expect(layoutOf(after, "rebuild0")).toBe(
    "csr by target, 8 edges in in.start, in.other, edge.0, 4 to 3",
  );
  // A tunable parameter is written in the order of the user, also into what derives from it.
  const runs = await Promise.all([before, after].map(load));
  for (const [i, running] of runs.entries()) {
    const program = [before, after][i]!;
    const T = allNames(program).find(({ path }) => path === "T")!;
    const values = new Float64Array(edges);
    for (let edge = 0; edge < edges; edge++) values[T.order?.[edge] ?? edge] = edge * edge;
    running.writeSync!("T", values);
  }
  const shown = runs.map((running, i) => {
    const program = [before, after][i]!;
    const U = { ...allNames(program).find(({ path }) => path === "T")!, array: "U" };
    return [namedValues(program, running, U), [...running.readSync!("rebuilt")]];
  });
  expect(shown[1]).toEqual(shown[0]);
});

test("of two lists of the same edges the first is followed", async () => {
  const backwards = array({
    name: "backwards",
    role: "index",
    initial: Int32Array.of(6, 4, 1, 5, 2, 7, 3, 0),
  });
  const ends = array({
    name: "ends",
    role: "index",
    initial: Int32Array.from(backwards.initial as Int32Array, (edge) => pairs[edge]![1]),
  });
  const second: Op = {
    ...{ kind: "edges", id: "edges4", phase: "plasticity", trigger: { on: "source", spikes } },
    layout: { ...bySource.layout, edge: "backwards", other: "ends" },
    ...{ reads: [read("g", "g@0", "edge")], body: body("g = 0.9 * g + 0.1") },
    writes: [write("g", "g@0", "edge")],
  };
  const after = await moved(made({ arrays: [backwards, ends], more: [second] }));
  expect(layoutOf(after, "deliver1")).not.toContain("edge.0");
  expect(layoutOf(after, "edges4")).toContain("edge.0");
});

test("a delay for each edge, and what waits for its source, keep their edges", async () => {
  const lags = array({
    name: "lags",
    role: "index",
    initial: Int32Array.of(0, 3, 1, 2, 0, 1, 3, 2),
  });
  const later: Op = {
    ...{ kind: "edges", id: "edges5", phase: "plasticity", layout: bySource.layout },
    trigger: { on: "history", spikes, history: "events", version: 0, since: "since" },
    reads: [read("g", "g@0", "edge"), read("x", "x@0", "target")],
    ...{ body: body("g = g + 0.01 * age * x"), writes: [write("g", "g@0", "edge")] },
  };
  const after = await moved(
    made({
      arrays: [
        lags,
        array({ name: "past", type: "spikes", length: sources, slots: 4 }),
        array({ name: "back", type: "spikes", length: targets }),
        array({ name: "events", type: "history", length: targets, capacity: 2, payload: [] }),
        array({ name: "since", type: "int", length: edges, initial: -1 }),
      ],
      deliver: { spikes: { array: "past", version: 0, lag: "lags" } },
      more: [
        {
          ...{
            kind: "map",
            id: "map4",
            phase: "update",
            count: targets,
            reads: [read("V", "V@0")],
          },
          ...{ body: body("fired = V > 0.2"), writes: [] },
          emit: { when: "fired", list: "back", version: 0 },
        },
        later,
        {
          ...{ kind: "remember", id: "remember6", phase: "plasticity", history: "events" },
          ...{ spikes: { array: "back", version: 0 }, version: 0, values: [], settle: "edges5" },
        },
        {
          ...{ kind: "ring", id: "ring7", phase: "emit" },
          ...{ from: { array: "spikes", version: 0 }, into: { array: "past", version: 0 } },
        },
      ],
    }),
  );
  const found = after.arrays.find(({ name }) => name === "lags")!.initial;
  expect(found).toEqual(bySource.list.map((edge) => (lags.initial as Int32Array)[edge]!));
});

const readsWithout = (op: Op, name: string) =>
  "reads" in op ? (op as MapOp).reads.filter(({ array }) => array !== name) : [];

test("connections that share arrays are put in order each in its part", async () => {
  const { more, ...parts } = joined(edges);
  // Weights of the first alone.
  const after = await moved(
    made({ ...parts, more: more!.map((op) => ({ ...op, reads: readsWithout(op, "W") }) as Op) }),
  );
  for (const id of ["deliver1", "deliver4"]) expect(layoutOf(after, id)).not.toMatch(/edge\.\d/);
  expect(allNames(after).find(({ path }) => path === "h")!.order).toHaveLength(2 * edges);
});

test("one value for all edges, or a copy of each value for each copy of a batch, is no obstacle", async () => {
  const P = array({ name: "P", role: "parameter", initial: Float64Array.of(0.9, 5) });
  const one = read("P", "P@0", "one");
  const same = read("Q", "P@0", "element", { period: 1 });
  const sweeping = { ...withReads(one, same), body: body("g = k * g * P * Q") };
  await moved(made({ arrays: [P], sweep: sweeping }));
});

test("a connection without edges is left alone", () => {
  const none = rowsOf("out", "source", [], sizes);
  const arrays = none.arrays.map((spec) => spec);
  const before = inOrder({
    arrays: [
      array({ name: "spikes", type: "spikes", length: sources }),
      array({ name: "g", length: 0 }),
      ...arrays,
    ],
    ops: [
      {
        ...{ kind: "deliver", id: "deliver1", phase: "deliver", spikes, layout: none.layout },
        reads: [read("g", "g@0", "edge")],
        ...{ body: body("g = g + 1"), writes: [write("g", "g@0", "edge")] },
      },
    ],
  });
  const after = edgeOrder.run(before);
  verify(after);
});

const quiet = { dt: 0.1, onWarning: () => {} } as const;
const both = [true, false].map((isOn) => ({ accumulators: true, edgeOrder: isOn }));

test.each(edgeNetworks)(
  "nobody sees a difference: $name",
  async ({ build }) => {
    for (const variant of variants) {
      const options = { ...quiet, ...variant, backend: "iterative" } as const;
      const models = await Promise.all(
        both.map((optimize) => build().compile({ ...options, optimize })),
      );
      expect(gapBetween(usesOf(models[0]!), usesOf(models[1]!))).toBe(0);
    }
  },
  30_000,
);

test("most of these networks are put in order", async () => {
  const found = await Promise.all(
    edgeNetworks.map(async ({ build }) => {
      const [on, off] = await Promise.all(
        both.map((optimize) => build().compile({ ...quiet, optimize, backend: "iterative" })),
      );
      const lists = [on!, off!].map(({ program }) => program.ops.filter(hasList).length);
      return lists[0]! < lists[1]!;
    }),
  );
  expect(found.filter(Boolean).length).toBeGreaterThan(edgeNetworks.length / 2);
});

const hasList = (op: Op): boolean =>
  op.kind === "deliver" && op.layout.kind === "csr" && op.layout.edge !== undefined;
