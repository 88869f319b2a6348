import { didYouMean, nearestNames } from "../../../src/util/nearest.js";

const known = ["membraneCapacitance", "membraneConductance", "restingPotential", "V", "tau", "exp"];

test("a misspelt name suggests the name that was meant, nearest first", () => {
  expect(nearestNames("membraneCapacitence", known)[0]).toBe("membraneCapacitance");
  expect(nearestNames("restingPotental", known)).toEqual(["restingPotential"]);
});

test("two swapped letters are one mistake", () => {
  expect(nearestNames("epx", known)).toEqual(["exp"]);
});

test("upper and lower case are nearly the same", () => {
  expect(nearestNames("v", known)).toEqual(["V"]);
  expect(nearestNames("TAU", known)).toEqual(["tau"]);
});

test("a part of a name suggests the whole names", () => {
  expect(nearestNames("membrane", known)).toEqual(["membraneCapacitance", "membraneConductance"]);
});

test("a name unlike all others suggests nothing, and so does a name that is known", () => {
  expect(nearestNames("zebra", known)).toEqual([]);
  expect(nearestNames("q", ["g", "h"])).toEqual([]);
  expect(nearestNames("tau", ["tau"])).toEqual([]);
});

test("at most three names are suggested", () => {
  expect(nearestNames("aaaa", ["aaab", "aaac", "aaad", "aaae"])).toHaveLength(3);
});

test("names of any length and number are handled in bounded time", () => {
  const long = "a".repeat(100_000);
  expect(nearestNames(long, [long.slice(1)])).toEqual([]);
  expect(nearestNames("abcdefgh", Array(50).fill(long))).toEqual([]);
  const many = Array.from({ length: 500_000 }, (_, i) => `neuronNumber${i}`);
  expect(nearestNames("neuronNumber1x", many).length).toBeGreaterThan(0);
});

test("a suggestion quotes the names, and there is none where nothing is near", () => {
  expect(didYouMean("lft", ["left", "right"])).toBe('Did you mean "left"?');
  expect(didYouMean("aab", ["aaa", "aac"])).toBe('Did you mean "aaa" or "aac"?');
  expect(didYouMean("lft", ["xyz"])).toBeUndefined();
});
