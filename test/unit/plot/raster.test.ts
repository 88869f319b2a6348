// Pictures of spikes: complete, bounded, and safe whatever the names are.

import { ValidationError } from "../../../src/errors.js";
import { plotRaster } from "../../../src/index.js";
import type { RasterOptions } from "../../../src/index.js";

const simple: RasterOptions = {
  title: "two groups",
  groups: [
    { name: "exc", size: 4 },
    { name: "inh", size: 2, color: "teal" },
  ],
  spikes: [
    { time: [10, 20, 95], index: [0, 3, 1] },
    { time: [50], index: [1] },
  ],
  duration: 100,
};

/** Strokes of all paths with marks, as start, height and length. */
function strokesOf(svg: string): { x: number; y: number; length: number; colour: string }[] {
  const paths = [...svg.matchAll(/<path d="([^"]*)" stroke="([^"]*)" stroke-width="[\d.]+" fill/g)];
  return paths.flatMap(([, data, colour]) =>
    [...data!.matchAll(/M([\d.]+) ([\d.]+)h(\d+)/g)].map(([, x, y, length]) => ({
      ...{ x: Number(x), y: Number(y), length: Number(length) },
      colour: colour!,
    })),
  );
}

test("the picture names its axes with units, its title and its groups", () => {
  const svg = plotRaster(simple);
  for (const text of ["two groups", "time [ms]", "neuron [number]", ">exc<", ">inh<"]) {
    expect(svg).toContain(text);
  }
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 800 320"/);
  expect(svg.match(/<\/svg>/g)).toHaveLength(1);
});

test("each spike is a mark at its time and its neuron, in the colour of its group", () => {
  const strokes = strokesOf(plotRaster(simple)).sort((a, b) => a.x - b.x);
  // 618 pixels for 100 ms from 150 on, 240 pixels for 6 neurons from 276 upwards.
  expect(strokes).toEqual([
    { x: 150 + 61, y: 276 - 20, length: 1, colour: "#0072b2" },
    { x: 150 + 123, y: 276 - 140, length: 1, colour: "#0072b2" },
    { x: 150 + 309, y: 276 - 220, length: 1, colour: "teal" },
    { x: 150 + 587, y: 276 - 60, length: 1, colour: "#0072b2" },
  ]);
});

test("one record may count through all groups", () => {
  const spikes = { time: [10, 20, 95, 50], index: [0, 3, 1, 5] };
  expect(plotRaster({ ...simple, spikes })).toBe(plotRaster(simple));
});

test("steps are an axis of their own, and a range is a part of the time", () => {
  const groups = [{ name: "a", size: 1 }];
  const steps = plotRaster({ title: "t", groups, spikes: { step: [3, 9], index: [0, 0] } });
  expect(steps).toContain(">step<");
  expect(steps).not.toContain("time [ms]");
  expect(strokesOf(steps)).toHaveLength(2);
  const spikes = { time: [1, 2, 3, 4], index: [0, 0, 0, 0] };
  expect(strokesOf(plotRaster({ title: "t", groups, spikes, range: [2, 3] }))).toHaveLength(2);
});

test("a dense raster has at most one mark for each pixel, and neighbours are one stroke", () => {
  const count = 2_000_000;
  const neurons = 50_000;
  const time = Float64Array.from({ length: count }, (_, i) => (i * 7919) % 1000);
  const index = Int32Array.from({ length: count }, (_, i) => (i * 104_729) % neurons);
  const groups = [{ name: "all", size: neurons }];
  const dense = plotRaster({ title: "dense", groups, spikes: { time, index }, duration: 1000 });
  expect(dense.length).toBeLessThan(1_500_000);
  const strokes = strokesOf(dense);
  const pixels = new Set<number>();
  let drawn = 0;
  for (const { x, y, length } of strokes) {
    drawn += length;
    for (let i = 0; i < length; i++) pixels.add((x + i) * 10_000 + y);
  }
  expect(drawn).toBe(pixels.size);
  expect(drawn).toBeLessThanOrEqual(618 * 240);
  const full = { time: time.map((_, i) => i / 2000), index: index.fill(0) };
  const line = plotRaster({ title: "full", groups, spikes: full, duration: 1000 });
  expect(strokesOf(line)).toEqual([{ x: 150, y: 275.5, length: 618, colour: "#0072b2" }]);
});

