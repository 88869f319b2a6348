// Maps over the same elements become one, and only where that changes nothing.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { ArraySpec, MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { fuse } from "../../../src/lower/fuse.js";
import { traceOf } from "../../helpers/compare-programs.js";

const start = Float64Array.of(1, -2, 3, 0.5);
const state = (name: string): ArraySpec => array({ name, initial: start });

function map(
  id: string,
  text: string,
  parts: Pick<MapOp, "reads" | "writes"> & Partial<MapOp>,
): Op {
  return { kind: "map", id, phase: "update", count: 4, body: body(text), ...parts };
}

const states = ["a", "b", "c", "d"];

/** A Program over states a to d of four elements, all of which have a name. */
const made = (ops: readonly Op[], more: Partial<Program> = {}): Program =>
  program({
    arrays: states.map(state),
    ops,
    names: states.map((path) => ({
      ...{ path, array: path, offset: 0, count: 4, shape: [4], kind: "state" },
    })),
    ...more,
  });

async function fused(before: Program): Promise<Program> {
  const after = fuse.run(before);
  verify(after);
  expect(await traceOf(after, 6)).toEqual(await traceOf(before, 6));
  return after;
}

const idsOf = ({ ops }: Program): string[] => ops.map(({ id }) => id);

const halve = map("map0", "x = x / 2; y = x + 1", {
  reads: [read("x", "a@0")],
  writes: [write("x", "a@1"), write("y", "b@1")],
});

/** Adds 1 to a state; over the elements from `offset` on. */
const increase = (id: string, name: string, version = 0, count = 4, offset = 0): Op =>
  map(id, "x = x + 1", {
    count,
    reads: [read("x", `${name}@${version}`, "element", { offset })],
    writes: [write("x", `${name}@${version + 1}`, "element", { offset })],
  });

/** Adds to each element what lies one further on in another array, so that all have to be there. */
const mix = (id: string, from: string, into: string): Op => ({
  ...{ kind: "gather", id, phase: "update" },
  layout: { kind: "dense", sources: 4, targets: 4 },
  reads: [read("x", from, "source")],
  body: body("s = 0.1 * x"),
  writes: [write("s", into, "target", { mode: "add" })],
});

test("what the first stores the second goes on with", async () => {
  const reset = map("map1", "V = y > 1.2 ? -1 : V", {
    reads: [read("V", "a@1"), read("y", "b@1")],
    writes: [write("V", "a@2")],
  });
  const { ops } = await fused(made([halve, reset]));
  expect(ops.map((op) => printOp(op)).join("\n")).toBe(
    [
      "map0  update  4 elements  merged 2",
      "  reads x = a@0",
      "  x = x / 2",
      "  y = x + 1",
      "  V = y > 1.2 ? -1 : x",
      "  writes b@1 = y, a@1 = V",
    ].join("\n"),
  );
});

test("symbols of the second that mean something else get other names", async () => {
  const other = map("map1", "y = x * 3; x = y + k; t0 = x", {
    reads: [read("x", "b@1"), read("k", "c@0")],
    writes: [write("t0", "c@1")],
  });
  const { ops } = await fused(made([halve, other]));
  expect(ops).toHaveLength(1);
  const targets = (ops[0] as MapOp).body.map(({ target }) => target);
  expect(targets).toEqual(["x", "y", "y0", "x0", "t0"]);
});

test("a value that the second changes is still there for who else needs it", async () => {
  const twice = map("map1", "x = x * q", {
    reads: [read("x", "a@1"), read("q", "a@1")],
    writes: [write("x", "c@1")],
  });
  expect((await fused(made([halve, twice]))).ops).toHaveLength(1);
  // What the first one stores is what it has read, and the second one reads both.
  const copy = map("map0", "", { reads: [read("v", "a@0")], writes: [write("v", "b@1")] });
  const both = map("map1", "x = x + 1; z = p + x", {
    reads: [read("p", "a@0"), read("x", "b@1")],
    writes: [write("x", "b@2"), write("z", "c@1")],
  });
  expect((await fused(made([copy, both]))).ops).toHaveLength(1);
});

