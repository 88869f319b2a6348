// Merging on Programs small enough to be read: what becomes one, in which order, and what does not.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { GatherOp, MapOp, NamedValue, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { merge } from "../../../src/lower/merge.js";
import { renumberVersions } from "../../../src/lower/support/rewire.js";
import { traceOf } from "../../helpers/compare-programs.js";
import { randomProgram } from "../../helpers/random-program.js";

type Given = Parameters<typeof program>[0];

/** Builds a Program whose versions need not be counted by hand. */
const build = (given: Given): Program =>
  program({
    ...given,
    ops: renumberVersions({ ...given, setup: given.setup ?? [] } as Program).ops,
  });

const state = (path: string, from: string, count = 1): NamedValue => ({
  path,
  array: from,
  offset: 0,
  count,
  shape: [count],
  kind: "state",
});

/** Merges, verifies, and compares what is computed. */
async function mergeSame(before: Program): Promise<Program> {
  const after = merge.run(before);
  verify(after);
  expect(await traceOf(after, 8)).toEqual(await traceOf(before, 8));
  return after;
}

const leak = (cell: string, id: number, tau: number): { arrays: Given["arrays"]; op: MapOp } => ({
  arrays: [
    array({ name: `${cell}.V`, initial: id + 1, origin: `net/${cell}` }),
    array({ name: `${cell}.tau`, role: "parameter", initial: tau }),
  ],
  op: {
    kind: "map",
    id: `map${id}`,
    phase: "update",
    count: 1,
    reads: [read("V", `${cell}.V@0`), read("tau", `${cell}.tau@0`, "one")],
    body: body("V = V - V / tau"),
    writes: [write("V", `${cell}.V@1`)],
  },
});

test("equal maps become one, their states one array, and parameters that differ an array", async () => {
  const cells = [leak("a", 0, 10), leak("b", 1, 20), leak("c", 2, 20)];
  const before = build({
    arrays: cells.flatMap((cell) => cell.arrays),
    ops: cells.map((cell) => cell.op),
    names: ["a", "b", "c"].map((cell) => state(`${cell}.V`, `${cell}.V`)),
  });
  const after = await mergeSame(before);
  expect(after.ops).toHaveLength(1);
  expect(after.ops[0]).toMatchObject({ id: "map0", count: 3, merged: 3 });
  expect(after.arrays.map((spec) => spec.name)).toEqual(["V.0", "tau.0"]);
  expect(after.arrays[0]).toMatchObject({
    length: 3,
    initial: Float64Array.of(1, 2, 3),
    origin: "net",
  });
  expect(after.names[2]).toMatchObject({ path: "c.V", array: "V.0", offset: 2 });
});

test("a parameter that is the same for all stays one value, and its other names keep theirs", async () => {
  const cells = [leak("a", 0, 10), leak("b", 1, 10)];
  const tau: NamedValue = { ...state("b.tau", "b.tau"), kind: "parameter" };
  const before = build({
    arrays: cells.flatMap((cell) => cell.arrays),
    ops: cells.map((cell) => cell.op),
    names: [tau],
  });
  const after = await mergeSame(before);
  const [, operand] = (after.ops[0] as MapOp).reads;
  expect(operand).toMatchObject({ array: "a.tau", at: "one" });
  expect(after.names[0]).toMatchObject({ path: "b.tau", kind: "constant", values: 10 });
});

test("maps of different equations stay apart", async () => {
  const cells = [leak("a", 0, 10), leak("b", 1, 20)];
  const other = { ...cells[1]!.op, body: body("V = V - V / tau * 2") };
  const before = build({
    arrays: cells.flatMap((cell) => cell.arrays),
    ops: [cells[0]!.op, other],
  });
  expect((await mergeSame(before)).ops).toHaveLength(2);
});

