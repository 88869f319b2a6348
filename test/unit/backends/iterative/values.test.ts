// Ops on numbers, each against a few lines of plain JavaScript: map, gather, ring, random, reduce,
// stop, host and io.
import { portable64 } from "../../../../src/expr/portable.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import {
  edgesOf,
  forEachEdgeOfTarget,
  indexArraysOf,
  sourcesOf,
  targetsOf,
} from "../../../../src/ir/layout.js";
import type { ArraySpec, GatherOp, Layout, Op, RandomOp } from "../../../../src/ir/program.js";
import { normal, uniform01, uniform01Single, wordsInto } from "../../../../src/util/philox.js";
import type { HostFunction } from "../../../../src/runtime/backend.js";
import { job, load, numbers, steps } from "./load.js";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const phase = "";

/** Numbers that are not round, so that the order of a sum shows in its last bits. */
const odd = (count: number, from = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => portable64.sin((from + i) * 1.7) * 10 ** (i % 5));

test("map reads with offset, repeat and period, and writes with offset", () => {
  const made = program({
    arrays: [
      array({ name: "a", initial: reals(1, 2, 3, 4, 5, 6, 7) }),
      array({ name: "b", length: 8 }),
      array({ name: "c", initial: reals(10, 20, 30, 40, 50, 60), role: "parameter" }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase, count: 6 },
        reads: [
          read("x", "a@0", "element", { offset: 1 }),
          read("y", "c@0", "element", { offset: 2, repeat: 2, period: 2 }),
          read("z", "c@0", "one", { offset: 5 }),
        ],
        body: body("sum = x + y + z"),
        writes: [write("sum", "b@1", "element", { offset: 2 })],
      },
    ],
  });
  const loaded = load(made);
  steps(loaded, 1);
  const y = [30, 30, 40, 40, 30, 30];
  expect(numbers(loaded, "b")).toEqual([0, 0, ...y.map((value, i) => i + 2 + value + 60)]);
});

test("map knows step, t and dt, adds where asked to, and stores ints by cutting", () => {
  const made = program({
    dt: 0.5,
    arrays: [
      array({ name: "a", initial: 1 }),
      array({ name: "i", type: "int", initial: ints(0) }),
      array({ name: "j", type: "int", initial: ints(2 ** 31 - 1) }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase, count: 1, reads: [] },
        body: body("all = step + 10 * t + 100 * dt; less = -1.7"),
        writes: [
          write("all", "a@1", "one", { mode: "add" }),
          write("less", "i@1"),
          write("all", "j@1", "one", { mode: "add" }),
        ],
      },
    ],
  });
  const loaded = load(made);
  steps(loaded, 3);
  expect(numbers(loaded, "a")).toEqual([1 + 50 + 56 + 62]);
  expect(numbers(loaded, "i")).toEqual([-1]);
  expect(numbers(loaded, "j")).toEqual([2 ** 31 - 1]);
});

const image: Layout = {
  ...({ kind: "convolution", input: [4, 3], output: [2, 3], kernel: [3, 3] } as const),
  ...{ strides: [2, 1], pad: [1, 1], channels: 2, filters: 4, groups: 2 },
};

const layouts: readonly Layout[] = [
  { kind: "dense", sources: 4, targets: 3 },
  { kind: "diagonal", count: 5 },
  { kind: "segments", targets: 2, size: 4 },
  { kind: "block", blocks: 2, sources: 3, targets: 2 },
  {
    ...{ kind: "csr", rows: "target", sources: 4, targets: 3, edges: 6 },
    ...{ start: "start", other: "ends", edge: "numbers" },
  },
  { kind: "stencil", shape: [4, 5], kernel: [3, 3] },
  image,
  { kind: "uniform", sources: 4, targets: 3 },
];

const index: readonly ArraySpec[] = [
  array({ name: "start", role: "index", initial: ints(0, 3, 3, 6) }),
  array({ name: "ends", role: "index", initial: ints(3, 1, 0, 2, 2, 1) }),
  array({ name: "numbers", role: "index", initial: ints(5, 4, 3, 2, 1, 0) }),
];