test("what both read is read once", async () => {
  const first = map("map0", "x = x + k", {
    reads: [read("x", "a@0"), read("k", "c@0")],
    writes: [write("x", "a@1")],
  });
  const second = map("map1", "y = k * z", {
    reads: [read("z", "a@1"), read("k", "c@0")],
    writes: [write("y", "b@1")],
  });
  const { ops } = await fused(made([first, second]));
  expect((ops[0] as MapOp).reads.map(({ symbol }) => symbol)).toEqual(["x", "k"]);
});

test("maps that add read what is there and go on from it", async () => {
  const add = { mode: "add" } as const;
  const ops = [
    map("map0", "x = 0.1", { reads: [], writes: [write("x", "a@1", "element", add)] }),
    map("map1", "y = x", { reads: [read("x", "a@1")], writes: [write("y", "b@1")] }),
    map("map2", "z = 0.2", { reads: [], writes: [write("z", "a@2", "element", add)] }),
  ];
  expect((await fused(made(ops))).ops).toHaveLength(1);
  expect((await fused(made(ops, { precision: "float32" }))).ops).toHaveLength(1);
});

test("a map moves up past what it does not depend on, and several become one", async () => {
  const between = map("map1", "z = 2 * z", {
    ...{ count: 2, reads: [read("z", "c@0")], writes: [write("z", "c@1")] },
  });
  const ops = [halve, between, increase("map2", "a", 1), increase("map3", "a", 2)];
  const after = await fused(made(ops));
  expect(after.ops.map(({ id, merged }) => `${id} ${merged}`)).toEqual([
    "map0 3",
    "map1 undefined",
  ]);
});

test("a map moves down past what does not depend on it", async () => {
  const last = map("map2", "x = x + z", {
    phase: "last",
    reads: [read("x", "a@1"), read("z", "c@1")],
    writes: [write("x", "a@2")],
  });
  const after = await fused(made([increase("map0", "a"), mix("gather1", "b@0", "c@1"), last]));
  expect(idsOf(after)).toEqual(["gather1", "map0"]);
  expect(after.ops[1]).toMatchObject({ phase: "last", merged: 2 });
});

test("a value that needs no array any more goes before loads that can be shared", async () => {
  const reading = (id: string, to: string): Op =>
    map(id, `y = V * ${id.length}`, { reads: [read("V", "a@0")], writes: [write("y", to)] });
  const update = map("map4", "V = V + y + z", {
    reads: [read("V", "a@0"), read("y", "c@1"), read("z", "d@1")],
    writes: [write("V", "a@1")],
  });
  const ops = [
    reading("map1", "b@1"),
    mix("gather2", "b@1", "d@1"),
    reading("map33", "c@1"),
    update,
  ];
  expect(idsOf(await fused(made(ops)))).toEqual(["map1", "gather2", "map33"]);
});

test("maps that share nothing become one last, if they are not large", async () => {
  const ops = [increase("map0", "a"), increase("map1", "b")];
  expect(idsOf(await fused(made(ops)))).toEqual(["map0"]);
  const large = (id: string): Op => increase(id, id, 0, 100_000);
  const apart = program({
    arrays: ["map0", "map1"].map((name) => array({ name, length: 100_000 })),
    ops: [large("map0"), large("map1")],
  });
  expect(fuse.run(apart)).toBe(apart);
});

test("elements of one array that others touch are not in the way", async () => {
  const ops = [
    increase("map0", "a", 0, 2, 0),
    increase("map1", "a", 1, 2, 2),
    increase("map2", "a", 2, 2, 0),
    increase("map3", "a", 3, 2, 2),
  ];
  const after = await fused(made(ops));
  expect(after.ops.map(({ id, merged }) => `${id} ${merged}`)).toEqual(["map0 2", "map1 2"]);
});

test.each([0, 1])("spikes that map %i emits are still emitted", async (emitter) => {
  const parts = [
    { reads: [read("x", "a@0")], writes: [write("x", "a@1")] },
    { reads: [read("x", "a@1")], writes: [write("s", "b@1")] },
  ];
  const texts = ["s = x > 0; x = x - 1", "s = x + 1; s = s > 0.5"];
  const emit = { when: "s", list: "fired", version: 1, payload: ["s"] };
  const ops = parts.map((part, i) =>
    map(`map${i}`, texts[i]!, i === emitter ? { ...part, emit } : part),
  );
  const list = array({ name: "fired", type: "spikes", length: 4, payload: ["size"] });
  const named = { path: "fired", array: "fired", offset: 0, count: 4, shape: [4] };
  const before = program({
    arrays: [state("a"), state("b"), list],
    ops,
    names: [{ ...named, kind: "spikes" }],
  });
  expect((await fused(before)).ops).toHaveLength(1);
});

