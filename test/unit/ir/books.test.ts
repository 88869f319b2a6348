// What a Program says of lazily kept states and of sums of states: what is concerned by what, and each
// way in which it can be wrong.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { booksOf } from "../../../src/ir/books.js";
import { printProgram } from "../../../src/ir/print.js";
import type { GatherOp, MapOp, Program } from "../../../src/ir/program.js";
import { problemsOf } from "../../../src/ir/verify.js";
import { passes, passNames } from "../../../src/lower/pipeline.js";
import { load } from "../../helpers/compare-programs.js";

const head = { phase: "synapses" };
const settle: MapOp = {
  ...{ kind: "map", id: "settle0", ...head, count: 3 },
  reads: [read("g", "g@0"), read("last", "last@0"), read("clock", "clock@0", "one")],
  body: body("g = g * 0.5 ^ (clock - last)"),
  writes: [write("g", "g@1"), write("clock", "last@1")],
};
const zeroes = (id: string, name: string, count: number): MapOp => ({
  ...{ kind: "map", id, ...head, count, reads: [], body: body("zero = 0") },
  writes: [write("zero", `${name}@1`)],
});
const sum: GatherOp = {
  ...{ kind: "gather", id: "rebuild2", ...head },
  layout: { kind: "dense", sources: 3, targets: 1 },
  reads: [read("g", "g@0", "edge"), read("E", "E@0", "one")],
  body: body("share = g * E"),
  writes: [write("share", "total@1", "target")],
};
const clocks = [zeroes("rebuild0", "clock", 1), zeroes("rebuild1", "last", 3)];

/** Three edges that decay lazily, and their sum times something tunable. */
const good: Program = program({
  arrays: [
    array({ name: "g", length: 3, initial: Float64Array.of(1, 2, 4) }),
    array({ name: "last", length: 3 }),
    array({ name: "clock" }),
    array({ name: "total" }),
    array({ name: "V" }),
    array({ name: "W", role: "tunable", initial: 6 }),
    array({ name: "E", role: "derived" }),
  ],
  setup: [
    {
      ...{ kind: "map", id: "setup0", phase: "setup", count: 1, reads: [read("W", "W@0")] },
      ...{ body: body("E = W / 2"), writes: [write("E", "E@1")] },
    },
  ],
  ops: [
    {
      ...{ kind: "map", id: "map0", ...head, count: 1 },
      reads: [read("total", "total@0"), read("clock", "clock@0"), read("V", "V@0")],
      body: body("total = total * 0.5; clock = clock + 1; V = V + total"),
      writes: [write("total", "total@1"), write("clock", "clock@1"), write("V", "V@1")],
    },
  ],
  settle: [settle],
  rebuild: [...clocks, sum],
  names: [{ path: "g", array: "g", offset: 0, count: 3, shape: [3], kind: "state" }],
});

test("what is written through is found through the setup", () => {
  const { settled, rebuilt, concerned } = booksOf(good);
  expect([...settled]).toEqual(["g", "last"]);
  expect([...rebuilt].sort()).toEqual(["clock", "last", "total"]);
  expect([...concerned].sort()).toEqual(["E", "W", "clock", "g", "last", "total"]);
});

test("a Program prints them", () => {
  const text = printProgram(good);
  expect(text).toMatch(/\nsettle\n {2}settle0 {2}synapses {2}3 elements\n/);
  expect(text).toMatch(/\nrebuild\n {2}rebuild0 {2}synapses {2}1 elements\n/);
});

test("an executable settles what is read and rebuilds after writes, and only then", async () => {
  const running = await load(good);
  const values = (name: string): number[] => Array.from(running.readSync!(name));
  expect(values("total")).toEqual([21]);
  const none = new Float64Array(0);
  running.step!(none, none);
  running.step!(none, none);
  expect(values("g")).toEqual([0.25, 0.5, 1]);
  // A write elsewhere leaves the times of the edges alone, as a look does.
  running.writeSync!("V", [0]);
  expect([values("clock"), values("total")]).toEqual([[2], [5.25]]);
  running.writeSync!("W", [8]);
  expect([values("clock"), values("total")]).toEqual([[0], [7]]);
  running.writeSync!("g", [1, 1, 1]);
  running.step!(none, none);
  expect([values("g"), values("total")]).toEqual([[0.5, 0.5, 0.5], [6]]);
  const bytes = running.snapshotSync!();
  running.step!(none, none);
  running.restoreSync!(bytes);
  expect([values("clock"), values("g"), values("total")]).toEqual([[1], [0.5, 0.5, 0.5], [6]]);
  running.reset(new Set(["g"]));
  expect([values("clock"), values("g"), values("total")]).toEqual([[0], [0.5, 0.5, 0.5], [6]]);
  running.reset();
  expect([values("clock"), values("g"), values("total")]).toEqual([[0], [1, 2, 4], [28]]);
});

test.each(passNames)("the pass %s leaves them sound", (name) => {
  expect(problemsOf(passes[name].run(good))).toEqual([]);
});

const withBooks = (change: Partial<Program>): Program => ({ ...good, ...change });
const changed = (change: object): Program => withBooks({ settle: [{ ...settle, ...change }] });

const wrong: readonly (readonly [string, Program, RegExp])[] = [
  ["an id twice", changed({ id: "map0" }), /map0: is there more than once/],
  [
    "a delivery",
    withBooks({ settle: [{ ...sum, id: "settle0" } as unknown as MapOp] }),
    /settle0: is in settle; allowed there: plain map/,
  ],
  [
    "time",
    changed({ body: body("g = g * 0.5 ^ (step - last)") }),
    /settle0: is in settle and uses step, which means nothing there/,
  ],
  [
    "a version of the step",
    changed({ reads: [read("g", "g@1"), ...settle.reads.slice(1)] }),
    /settle0: reads g@1, but g@0 is what is there/,
  ],
  [
    "a parameter that is written",
    withBooks({ rebuild: [...clocks, { ...sum, writes: [write("share", "W@1", "target")] }] }),
    /rebuild2: is in rebuild and writes W, which is tunable/,
  ],
  [
    "a sum on top of the old one",
    withBooks({
      rebuild: [
        ...clocks,
        { ...sum, writes: [write("share", "total@1", "target", { mode: "add" })] },
      ],
    }),
    /rebuild2: builds on total, which is itself to be rebuilt/,
  ],
  [
    "a value that is rebuilt from itself",
    withBooks({ rebuild: [{ ...settle, id: "rebuild0" }] }),
    /rebuild0: builds on g, which is itself to be rebuilt/,
  ],
  [
    "a name for what is rebuilt",
    withBooks({
      names: [{ path: "x", array: "total", offset: 0, count: 1, shape: [1], kind: "state" }],
    }),
    /name x: names total, which is rebuilt from others/,
  ],
];

test.each(wrong)("the verifier finds %s", (_what, given, problem) => {
  expect(problemsOf(given).join("\n")).toMatch(problem);
});

test("a scratch array or an input means nothing between steps", () => {
  const arrays = good.arrays.map((spec) =>
    spec.name === "clock" ? { ...spec, role: "scratch" as const } : spec,
  );
  expect(problemsOf(withBooks({ arrays })).join("\n")).toMatch(
    /settle0: is in settle and reads clock, which is scratch/,
  );
});