function gatherProgram(layout: Layout, mode: "set" | "add", precision: "float64" | "float32") {
  const hasEdges = layout.kind !== "uniform";
  const op: GatherOp = {
    ...{ kind: "gather", id: "gather0", phase, layout },
    reads: [
      ...(hasEdges ? [read("w", "w@0", "edge")] : []),
      ...(hasEdges ? [read("z", "z@0", "target")] : []),
      read("v", "v@0", "source"),
    ],
    body: body(hasEdges ? "a = w * v + z; b = w" : "a = v * 3; b = v"),
    writes: [write("a", "sum@1", "target", { mode }), write("b", "count@1", "target")],
  };
  const targets = targetsOf(layout);
  const arrays = [
    ...index,
    array({ name: "v", initial: odd(sourcesOf(layout)) }),
    array({ name: "w", initial: odd(Math.max(1, edgesOf(layout)), 7) }),
    array({ name: "z", initial: odd(targets, 3) }),
    array({ name: "sum", initial: odd(targets, 5) }),
    array({ name: "count", length: targets }),
  ];
  return program({ arrays, ops: [op], precision });
}

describe.each(["float64", "float32"] as const)("%s", (precision) => {
  const round = precision === "float32" ? Math.fround : (x: number): number => x;
  const rounded = (values: Float64Array): number[] => Array.from(values, round);

  test.each(layouts)("gather over $kind sums in the order of the layout", (layout) => {
    for (const mode of ["set", "add"] as const) {
      const made = gatherProgram(layout, mode, precision);
      const loaded = load(made);
      steps(loaded, 1);
      const v = rounded(odd(sourcesOf(layout)));
      const w = rounded(odd(Math.max(1, edgesOf(layout)), 7));
      const z = rounded(odd(targetsOf(layout), 3));
      const before = rounded(odd(targetsOf(layout), 5));
      const arrays = indexArraysOf(made);
      const expected = before.map((present, target) => {
        const isUniform = layout.kind === "uniform";
        let sum = mode === "add" && !isUniform ? present : 0;
        forEachEdgeOfTarget(layout, arrays, target, (source, edge) => {
          const term = isUniform ? v[source]! * 3 : round(w[edge]! * v[source]!) + z[target]!;
          sum = round(sum + round(term));
        });
        return isUniform && mode === "add" ? round(present + sum) : sum;
      });
      expect(numbers(loaded, "sum")).toEqual(expected);
    }
  });

  test("uniform numbers stand at their address", () => {
    const loaded = load(randomProgram("uniform", precision));
    steps(loaded, 3);
    const draw = precision === "float32" ? uniform01Single : uniform01;
    expect(numbers(loaded, "noise")).toEqual(expectedNoise((words) => draw(words)));
  });

  test("normal numbers are made in float64 and rounded", () => {
    const loaded = load(randomProgram("normal", precision));
    steps(loaded, 3);
    const maths = { log: portable64.log, sqrt: Math.sqrt, cos: portable64.cos };
    const expected = expectedNoise((words) => round(normal(words, maths)));
    expect(numbers(loaded, "noise")).toEqual(expected);
  });
});

function randomProgram(how: "uniform" | "normal", precision: "float64" | "float32") {
  const op: RandomOp = {
    ...{ kind: "random", id: "random0", phase, how, stream: 4, count: 3 },
    write: write("value", "noise@1", "element", { offset: 1 }),
  };
  const arrays = [array({ name: "noise", length: 4 })];
  return program({ seed: 2 ** 40 + 3, precision, batch: 2, arrays, ops: [op] });
}

function expectedNoise(draw: (words: Uint32Array) => number): number[] {
  const words = new Uint32Array(4);
  return [0, 1].flatMap((copy) => [
    0,
    ...[0, 1, 2].map((element) => {
      wordsInto(words, { seed: 2 ** 40 + 3, stream: 4, copy, element, step: 2 });
      return draw(words);
    }),
  ]);
}

