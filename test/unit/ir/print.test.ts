// The printed form of a Program: what people read and what snapshots compare.
import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printCount, printNumber, printValues } from "../../../src/ir/print-parts.js";
import { printOp, printProgram } from "../../../src/ir/print.js";
import type { Op } from "../../../src/ir/program.js";
import { everything } from "../../helpers/everything.js";

const all = everything({ stop: true });

const lines = (id: string): string[] => {
  const op = [...all.setup, ...all.ops].find((one) => one.id === id)!;
  return printOp(op).split("\n");
};

test("a whole small Program prints as one text", () => {
  const small = program({
    name: "leaky",
    dt: 0.1,
    arrays: [
      array({ name: "V", length: 3, initial: -65, unit: "mV" }),
      array({ name: "x", role: "input", length: 3 }),
    ],
    ops: [
      {
        kind: "map",
        id: "map0",
        phase: "update",
        count: 3,
        reads: [read("V", "V@0"), read("I", "x@0")],
        body: body("V += dt * (I - V) / 10"),
        writes: [write("V", "V@1")],
      },
    ],
    inputs: [{ name: "current", offset: 0, size: 3 }],
    names: [{ path: "cell.V", array: "V", offset: 0, count: 3, shape: [3], kind: "state" }],
  });
  expect(printProgram(small).split("\n")).toEqual([
    'program "leaky"  format 1  dt 0.1 ms  float64  order custom  seed 0  batch 1',
    "arrays",
    "  V  real     state            3  = -65  [mV]  per copy",
    "  x  real     input            3  = 0  per copy",
    "ops",
    "  map0  update  3 elements",
    "    reads V@0, I = x@0",
    "    V = V + dt * (I - V) / 10",
    "    writes V@1",
    "inputs",
    "  current  0:3",
    "names",
    "  cell.V  state  V[0:3]  3",
    "",
  ]);
});

test("an op prints what it reads, does and writes, and where", () => {
  expect(lines("map1")).toEqual([
    "map1  update  4 elements",
    "  reads V@0, g@2, drive@2, noise@1, decay@0",
    "  V = V * decay + (drive + g + 0.1 * noise) * dt",
    "  g = g * 0.8",
    "  spike = V > 3",
    "  strength = V > 4 ? 1.5 : 1",
    "  V = spike ? 0 : V",
    "  writes V@1, g@3, flag@1 = spike",
    "  emits fired@1 when spike with strength",
  ]);
  expect(lines("deliver1")).toEqual([
    "deliver1  arrive  7 edges  reads 2 writes 1  merged 2",
    "  at trains@0 lag lags[edge]",
    "  csr by source, 7 edges in start, ends, 4 to 4",
    "  reads w@0[edge], strength = spike.strength",
    "  jump = 0.2 * w * strength",
    "  writes g@2 += jump",
  ]);
  expect(lines("map0")[1]).toBe("  reads x@0[element % 2]");
  expect(lines("gather0")[2]).toBe("  reads k = coupling@0[edge], v = past@0[source] lag 1");
  expect(lines("edges1")[1]).toBe("  on history events@0 since since at fired@1");
  expect(lines("ring0")).toEqual(["ring0  emit  fired@1 into trains@1"]);
  expect(lines("random0")).toEqual([
    "random0  inputs  normal  4 elements  stream 1",
    "  writes noise@1 = value",
  ]);
  expect(lines("reduce1")[2]).toBe("  writes total@2[1] += count");
  expect(lines("io0")[2]).toBe("  y[3...] = answer@1[0:2]");
  expect(lines("stop0")).toEqual([
    'stop0  outputs  when late = flag@1[3]: "the last neuron fired"',
  ]);
});

test("large edge counts are rounded in the first line only", () => {
  const layout = {
    kind: "csr",
    rows: "source",
    sources: 8000,
    targets: 10_000,
    edges: 3_100_123,
    start: "start",
    other: "ends",
  } as const;
  const op: Op = {
    kind: "deliver",
    id: "deliver3",
    phase: "arrive",
    origin: "exc->all",
    merged: 4,
    spikes: { array: "spikes", version: 1, lag: 8 },
    layout,
    reads: [read("w", "w@0", "edge", { offset: 5 })],
    body: [],
    writes: [write("w", "g@2", "target", { mode: "add", offset: 7 })],
  };
  expect(printOp(op).split("\n")).toEqual([
    "deliver3  arrive  3.1 M edges  reads 1 writes 1  merged 4  from exc->all",
    "  at spikes@1 lag 8",
    "  csr by source, 3100123 edges in start, ends, 8000 to 10000",
    "  reads w@0[edge + 5]",
    "  writes g@2[target + 7] += w",
  ]);
});

test("printing is deterministic, and every kind of op prints", () => {
  expect(printProgram(everything({ stop: true }))).toBe(printProgram(all));
  for (const op of all.ops) expect(printOp(op)).toMatch(new RegExp(`^${op.id}  `));
});

test("values print shortest, and long arrays by beginning, range and fingerprint", () => {
  expect(printNumber(-0)).toBe("-0");
  expect(printNumber(0.1 + 0.2)).toBe("0.30000000000000004");
  expect(printValues(Float64Array.of(1, 2.5))).toBe("[1 2.5]");
  const long = Float64Array.of(3, 1, 4, 1, 5, 9);
  expect(printValues(long)).toMatch(/^\[3 1 4 1 \.\.\. 6\] 1 to 9 #[0-9a-f]{8}$/);
  expect(printValues(Int32Array.from(long))).toBe(printValues(long));
  expect(printValues(Float64Array.of(3, 1, 4, 1, 6, 9))).not.toBe(printValues(long));
});

test("counts are exact below ten thousand and rounded above", () => {
  expect([0, 9999, 10_000, 3_100_123, 2e9].map(printCount)).toEqual([
    ...["0", "9999", "10 k", "3.1 M", "2 G"],
  ]);
});
