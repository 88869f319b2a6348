// Maps that follow each other on the same elements become one, and only where that changes nothing.

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

/** A Program over states a, b and c of four elements, all of which have a name. */
const made = (ops: readonly Op[], more: Partial<Program> = {}): Program =>
  program({
    arrays: ["a", "b", "c"].map(state),
    ops,
    names: ["a", "b", "c"].map((path) => ({
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

const halve = map("map0", "x = x / 2; y = x + 1", {
  reads: [read("x", "a@0")],
  writes: [write("x", "a@1"), write("y", "b@1")],
});

test("what the first stores the second goes on with", async () => {
  const reset = map("map1", "V = y > 1.2 ? -1 : V", {
    reads: [read("V", "a@1"), read("y", "b@1")],
    writes: [write("V", "a@2")],
  });
  const { ops } = await fused(made([halve, reset]));
  expect(ops.map(printOp).join("\n")).toBe(
    [
      "map0  update  4 elements  merged 2",
      "  reads x = a@0",
      "  x = x / 2",
      "  y = x + 1",
      "  x = y > 1.2 ? -1 : x",
      "  writes b@1 = y, a@1 = x",
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
  expect((ops[0] as MapOp).body.map(({ target }) => target)).toEqual([
    "x",
    "y",
    "x0",
    "y0",
    "x0",
    "t0",
  ]);
});

test("a value that is stored and changed is copied", async () => {
  const twice = map("map1", "p = p * q", {
    reads: [read("p", "a@1"), read("q", "a@1")],
    writes: [write("p", "c@1")],
  });
  expect((await fused(made([halve, twice]))).ops).toHaveLength(1);
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

test("a map moves up past what it does not depend on, and several become one", async () => {
  const between = map("map1", "z = 2 * z", {
    ...{ count: 2, reads: [read("z", "c@0")], writes: [write("z", "c@1")] },
  });
  const next = (id: string, version: number): Op =>
    map(id, "x = x + 1", {
      reads: [read("x", `a@${version}`)],
      writes: [write("x", `a@${version + 1}`)],
    });
  const { ops } = await fused(made([halve, between, next("map2", 1), next("map3", 2)]));
  expect(ops.map(({ id, merged }) => `${id} ${merged}`)).toEqual(["map0 3", "map1 undefined"]);
});

test.each([0, 1])("spikes that map %i emits are still emitted", async (emitter) => {
  const parts = [
    { reads: [read("x", "a@0")], writes: [write("x", "a@1")] },
    { reads: [read("x", "a@1")], writes: [write("s", "b@1")] },
  ];
  const texts = ["s = x > 0; x = x - 1", "s = x + 1; s = s > 0.5"];
  const emit = { when: "s", list: "fired", version: 1 };
  const ops = parts.map((part, i) =>
    map(`map${i}`, texts[i]!, i === emitter ? { ...part, emit } : part),
  );
  const list = array({ name: "fired", type: "spikes", length: 4 });
  const named = { path: "fired", array: "fired", offset: 0, count: 4, shape: [4] };
  const before = program({
    arrays: [state("a"), state("b"), list],
    ops,
    names: [{ ...named, kind: "spikes" }],
  });
  expect((await fused(before)).ops).toHaveLength(1);
});

const cases: readonly (readonly [string, readonly Op[]])[] = [
  [
    "maps of different lengths",
    [
      halve,
      map("map1", "x = x + 1", {
        ...{ count: 3, reads: [read("x", "a@1")], writes: [write("x", "a@2")] },
      }),
    ],
  ],
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
    [
      halve,
      { kind: "record", id: "record1", phase: "record" },
      map("map2", "x = x + 1", { reads: [read("x", "a@1")], writes: [write("x", "a@2")] }),
    ],
  ],
  [
    "a map that waits for something between them",
    [
      halve,
      {
        ...{ kind: "gather", id: "gather1", phase: "update" },
        layout: { kind: "diagonal", count: 4 },
        reads: [read("x", "a@1", "source")],
        body: body("s = x"),
        writes: [write("s", "c@1", "target", { mode: "add" })],
      },
      map("map2", "x = x + z", {
        reads: [read("x", "a@1"), read("z", "c@1")],
        writes: [write("x", "a@2")],
      }),
    ],
  ],
  [
    "maps that add",
    [
      map("map0", "x = 1", { reads: [], writes: [write("x", "a@1", "element", { mode: "add" })] }),
      map("map1", "y = x", { reads: [read("x", "a@1")], writes: [write("y", "b@1")] }),
    ],
  ],
  [
    "maps that have nothing to do with each other",
    [
      map("map0", "x = x + 1", { reads: [read("x", "a@0")], writes: [write("x", "a@1")] }),
      map("map1", "x = x + 1", { reads: [read("x", "b@0")], writes: [write("x", "b@1")] }),
    ],
  ],
];

test.each(cases)("%s stay apart", async (_, ops) => {
  const before = made(ops);
  expect(await fused(before)).toBe(before);
});
