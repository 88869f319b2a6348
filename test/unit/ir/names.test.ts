// Names of pools are those that the user's things would have one by one, in the order of the network.

import { allNames, nameOf, repeatedPaths } from "../../../src/ir/names.js";
import type { Named, NamedPool, NamedValue } from "../../../src/ir/program.js";

const single = (path: string, rank?: number): NamedValue => ({
  ...{ path, array: "A", offset: 0, count: 2, shape: [2], kind: "state" },
  ...(rank !== undefined && { rank }),
});
const pool = (
  symbol: string,
  names: readonly string[],
  given: Partial<NamedPool> = {},
): NamedPool => ({
  ...{ array: "P", offset: 3, count: names.length, shape: [names.length], kind: "state" },
  members: { symbol, names, ranks: names.map((_, i) => 2 * i) },
  ...given,
});
const paths = (...names: Named[]): string[] => allNames({ names }).map(({ path }) => path);

test("members of pools stand among the others by rank, and keep their order where it is the same", () => {
  const owners = ["a", "b"];
  expect(paths(pool("V", owners), single("x.V", 1), pool("W", owners), single("y.V", 2))).toEqual([
    ...["a.V", "a.W", "x.V", "b.V", "b.W", "y.V"],
  ]);
  expect(paths(single("x.V"), single("a.V"))).toEqual(["x.V", "a.V"]);
});

test("each member has its own place, value and shape", () => {
  const names = ["a", "b"];
  const ranks = [0, 1];
  const shapes = [[1], [1, 1]];
  const order = Int32Array.of(4, 7);
  const unit = "mV";
  const list = [
    pool("V", names, { members: { symbol: "V", names, ranks, shapes }, unit }),
    pool("g", names, { order }),
    pool("tau", names, { count: 1, shape: [] }),
    pool("c", names, { array: "", kind: "constant", offset: 0, values: Float64Array.of(5, 6) }),
    pool("d", names, { array: "", kind: "constant", offset: 0, values: 9, count: 1, shape: [] }),
  ];
  const second = allNames({ names: list }).slice(5);
  const common = { count: 1, kind: "state", array: "P", shape: [] };
  expect(second).toEqual([
    { ...common, path: "b.V", offset: 4, shape: [1, 1], unit },
    { ...common, path: "b.g", offset: 10 },
    { ...common, path: "b.tau", offset: 3 },
    { ...common, path: "b.c", array: "", kind: "constant", offset: 0, values: 6 },
    { ...common, path: "b.d", array: "", kind: "constant", offset: 0, values: 9 },
  ]);
});

test("paths that two values have are found, also where a point is part of a name", () => {
  const ab = ["a", "b"];
  expect(repeatedPaths([pool("V", ab), pool("W", ab), single("c.V")])).toEqual([]);
  expect(repeatedPaths([single("c.V"), single("c.V"), pool("V", ab)])).toEqual(["c.V"]);
  expect(repeatedPaths([single("b.V"), pool("V", ab)])).toEqual(["b.V"]);
  expect(repeatedPaths([pool("V", ab), pool("V", ab)])).toEqual(["a.V", "b.V"]);
  expect(repeatedPaths([pool("V", ab), pool("V", ["b", "c"])])).toEqual(["b.V"]);
  expect(repeatedPaths([pool("V", ["a", "a"])])).toEqual(["a.V"]);
  expect(repeatedPaths([pool("n.V", ["a"]), pool("V", ["a.n"])])).toEqual(["a.n.V"]);
  expect(repeatedPaths([pool("n.V", ["a"]), pool("V", ["n"])])).toEqual([]);
});

test("messages name a pool by its first member", () => {
  expect(nameOf(pool("V", ["a", "b"]))).toBe("a.V");
  expect(nameOf(single("c.V"))).toBe("c.V");
});
