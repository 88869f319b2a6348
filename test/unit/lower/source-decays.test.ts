// Decays that are kept for each source instead of a time for each edge: where that is the same, what
// stands in the way, and that nobody sees a difference, however long it runs.

import { array, body, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { ArraySpec, MapOp, Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { sourceDecays } from "../../../src/lower/source-decays.js";
import { differenceOf, load, traceOf } from "../../helpers/compare-programs.js";
import { named } from "../../helpers/edge-lists.js";
import {
  edgeNetworks,
  gapBetween,
  irregular,
  usesOf,
  variants,
} from "../../helpers/edge-networks.js";
import { bySource, edges, pairs, sources } from "../../helpers/edge-programs.js";
import {
  clears,
  deliver,
  joined,
  lazily,
  power,
  restart,
  resum,
  settle,
  state,
  tick,
  times,
  zero,
} from "../../helpers/lazy-programs.js";
import type { LazyParts } from "../../helpers/lazy-programs.js";

async function kept(before: Program): Promise<Program> {
  const after = sourceDecays.run(before);
  expect(after).not.toBe(before);
  verify(after);
  expect(after.arrays.map(({ name }) => name)).not.toContain("last");
  for (const { precision, batch } of variants) {
    const [one, other] = [before, after].map((each) => traceOf({ ...each, precision, batch }, 40));
    const gap = differenceOf(await one!, await other!);
    expect(gap).toBeLessThan(precision === "float64" ? 1e-12 : 1e-5);
  }
  expect(sourceDecays.run(after)).toBe(after);
  return after;
}

test("a factor for each source takes the place of a time for each edge", async () => {
  const after = await kept(lazily());
  const text = [...after.ops, ...after.settle!, ...after.rebuild!].map(printOp);
  expect(text).toEqual([
    printOp(lazily().ops[0]!),
    [
      "deliver1  deliver  8 edges  reads 2 writes 2",
      "  at spikes@1",
      "  csr by source, 8 edges in out.start, out.other, out.edge, 4 to 3",
      "  reads g@0[edge], left0 = left.0@0[source]",
      "  g = g * left0",
      "  old = g",
      "  g = g + min(0.3, 1 - g)",
      "  change = g - old",
      "  writes g@1[edge], sum@1 += change",
    ].join("\n"),
    [
      "deliver0  deliver  4 edges  reads 0 writes 1",
      "  at spikes@1",
      "  diagonal, 4 to 4",
      "  left = 1",
      "  writes left.0@1[edge] = left",
    ].join("\n"),
    printOp(lazily().ops[2]!),
    printOp(lazily().ops[3]!),
    [
      "decay0  synapses  4 elements",
      "  reads left = left.0@1",
      "  left = left * 0.9",
      "  writes left.0@2 = left",
    ].join("\n"),
    [
      "settle1  synapses  8 edges  reads 2 writes 1",
      "  every 1 steps",
      "  csr by source, 8 edges in out.start, out.other, out.edge, 4 to 3",
      "  reads held0 = g@0, left = left.0@0[source]",
      "  held0 = held0 * left",
      "  writes g@1 = held0",
    ].join("\n"),
    "clock0  synapses  4 elements\n  left = 1\n  writes left.0@1 = left",
    printOp(lazily().rebuild![0]!),
    "clock1  synapses  4 elements\n  left = 1\n  writes left.0@1 = left",
    printOp(lazily().rebuild![2]!),
  ]);
  expect(after.arrays.find(({ name }) => name === "left.0")).toMatchObject({
    length: 4,
    initial: 1,
  });
});

/** Rates that edges of one source share, by the logarithm. */
const ownRates = Float64Array.from(pairs, ([source]) => -0.1 - 0.05 * source);
const byRate = "exp((clock - last) * k)";
const rates = (values: Float64Array | number): LazyParts => ({
  arrays: [array({ name: "k", role: "parameter", initial: values, length: edges })],
  deliver: {
    reads: [read("g", "g@0", "edge"), ...times("edge"), read("k", "k@0", "edge")],
    body: body(`g = g * ${byRate}; old = g; g = g + 0.1; change = g - old`),
  },
  settle: {
    reads: [read("g", "g@0"), ...times("element"), read("k", "k@0")],
    body: body(`g = g * ${byRate}`),
  },
});

test("each source has a rate of its own, if all its edges have that", async () => {
  const after = await kept(lazily(rates(ownRates)));
  const rate = after.arrays.find(({ name }) => name === "rate.0")!.initial as Float64Array;
  [0, 1, 3].forEach((source) =>
    expect(rate[source]).toBeCloseTo(Math.exp(-0.1 - 0.05 * source), 14),
  );
  expect(after.arrays.map(({ name }) => name)).not.toContain("k");
  const common = await kept(lazily(rates(-0.25)));
  expect(printOp(common.ops.find(({ id }) => id === "decay0")!)).toContain("left * 0.778800783071");
});

test("the clock may start anew, and the edges may have a matrix or a delay", async () => {
  const again = await kept(lazily({ before: restart }));
  expect(again.ops.map(({ id }) => id)).not.toContain("settle4");
  expect(again.ops.map(({ id }) => id)).toContain("clock4");
  const layout = { kind: "dense", sources, targets: 2 } as const;
  await kept(
    lazily({ deliver: { layout }, change: { rebuild: [...clears, { ...resum, layout }] } }),
  );
  await kept(lazily({ change: { rebuild: [] } }));
  await kept(
    lazily({
      arrays: [array({ name: "past", type: "spikes", length: sources, slots: 4 })],
      deliver: { spikes: { array: "past", version: 0, lag: 2 } },
      after: [
        {
          ...{ kind: "ring", id: "ring9", phase: "emit" },
          ...{ from: { array: "spikes", version: 0 }, into: { array: "past", version: 0 } },
        },
      ],
    }),
  );
});

const leftIn = (program: Program): number =>
  program.arrays.filter(({ name }) => name.startsWith("left.")).length;

test("connections with the same sources share what these have left", async () => {
  const after = await kept(lazily(joined()));
  expect(leftIn(after)).toBe(1);
  expect(after.settle!.map(({ kind }) => kind)).toEqual(["edges", "edges", "map"]);
  const deliveries = after.ops.filter(({ kind }) => kind === "deliver").map(printOp);
  expect(deliveries.map((text) => text.includes("diagonal"))).toEqual([false, false, true]);
});

test("where somebody may look in between, each has its own", async () => {
  const parts = joined();
  const look: Op = { kind: "record", id: "record0", phase: "outputs" };
  const after = await kept(lazily({ ...parts, before: [look, ...parts.before!] }));
  expect(leftIn(after)).toBe(2);
  expect(after.settle!.map(({ kind }) => kind)).toEqual(["edges", "edges", "map", "map"]);
});

test("a clear that does more goes on with that", async () => {
  const more = {
    ...zero("rebuild1", "last", edges),
    writes: [write("zero", "last@0"), write("zero", "h@0")],
  };
  const after = await kept(lazily({ arrays: [state("h")], clears: [clears[0]!, more] }));
  expect(printOp(after.rebuild![1]!)).toContain("writes h@1 = zero");
});

const sweepAll = (text: string, writes: MapOp["writes"] = []): Op => ({
  ...{ kind: "map", id: "map7", phase: "update", count: edges, reads: [read("last", "last@0")] },
  ...{ body: body(text), writes: [...writes] },
});
const h = state("h");
const lags = array({ name: "lags", role: "index", length: edges, initial: 1 });
const jumping = "old = g; g = g + 0.1; change = g - old";
/** The same in the delivery and for a look. */
const everywhere = (factor: string, k?: ArraySpec, at: "edge" | "one" = "one"): LazyParts => {
  const own = k === undefined ? [] : [read("k", `${k.name}@0`, at)];
  const inMap = own.map((each) => (at === "edge" ? { ...each, at: "element" as const } : each));
  return {
    ...(k !== undefined && { arrays: [k] }),
    deliver: { reads: [...deliver.reads, ...own], body: body(`g = g * ${factor}; ${jumping}`) },
    settle: { reads: [...settle.reads, ...inMap], body: body(`g = g * ${factor}`) },
  };
};
const noLook: LazyParts = { change: { settle: [] } };
const mixed = array({
  name: "k",
  role: "parameter",
  initial: Float64Array.of(-1, -2, -1, -1, -1, -1, -1, -1),
});

const refused: readonly (readonly [string, LazyParts])[] = [
  ["rates that edges of one source do not share", everywhere(byRate, mixed, "edge")],
  [
    "rates that edges of one source do not share, where nobody looks",
    { ...everywhere(byRate, mixed, "edge"), ...noLook },
  ],
  [
    "a rate that can be tuned",
    everywhere(byRate, array({ name: "k", role: "tunable", initial: -1 })),
  ],
  ["a rate of each copy", everywhere(byRate, { ...mixed, initial: -1, length: 1, perCopy: true })],
  [
    "two rates at once",
    { deliver: { body: body(`g = g * ${power} + 0.8 ^ (clock - last); ${jumping}`) } },
  ],
  ["another rate for a look", { settle: { body: body("g = g * 0.8 ^ (clock - last)") } }],
  ["a rate that does not decay", everywhere("1 ^ (clock - last)")],
  [
    "times that are used otherwise",
    { deliver: { body: body(`g = g * ${power} + 0.1 * last; ${jumping}`) } },
  ],
  [
    "times that count for something else",
    { deliver: { body: body(`g = g * ${power} * (clock - last); ${jumping}`) } },
  ],
  [
    "a time that is changed before",
    { deliver: { body: body(`last = 3; g = g * ${power}; ${jumping}`) } },
  ],
  [
    "a time that is changed before a look",
    { settle: { body: body(`last = 3; g = g * ${power}`) } },
  ],
  [
    "a present that is changed",
    { deliver: { body: body(`g = g * ${power}; ${jumping}; clock = clock + 1`) } },
  ],
  [
    "a delay for each edge",
    {
      arrays: [lags, array({ name: "past", type: "spikes", length: sources, slots: 4 })],
      deliver: { spikes: { array: "past", version: 0, lag: "lags" } },
      after: [
        {
          ...{ kind: "ring", id: "ring9", phase: "emit" },
          ...{ from: { array: "spikes", version: 0 }, into: { array: "past", version: 0 } },
        },
      ],
    },
  ],
  [
    "times with a name",
    { change: { rebuild: [], names: [named(state("g")), named(state("last"))] } },
  ],
  [
    "a clock with a name",
    { change: { rebuild: [], names: [named(state("g")), named(state("clock", 1))] } },
  ],
  [
    "times that differ from the beginning",
    { arrays: [array({ name: "last", initial: new Float64Array(edges) })] },
  ],
  [
    "times that begin before the clock",
    { arrays: [array({ name: "last", length: edges, initial: -1 })] },
  ],
  [
    "times that something else reads",
    { arrays: [h], before: [sweepAll("h = last", [write("h", "h@0")])] },
  ],
  [
    "times that something else sets",
    { before: [{ ...sweepAll("last = 0", [write("last", "last@0")]), reads: [] } as Op] },
  ],
  [
    "a list of some of the edges",
    {
      arrays: [state("g", 9), state("last", 9)],
      deliver: { layout: { ...bySource.layout, edges: 9 } },
      settle: { count: 9 },
      clears: [clears[0]!, zero("rebuild1", "last", 9)],
    },
  ],
  [
    "an edge that is there twice",
    {
      arrays: [
        array({ name: "odd", role: "index", initial: Int32Array.of(1, 4, 6, 2, 5, 0, 3, 7, 7) }),
        array({ name: "end", role: "index", initial: Int32Array.of(2, 0, 2, 1, 1, 0, 0, 2, 2) }),
        array({ name: "from", role: "index", initial: Int32Array.of(0, 3, 5, 5, 9) }),
      ],
      deliver: { layout: { ...bySource.layout, edge: "odd", other: "end", start: "from" } },
    },
  ],
  [
    "more sources than edges",
    {
      deliver: { layout: { ...bySource.layout, sources: 9, start: "wide" } },
      arrays: [
        array({
          name: "wide",
          role: "index",
          initial: Int32Array.of(0, 3, 5, 5, 8, 8, 8, 8, 8, 8),
        }),
        array({ name: "spikes", type: "spikes", length: 9 }),
      ],
    },
  ],
  ["a clock that goes on by 2", { tick: { body: body("clock = clock + 2") } }],
  ["a clock that waits", { tick: { body: body("clock = step > 3 ? clock + 1 : clock") } }],
  ["a clock that goes by itself", { tick: { body: body("clock = clock + 1; clock = step") } }],
  [
    "a clock that a function of the user sets",
    {
      before: [
        {
          kind: "host",
          id: "host7",
          phase: "update",
          name: "f",
          reads: [],
          writes: [{ array: "clock", version: 0, offset: 0, count: 1 }],
        },
      ],
    },
  ],
  [
    "a clock that somebody else reads",
    {
      arrays: [state("w", 1)],
      before: [{ ...tick, id: "map7", body: body("w = clock"), writes: [write("w", "w@0")] }],
    },
  ],
  ["a clock that starts anew without its edges", { before: [restart[1]!] }],
  ["edges that start anew without their clock", { before: [restart[0]!] }],
  [
    "edges that start anew in other steps",
    { before: [restart[0]!, { ...restart[1]!, trigger: { on: "every", steps: 4 } }] },
  ],
  [
    "edges that start anew at another time",
    { before: [{ ...restart[0]!, body: body(`g = g * ${power}; zero = 3`) }, restart[1]!] },
  ],
  [
    "a sweep that does more than to start anew",
    {
      arrays: [h],
      before: [
        {
          ...restart[0]!,
          body: body(`g = g * ${power}; zero = 0; h = 1`),
          writes: [...restart[0]!.writes, write("h", "h@0", "edge")],
        },
        restart[1]!,
      ],
    },
  ],
  [
    "a sweep over more than is looked at",
    {
      arrays: [state("h")],
      before: [
        {
          ...restart[0]!,
          reads: [...restart[0]!.reads, read("h", "h@0", "edge")],
          body: body(`g = g * ${power}; h = h * ${power}; zero = 0`),
          writes: [...restart[0]!.writes, write("h", "h@0", "edge")],
        },
        restart[1]!,
      ],
    },
  ],
  ["a sweep where nobody looks", { before: restart, change: { settle: [] } }],
  ["a sweep that is a map", { before: [settle].map((op) => ({ ...op, id: "map7" })) }],
  ["a look that is another sum", { settle: { body: body(`g = g * ${power} + 0.1`) } }],
  ["a look that leaves the times", { settle: { writes: [write("g", "g@0")] } }],
  [
    "a look that sets other times",
    {
      settle: {
        body: body(`g = g * ${power}; zero = 0`),
        writes: [write("g", "g@0"), write("zero", "last@0")],
      },
    },
  ],
  ["a look that sets the clock", { change: { settle: [settle, { ...tick, id: "settle1" }] } }],
  ["edges that two deliveries meet", { before: [{ ...deliver, id: "deliver6" }] }],
  [
    "edges that no delivery meets",
    {
      arrays: [state("g", edges + 1), state("last", edges + 1)],
      settle: { count: edges + 1 },
      clears: [clears[0]!, zero("rebuild1", "last", edges + 1)],
    },
  ],
  ["connections of which one keeps other times", joined("zero")],
  ["a look at some of the edges", { settle: { count: 4 } }],
  ["a rebuild of the clock alone", { clears: [clears[0]!] }],
  ["a rebuild of the times alone", { clears: [clears[1]!] }],
  ["a rebuild at two times", { clears: [clears[0]!, zero("rebuild1", "last", edges, 1)] }],
];

test.each(refused)("left as it is: %s", (_what, parts) => {
  const before = lazily(parts);
  expect(sourceDecays.run(before)).toBe(before);
});

test("twenty thousand steps do not drift", async () => {
  const before = lazily();
  const running = await Promise.all([before, sourceDecays.run(before)].map(load));
  const [x, none] = [new Float64Array(sources), new Float64Array(0)];
  let most = 0;
  for (let step = 0; step < 20_000; step++) {
    for (let i = 0; i < sources; i++) x[i] = (step * step + 7 * i) % (97 + 40 * i) < 2 ? 1 : 0;
    const [one, other] = running.map((each) => {
      each.step!(x, none);
      return step % 50 === 0 ? [...each.readSync!("g"), ...each.readSync!("V")] : [];
    });
    one!.forEach((value, i) => (most = Math.max(most, Math.abs(value - other![i]!))));
  }
  expect(most).toBeLessThan(1e-9);
  // Sums that are added up anew are those that were kept.
  for (const each of running) each.writeSync!("g", each.readSync!("g"));
  const sums = running.map((each) => [...each.readSync!("sum")]);
  sums[0]!.forEach((value, i) => expect(sums[1]![i]).toBeCloseTo(value, 9));
});

const quiet = { dt: 0.1, onWarning: () => {} } as const;
const both = [true, false].map((isOn) => ({ accumulators: true, sourceDecays: isOn }));

test.each(edgeNetworks)(
  "nobody sees a difference: $name",
  async ({ build, isHard }) => {
    for (const { precision, batch } of [variants[0]!, variants[3]!]) {
      const options = { ...quiet, precision, batch, backend: "iterative" } as const;
      const [on, off] = await Promise.all(
        both.map((optimize) => build().compile({ ...options, optimize })),
      );
      const hasLeft = on!.program.arrays.some(({ name }) => name.startsWith("left."));
      if (isHard === undefined) expect(hasLeft).toBe(true);
      const gap = gapBetween(usesOf(on!), usesOf(off!));
      expect(gap).toBeLessThan(precision === "float64" ? 1e-11 : 1e-4);
    }
  },
  30_000,
);

test("a network of many connections stays where it is for twenty thousand steps", async () => {
  const build = edgeNetworks.find(({ name }) => name.startsWith("two rates"))!.build;
  const [on, off] = await Promise.all(
    both.map((optimize) => build().compile({ ...quiet, backend: "sparse", optimize })),
  );
  const record = ["one.g_spike", "two.g_spike", "slow.V", "cells.V"];
  const ends = [on!, off!].map((model) => {
    const { traces } = model.runSync({ steps: 20_000, input: irregular, record, every: 100 });
    return record.map((what) => ({ what, values: traces[what]! }));
  });
  expect(gapBetween(ends[0]!, ends[1]!)).toBeLessThan(1e-9);
});