/** A sum over the edges of one connection between two of the cells below. */
function synapse(id: number, from: string, to: string, text = "c = g * x"): GatherOp {
  return {
    kind: "gather",
    id: `gather${id}`,
    phase: "currents",
    layout: { kind: "dense", sources: 1, targets: 1 },
    reads: [read("x", `${from}.V@0`, "source"), read("g", `g${id}@0`, "one")],
    body: body(text),
    writes: [write("c", `${to}.I@0`, "target", { mode: "add" })],
  };
}

interface Cells {
  readonly arrays: Given["arrays"];
  readonly clear: Op[];
  readonly update: Op[];
  readonly names: NamedValue[];
}

function cellsOf(names: readonly string[], size = 1): Cells {
  const initial = (i: number): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => 0.3 + i + 0.1 * k);
  return {
    arrays: names.flatMap((cell, i) => [
      array({ name: `${cell}.V`, length: size, initial: initial(i) }),
      array({ name: `${cell}.I`, length: size, role: "scratch" }),
    ]),
    clear: names.map((cell, i) => ({
      kind: "map",
      id: `clear${i}`,
      phase: "clear",
      count: size,
      reads: [],
      body: body("zero = 0"),
      writes: [write("zero", `${cell}.I@0`)],
    })),
    update: names.map((cell, i) => ({
      kind: "map",
      id: `update${i}`,
      phase: "update",
      count: size,
      reads: [read("V", `${cell}.V@0`), read("I", `${cell}.I@0`)],
      body: body("V = V - 0.1 * (V - I)"),
      writes: [write("V", `${cell}.V@0`)],
    })),
    names: names.map((cell) => state(`${cell}.V`, `${cell}.V`, size)),
  };
}

const strengths = (values: readonly number[]): Given["arrays"] =>
  values.map((initial, i) => array({ name: `g${i}`, role: "parameter", initial }));

function network(cells: Cells, synapses: readonly Op[], more: Given["arrays"]): Program {
  return build({
    arrays: [...cells.arrays, ...more],
    ops: [...cells.clear, ...synapses, ...cells.update],
    names: cells.names,
  });
}

test("a half-centre becomes three ops on two arrays", async () => {
  const cells = cellsOf(["left", "right"]);
  const before = network(
    cells,
    [synapse(0, "left", "right"), synapse(1, "right", "left")],
    strengths([0.5, 0.25]),
  );
  const after = await mergeSame(before);
  expect(after.ops.map((op) => op.kind)).toEqual(["map", "gather", "map"]);
  expect((after.ops[1] as GatherOp).layout).toMatchObject({ kind: "csr", edges: 2 });
});

test("a target sums its edges in the order of the ops they come from", async () => {
  const cells = cellsOf(["a", "b", "c", "d"]);
  const before = network(
    cells,
    [synapse(0, "c", "d"), synapse(1, "a", "d"), synapse(2, "b", "d"), synapse(3, "a", "b")],
    strengths([1e16, 1, -1e16, 0.1]),
  );
  const after = await mergeSame(before);
  const gather = after.ops[1] as GatherOp;
  const { other } = gather.layout as { readonly other: string };
  const sources = after.arrays.find((spec) => spec.name === other)!.initial;
  expect([...(sources as Int32Array)]).toEqual([0, 2, 0, 1]);
});

test("a sum of another kind in between keeps its place, even if that takes an op more", async () => {
  const cells = cellsOf(["a", "b"]);
  const before = network(
    cells,
    [synapse(0, "a", "b"), synapse(1, "a", "b", "c = g * x * x"), synapse(2, "a", "b")],
    strengths([1e16, 1, -1e16]),
  );
  const after = await mergeSame(before);
  expect(after.ops.filter((op) => op.kind === "gather").map((op) => op.id)).toEqual([
    "gather0",
    "gather1",
    "gather2",
  ]);
});

