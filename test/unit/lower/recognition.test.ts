// The passes that recognise shapes: shared curves, known sums, kernels with empty borders, and
// matrices whose lists say nothing or whose values are mostly zero.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { ArraySpec, GatherOp, Layout, MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { electrical } from "../../../src/lower/electrical.js";
import { matrix } from "../../../src/lower/matrix.js";
import type { Pass } from "../../../src/lower/pass.js";
import { pattern } from "../../../src/lower/pattern.js";
import { sharedCurves } from "../../../src/lower/shared-curves.js";
import { traceOf } from "../../helpers/compare-programs.js";

interface Given {
  readonly sources: number;
  readonly targets?: number;
  readonly layout: Layout;
  readonly text: string;
  readonly parameters: readonly ArraySpec[];
  readonly also?: readonly Op[];
}

const values = (name: string, ...numbers: number[]): ArraySpec =>
  array({ name, role: "parameter", initial: Float64Array.from(numbers) });
const index = (name: string, ...numbers: number[]): ArraySpec =>
  array({ name, role: "index", initial: Int32Array.from(numbers) });

/** States V (sources) act on W (targets) through sums I and G. */
function network(given: Given): Program {
  const { sources, layout, text } = given;
  const targets = given.targets ?? sources;
  const clear: MapOp = {
    kind: "map",
    id: "map0",
    phase: "clear",
    count: targets,
    reads: [],
    body: body("zero = 0"),
    writes: [write("zero", "I@1"), write("zero", "G@1")],
  };
  const parameters = given.parameters.filter((spec) => spec.role !== "index");
  const gather: GatherOp = {
    kind: "gather",
    id: "gather1",
    phase: "currents",
    layout,
    reads: [
      read("V", "V@0", "source"),
      ...parameters.map(({ name, length }) =>
        read(name, `${name}@0`, length === 1 ? "one" : "edge"),
      ),
    ],
    body: body(text),
    writes: [
      write("i", "I@2", "target", { mode: "add" }),
      write("g", "G@2", "target", { mode: "add" }),
    ],
  };
  const update: MapOp = {
    kind: "map",
    id: "map3",
    phase: "update",
    count: targets,
    reads: [read("W", "W@0"), read("I", "I@2"), read("G", "G@2")],
    body: body("W = W + 0.1 * (I - G * W)"),
    writes: [write("W", "W@1")],
  };
  const turn: MapOp = {
    kind: "map",
    id: "map4",
    phase: "update",
    count: sources,
    reads: [read("V", "V@0")],
    body: body("V = 0.9 * V + 0.3"),
    writes: [write("V", "V@1")],
  };
  const initial = Float64Array.from({ length: sources }, (_, i) => Math.sin(i + 1));
  return program({
    arrays: [
      array({ name: "V", initial }),
      array({ name: "W", length: targets, initial: 0.2 }),
      array({ name: "I", role: "scratch", length: targets }),
      array({ name: "G", role: "scratch", length: targets }),
      ...given.parameters,
    ],
    ops: [clear, gather, update, turn],
    names: [
      { path: "W", array: "W", offset: 0, count: targets, shape: [targets], kind: "state" },
      { path: "V", array: "V", offset: 0, count: sources, shape: [sources], kind: "state" },
    ],
  });
}

async function apply(pass: Pass, before: Program): Promise<Program> {
  const after = pass.run(before);
  verify(after);
  expect(await traceOf(after, 6)).toEqual(await traceOf(before, 6));
  return after;
}

const gatherOf = (given: Program): GatherOp =>
  given.ops.find((op) => op.kind === "gather") as GatherOp;
const dense: Layout = { kind: "dense", sources: 3, targets: 3 };
const curve = "g = w * clip((V - lo) / (hi - lo), 0, 1); i = g * 2";
const weights = values("w", 1, 2, 3, 4, 5, 6, 7, 8, 9);

