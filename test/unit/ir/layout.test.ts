// Every layout against the plainest way to write its definition down, in both directions and in the
// order that sums and deliveries depend on.
import {
  edgesOf,
  forEachEdgeOfSource,
  forEachEdgeOfTarget,
  indexArraysOf,
  sourcesOf,
  targetsOf,
  visitsOf,
} from "../../../src/ir/layout.js";
import { array, program } from "../../../src/ir/build.js";
import type { Layout } from "../../../src/ir/program.js";

type Edge = readonly [source: number, target: number, edge: number];

const ints = (text: string): Int32Array => Int32Array.from(text.split(" "), Number);

const arrays = new Map([
  ["start", ints("0 2 2 5")],
  ["other", ints("1 0 0 0 1")],
  ["edge", ints("4 3 2 1 0")],
]);

const csr = {
  kind: "csr",
  sources: 2,
  targets: 3,
  edges: 5,
  start: "start",
  other: "other",
} as const;

/** All grid points of a shape, row-major. */
function points(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((one) => Array.from({ length: size }, (_, i) => [...one, i])),
    [[]],
  );
}

const flat = (shape: readonly number[], point: readonly number[]): number =>
  point.reduce((sum, x, d) => sum * shape[d]! + x, 0);

const inside = (shape: readonly number[], point: readonly number[]): boolean =>
  point.every((x, d) => x >= 0 && x < shape[d]!);

function stencilEdges(shape: readonly number[], kernel: readonly number[]): Edge[] {
  return points(shape).flatMap((target) =>
    points(kernel).flatMap((tap): Edge[] => {
      const source = target.map((x, d) => x + tap[d]! - Math.floor(kernel[d]! / 2));
      if (!inside(shape, source)) return [];
      return [[flat(shape, source), flat(shape, target), flat(kernel, tap)]];
    }),
  );
}

type Convolution = Extract<Layout, { kind: "convolution" }>;

function convolutionEdges(c: Convolution): Edge[] {
  const depth = c.channels / c.groups;
  return points([...c.output, c.filters]).flatMap((target) =>
    points([...c.kernel, depth]).flatMap((tap): Edge[] => {
      const filter = target.at(-1)!;
      const group = Math.floor(filter / (c.filters / c.groups));
      const place = c.kernel.map((_, d) => target[d]! * c.strides[d]! - c.pad[d]! + tap[d]!);
      if (!inside(c.input, place)) return [];
      const source = flat(c.input, place) * c.channels + group * depth + tap.at(-1)!;
      const edge = flat([...c.kernel, depth], tap) * c.filters + filter;
      return [[source, flat([...c.output, c.filters], target), edge]];
    }),
  );
}

const dense = (sources: number, targets: number): Edge[] =>
  points([targets, sources]).map(([t, s]): Edge => [s!, t!, t! * sources + s!]);

const image: Convolution = {
  kind: "convolution",
  input: [5, 4],
  output: [3, 2],
  kernel: [3, 2],
  strides: [2, 2],
  pad: [1, 0],
  channels: 4,
  filters: 6,
  groups: 2,
};

/** Each layout with its edges in the order in which targets sum them. */
const cases: readonly (readonly [string, Layout, readonly Edge[]])[] = [
  ["dense", { kind: "dense", sources: 3, targets: 2 }, dense(3, 2)],
  ["diagonal", { kind: "diagonal", count: 3 }, [0, 1, 2].map((i): Edge => [i, i, i])],
  [
    "segments",
    { kind: "segments", targets: 2, size: 3 },
    [0, 1, 2, 3, 4, 5].map((i): Edge => [i, Math.floor(i / 3), i]),
  ],
  [
    "block",
    { kind: "block", blocks: 2, sources: 3, targets: 2 },
    [0, 1].flatMap((b) => dense(3, 2).map(([s, t, e]): Edge => [3 * b + s, 2 * b + t, 6 * b + e])),
  ],
  [
    "rows of targets",
    { ...csr, rows: "target" },
    [
      [1, 0, 0],
      [0, 0, 1],
      [0, 2, 2],
      [0, 2, 3],
      [1, 2, 4],
    ],
  ],
  [
    "rows of targets with numbered edges",
    { ...csr, rows: "target", edge: "edge" },
    [
      [1, 0, 4],
      [0, 0, 3],
      [0, 2, 2],
      [0, 2, 1],
      [1, 2, 0],
    ],
  ],
  ["stencil in 1-D", { kind: "stencil", shape: [5], kernel: [3] }, stencilEdges([5], [3])],
  [
    "stencil, even",
    { kind: "stencil", shape: [4, 3], kernel: [2, 3] },
    stencilEdges([4, 3], [2, 3]),
  ],
  [
    "stencil in 3-D",
    { kind: "stencil", shape: [3, 2, 4], kernel: [3, 1, 5] },
    stencilEdges([3, 2, 4], [3, 1, 5]),
  ],
  ["convolution", image, convolutionEdges(image)],
  [
    "uniform",
    { kind: "uniform", sources: 2, targets: 2 },
    dense(2, 2).map(([s, t]): Edge => [s, t, -1]),
  ],
];