test("equal dense matrices side by side become blocks, single edges side by side a diagonal", async () => {
  const cells = cellsOf(["a", "b", "c"], 3);
  const dense = { kind: "dense", sources: 3, targets: 3 } as const;
  const ops = ["a", "b", "c"].map((cell, i) => ({ ...synapse(i, cell, cell), layout: dense }));
  const blocks = await mergeSame(network(cells, ops, strengths([0.1, 0.2, 0.3])));
  expect((blocks.ops[1] as GatherOp).layout).toEqual({
    kind: "block",
    blocks: 3,
    sources: 3,
    targets: 3,
  });
  const single = cellsOf(["a", "b", "c"]);
  const loops = ["a", "b", "c"].map((cell, i) => synapse(i, cell, cell));
  const diagonal = await mergeSame(network(single, loops, strengths([0.1, 0.2, 0.3])));
  expect((diagonal.ops[1] as GatherOp).layout).toEqual({ kind: "diagonal", count: 3 });
});

test("matrices over the same sources become one taller matrix", async () => {
  const cells = cellsOf(["a", "b", "c"], 3);
  const dense = { kind: "dense", sources: 3, targets: 3 } as const;
  const ops = ["a", "b", "c"].map((cell, i) => ({ ...synapse(i, "b", cell), layout: dense }));
  const after = await mergeSame(network(cells, ops, strengths([0.1, 0.2, 0.3])));
  expect((after.ops[1] as GatherOp).layout).toEqual({ kind: "dense", sources: 3, targets: 9 });
});

test("bodies that differ in names alone are joined, whichever target lies first", async () => {
  const cells = cellsOf(["a", "b", "c"]);
  const other: GatherOp = {
    ...synapse(1, "b", "a", "c = strength * before"),
    reads: [read("before", "b.V@0", "source"), read("strength", "g1@0", "one")],
  };
  const ops = [synapse(0, "b", "c"), other, synapse(2, "b", "b")];
  const after = await mergeSame(network(cells, ops, strengths([0.1, 0.2, 0.3])));
  expect((after.ops[1] as GatherOp).layout).toEqual({ kind: "dense", sources: 1, targets: 3 });
});

test("large dense matrices stay as they are, on the joined arrays", async () => {
  const cells = cellsOf(["a", "b"], 40);
  const dense = { kind: "dense", sources: 40, targets: 40 } as const;
  const ops = [
    { ...synapse(0, "a", "b", "c = g * 0.001 * x"), layout: dense },
    { ...synapse(1, "b", "a", "c = g * 0.001 * x"), layout: dense },
  ];
  const after = await mergeSame(network(cells, ops, strengths([0.1, 0.2])));
  const gathers = after.ops.filter((op) => op.kind === "gather");
  expect(gathers).toHaveLength(2);
  expect(gathers[0]!.layout).toEqual(dense);
  expect(gathers[0]!.writes[0]).toMatchObject({ array: "I.0", offset: 40 });
});

test("a sum that feeds another sum does not end up in the same array", async () => {
  const cells = cellsOf(["a", "b", "c"]);
  const relay = (id: number, from: string, to: string): GatherOp => ({
    ...synapse(id, from, to),
    reads: [read("x", `${from}.I@0`, "source"), read("g", `g${id}@0`, "one")],
  });
  const ops = [synapse(0, "a", "b"), relay(1, "b", "c"), relay(2, "c", "a")];
  await mergeSame(network(cells, ops, strengths([0.5, 0.4, 0.3])));
});

test("delays of different length share one ring, and each edge gets its own lag", async () => {
  const cells = cellsOf(["a", "b"]);
  const rings = ["a", "b"].map((cell, i): Op => ({
    kind: "ring",
    id: `ring${i}`,
    phase: "emit",
    from: { array: `${cell}.V`, version: 0 },
    into: { array: `${cell}.past`, version: 0 },
  }));
  const late = (id: number, from: string, to: string, lag: number): GatherOp => ({
    ...synapse(id, from, to),
    reads: [read("x", `${from}.past@0`, "source", { lag }), read("g", `g${id}@0`, "one")],
  });
  const before = build({
    arrays: [
      ...cells.arrays,
      ...strengths([0.5, 0.4]),
      array({ name: "a.past", slots: 3, initial: 0.5 }),
      array({ name: "b.past", slots: 5, initial: 0.5 }),
    ],
    ops: [...cells.clear, late(0, "a", "b", 2), late(1, "b", "a", 4), ...cells.update, ...rings],
    names: cells.names,
  });
  const after = await mergeSame(before);
  expect(after.ops.map((op) => op.kind)).toEqual(["map", "gather", "map", "ring"]);
  expect(after.arrays.find((spec) => spec.name === "past.0")).toMatchObject({
    slots: 5,
    length: 2,
  });
});

