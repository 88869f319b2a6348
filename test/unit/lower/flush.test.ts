// States that die away end at 0 instead of lingering as tiny numbers: which ones do, which ones do not,
// and that no number that matters is touched.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { ArraySpec, MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { flush } from "../../../src/lower/flush.js";
import type { Model } from "../../../src/index.js";
import { differenceOf, load, traceOf } from "../../helpers/compare-programs.js";
import { named } from "../../helpers/edge-lists.js";
import {
  edgeNetworks,
  gapBetween,
  irregular,
  usesOf,
  variants,
} from "../../helpers/edge-networks.js";

interface Given {
  readonly text: string;
  readonly arrays?: readonly ArraySpec[];
  readonly reads?: MapOp["reads"];
  readonly op?: Partial<MapOp>;
  readonly change?: Partial<Program>;
}

const count = 3;
const input = array({ name: "x", role: "input", length: count });
const state = array({ name: "g", initial: Float64Array.of(1, -0.5, 0) });

/** One map that makes a new g from the old one, and from what else a test gives it. */
function made({ text, arrays = [], reads = [], op, change }: Given): Program {
  const map: MapOp = {
    ...{ kind: "map", id: "map0", phase: "update", count, body: body(text) },
    ...{ reads: [read("g", "g@0"), ...reads], writes: [write("g", "g@1")] },
    ...op,
  };
  const all = [input, state, ...arrays];
  const shown = all.filter(({ role, type, name }) => {
    const isWritten = map.writes.some((one) => one.array === name);
    return role === "state" && type === "real" && isWritten;
  });
  return program({
    ...{ arrays: all, ops: [map], inputs: [{ name: "x", offset: 0, size: count }] },
    ...{ names: shown.map(named) },
    ...change,
  });
}

const parameter = (name: string, ...values: number[]): ArraySpec =>
  array({ name, role: "parameter", initial: Float64Array.from(values) });
const x = read("I", "x@0");

const dying: readonly (readonly [string, Given])[] = [
  ["what becomes smaller by a number", { text: "g = 0.9 * g" }],
  ["what changes its sign each time", { text: "g = -0.5 * g" }],
  ["what follows an input", { text: "g = g + 0.1 * (I - g)", reads: [x] }],
  ["a trace", { text: "fired = I > 0.5; g = (g + fired) * exp(-dt / 20)", reads: [x] }],
  [
    "a potential with conductances",
    {
      text: "g = g + 0.1 * (c * (40 - g) - g)",
      arrays: [array({ name: "c", length: count, initial: 0.1 })],
      reads: [read("c", "c@0")],
    },
  ],
  [
    "a potential that is held for some time",
    {
      text: "g = left > 0 ? 0 : g + 0.1 * (I - g); left = max(0, left - 1)",
      arrays: [array({ name: "left", length: count })],
      reads: [x, read("left", "left@0")],
      op: { writes: [write("g", "g@1"), write("left", "left@1")] },
    },
  ],
  [
    "rates of each element",
    { text: "g = g - k * g", arrays: [parameter("k", 0.1, 0.2, 0.3)], reads: [read("k", "k@0")] },
  ],
  [
    "a rate that is derived from what can be tuned",
    {
      text: "g = g * k",
      arrays: [
        array({ name: "tau", role: "tunable", initial: 5 }),
        array({ name: "k", role: "derived" }),
      ],
      reads: [read("k", "k@0", "one")],
      change: {
        setup: [
          {
            ...{ kind: "map", id: "setup0", phase: "setup", count: 1 },
            ...{ reads: [read("tau", "tau@0")], body: body("k = exp(-dt / tau)") },
            writes: [write("k", "k@1")],
          },
        ],
      },
    },
  ],
  [
    "rest at a parameter that is 0",
    {
      text: "g = g + 0.1 * (rest - g)",
      arrays: [parameter("rest", 0)],
      reads: [read("rest", "rest@0", "one")],
    },
  ],
];

/** The op that the pass adds at the end. */
const flushOf = ({ ops }: Program): string => printOp(ops[ops.length - 1]!);