test("the skip process walks over its elements with one number for each spike", () => {
  const made = program({
    seed: 9,
    arrays: [
      array({ name: "position", initial: 1.5 }),
      array({ name: "draws", type: "int" }),
      array({ name: "mean", role: "parameter", initial: 6 }),
      array({ name: "spikes", type: "spikes", role: "scratch", length: 10 }),
    ],
    ops: [
      {
        ...{ kind: "random", id: "random0", phase, how: "skip", stream: 3, count: 10 },
        reads: [read("mean", "mean@0", "one")],
        body: body("skip = 1 - mean * log(u)"),
        position: write("p", "position@1", "one"),
        draws: write("n", "draws@1", "one"),
        emit: { list: "spikes", version: 1 },
      },
    ],
  });
  const loaded = load(made);
  const words = new Uint32Array(4);
  let position = 1.5;
  let draws = 0;
  for (let step = 0; step < 50; step++) {
    const expected = new Array<number>(10).fill(0);
    while (position < 10) {
      expected[Math.floor(position)] = 1;
      wordsInto(words, { seed: 9, stream: 3, copy: 0, element: 0, step: draws++ });
      position += 1 - 6 * portable64.log(uniform01(words));
    }
    position -= 10;
    steps(loaded, 1);
    expect(numbers(loaded, "spikes")).toEqual(expected);
  }
  expect(numbers(loaded, "position")).toEqual([position]);
  expect(numbers(loaded, "draws")).toEqual([draws]);
  expect(draws).toBeGreaterThan(30);
});

test("a skip that does not move on is an error instead of an endless loop", () => {
  const made = program({
    arrays: [
      array({ name: "position" }),
      array({ name: "draws", type: "int" }),
      array({ name: "spikes", type: "spikes", role: "scratch", length: 10 }),
    ],
    ops: [
      {
        ...{ kind: "random", id: "random0", phase, how: "skip", stream: 3, count: 10, reads: [] },
        body: body("skip = 0 * u"),
        position: write("p", "position@1", "one"),
        draws: write("n", "draws@1", "one"),
        emit: { list: "spikes", version: 1 },
        origin: "background",
      },
    ],
  });
  expect(() => steps(load(made), 1)).toThrow(/^background: got no way forward/);
});

const push = (from: string, into: string): Op => {
  const [a, b] = [read("", from), read("", into)];
  return { kind: "ring", id: "ring0", phase, from: a, into: b };
};

test("a ring gives values of earlier steps, by a constant lag or one for each edge", () => {
  const made = program({
    arrays: [
      array({ name: "V", initial: reals(10, 20) }),
      array({ name: "past", length: 2, slots: 3, initial: reals(-1, -2, -3, -4, -5, -6) }),
      array({ name: "constant", length: 2 }),
      array({ name: "each", length: 2 }),
      array({ name: "lags", role: "index", initial: ints(0, 1, 2, 0) }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase, count: 2 },
        reads: [read("v", "past@0", "element", { lag: 1 })],
        body: [],
        writes: [write("v", "constant@1")],
      },
      {
        ...{ kind: "gather", id: "gather0", phase },
        layout: { kind: "dense", sources: 2, targets: 2 },
        reads: [read("v", "past@0", "source", { lag: "lags" })],
        body: [],
        writes: [write("v", "each@1", "target")],
      },
      {
        ...{ kind: "map", id: "map1", phase, count: 2 },
        reads: [read("V", "V@0")],
        body: body("V = V + 1"),
        writes: [write("V", "V@1")],
      },
      push("V@1", "past@1"),
    ],
  });
  const loaded = load(made);
  const past = [
    [-1, -2],
    [-3, -4],
    [-5, -6],
  ];
  for (let step = 1; step < 8; step++) {
    steps(loaded, 1);
    expect(numbers(loaded, "constant")).toEqual(past[1]);
    expect(numbers(loaded, "each")).toEqual([
      past[0]![0]! + past[1]![1]!,
      past[2]![0]! + past[0]![1]!,
    ]);
    past.unshift([10 + step, 20 + step]);
    expect(numbers(loaded, "past")).toEqual(past.slice(0, 3).flat());
  }
});