function fromTargets(layout: Layout, target: number): Edge[] {
  const found: Edge[] = [];
  forEachEdgeOfTarget(layout, arrays, target, (source, edge) => found.push([source, target, edge]));
  return found;
}

function fromSources(layout: Layout, source: number): Edge[] {
  const found: Edge[] = [];
  forEachEdgeOfSource(layout, arrays, source, (target, edge) => found.push([source, target, edge]));
  return found;
}

test.each(cases)("%s: targets meet their edges as listed", (_name, layout, edges) => {
  for (let target = 0; target < targetsOf(layout); target++) {
    expect(fromTargets(layout, target)).toEqual(edges.filter(([, t]) => t === target));
  }
});

test.each(cases)("%s: sources meet ascending targets, then edges", (_name, layout, edges) => {
  const order = (a: Edge, b: Edge): number => a[1] - b[1] || a[2] - b[2];
  for (let source = 0; source < sourcesOf(layout); source++) {
    const own = edges.filter(([s]) => s === source).sort(order);
    expect(fromSources(layout, source)).toEqual(own);
  }
});

test.each(cases)("%s: sizes cover what is met", (_name, layout, edges) => {
  expect(visitsOf(layout)).toBeGreaterThanOrEqual(edges.length);
  expect(Math.max(...edges.map(([s]) => s))).toBeLessThan(sourcesOf(layout));
  expect(Math.max(...edges.map(([, t]) => t))).toBeLessThan(targetsOf(layout));
  expect(Math.max(...edges.map(([, , e]) => e))).toBe(edgesOf(layout) - 1);
});

test("rows of sources deliver as listed, and targets sum ascending sources, then edges", () => {
  const layout: Layout = { ...csr, rows: "source", sources: 3, targets: 2, edge: "edge" };
  expect([0, 1, 2].map((source) => fromSources(layout, source))).toEqual([
    [
      [0, 1, 4],
      [0, 0, 3],
    ],
    [],
    [
      [2, 0, 2],
      [2, 0, 1],
      [2, 1, 0],
    ],
  ]);
  expect([0, 1].map((target) => fromTargets(layout, target))).toEqual([
    [
      [0, 0, 3],
      [2, 0, 1],
      [2, 0, 2],
    ],
    [
      [0, 1, 4],
      [2, 1, 0],
    ],
  ]);
});

test("other arrays behind the same layout are noticed", () => {
  const layout: Layout = { ...csr, rows: "source", sources: 3, targets: 2 };
  expect(fromTargets(layout, 0)).toHaveLength(3);
  const other = new Map(arrays).set("other", ints("1 1 1 1 1"));
  const found: number[] = [];
  forEachEdgeOfTarget(layout, other, 1, (source) => found.push(source));
  expect(found).toEqual([0, 0, 2, 2, 2]);
});

test("index arrays of a Program include those filled with one number", () => {
  const made = program({
    arrays: [
      array({ name: "start", role: "index", initial: ints("0 1 2") }),
      array({ name: "ends", role: "index", length: 2, initial: 1 }),
      array({ name: "V" }),
    ],
    ops: [],
  });
  const found = indexArraysOf(made);
  expect([...found.keys()]).toEqual(["start", "ends"]);
  expect([...found.get("ends")!]).toEqual([1, 1]);
});
