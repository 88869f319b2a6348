// Gathers with one edge for each target become maps, others do not.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { ArraySpec, GatherOp, Layout, MapOp, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { pointwise } from "../../../src/lower/pointwise.js";
import { traceOf } from "../../helpers/compare-programs.js";

/** Six states V act on six sums W through six weights. */
const made = (
  layout: Layout,
  more: Partial<GatherOp> = {},
  arrays: readonly ArraySpec[] = [],
): Program =>
  program({
    arrays: [
      array({ name: "V", initial: Float64Array.of(1, -2, 3, 0.5, -0, 7) }),
      array({ name: "W", length: 6, initial: 0.25 }),
      array({ name: "w", role: "parameter", initial: Float64Array.of(6, 5, 4, 3, 2, 1) }),
      ...arrays,
    ],
    ops: [
      {
        ...{ kind: "gather", id: "gather0", phase: "currents", layout },
        reads: [read("V", "V@0", "source"), read("w", "w@0", "edge"), read("old", "W@0", "target")],
        body: body("term = w * V - 0.5 * old"),
        writes: [write("term", "W@1", "target", { mode: "add" })],
        ...more,
      },
    ],
    names: ["V", "W"].map((path) => ({
      ...{ path, array: path, offset: 0, count: 6, shape: [6], kind: "state" },
    })),
  });

async function mapped(before: Program): Promise<Program> {
  const after = pointwise.run(before);
  verify(after);
  expect(await traceOf(after, 5)).toEqual(await traceOf(before, 5));
  return after;
}

const readsOf = (places: string): string =>
  `map0  currents  6 elements\n  reads ${places}, w@0, old = W@0\n` +
  "  term = w * V - 0.5 * old\n  writes W@1 += term";

const single: readonly (readonly [string, Layout, string])[] = [
  ["a diagonal", { kind: "diagonal", count: 6 }, "V@0"],
  ["segments of one", { kind: "segments", targets: 6, size: 1 }, "V@0"],
  ["one source for all", { kind: "dense", sources: 1, targets: 6 }, "V@0[0]"],
  ["blocks of one source", { kind: "block", blocks: 2, sources: 1, targets: 3 }, "V@0/3"],
];

test.each(single)("%s becomes a map", async (_, layout, places) => {
  const [op] = (await mapped(made(layout))).ops;
  const text = printOp(op!);
  expect(text.replace(/V@0[^,]*,/, "#,")).toBe(readsOf("#"));
  expect(op).toMatchObject({ kind: "map" });
  if (!places.includes("/")) expect(text).toContain(`reads ${places},`);
  else expect(op).toMatchObject({ reads: [{ repeat: 3 }, {}, {}] });
});

test("repeats, periods and offsets count on", async () => {
  const layout: Layout = { kind: "block", blocks: 3, sources: 1, targets: 2 };
  const source = read("V", "V@0", "source", { repeat: 2, period: 3, offset: 1 });
  const reads = [source, read("w", "w@0", "edge", { period: 2 }), read("old", "W@0", "target")];
  const { ops } = await mapped(made(layout, { reads }));
  expect(ops[0]).toMatchObject({ reads: [{ repeat: 4, period: 3, offset: 1 }, { period: 2 }, {}] });
});

test("a name that is taken is not used twice", async () => {
  const before = made({ kind: "diagonal", count: 6 });
  const other: MapOp = {
    ...{ kind: "map", id: "map0", phase: "update", count: 6, reads: [], body: body("zero = 0") },
    writes: [write("zero", "V@1")],
  };
  const after = await mapped({ ...before, ops: [...before.ops, other] });
  expect(after.ops.map(({ id }) => id)).toEqual(["map00", "map0"]);
});

const kept: readonly (readonly [string, Program])[] = [
  ["several edges for each target", made({ kind: "segments", targets: 3, size: 2 })],
  ["all to all", made({ kind: "dense", sources: 6, targets: 1 })],
  [
    "a sum of integers",
    made(
      { kind: "diagonal", count: 6 },
      { writes: [write("term", "n@1", "target", { mode: "add" })] },
      [array({ name: "n", type: "int", length: 6 })],
    ),
  ],
  [
    "a lag for each edge",
    made(
      { kind: "diagonal", count: 6 },
      {
        reads: [
          read("V", "past@0", "source", { lag: "lags" }),
          read("w", "w@0", "edge"),
          read("old", "W@0", "target"),
        ],
      },
      [
        array({ name: "past", length: 6, slots: 3 }),
        array({ name: "lags", role: "index", initial: Int32Array.of(0, 1, 2, 0, 1, 2) }),
      ],
    ),
  ],
];

test.each(kept)("%s stays a gather", async (_, before) => {
  expect((await mapped(before)).ops).toEqual(before.ops);
});