test("one tunable value for each part becomes an operand that repeats", async () => {
  const cells = cellsOf(["a", "b"], 2);
  const scaled = cells.update.map((op, i) => ({
    ...(op as MapOp),
    reads: [...(op as MapOp).reads, read("k", `k${i}@0`, "one")],
    body: body("V = V - 0.1 * (V - I * k)"),
  }));
  const before = build({
    arrays: [
      ...cells.arrays,
      array({ name: "k0", role: "tunable", initial: 2 }),
      array({ name: "k1", role: "tunable", initial: 3 }),
    ],
    ops: [...cells.clear, ...scaled],
    names: [...cells.names, { ...state("k1", "k1"), kind: "tunable" }],
  });
  const after = await mergeSame(before);
  const reads = (after.ops[1] as MapOp).reads;
  expect(reads[2]).toMatchObject({ symbol: "k", array: "k0.0", at: "element", repeat: 2 });
  expect(after.names[2]).toMatchObject({ path: "k1", array: "k0.0", offset: 1 });
});

test("ops do not pass the place where monitors sample", async () => {
  const cells = [leak("a", 0, 10), leak("b", 1, 20)];
  const record: Op = { kind: "record", id: "record9", phase: "update" };
  const before = build({
    arrays: cells.flatMap((cell) => cell.arrays),
    ops: [cells[0]!.op, record, cells[1]!.op],
  });
  expect((await mergeSame(before)).ops.map((op) => op.kind)).toEqual(["map", "record", "map"]);
});

test("slices of functions and outputs follow their arrays, and neighbouring outputs are one piece", () => {
  const cells = [leak("a", 0, 10), leak("b", 1, 20)];
  const slice = (
    cell: string,
  ): { array: string; version: number; offset: number; count: number } => ({
    array: `${cell}.V`,
    version: 0,
    offset: 0,
    count: 1,
  });
  const before = build({
    arrays: [
      ...cells.flatMap((cell) => cell.arrays),
      array({ name: "y", role: "output", length: 2 }),
    ],
    ops: [
      ...cells.map((cell) => cell.op),
      { kind: "host", id: "host7", phase: "outputs", name: "f", reads: [slice("b")], writes: [] },
      {
        kind: "io",
        id: "io8",
        phase: "outputs",
        into: "y",
        version: 0,
        pieces: [
          { ...slice("a"), position: 0 },
          { ...slice("b"), position: 1 },
        ],
      },
    ],
  });
  const after = merge.run(before);
  verify(after);
  expect(after.ops[1]).toMatchObject({
    reads: [{ array: "V.0", offset: 1, count: 1, version: 1 }],
  });
  expect(after.ops[2]).toMatchObject({
    pieces: [{ array: "V.0", offset: 0, count: 2, position: 0 }],
  });
});

test("spike lists of one model become one list, and the order of arrival at a target stays", async () => {
  for (const seed of [1, 2, 3]) {
    const before = randomProgram(seed, { populations: 12, connections: 60, mostNeurons: 1 });
    const trace = await traceOf(before, 30);
    expect(trace.some((line) => / p\d+\.spikes 1/.test(line))).toBe(true);
    await mergeSame(before);
  }
});

test("ten thousand ops are merged without taking long", () => {
  const before = randomProgram(1, { populations: 1700, connections: 3400, mostNeurons: 1 });
  expect(before.ops.length).toBeGreaterThan(10_000);
  const after = merge.run(before);
  expect(after.ops.length).toBeLessThan(400);
  // Growth with the square of the number of ops would run into the time limit.
});