test.each([
  ["sum", (a: number, b: number) => a + b],
  ["mean", (a: number, b: number) => a + b],
  ["min", Math.min],
  ["max", Math.max],
] as const)("reduce by %s joins neighbours in a tree", (fn, join) => {
  const values = odd(9);
  const [a, b, c, d, e, f, g] = values.subarray(1, 8);
  const tree = join(join(join(a!, b!), join(c!, d!)), join(join(e!, f!), g!));
  const made = program({
    arrays: [array({ name: "V", initial: values }), array({ name: "all", length: 2 })],
    ops: [
      {
        ...{ kind: "reduce", id: "reduce0", phase, fn, count: 7 },
        from: read("v", "V@0", "element", { offset: 1 }),
        write: write("all", "all@1", "one", { offset: 1 }),
      },
    ],
  });
  const loaded = load(made);
  steps(loaded, 1);
  expect(numbers(loaded, "all")).toEqual([0, fn === "mean" ? tree / 7 : tree]);
});

test("stop ends a run after the step in which its value is not zero, in any copy", () => {
  const made = program({
    batch: 2,
    arrays: [array({ name: "limit" }), array({ name: "late", length: 1 })],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase, count: 1 },
        reads: [read("limit", "limit@0")],
        body: body("late = step >= limit"),
        writes: [write("late", "late@1")],
      },
      { kind: "stop", id: "stop0", phase, when: read("late", "late@1", "one"), reason: "enough" },
    ],
  });
  const loaded = load(made);
  loaded.writeSync("limit", [100, 4]);
  const stopped = { reason: "enough", step: 4 };
  expect(loaded.runSync(job({ steps: 50 }))).toEqual({ steps: 5, stopped });
  expect(loaded.stepCount).toBe(5);
  loaded.writeSync("limit", [100, 100]);
  expect(loaded.runSync(job({ steps: 50 }))).toEqual({ steps: 50 });
});

test("host functions and io move slices, copy by copy", () => {
  const made = program({
    batch: 2,
    arrays: [
      array({ name: "x", role: "input", length: 3 }),
      array({ name: "h", role: "scratch", length: 4 }),
      array({ name: "y", role: "output", length: 4, initial: 7 }),
    ],
    ops: [
      {
        ...{ kind: "host", id: "host0", phase, name: "f" },
        reads: [{ array: "x", version: 0, offset: 1, count: 2 }],
        writes: [{ array: "h", version: 1, offset: 2, count: 2 }],
      },
      {
        ...{ kind: "io", id: "io0", phase, into: "y", version: 1 },
        pieces: [
          { array: "h", version: 1, offset: 2, count: 2, position: 0 },
          { array: "x", version: 0, offset: 0, count: 1, position: 3 },
        ],
      },
    ],
  });
  const seen: number[] = [];
  const f: HostFunction = (step, [a], [b]) => {
    seen.push(step);
    b![0] = a![0]! + a![1]!;
    b![1] = step;
  };
  const loaded = load(made, new Map([["f", f]]));
  const y = new Float64Array(8);
  loaded.step(reals(1, 2, 3, 4, 5, 6), y);
  expect([...y]).toEqual([5, 0, 7, 1, 11, 0, 7, 4]);
  loaded.step(reals(1, 2, 3, 4, 5, 6), y);
  expect([...y]).toEqual([5, 1, 7, 1, 11, 1, 7, 4]);
  expect(seen).toEqual([0, 0, 1, 1]);
  expect(() => load(made)).toThrow(/needs a function that was not given; got "f"/);
});
