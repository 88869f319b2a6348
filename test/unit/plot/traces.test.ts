// Pictures of traces: complete, small, and safe whatever the names are.

import { ValidationError } from "../../../src/errors.js";
import { ticks } from "../../../src/plot/svg.js";
import { plotTraces } from "../../../src/plot/traces.js";

const time = Float64Array.from({ length: 100_000 }, (_, i) => i * 0.1);
const wave = time.map((t) => Math.sign((t % 700) - 350));

test("a long run is drawn with at most two points for each pixel column", () => {
  const svg = plotTraces({
    title: "wave",
    time,
    traces: [{ name: "a", values: wave }],
    label: "V",
  });
  const points = /points="([^"]*)"/.exec(svg)![1]!.trim().split(/\s+/);
  expect(points.length).toBeLessThanOrEqual(2 * 2 * 800);
  const heights = new Set(points.filter((_, i) => i % 2 === 1));
  expect(heights.size).toBeGreaterThanOrEqual(2);
});

test("the picture names its axes and traces", () => {
  const traces = [{ name: "left.V", values: [1, 2] }];
  const svg = plotTraces({ title: "both", time: [0, 1], traces, label: "V [mV]" });
  for (const text of ["both", "time [ms]", "V [mV]", "left.V"]) expect(svg).toContain(text);
});

test.each([
  ["markup", "</svg><script>alert(1)</script>"],
  ["quotes", "\"'&<>"],
  ["characters that XML cannot hold", "\u2028\u0000\ud800"],
  ["a megabyte", "x".repeat(1e6)],
])("a name with %s stays text", (_kind, name) => {
  const svg = plotTraces({ title: name, time: [0], traces: [{ name, values: [1] }], label: name });
  expect(/<script|[\u2028\u0000\ud800]/.test(svg)).toBe(false);
  expect(svg.length).toBeLessThan(10_000);
  expect(svg.match(/<\/svg>/g)).toHaveLength(1);
});

test("a name with a character of two units is kept", () => {
  const svg = plotTraces({ title: "🧠", time: [0], traces: [], label: "V" });
  expect(svg).toContain("🧠");
});

test("a trace of another length than the times is refused by name", () => {
  const draw = (): string =>
    plotTraces({ title: "t", time: [0, 1], traces: [{ name: "left", values: [1] }], label: "V" });
  expect(draw).toThrow(ValidationError);
  expect(draw).toThrow(/trace left.*got 1, allowed 2/);
});

test.each([
  [0, 10, [0, 2, 4, 6, 8, 10]],
  [-7.4, 32.3, [0, 10, 20, 30]],
  [0, 0.003, [0, 0.001, 0.002, 0.003]],
  [5, 5, [5]],
])("ticks from %p to %p are round numbers", (low, high, expected) => {
  expect(ticks(low, high, 5)).toEqual(expected);
});

test.each([
  [1e17, 1e17 + 16],
  [-1e300, 1e300],
  [1e-320, 2e-320],
])("ticks from %p to %p come to an end", (low, high) => {
  const found = ticks(low, high, 5);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(60);
});

test("values that are equal and far from 0 are drawn", () => {
  const traces = [{ name: "a", values: [1e18, 1e18] }];
  const svg = plotTraces({ title: "t", time: [0, 1], traces, label: "V" });
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test("a long name is cut in the legend, and whole where viewers show it", () => {
  const name = `leg/${"flexor".repeat(4)}.V`;
  const traces = [{ name, values: [0, 1] }];
  const svg = plotTraces({ title: "t", time: [0, 1], traces, label: "V" });
  expect(svg).toContain(`>leg/flexorflexor…<title>${name}</title></text>`);
});

test.each([
  [{ width: 0 }, /width: the picture needs a size; got 0, allowed 200 to 10000 pixels/],
  [{ height: NaN }, /height: .*got NaN, allowed 120 to 10000 pixels/],
  [{ width: '1"><script>' as never }, /width: the picture needs a size/],
])("a picture of the size %j is refused", (size, message) => {
  const draw = (): string => plotTraces({ title: "t", time: [0], traces: [], label: "V", ...size });
  expect(draw).toThrow(message);
});