test("a curve of the source is computed once for each source", async () => {
  const parameters = [weights, values("lo", 0), values("hi", 1)];
  const before = network({ sources: 3, layout: dense, text: curve, parameters });
  const after = await apply(sharedCurves, before);
  expect(after.ops.map((op) => op.id)).toEqual(["map0", "curve0", "gather1", "map3", "map4"]);
  expect(gatherOf(after).reads.map(({ symbol, at }) => `${symbol} ${at}`)).toEqual([
    "w edge",
    "curve0 source",
  ]);
});

test("parameters of edges count as the source's when all its edges agree, else they do not", async () => {
  const agree = [weights, values("lo", 0, 0.1, 0.2, 0, 0.1, 0.2, 0, 0.1, 0.2), values("hi", 1)];
  const shared = await apply(
    sharedCurves,
    network({ sources: 3, layout: dense, text: curve, parameters: agree }),
  );
  expect(shared.ops).toHaveLength(5);
  const differ = [weights, values("lo", 0, 0.1, 0.2, 0, 0.1, 0.3, 0, 0.1, 0.2), values("hi", 1)];
  const own = await apply(
    sharedCurves,
    network({ sources: 3, layout: dense, text: curve, parameters: differ }),
  );
  expect(own.ops).toHaveLength(4);
});

test("nothing is shared where each source has one edge, or the curve is only read", async () => {
  const diagonal: Layout = { kind: "diagonal", count: 3 };
  const one = [values("w", 1, 2, 3), values("lo", 0), values("hi", 1)];
  const single = network({ sources: 3, layout: diagonal, text: curve, parameters: one });
  expect((await apply(sharedCurves, single)).ops).toHaveLength(4);
  const product = network({
    sources: 3,
    layout: dense,
    text: "g = w; i = w * V",
    parameters: [weights],
  });
  expect((await apply(sharedCurves, product)).ops).toHaveLength(4);
});

test("a sum of parameters alone is added up now", async () => {
  const before = network({
    sources: 3,
    layout: dense,
    text: "g = w; i = w * V",
    parameters: [weights],
  });
  const after = await apply(electrical, before);
  expect(gatherOf(after).writes.map((one) => one.array)).toEqual(["I"]);
  expect(after.arrays.find((spec) => spec.name === "G")).toMatchObject({
    role: "parameter",
    initial: Float64Array.of(6, 15, 24),
  });
});

test("where other terms follow, the sum starts from what is known", async () => {
  const before = network({
    sources: 3,
    layout: dense,
    text: "g = w; i = w * V",
    parameters: [weights],
  });
  const gather = gatherOf(before);
  const more: GatherOp = {
    ...gather,
    id: "gather2",
    body: body("g = w * V; i = 1"),
    writes: gather.writes.map((one) => ({ ...one, version: 3 })),
  };
  const update = before.ops[2] as MapOp;
  const later = update.reads.map((one) => (one.array === "W" ? one : { ...one, version: 3 }));
  const ops = [...before.ops.slice(0, 2), more, { ...update, reads: later }, before.ops[3]!];
  const after = await apply(electrical, { ...before, ops });
  expect(after.ops.map((op) => op.id)).toEqual([
    "map0",
    "gather1",
    "sum0",
    "gather2",
    "map3",
    "map4",
  ]);
});

test("a kernel loses its empty border, and one tap is a diagonal", async () => {
  const stencil: Layout = { kind: "stencil", shape: [4, 5], kernel: [5, 3] };
  const taps = new Array<number>(15).fill(0);
  taps[4] = 2;
  taps[7] = 1;
  taps[8] = -1;
  const before = network({
    sources: 20,
    layout: stencil,
    text: "g = w * clip(V, 0, 1); i = g * 2",
    parameters: [values("w", ...taps)],
  });
  const after = await apply(pattern, before);
  expect(gatherOf(after).layout).toEqual({ kind: "stencil", shape: [4, 5], kernel: [3, 3] });
  const one = new Array<number>(15).fill(0);
  one[7] = 3;
  const centre = await apply(
    pattern,
    network({
      sources: 20,
      layout: stencil,
      text: "g = w * clip(V, 0, 1); i = g * 2",
      parameters: [values("w", ...one)],
    }),
  );
  expect(gatherOf(centre).layout).toEqual({ kind: "diagonal", count: 20 });
});

