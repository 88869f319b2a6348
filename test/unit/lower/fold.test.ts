// What is known before the step is computed before the step, and nothing else changes.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { GatherOp, MapOp, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { fold } from "../../../src/lower/fold.js";
import { precompute } from "../../../src/lower/precompute.js";
import { uniform } from "../../../src/lower/uniform.js";
import { load, traceOf } from "../../helpers/compare-programs.js";

const named = (path: string, kind: "state" | "tunable" | "parameter", count = 1) => ({
  path,
  array: path,
  offset: 0,
  count,
  shape: [count],
  kind,
});

function cell(text: string, tau: object, precision: Program["precision"] = "float64"): Program {
  return program({
    precision,
    dt: 0.1,
    arrays: [
      array({ name: "V", initial: Float64Array.of(1, 2, 3) }),
      array({ name: "tau", role: "parameter", ...tau }),
    ],
    ops: [
      {
        kind: "map",
        id: "map0",
        phase: "update",
        count: 3,
        reads: [read("V", "V@0"), read("tau", "tau@0", "length" in tau ? "element" : "one")],
        body: body(text),
        writes: [write("V", "V@1")],
      },
    ],
    names: [
      named("V", "state", 3),
      named("tau", "role" in tau ? "tunable" : "parameter", "length" in tau ? 3 : 1),
    ],
  });
}

const mapOf = (given: Program): MapOp => given.ops[0] as MapOp;

async function same(before: Program, after: Program): Promise<void> {
  verify(after);
  expect(await traceOf(after, 5)).toEqual(await traceOf(before, 5));
}

const decay = "k = exp(-dt / tau); V = V * k";
const different = { length: 3, initial: Float64Array.of(5, 6, 7) };

test("a parameter that is the same everywhere becomes a number and keeps its name", async () => {
  const before = cell(decay, { length: 3, initial: Float64Array.of(5, 5, 5) });
  const after = uniform.run(before);
  await same(before, after);
  expect(mapOf(after).reads.map((one) => one.symbol)).toEqual(["V"]);
  expect(after.arrays.map((spec) => spec.name)).toEqual(["V"]);
  expect(after.names[1]).toMatchObject({ path: "tau", kind: "constant", count: 3 });
});

test("a symbol that the body changes starts from the number", async () => {
  const before = cell("tau = tau + 1; V = V / tau", { initial: 4 });
  const after = uniform.run(before);
  await same(before, after);
  expect(printOp(after.ops[0]!)).toContain("tau = 4\n");
});

test("tunable, infinite and differing parameters stay arrays", () => {
  for (const tau of [{ role: "tunable", initial: 5 }, { initial: Infinity }, different]) {
    const before = cell("V = min(V, tau)", tau);
    expect(mapOf(uniform.run(before)).reads).toHaveLength(2);
  }
});

test("numbers fold, tests on numbers decide, and unused assignments go", async () => {
  const before = cell("a = 2 * 3; unused = V + tau; V = a > 5 ? V / a : V * dt", { initial: 5 });
  const after = fold.run(before);
  await same(before, after);
  expect(printOp(after.ops[0]!)).toContain("  reads V@0\n  V = V / 6\n");
  expect(after.names[1]!.kind).toBe("constant");
});

test("x + 0 stays, for x could be -0", () => {
  const before = cell("V = V + 0 * dt", { initial: 5 });
  expect(printOp(fold.run(before).ops[0]!)).toContain("V = V + 0");
});

test.each(["float64", "float32"] as const)(
  "an expression of parameters is computed once, to the same bits in %s",
  async (precision) => {
    const before = cell(decay, different, precision);
    const after = fold.run(before);
    await same(before, after);
    expect(printOp(after.ops[0]!)).toContain("reads V@0, k0 = k.0@0\n  V = V * k0\n");
    expect(after.setup).toEqual([]);
    expect(after.arrays.find((spec) => spec.name === "k.0")!.role).toBe("parameter");
  },
);