test.each(dying)("ends at 0: %s", async (_what, given) => {
  const before = made(given);
  const after = flush.run(before);
  verify(after);
  expect(flushOf(after)).toContain("every 64 steps");
  expect(flushOf(after)).toContain("x = abs(x) < 1e-290 ? 0 : x\n  writes g@2 = x");
  expect(flushOf(flush.run({ ...before, precision: "float32" }))).toContain("1e-30 ?");
  for (const { precision, batch } of variants) {
    const [one, other] = [before, after].map((each) => traceOf({ ...each, precision, batch }, 20));
    expect(await other).toEqual(await one);
  }
});

const lasting: readonly (readonly [string, Given])[] = [
  ["what rests elsewhere", { text: "g = g + 0.1 * (-60 - g)" }],
  [
    "what rests at a parameter",
    {
      text: "g = g + 0.1 * (rest - g)",
      arrays: [parameter("rest", -60)],
      reads: [read("rest", "rest@0", "one")],
    },
  ],
  ["what grows", { text: "g = 1.1 * g" }],
  ["what stays", { text: "g = g" }],
  ["what a test alone changes", { text: "g = I > 0 ? -g : g", reads: [x] }],
  ["a counter", { text: "g = g + 1" }],
  ["a counter that ends", { text: "g = max(0, g - 1)" }],
  ["what goes at once", { text: "g = 0" }],
  [
    "what is not made of itself",
    {
      text: "g = 0.9 * h",
      arrays: [array({ name: "h", length: count })],
      reads: [read("h", "h@0")],
    },
  ],
  ["what dies faster than by a factor", { text: "g = g * g" }],
  ["what may grow again from any number", { text: "g = g + 0.1 * g * (I - 0.5)", reads: [x] }],
  ["what grows again after a test", { text: "g = I > 0.6 ? 1.5 * g : 0.5 * g", reads: [x] }],
  [
    "what is added",
    { text: "g = -0.1 * g", op: { writes: [write("g", "g@1", "element", { mode: "add" })] } },
  ],
  [
    "what does not last to the next step",
    {
      text: "",
      arrays: [array({ name: "c", role: "scratch", length: count })],
      change: {
        ops: [
          {
            ...{ kind: "map", id: "map0", phase: "clear", count, reads: [x], body: [] },
            writes: [write("I", "c@1")],
          },
          {
            ...{ kind: "map", id: "map1", phase: "update", count, body: body("c = 0.9 * c") },
            ...{ reads: [read("c", "c@1")], writes: [write("c", "c@2")] },
          },
        ],
      },
    },
  ],
  [
    "whole numbers",
    {
      text: "n = n / 2",
      arrays: [array({ name: "n", type: "int", length: count })],
      reads: [read("n", "n@0")],
      op: { writes: [write("n", "n@1")] },
    },
  ],
];

test.each(lasting)("left as it is: %s", (_what, given) => {
  const before = made(given);
  for (const precision of ["float64", "float32"] as const) {
    expect(flush.run({ ...before, precision }).ops).toEqual(before.ops);
  }
});

test("only maps of the step are looked at", () => {
  const decay: Op = {
    ...{ kind: "edges", id: "edges0", phase: "synapses", trigger: { on: "every", steps: 1 } },
    ...{ layout: { kind: "diagonal", count }, reads: [read("g", "g@0", "edge")] },
    ...{ body: body("g = 0.9 * g"), writes: [write("g", "g@1", "edge")] },
  };
  const settle: MapOp = {
    ...{ kind: "map", id: "settle0", phase: "synapses", count, body: body("g = 0.9 * g") },
    ...{ reads: [read("g", "g@0")], writes: [write("g", "g@1")] },
  };
  const before = program({ arrays: [state], ops: [decay], settle: [settle] });
  expect(flush.run(before)).toEqual(before);
});

test("slices of one array and arrays of other lengths, each once", async () => {
  const parts = [0, 1, 2].map((i): MapOp => {
    const place = { offset: i === 2 ? 0 : i };
    const name = i === 2 ? "h" : "g";
    return {
      ...{ kind: "map", id: `map${i}`, phase: "update", count: i + 1, body: body("y = 0.5 * y") },
      reads: [read("y", `${name}@${i % 2}`, "element", place)],
      writes: [write("y", `${name}@${(i % 2) + 1}`, "element", place)],
    } as const;
  });
  const arrays = [state, array({ name: "h", length: 3, initial: 2 })];
  const before = program({ arrays, ops: parts, names: arrays.map(named) });
  const after = flush.run(before);
  verify(after);
  expect(after.ops.slice(0, 3)).toEqual(parts);
  expect(after.ops.slice(3).map(({ id }) => id)).toEqual(["flush0", "flush1", "flush2"]);
  expect(await traceOf(after, 20)).toEqual(await traceOf(before, 20));
});

