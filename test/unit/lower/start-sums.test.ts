// Sums start with their first terms where everything is added to, and only there.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { Op, Program, Write } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { startSums } from "../../../src/lower/start-sums.js";
import { traceOf } from "../../helpers/compare-programs.js";

const add = { mode: "add" } as const;

/** Sets arrays to a number. */
const clear = (
  id: string,
  arrays: readonly string[],
  text = "zero = 0",
  more: object = {},
): Op => ({
  ...{ kind: "map", id, phase: "clear", count: 4, reads: [], body: body(text) },
  writes: arrays.map((name) => write("zero", name)),
  ...more,
});

/** Adds up all of V for some elements. */
const sum = (id: string, into: string, targets = 4, offset = 0): Op => ({
  ...{ kind: "gather", id, phase: "currents" },
  layout: { kind: "dense", sources: 4, targets },
  reads: [read("V", "V@0", "source")],
  body: body("term = 0.3 * V"),
  writes: [write("term", into, "target", { ...add, offset })],
});

/** Adds V, which may be -0. */
const addMap = (id: string, into: string): Op => ({
  ...{ kind: "map", id, phase: "currents", count: 4, reads: [read("V", "V@0")], body: [] },
  writes: [write("V", into, "element", add)],
});

const update = (...sums: string[]): Op => ({
  ...{ kind: "map", id: "map99", phase: "update", count: 4 },
  reads: sums.map((name, i) => read(`s${i}`, name)),
  body: body(`V = -0.5 * (${sums.map((_, i) => `s${i}`).join(" + ")})`),
  writes: [write("V", "V@1")],
});

const made = (ops: readonly Op[], more: Partial<Program> = {}): Program =>
  program({
    arrays: [
      array({ name: "V", initial: Float64Array.of(1, -0, 3, 0.5) }),
      array({ name: "I", role: "scratch", length: 4 }),
      array({ name: "J", role: "scratch", length: 4 }),
    ],
    ops,
    names: [{ path: "V", array: "V", offset: 0, count: 4, shape: [4], kind: "state" }],
    ...more,
  });

async function started(before: Program): Promise<Program> {
  const after = startSums.run(before);
  verify(after);
  expect(await traceOf(after, 6)).toEqual(await traceOf(before, 6));
  return after;
}

const modesOf = ({ ops }: Program, name: string): string[] =>
  ops
    .flatMap((op): readonly Write[] => ("writes" in op ? (op.writes as Write[]) : []))
    .filter(({ array: written }) => written === name)
    .map(({ mode }) => mode);

test("what is cleared for a sum over all elements is not", async () => {
  const ops = [clear("map0", ["I@1", "J@1"]), sum("gather1", "I@2"), sum("gather2", "J@2")];
  const after = await started(made([...ops, update("I@2", "J@2")]));
  expect(after.ops.map(({ id }) => id)).toEqual(["gather1", "gather2", "map99"]);
  expect(modesOf(after, "I")).toEqual(["set"]);
});

test("of an op that clears more only the rest stays", async () => {
  const ops = [clear("map0", ["I@1", "J@1"]), sum("gather1", "I@2"), update("I@2", "J@1")];
  const after = await started(made(ops));
  expect(after.ops.map(({ id }) => id)).toEqual(["map0", "gather1", "map99"]);
  expect([modesOf(after, "I"), modesOf(after, "J")]).toEqual([["set"], ["set"]]);
  expect(printOp(after.ops[0]!)).toContain("writes J@1 = zero");
});

test("later sums go on from the first", async () => {
  const ops = [clear("map0", ["I@1"]), sum("gather1", "I@2"), sum("gather2", "I@3")];
  const after = await started(made([...ops, update("I@3")]));
  expect(modesOf(after, "I")).toEqual(["set", "add"]);
});

test("sums over parts that cover everything start by themselves", async () => {
  const parts = [
    sum("gather1", "I@2", 1, 0),
    sum("gather2", "I@3", 3, 1),
    sum("gather3", "I@4", 2),
  ];
  const after = await started(made([clear("map0", ["I@1"]), ...parts, update("I@4")]));
  expect(modesOf(after, "I")).toEqual(["set", "set", "add"]);
});

test("what is added to in part only stays cleared", async () => {
  const ops = [clear("map0", ["I@1"]), sum("gather1", "I@2", 3), sum("gather2", "I@3", 3, 1)];
  const after = await started(made([...ops, update("I@3")]));
  expect(modesOf(after, "I")).toEqual(["set", "set", "add"]);
  expect(after.ops[0]!.id).toBe("map0");
});

test("a map adds to 0 itself, so that -0 becomes 0", async () => {
  const after = await started(made([clear("map0", ["I@1"]), addMap("map1", "I@2"), update("I@2")]));
  expect(after.ops.map((op) => printOp(op))[0]).toBe(
    ["map1  currents  4 elements", "  reads V@0", "  sum0 = 0 + V", "  writes I@1 = sum0"].join(
      "\n",
    ),
  );
});

const cases: readonly (readonly [string, Program])[] = [
  [
    "another number",
    made([clear("map0", ["I@1"], "zero = 0.5"), sum("gather1", "I@2"), update("I@2")]),
  ],
  ["-0", made([clear("map0", ["I@1"], "zero = -0"), sum("gather1", "I@2"), update("I@2")])],
  [
    "what is read before",
    made([
      clear("map0", ["I@1"]),
      {
        ...sum("gather1", "J@1"),
        reads: [read("V", "I@1", "source")],
        writes: [write("term", "J@1", "target")],
      } as Op,
      sum("gather2", "I@2"),
      update("I@2", "J@1"),
    ]),
  ],
  [
    "what the sum itself reads",
    made([
      clear("map0", ["I@1"]),
      {
        ...addMap("map1", "I@2"),
        reads: [read("V", "V@0"), read("i", "I@1")],
        body: body("V = V + i"),
      } as Op,
      update("I@2"),
    ]),
  ],
  [
    "a sum that everybody may look at",
    made([clear("map0", ["I@1"]), sum("gather1", "I@2"), update("I@2")], {
      arrays: [
        array({ name: "V", initial: Float64Array.of(1, -0, 3, 0.5) }),
        array({ name: "I", length: 4 }),
      ],
    }),
  ],
];

test.each(cases)("%s stays", async (_, before) => {
  expect(await started(before)).toBe(before);
});