test("where a parameter is tunable the expression moves into the setup and follows writes", async () => {
  const before = cell(decay, { role: "tunable", ...different });
  const after = fold.run(before);
  await same(before, after);
  expect(after.setup).toHaveLength(1);
  const results = [];
  for (const each of [before, after]) {
    const running = await load(each);
    running.writeSync!("tau", [1, 2, 3]);
    running.step!(new Float64Array(0), new Float64Array(0));
    results.push([...running.readSync!("V")]);
  }
  expect(results[1]).toEqual(results[0]);
});

test("one cheap operation is not worth an array", () => {
  const before = cell("V = V * (tau + 1)", different);
  expect(mapOf(fold.run(before)).body).toEqual(mapOf(before).body);
});

test("what is not a number somewhere is left to the step", async () => {
  const before = cell("V = tau > 0 ? V / sqrt(tau) : V", {
    length: 3,
    initial: Float64Array.of(1, -1, 4),
  });
  const after = fold.run(before);
  await same(before, after);
  expect(mapOf(after).reads.map((one) => one.symbol)).toContain("tau");
});

test("parameters of edges and of sources are not mixed, but each part is hoisted", async () => {
  const before = program({
    arrays: [
      array({ name: "V", initial: Float64Array.of(1, 2) }),
      array({ name: "I", role: "scratch", length: 2 }),
      array({ name: "w", role: "parameter", initial: Float64Array.of(1, 2, 3, 4) }),
      array({ name: "s", role: "parameter", initial: Float64Array.of(0.5, 0.25) }),
    ],
    ops: [
      {
        kind: "gather",
        id: "gather0",
        phase: "currents",
        layout: { kind: "dense", sources: 2, targets: 2 },
        reads: [read("V", "V@0", "source"), read("w", "w@0", "edge"), read("s", "s@0", "source")],
        body: body("i = exp(s) * (w / 3) * V"),
        writes: [write("i", "I@1", "target")],
      },
      {
        kind: "map",
        id: "map1",
        phase: "update",
        count: 2,
        reads: [read("V", "V@0"), read("I", "I@1")],
        body: body("V = V * 0.5 + 0.01 * I"),
        writes: [write("V", "V@1")],
      },
    ],
    names: [named("V", "state", 2)],
  });
  const after = fold.run(before);
  await same(before, after);
  const gather = after.ops[0] as GatherOp;
  expect(gather.reads.map(({ symbol, at }) => `${symbol} ${at}`)).toEqual([
    "V source",
    "i0 source",
    "i1 edge",
  ]);
});

test("setup that no tunable parameter reaches is evaluated and dropped", async () => {
  const before = program({
    dt: 0.5,
    arrays: [
      array({ name: "V", initial: 1 }),
      array({ name: "tau", role: "parameter", initial: 4 }),
      array({ name: "k", role: "derived" }),
      array({ name: "j", role: "derived" }),
      array({ name: "gain", role: "tunable", initial: 2 }),
    ],
    setup: [
      {
        kind: "map",
        id: "setup0",
        phase: "setup",
        count: 1,
        reads: [read("tau", "tau@0")],
        body: body("k = exp(-dt / tau)"),
        writes: [write("k", "k@1")],
      },
      {
        kind: "map",
        id: "setup1",
        phase: "setup",
        count: 1,
        reads: [read("k", "k@1"), read("gain", "gain@0")],
        body: body("j = k * gain"),
        writes: [write("j", "j@1")],
      },
    ],
    ops: [
      {
        kind: "map",
        id: "map0",
        phase: "update",
        count: 1,
        reads: [read("V", "V@0"), read("k", "k@0"), read("j", "j@0")],
        body: body("V = V * k + 0.1 * j"),
        writes: [write("V", "V@1")],
      },
    ],
    names: [named("V", "state")],
  });
  const after = precompute.run(before);
  await same(before, after);
  expect(after.setup.map((op) => op.id)).toEqual(["setup1"]);
  expect(after.arrays.map(({ name, role }) => `${name} ${role}`)).toEqual([
    "V state",
    "k parameter",
    "j derived",
    "gain tunable",
  ]);
});