test("many groups have names as far as there is room", () => {
  const groups = Array.from({ length: 20_000 }, (_, i) => ({ name: `group ${i}`, size: 3 }));
  const svg = plotRaster({ title: "many", groups, spikes: { time: [], index: [] } });
  expect(svg.length).toBeLessThan(20_000);
  expect(svg.match(/group \d+/g)!.length).toBeGreaterThan(10);
});

test("no neurons, no groups and no spikes are drawn as nothing", () => {
  const none = { time: [], index: [] };
  for (const groups of [[], [{ name: "empty", size: 0 }], [{ name: "quiet", size: 3 }]]) {
    const svg = plotRaster({ title: "t", groups, spikes: none });
    expect(strokesOf(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test.each([
  ["markup", "</svg><script>alert(1)</script>"],
  ["the end of a comment and of a template", "*/ --> ${x} `"],
  ["quotes", "\"'&<>"],
  ["characters that XML cannot hold", "\u2028\u0000\ud800"],
  ["marks of direction", "\u202etfel\u200f"],
  ["a megabyte", "x".repeat(1e6)],
])("a name with %s stays text", (_kind, name) => {
  const svg = plotRaster({
    title: name,
    groups: [{ name, size: 1, color: name }],
    spikes: [{ time: [1], index: [0] }],
  });
  expect(/<script|[\u2028\u0000\ud800]/.test(svg)).toBe(false);
  expect(svg.length).toBeLessThan(10_000);
  expect(svg.match(/<\/svg>/g)).toHaveLength(1);
  expect(strokesOf(svg)).toHaveLength(1);
});

test("a long name is cut, and whole in its title", () => {
  const name = "the long name of a population";
  const svg = plotRaster({
    title: "t",
    groups: [{ name, size: 1 }],
    spikes: { time: [], index: [] },
  });
  expect(svg).toContain(`>the long na…<title>${name}</title>`);
});

const wrong: readonly (readonly [string, Partial<RasterOptions>, RegExp])[] = [
  [
    "times of another length",
    { spikes: { time: [1], index: [0, 1] } },
    /each spike needs a time or a step; got 1, allowed 2/,
  ],
  ["neither times nor steps", { spikes: { index: [0] } }, /each spike needs a time or a step/],
  [
    "a neuron that is not there",
    { spikes: { time: [1], index: [6] } },
    /index\[0\]: there is no such neuron; got 6, allowed 0 to 5/,
  ],
  ["a negative neuron", { spikes: { time: [1], index: [-1] } }, /no such neuron/],
  ["half a neuron", { spikes: { time: [1], index: [0.5] } }, /no such neuron/],
  [
    "a neuron of another group",
    {
      spikes: [
        { time: [], index: [] },
        { time: [1], index: [2] },
      ],
    },
    /spikes of inh, index\[0\]: .* allowed 0 to 1/,
  ],
  [
    "a time that is none",
    { spikes: { time: [NaN], index: [0] } },
    /spike 0: a time must be a finite number/,
  ],
  [
    "a record too few",
    { spikes: [{ time: [], index: [] }] },
    /each group needs its spikes; got 1, allowed 2/,
  ],
  [
    "times and steps",
    {
      spikes: [
        { time: [], index: [] },
        { step: [], index: [] },
      ],
    },
    /some have times/,
  ],
  [
    "a group without a size",
    { groups: [{ name: "a", size: 1.5 }] },
    /group a: a group needs a size; got 1\.5/,
  ],
  ["a duration and a range", { range: [0, 1] }, /the time axis has two lengths/],
  ["a range backwards", { duration: -1 }, /needs a beginning and an end/],
  ["an endless range", { duration: Infinity }, /needs a beginning and an end/],
  ["no width", { width: 0 }, /width: the picture needs a size; got 0, allowed 200 to 10000/],
  ["an endless height", { height: Infinity }, /height: the picture needs a size/],
];
test.each(wrong)("%s is refused", (_what, changed, message) => {
  const draw = (): string => plotRaster({ ...simple, ...changed });
  expect(draw).toThrow(ValidationError);
  expect(draw).toThrow(message);
});

test("axes far from 0 end", () => {
  const groups = [{ name: "a", size: 1 }];
  const spikes = { time: [1e17], index: [0] };
  const svg = plotRaster({ title: "t", groups, spikes, range: [1e17, 1e17 + 16] });
  expect(svg.length).toBeLessThan(5000);
  expect(plotRaster({ title: "t", groups, spikes, range: [5, 5] })).not.toContain("NaN");
});
