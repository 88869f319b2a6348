// Which edge states are kept lazily and which are not, with the reason, and what a Program looks like
// then. Models that run are in accumulators-running.test.ts.

import { Network, neurons, synapses } from "../../../src/index.js";
import { array, body, program, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { ArraySpec, NamedValue, Op, Program, Write } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { accumulators, allAccumulators, refusedStates } from "../../../src/lower/accumulators.js";
import { load, traceOf, differenceOf } from "../../helpers/compare-programs.js";

type Parts = {
  readonly arrays?: readonly ArraySpec[];
  readonly decay?: Partial<Extract<Op, { kind: "map" }>>;
  readonly deliver?: Partial<Extract<Op, { kind: "deliver" }>>;
  readonly sum?: Partial<Extract<Op, { kind: "gather" }>>;
  readonly more?: readonly Op[];
  readonly change?: Partial<Program>;
};

const sources = 3;
const targets = 2;
const edges = sources * targets;
const add = { mode: "add" } as const;
const ids = { phase: "synapses", origin: "syn" };
const decayed = (text: string) => ({ body: body(text) });
const plain = (name: string, more: Partial<ArraySpec> = {}): ArraySpec => array({ name, ...more });
const parameter = (name: string, initial: number | Float64Array, length = 1): ArraySpec =>
  array({
    name,
    role: "parameter",
    initial,
    length: typeof initial === "object" ? initial.length : length,
  });

/** Every state has a name, so that it is compared. */
function named(arrays: readonly ArraySpec[]): NamedValue[] {
  const shown = arrays.filter(({ role, type }) => role === "state" && type === "real");
  return shown.map(({ name, length }) => {
    return { path: name, array: name, offset: 0, count: length, shape: [length], kind: "state" };
  });
}

/** Three sources, two targets, one state for each edge; parts of it as a test wants them. */
function network(parts: Parts = {}): Program {
  const layout = { kind: "dense", sources, targets } as const;
  const decay: Op = {
    ...{ kind: "map", id: "map0", ...ids, count: edges },
    ...{ reads: [read("g", "g@0")], body: body("g = g * 0.9"), writes: [write("g", "g@1")] },
    ...parts.decay,
  };
  const clear: Op = {
    ...{ kind: "map", id: "map1", phase: "clear", count: targets, reads: [] },
    ...{ body: body("zero = 0"), writes: [write("zero", "drive@1")] },
  };
  const sum: Op = {
    ...{ kind: "gather", id: "gather2", phase: "currents", layout },
    reads: [read("g", "g@1", "edge"), read("E", "E@0", "edge")],
    ...{ body: body("term = g * E"), writes: [write("term", "drive@2", "target", add)] },
    ...parts.sum,
  };
  const update: Op = {
    ...{ kind: "map", id: "map3", phase: "update", count: targets },
    reads: [read("V", "V@0"), read("drive", "drive@2")],
    ...{ body: body("V = V + 0.1 * (drive - V)"), writes: [write("V", "V@1")] },
  };
  const fire: Op = {
    ...{ kind: "map", id: "map4", phase: "update", count: sources, reads: [read("x", "x@0")] },
    ...{ body: body("fired = x > 0.5"), writes: [] },
    emit: { when: "fired", list: "spikes", version: 1 },
  };
  const deliver: Op = {
    ...{ kind: "deliver", id: "deliver5", phase: "deliver", layout },
    spikes: { array: "spikes", version: 1 },
    ...{ reads: [read("g", "g@1", "edge")], body: body("g = g + min(0.2, 1 - g)") },
    ...{ writes: [write("g", "g@2", "edge")] },
    ...parts.deliver,
  };
  const arrays = [
    plain("x", { role: "input", length: sources }),
    plain("spikes", { type: "spikes", length: sources }),
    plain("g", { length: edges, initial: 0.1, origin: "syn" }),
    plain("drive", { role: "scratch", length: targets }),
    plain("V", { length: targets }),
    parameter("E", Float64Array.of(40, 40, -10, 20, 40, -10)),
    ...(parts.arrays ?? []),
  ];
  return program({
    arrays,
    ops: [decay, clear, sum, update, fire, deliver, ...(parts.more ?? [])],
    inputs: [{ name: "x", offset: 0, size: sources }],
    names: named(arrays),
    ...parts.change,
  });
}

async function expectClose(before: Program, after: Program): Promise<void> {
  verify(after);
  const [one, other] = [await traceOf(before, 40), await traceOf(after, 40)];
  expect(differenceOf(one, other)).toBeLessThan(1e-12);
}

const lazily = (given: Program): Program => {
  const after = allAccumulators.run(given);
  expect(after.settle).toBeDefined();
  return after;
};

const ops = (given: Program, kind: string): string[] =>
  given.ops.filter((op) => op.kind === kind).map(printOp);

test("a saturating synapse becomes one sum for each target, and its edges wait for spikes", async () => {
  const given = network();
  const after = lazily(given);
  await expectClose(given, after);
  expect(ops(after, "gather")).toEqual([
    "gather2  currents  2 edges  reads 1 writes 1\n" +
      "  diagonal, 2 to 2\n" +
      "  reads sum = gSum.0@1[source]\n" +
      "  writes drive@2 += sum",
  ]);
  // Nothing in a step is done for all edges.
  expect(after.ops.every((op) => op.kind !== "map" || op.count < edges)).toBe(true);
});

test("edges with other rates get sums of their own, however they are mixed", async () => {
  const k = Float64Array.of(0.1, 0.2, 0.1, 0.2, 0.3, 0.2);
  const reads = [read("g", "g@0"), read("k", "k@0")];
  const given = network({
    arrays: [parameter("k", k)],
    decay: { reads, ...decayed("g = g - k * g") },
  });
  const after = lazily(given);
  await expectClose(given, after);
  expect(after.arrays.find(({ name }) => name === "gSum.0")!.length).toBe(4);
});

test.each(["float64", "float32"] as const)(
  "rates that are 0 or below it are powers, in %s",
  async (precision) => {
    const k = Float64Array.of(1, 1.2, 1, 1.2, 1.2, 1);
    const given = network({
      arrays: [parameter("k", k)],
      decay: { reads: [read("g", "g@0"), read("k", "k@0")], ...decayed("g = g - k * g") },
      change: { precision },
    });
    const after = lazily(given);
    verify(after);
    const [one, other] = [await traceOf(given, 40), await traceOf(after, 40)];
    expect(differenceOf(one, other)).toBeLessThan(precision === "float64" ? 1e-12 : 1e-5);
  },
);

test("a factor that all edges share is applied to the sum", async () => {
  const given = network({
    arrays: [parameter("F", 7)],
    sum: {
      reads: [read("g", "g@1", "edge"), read("F", "F@0", "one")],
      ...decayed("term = -g * F"),
    },
  });
  const after = lazily(given);
  await expectClose(given, after);
  expect(ops(after, "gather")[0]).toMatch(/term\$?1? = sum \* -F/);
});

test("a factor of the ends is one of the edge", async () => {
  const ends = [read("g", "g@1", "edge"), read("S", "S@0", "source"), read("T", "T@0", "target")];
  const given = network({
    arrays: [parameter("S", Float64Array.of(1, 2, 3)), parameter("T", Float64Array.of(5, 7))],
    sum: { reads: ends, ...decayed("term = g * (S + T)") },
  });
  await expectClose(given, lazily(given));
});

test("a sum that sets, and terms in which a state takes no part, stay what they are", async () => {
  const sums: Write[] = [write("term", "drive@2", "target"), write("other", "more@1", "target")];
  const second = read("h", "h@1", "edge");
  const given = network({
    arrays: [plain("more", { length: targets }), plain("h", { length: edges, initial: 0.3 })],
    decay: {
      reads: [read("g", "g@0"), read("h", "h@0")],
      ...decayed("g = g * 0.9; h = 0.5 * h"),
      writes: [write("g", "g@1"), write("h", "h@1")],
    },
    sum: {
      reads: [read("g", "g@1", "edge"), second],
      ...decayed("term = 2 * (g - h); other = h"),
      writes: sums,
    },
    deliver: {
      reads: [read("g", "g@1", "edge"), read("h", "h@1", "edge")],
      ...decayed("g = g + 0.1; h = h + 0.2"),
      writes: [write("g", "g@2", "edge"), write("h", "h@2", "edge")],
    },
  });
  const after = lazily(given);
  await expectClose(given, after);
  expect(ops(after, "deliver")).toHaveLength(2);
});

test("a state that a spike also changes, and that does not decay, comes along", async () => {
  const given = network({
    arrays: [plain("u", { length: edges, initial: 1 })],
    deliver: {
      reads: [read("g", "g@1", "edge"), read("u", "u@0", "edge")],
      ...decayed("g = g + u; u = u / 2 + 0.1 * g"),
      writes: [write("g", "g@2", "edge"), write("u", "u@1", "edge")],
    },
  });
  const after = lazily(given);
  await expectClose(given, after);
  expect(ops(after, "deliver")).toHaveLength(1);
});

test("what a spike adds to its target besides comes in a delivery of its own", async () => {
  const given = network({
    deliver: {
      ...{ body: body("g = g + min(0.2, 1 - g); jump = 0.25") },
      writes: [write("g", "g@2", "edge"), write("jump", "V@2", "target", add)],
    },
  });
  const after = lazily(given);
  await expectClose(given, after);
  const [first, second, ...more] = ops(after, "deliver");
  expect(first).toMatch(/writes g@1\[edge\]/);
  expect(second).toMatch(/jump = 0\.25\n {2}writes V@2 \+= jump/);
  expect(more).toEqual([]);
});

test("tunable parameters work where one value serves all edges, and as factors", async () => {
  const tunable = (name: string, initial: number | Float64Array): ArraySpec => ({
    ...parameter(name, initial),
    role: "tunable",
  });
  const arrays = [tunable("tau", 5), tunable("W", Float64Array.of(1, 2, 3, 4, 5, 6))];
  const given = network({
    arrays,
    decay: {
      reads: [read("g", "g@0"), read("tau", "tau@0", "one")],
      ...decayed("g = g - dt / tau * g"),
    },
    sum: {
      reads: [read("g", "g@1", "edge"), read("W", "W@0", "edge")],
      ...decayed("term = g * W"),
    },
  });
  const after = lazily(given);
  await expectClose(given, after);
  const runs = await Promise.all([given, after].map(load));
  const x = Float64Array.of(1, 0, 1);
  const none = new Float64Array(0);
  for (const running of runs) {
    for (let step = 0; step < 5; step++) running.step!(x, none);
    running.writeSync!("tau", [3]);
    running.writeSync!("W", [6, 5, 4, 3, 2, 1]);
    for (let step = 0; step < 5; step++) running.step!(Float64Array.of(0, 1, 0), none);
  }
  for (const name of ["V", "g"]) {
    const [one, other] = runs.map((running) => Array.from(running.readSync!(name)));
    one!.forEach((value, i) => expect(other![i]).toBeCloseTo(value, 12));
  }
});

const gE = [read("g", "g@1", "edge"), read("E", "E@0", "edge")];
const reader = (op: object): Op => ({ phase: "plasticity", ...op }) as Op;

const refused: readonly (readonly [string, Parts, RegExp])[] = [
  ["what grows by itself", { decay: decayed("g = g * 0.9 + 0.1") }, /map0 adds something/],
  [
    "what decays otherwise",
    { decay: decayed("g = g - g * g") },
    /map0 does not make it a multiple/,
  ],
  ["what decays in pieces", { decay: decayed("g = max(0, g - 0.1)") }, /not make it a multiple/],
  ["what does not decay", { decay: decayed("g = g * 1") }, /some of it does not decay/],
  [
    "a rate that changes",
    { decay: { reads: [read("g", "g@0"), read("x", "x@0", "one")], ...decayed("g = g * x") } },
    /map0 makes it smaller at a rate that changes/,
  ],
  ["a rate that follows time", { decay: decayed("g = g * exp(-t)") }, /rate that changes/],
  [
    "a tunable rate for each edge",
    {
      arrays: [plain("k", { role: "tunable", length: edges, initial: 0.1 })],
      decay: { reads: [read("g", "g@0"), read("k", "k@0")], ...decayed("g = g - k * g") },
    },
    /map0 has a tunable rate for each edge/,
  ],
  [
    "a decay that makes something else",
    {
      arrays: [plain("trace", { length: edges })],
      decay: {
        ...decayed("trace = g; g = g * 0.9"),
        writes: [write("g", "g@1"), write("trace", "trace@1")],
      },
    },
    /map0 makes something else of it/,
  ],
  ["a decay of some edges", { decay: { count: edges - 1 } }, /nothing makes some of it smaller/],
  [
    "a sum of something else",
    { sum: { reads: gE, ...decayed("term = g * E + 1") } },
    /gather2 adds something besides/,
  ],
  ["a sum of squares", { sum: { reads: gE, ...decayed("term = g * g * E") } }, /not a multiple/],
  [
    "a sum with a limit",
    { sum: { reads: gE, ...decayed("term = min(g, 1) * E") } },
    /not a multiple/,
  ],
  [
    "a factor of the target's state",
    {
      sum: {
        reads: [read("g", "g@1", "edge"), read("V", "V@0", "target")],
        ...decayed("term = g * V"),
      },
    },
    /gather2 adds it with a factor that changes/,
  ],
  [
    "a factor of the source",
    {
      sum: {
        reads: [read("g", "g@1", "edge"), read("x", "x@0", "source")],
        ...decayed("term = g * x"),
      },
    },
    /gather2 adds it with a factor that changes/,
  ],
  [
    "a delivery that reads the target",
    {
      deliver: {
        reads: [read("g", "g@1", "edge"), read("V", "V@1", "target")],
        ...decayed("g = g + 0.01 * V"),
      },
    },
    /deliver5 reads the target/,
  ],
  [
    "a delivery that changes the target by the state",
    {
      deliver: { writes: [write("g", "g@2", "edge"), write("g", "V@2", "target", add)] },
    },
    /deliver5 changes the target by a state that is kept lazily/,
  ],
  [
    "a state that something else reads",
    {
      more: [
        reader({
          ...{ kind: "reduce", id: "reduce6", fn: "sum", count: edges },
          ...{ from: read("g", "g@2"), write: write("total", "total@1", "one") },
        }),
      ],
      arrays: [plain("total")],
    },
    /reduce6 is neither a decay nor a delivery nor a sum/,
  ],
  [
    "a state that an output shows",
    {
      more: [
        reader({
          ...{ kind: "io", id: "io6", into: "y", version: 1 },
          pieces: [{ array: "g", version: 2, offset: 0, count: 2, position: 0 }],
        }),
      ],
      arrays: [plain("y", { role: "output", length: 2 })],
    },
    /io6 is neither/,
  ],
];

test.each(refused)("left as it is: %s", (_what, parts, reason) => {
  const given = network(parts);
  expect(refusedStates(given).get("g")).toMatch(reason);
  expect(allAccumulators.run(given)).toBe(given);
});

test("left as it is: states that are made from each other", () => {
  const given = network({
    arrays: [plain("h", { length: edges })],
    decay: {
      reads: [read("g", "g@0"), read("h", "h@0")],
      ...decayed("g = g * 0.9; h = h * 0.5"),
      writes: [write("g", "g@1"), write("h", "h@1")],
    },
    deliver: {
      reads: [read("g", "g@1", "edge"), read("h", "h@1", "edge")],
      ...decayed("g = g + h; h = h + 1"),
      writes: [write("g", "g@2", "edge"), write("h", "h@2", "edge")],
    },
    sum: {
      reads: [read("g", "g@1", "edge"), read("h", "h@1", "edge")],
      ...decayed("term = g + h"),
    },
  });
  expect(refusedStates(given).get("g")).toMatch(/makes one state that is kept lazily from another/);
  expect(allAccumulators.run(given)).toBe(given);
});

test("left as it is: a state that is summed together with one that cannot be", () => {
  const given = network({
    arrays: [plain("h", { length: edges })],
    sum: {
      reads: [read("g", "g@1", "edge"), read("h", "h@0", "edge")],
      ...decayed("term = g + h"),
    },
  });
  expect(refusedStates(given).get("h")).toMatch(/nothing makes it smaller/);
  expect(refusedStates(given).get("g")).toMatch(/gather2 adds something besides/);
});

test("a kernel, whose edges serve many pairs, is left as it is", () => {
  const layout = { kind: "stencil", shape: [2], kernel: [3] } as const;
  const given = network({
    sum: { layout, reads: [read("g", "g@1", "edge")], ...decayed("term = g") },
  });
  expect(refusedStates(given).get("g")).toMatch(/gather2 is a kernel/);
});

/** So many spiking neurons onto one, or one onto each. */
function population(size: number, fanIn: number): Network {
  const net = new Network();
  net.addPopulation(neurons.spiking(), size, { name: "from" });
  net.addPopulation(neurons.nonSpiking(), size / fanIn, { name: "to" });
  const connectivity = {
    sources: Int32Array.from({ length: size }, (_, i) => i),
    targets: Int32Array.from({ length: size }, (_, i) => Math.floor(i / fanIn)),
  };
  net.addConnection(synapses.spiking(), "from", "to", { name: "syn", connectivity });
  net.addInput("from", { size });
  return net;
}

test("by default it depends on what a step costs: synapses for each target, and how many there are", async () => {
  const quiet = { backend: "iterative", onWarning: () => {} } as const;
  const isLazy = async (net: Network, dt = 0.1): Promise<boolean> =>
    (await net.compile({ dt, ...quiet })).program.settle !== undefined;
  expect(await isLazy(population(400, 20))).toBe(true);
  // One synapse for each target: nothing to add up.
  expect(await isLazy(population(400, 1))).toBe(false);
  // Too few for the ops that it takes.
  expect(await isLazy(population(4, 2))).toBe(false);
  // A longer step holds more spikes; at 0.4 ms the synapse is just stable.
  expect(await isLazy(population(400, 20), 0.4)).toBe(true);
  const off = { optimize: { accumulators: false }, dt: 0.1, ...quiet };
  expect((await population(400, 20).compile(off)).program.settle).toBeUndefined();
  const on = { optimize: { accumulators: true }, dt: 0.1, ...quiet };
  expect((await population(4, 2).compile(on)).program.settle).toBeDefined();
});

test("the pass as it is listed chooses, and does nothing where nothing is to be done", () => {
  const given = network();
  expect(accumulators.run(given)).toBe(given);
  const done = allAccumulators.run(given);
  expect(allAccumulators.run(done)).toBe(done);
});