test("a tap stays where 0 may meet infinity", async () => {
  const stencil: Layout = { kind: "stencil", shape: [5], kernel: [3] };
  const text = "g = w * exp(V); i = g";
  const before = network({ sources: 5, layout: stencil, text, parameters: [values("w", 0, 1, 0)] });
  expect(gatherOf(await apply(pattern, before)).layout).toEqual(stencil);
  const sigmoid = "g = w / (1 + exp(-V)); i = g";
  const curved = network({
    sources: 5,
    layout: stencil,
    text: sigmoid,
    parameters: [values("w", 0, 1, 0)],
  });
  expect(gatherOf(await apply(pattern, curved)).layout.kind).toBe("diagonal");
});

test("a matrix of mostly zeros becomes rows, in the order of its sums", async () => {
  const sparse = values("w", 0, 2, 0, 0, 0, 6, 0, 8, 9);
  const before = network({
    sources: 3,
    layout: dense,
    text: "g = w; i = w * V",
    parameters: [sparse],
  });
  const after = await apply(matrix, before);
  expect(gatherOf(after).layout).toMatchObject({ kind: "csr", rows: "target", edges: 4 });
});

const csr = (sources: number, targets: number, edges: number): Layout => ({
  kind: "csr",
  rows: "target",
  sources,
  targets,
  edges,
  start: "start",
  other: "other",
  edge: "edge",
});

test.each([
  ["dense", 2, 2, [0, 2, 4], [0, 1, 0, 1], { kind: "dense", sources: 2, targets: 2 }],
  ["diagonal", 3, 3, [0, 1, 2, 3], [0, 1, 2], { kind: "diagonal", count: 3 }],
  ["segments", 4, 2, [0, 2, 4], [0, 1, 2, 3], { kind: "segments", targets: 2, size: 2 }],
  [
    "block",
    4,
    4,
    [0, 2, 4, 6, 8],
    [0, 1, 0, 1, 2, 3, 2, 3],
    { kind: "block", blocks: 2, sources: 2, targets: 2 },
  ],
] as const)(
  "rows that are %s lose their lists",
  async (_, sources, targets, start, other, layout) => {
    const count = other.length;
    const order = Array.from(other, (_one, i) => count - 1 - i);
    const before = network({
      sources,
      targets,
      layout: csr(sources, targets, count),
      text: "g = w; i = w * V",
      parameters: [
        index("start", ...start),
        index("other", ...other),
        index("edge", ...order),
        values("w", ...order.map((one) => one + 1)),
      ],
    });
    const after = await apply(matrix, before);
    expect(gatherOf(after).layout).toEqual(layout);
  },
);

test.each([
  ["are their places", [0, 1, 2], "g = w; i = w * V", values("w", 1, 2, 3)],
  ["nobody asks for", [2, 0, 1], "g = w; i = w * V", values("w", 2)],
])("irregular rows lose the numbers of their edges where these %s", async (...given) => {
  const [, numbers, text, weights] = given;
  const lists = [index("start", 0, 2, 3), index("other", 0, 2, 1), index("edge", ...numbers)];
  const parameters = [...lists, weights];
  const before = network({ sources: 3, targets: 2, layout: csr(3, 2, 3), text, parameters });
  const after = await apply(matrix, before);
  expect(gatherOf(after).layout).toMatchObject({ kind: "csr", edges: 3 });
  expect(gatherOf(after).layout).not.toHaveProperty("edge");
  expect(after.arrays.map(({ name }) => name)).not.toContain("edge");
});

test("numbers stay where the edges have values of their own in another order", async () => {
  const lists = [index("start", 0, 2, 3), index("other", 0, 2, 1), index("edge", 2, 0, 1)];
  const parameters = [...lists, values("w", 1, 2, 3)];
  const text = "g = w; i = w * V";
  const before = network({ sources: 3, targets: 2, layout: csr(3, 2, 3), text, parameters });
  expect(gatherOf(await apply(matrix, before)).layout).toMatchObject({ edge: "edge" });
});
