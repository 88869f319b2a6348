// What nobody can see goes, what has a name or an effect stays.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { deadArrays } from "../../../src/lower/dead-arrays.js";
import { traceOf } from "../../helpers/compare-programs.js";

const shownV = { path: "V", array: "V", offset: 0, count: 2, shape: [2], kind: "state" } as const;

const map = (id: string, text: string, reads: MapOp["reads"], writes: MapOp["writes"]): MapOp => ({
  kind: "map",
  id,
  phase: "update",
  count: 2,
  reads,
  body: body(text),
  writes,
});

async function clean(before: Program): Promise<Program> {
  const after = deadArrays.run(before);
  verify(after);
  expect(await traceOf(after, 4)).toEqual(await traceOf(before, 4));
  return after;
}

test("an unnamed state that only feeds itself goes, with the op that advances it", async () => {
  const before = program({
    arrays: [array({ name: "V", length: 2, initial: 1 }), array({ name: "trace", length: 2 })],
    ops: [
      map("map0", "V = V * 0.5", [read("V", "V@0")], [write("V", "V@1")]),
      map(
        "map1",
        "x = x * 0.9 + V",
        [read("x", "trace@0"), read("V", "V@1")],
        [write("x", "trace@1")],
      ),
    ],
    names: [shownV],
  });
  const after = await clean(before);
  expect(after.ops.map((op) => op.id)).toEqual(["map0"]);
  expect(after.arrays.map((spec) => spec.name)).toEqual(["V"]);
});

test("of an op with several results only the visible ones stay", async () => {
  const before = program({
    arrays: [
      array({ name: "V", length: 2, initial: 1 }),
      array({ name: "spiked", role: "scratch", length: 2 }),
      array({ name: "list", type: "spikes", length: 2 }),
    ],
    ops: [
      {
        ...map(
          "map0",
          "V = V * 0.5; s = V > 0.1",
          [read("V", "V@0")],
          [write("V", "V@1"), write("s", "spiked@1")],
        ),
        emit: { when: "s", list: "list", version: 1 },
      },
    ],
    names: [shownV],
  });
  const after = await clean(before);
  expect(printOp(after.ops[0]!)).toBe(
    ["map0  update  2 elements", "  reads V@0", "  V = V * 0.5", "  writes V@1 = V"]
      .join("\n")
      .replace("V@1 = V", "V@1"),
  );
  const seen: Program = {
    ...before,
    names: [...before.names, { ...shownV, path: "spikes", array: "list", kind: "spikes" }],
  };
  expect((await clean(seen)).ops[0]).toMatchObject({ emit: { list: "list" } });
});

test("outputs, stops and functions of the user keep what they read", () => {
  const arrays = ["a", "b", "c", "d"].map((name) => array({ name, length: 2, initial: 1 }));
  const slice = { version: 1, offset: 0, count: 2 };
  const ops: Op[] = [
    ...["a", "b", "c", "d"].map((name, i) =>
      map(`map${i}`, "v = v * 0.5", [read("v", `${name}@0`)], [write("v", `${name}@1`)]),
    ),
    {
      kind: "host",
      id: "host4",
      phase: "x",
      name: "f",
      reads: [{ array: "a", ...slice }],
      writes: [],
    },
    { kind: "stop", id: "stop5", phase: "x", when: read("b", "b@1", "one"), reason: "done" },
    {
      kind: "io",
      id: "io6",
      phase: "x",
      into: "y",
      version: 1,
      pieces: [{ array: "c", ...slice, position: 0 }],
    },
  ];
  const before = program({
    arrays: [...arrays, array({ name: "y", role: "output", length: 2 })],
    ops,
  });
  const after = deadArrays.run(before);
  verify(after);
  expect(after.ops.map((op) => op.id)).toEqual(["map0", "map1", "map2", "host4", "stop5", "io6"]);
});

test("a sum that nothing is added to is read as the number it starts with, and x + 0 stays", async () => {
  const before = program({
    arrays: [
      array({ name: "V", length: 2, initial: Float64Array.of(-0, 1) }),
      array({ name: "I", role: "scratch", length: 2 }),
    ],
    ops: [
      map("map0", "zero = 0", [], [write("zero", "I@1")]),
      map("map1", "V = V * 0.5 + I", [read("V", "V@0"), read("I", "I@1")], [write("V", "V@1")]),
    ],
    names: [shownV],
  });
  const after = await clean(before);
  expect(after.ops).toHaveLength(1);
  expect(printOp(after.ops[0]!)).toContain("V = V * 0.5 + 0");
});

test("a tunable parameter with a name stays although nothing reads it", async () => {
  const before = program({
    arrays: [array({ name: "V", length: 2 }), array({ name: "g", role: "tunable" })],
    ops: [],
    names: [shownV, { ...shownV, path: "g", array: "g", count: 1, shape: [1], kind: "tunable" }],
  });
  expect((await clean(before)).arrays).toHaveLength(2);
});

test("a value of a step that is read before it is written once more is not written", async () => {
  const before = program({
    arrays: [
      array({ name: "V", length: 2, initial: 1 }),
      array({ name: "sum", role: "scratch", length: 2 }),
    ],
    ops: [
      map("map0", "s = 2 * V", [read("V", "V@0")], [write("s", "sum@1")]),
      map(
        "map1",
        "s = s + V; V = s * 0.3",
        [read("s", "sum@1"), read("V", "V@0")],
        [write("s", "sum@2"), write("V", "V@1")],
      ),
    ],
    names: [shownV],
  });
  const { ops } = await clean(before);
  expect(ops.map((op) => (op as MapOp).writes.map((one) => one.array))).toEqual([["sum"], ["V"]]);
});