test("maps stay apart where they would become too large", () => {
  const sum = Array.from({ length: 4 }, () => `(${"x + ".repeat(149)}x)`).join(" + ");
  const long = (id: string, version: number): Op =>
    map(id, `x = ${sum}`, {
      reads: [read("x", `a@${version}`)],
      writes: [write("x", `a@${version + 1}`)],
    });
  const before = made([long("map0", 0), long("map1", 1)]);
  expect(fuse.run(before)).toBe(before);

  const names = Array.from({ length: 65 }, (_, i) => `s${i}`);
  const many = program({
    arrays: names.map(state),
    ops: names.map((name, i) => increase(`map${i}`, name)),
  });
  const { ops } = fuse.run(many);
  expect(ops.map(({ merged }) => merged)).toEqual([64, undefined]);
});

const cases: readonly (readonly [string, readonly Op[]])[] = [
  ["maps of different lengths", [halve, increase("map1", "a", 1, 3)]],
  [
    "a map that reads another element of what the first writes",
    [
      map("map0", "x = x / 2", {
        ...{ count: 3, reads: [read("x", "a@0")], writes: [write("x", "a@1")] },
      }),
      map("map1", "y = x", {
        count: 3,
        reads: [read("x", "a@1", "element", { offset: 1 })],
        writes: [write("y", "b@1")],
      }),
    ],
  ],
  [
    "a map that all elements of the first would have to wait for",
    [
      halve,
      map("map1", "y = x", { reads: [read("x", "a@1", "one")], writes: [write("y", "c@1")] }),
    ],
  ],
  [
    "a map that changes what other elements of the first still read",
    [
      map("map0", "y = x", {
        ...{ reads: [read("x", "a@0", "element", { repeat: 2 })], writes: [write("y", "b@1")] },
      }),
      map("map1", "y = y + 1", { reads: [read("y", "b@1")], writes: [write("y", "a@1")] }),
    ],
  ],
  [
    "maps on both sides of the place where monitors sample",
    [halve, { kind: "record", id: "record1", phase: "record" }, increase("map2", "a", 1)],
  ],
  [
    "a map that waits for something between them",
    [
      halve,
      mix("gather1", "a@1", "c@1"),
      map("map2", "x = x + z", {
        reads: [read("x", "a@1"), read("z", "c@1")],
        writes: [write("x", "a@2")],
      }),
    ],
  ],
  [
    "maps that write one array in two places",
    [increase("map0", "a", 0, 2, 0), increase("map1", "a", 1, 2, 2)],
  ],
];

test.each(cases)("%s stay apart", async (_, ops) => {
  const before = made(ops);
  expect(await fused(before)).toBe(before);
});

test("nothing is handed on through integers, which are cut off where they are stored", async () => {
  const before = program({
    arrays: [state("a"), array({ name: "count", type: "int", length: 4 }), state("b")],
    ops: [
      map("map0", "n = x * 1.7", { reads: [read("x", "a@0")], writes: [write("n", "count@1")] }),
      map("map1", "y = n", { reads: [read("n", "count@1")], writes: [write("y", "b@1")] }),
    ],
    names: [{ path: "b", array: "b", offset: 0, count: 4, shape: [4], kind: "state" }],
  });
  expect(await fused(before)).toBe(before);
});

test("two maps that emit stay apart", async () => {
  const emitting = (id: string, name: string): Op =>
    map(id, "s = x > 0", {
      ...{ reads: [read("x", `${name}@0`)], writes: [] },
      emit: { when: "s", list: `${name}.spikes`, version: 1 },
    });
  const list = (name: string): ArraySpec => array({ name, type: "spikes", length: 4 });
  const before = program({
    arrays: [state("a"), state("b"), list("a.spikes"), list("b.spikes")],
    ops: [emitting("map0", "a"), emitting("map1", "b")],
  });
  expect(await fused(before)).toBe(before);
});