test("what a spike is told by is what it was", async () => {
  const before = made({
    text: "g = 0.5 * g + I; hot = g > 0",
    arrays: [array({ name: "spikes", type: "spikes", length: count })],
    reads: [x],
    op: { emit: { when: "hot", list: "spikes", version: 1 } },
  });
  const after = flush.run(before);
  verify(after);
  expect(after.ops[0]).toBe(before.ops[0]);
  expect(await traceOf(after, 30)).toEqual(await traceOf(before, 30));
});

const smallest = { float64: 1e-290, float32: 1e-30 } as const;

test.each(variants)(
  "values end at 0 and never get too small, $precision, batch $batch",
  async (of) => {
    const before = made({ text: "g = 0.97 * g", change: of });
    const running = await Promise.all([before, flush.run(before)].map(load));
    const Vector = of.precision === "float64" ? Float64Array : Float32Array;
    const [in0, out] = [new Vector(count * of.batch), new Vector(0)];
    const limit = smallest[of.precision];
    let smallestSeen = Infinity;
    for (let step = 0; step < 25_000; step++) {
      const [plain, flushed] = running.map((one) => {
        one.step!(in0, out);
        return one.readSync!("g");
      });
      plain!.forEach((value, i) => {
        const own = flushed![i]!;
        if (own !== 0) smallestSeen = Math.min(smallestSeen, Math.abs(own));
        if (own !== 0 && own !== value) throw new Error(`step ${step}: ${own} is not ${value}`);
        const isSmall = Math.abs(value) < limit;
        if (!isSmall && own !== value) throw new Error(`step ${step}: ${value} is lost`);
        if (isSmall && step % 64 === 0 && own !== 0) throw new Error(`step ${step}: ${own} stays`);
      });
    }
    // It is looked at after every 64th step.
    expect(smallestSeen).toBeGreaterThanOrEqual(0.97 ** 64 * limit);
    expect(smallestSeen).toBeLessThan(2 * limit);
    expect([...running[1]!.readSync!("g")]).toEqual(new Array(count * of.batch).fill(0));
  },
);

const quiet = { dt: 0.1, onWarning: () => {} } as const;
const both = [true, false].map((isOn) => ({ accumulators: true, flush: isOn }));

test.each(edgeNetworks.slice(0, 4))("nobody sees a difference: $name", async ({ build }) => {
  for (const variant of [variants[0]!, variants[3]!]) {
    const options = { ...quiet, ...variant, backend: "iterative" } as const;
    const [on, off] = await Promise.all(
      both.map((optimize) => build().compile({ ...options, optimize })),
    );
    expect(gapBetween(usesOf(on!), usesOf(off!))).toBeLessThan(1e-12);
  }
});

test("after a long silence a network is as if it had been at rest", async () => {
  const [on, off] = await Promise.all(
    both.map((optimize) =>
      edgeNetworks[1]!.build().compile({ ...quiet, backend: "sparse", optimize }),
    ),
  );
  const names = ["one.g_spike", "two.g_spike", "slow.V", "cells.V"];
  const gapNow = (a: Model, b: Model): number =>
    differenceOf(
      ...([a, b].map((model) => names.map((name) => shown(model, name))) as [string[], string[]]),
    );
  for (const model of [on!, off!]) model.runSync({ steps: 500, input: irregular });
  expect(gapNow(on!, off!)).toBe(0);
  for (const model of [on!, off!]) model.runSync({ steps: 35_000 });
  expect(gapNow(on!, off!)).toBeLessThan(1e-280);
  for (const name of names) expect(on!.state.get(name).every((value) => value === 0)).toBe(true);
  expect(off!.state.get("cells.V").some((value) => value !== 0)).toBe(true);
  for (const model of [on!, off!]) model.runSync({ steps: 500, input: irregular });
  expect(gapNow(on!, off!)).toBeLessThan(1e-12);
});

const shown = (model: Model, name: string): string =>
  `0 ${name} ${model.state.get(name).join(" ")}`;
