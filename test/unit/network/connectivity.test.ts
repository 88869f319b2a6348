// Edges are counted and enumerated in one canonical order.

import fc from "fast-check";
import {
  edgeCount,
  forEachEdge,
  isMirrored,
  tapBetween,
  valueCount,
} from "../../../src/network/connectivity.js";
import type { Connectivity } from "../../../src/network/types.js";
import { gap, graded } from "./fixtures.js";

const extent = (...shape: readonly number[]) => ({
  shape,
  size: shape.reduce((product, length) => product * length, 1),
});
type Extent = ReturnType<typeof extent>;

function edgesOf(connectivity: Connectivity, source: Extent, target: Extent): number[][] {
  const edges: number[][] = [];
  forEachEdge({ connectivity }, source, target, (...edge) => edges.push(edge));
  return edges;
}

test("all-to-all visits targets, then sources, and numbers edges target * sources + source", () => {
  const edges = edgesOf({ kind: "all-to-all" }, extent(2), extent(3));
  expect(edges.map(([s, t]) => [t, s])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ]);
  expect(edges.map((edge) => edge[2])).toEqual([0, 1, 2, 3, 4, 5]);
});

test("one-to-one joins neurons of equal number", () => {
  expect(edgesOf({ kind: "one-to-one" }, extent(3), extent(3))).toEqual([
    [0, 0, 0],
    [1, 1, 1],
    [2, 2, 2],
  ]);
});

test("a matrix leaves out entries without a synapse but keeps the numbers of the others", () => {
  const connectivity: Connectivity = { kind: "matrix", present: Uint8Array.from([1, 0, 0, 1]) };
  expect(edgesOf(connectivity, extent(2), extent(2))).toEqual([
    [0, 0, 0],
    [1, 1, 3],
  ]);
  expect(edgeCount(connectivity, extent(2), extent(2))).toBe(2);
  expect(valueCount(connectivity, extent(2), extent(2))).toBe(4);
});

test("a list of edges keeps its order and its duplicates", () => {
  const connectivity: Connectivity = {
    kind: "edges",
    sources: Int32Array.from([1, 0, 1]),
    targets: Int32Array.from([0, 2, 0]),
  };
  expect(edgesOf(connectivity, extent(2), extent(3))).toEqual([
    [1, 0, 0],
    [0, 2, 1],
    [1, 0, 2],
  ]);
});

test("a pattern is a correlation that ends at the edge of the grid", () => {
  const edges = edgesOf({ kind: "pattern", kernel: [3] }, extent(3), extent(3));
  expect(edges).toEqual([
    [0, 0, 1],
    [1, 0, 2],
    [0, 1, 0],
    [1, 1, 1],
    [2, 1, 2],
    [1, 2, 0],
    [2, 2, 1],
  ]);
});

test("a pattern on two axes follows the formula of the specification", () => {
  const shape = [4, 5] as const;
  const kernel = [3, 5] as const;
  const found = new Map(
    edgesOf({ kind: "pattern", kernel }, extent(...shape), extent(...shape)).map(([s, d, tap]) => [
      `${s} ${d}`,
      tap,
    ]),
  );
  for (let d = 0; d < 20; d += 1) {
    for (let s = 0; s < 20; s += 1) {
      const row = Math.floor(s / 5) - Math.floor(d / 5) + 1;
      const column = (s % 5) - (d % 5) + 2;
      const isInside = row >= 0 && row < 3 && column >= 0 && column < 5;
      expect(found.get(`${s} ${d}`)).toBe(isInside ? row * 5 + column : undefined);
    }
  }
});

test("the count of edges, the visit and the tap between two neurons agree on any grid", () => {
  const lengths = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 })),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(lengths, (axes) => {
      const grid = extent(...axes.map(([length]) => length));
      const kernel = axes.map(([, half]) => 2 * half + 1);
      const edges = edgesOf({ kind: "pattern", kernel }, grid, grid);
      expect(edgeCount({ kind: "pattern", kernel }, grid, grid)).toBe(edges.length);
      for (const [source = 0, target = 0, tap] of edges) {
        expect(tapBetween(source, target, grid.shape, kernel)).toBe(tap);
      }
      expect(new Set(edges.map(([s, t]) => `${s} ${t}`)).size).toBe(edges.length);
    }),
  );
});

test("there is no tap between neurons that are too far apart", () => {
  expect(tapBetween(0, 4, [5], [3])).toBe(-1);
  expect(tapBetween(4, 0, [5], [3])).toBe(-1);
  expect(tapBetween(1, 2, [5], [3])).toBe(0);
});

test("symmetric synapses inside a population have both directions among their edges, except in lists", () => {
  const inside = { source: 0, target: 0, connectivity: { kind: "all-to-all" } } as const;
  expect(isMirrored({ ...inside, synapse: gap() })).toBe(true);
  expect(isMirrored({ ...inside, target: 1, synapse: gap() })).toBe(false);
  expect(isMirrored({ ...inside, synapse: graded() })).toBe(false);
  const list = { kind: "edges", sources: new Int32Array(1), targets: new Int32Array(1) } as const;
  expect(isMirrored({ ...inside, synapse: gap(), connectivity: list })).toBe(false);
});
