// The figures of the benchmarks: well-formed, in their frame, and logarithmic where they say so.

import { readFileSync } from "node:fs";
import { barChart, lineChart } from "../../benchmarks/harness/chart.js";
import { allElements, parseXml } from "../helpers/xml.js";

const chart = lineChart({
  ...{ title: "a < b & c", x: "neurons", y: "time", showY: (value) => `${value} ms` },
  lines: [
    {
      name: "measured",
      points: [
        [10, 1],
        [100, 10],
        [1000, 100],
        [10_000, 1e9],
      ],
    },
    {
      name: "computed",
      points: [
        [10, 2],
        [1000, 20],
      ],
      isComputed: true,
    },
  ],
  mostY: 1000,
});
const elementsOf = (svg: string, name: string) =>
  allElements(parseXml(svg)).filter((element) => element.name === name);
const numbers = (svg: string, name: string, key: string): number[] =>
  elementsOf(svg, name).map(({ attributes }) => Number(attributes[key]));

test("equal ratios are equal distances, and what is above the limit is left out", () => {
  const [across, up] = [numbers(chart, "circle", "cx"), numbers(chart, "circle", "cy")];
  expect(across).toHaveLength(3);
  expect(across[1]! - across[0]!).toBeCloseTo(across[2]! - across[1]!, 0);
  expect(up[0]! - up[1]!).toBeCloseTo(up[1]! - up[2]!, 0);
  for (const x of across) expect(x > 90 && x < 800).toBe(true);
  for (const y of up) expect(y > 50 && y < 400).toBe(true);
});

test("both axes and all lines are named, and names cannot break the picture", () => {
  expect(chart).toContain("a &lt; b &amp; c");
  for (const text of ["neurons", "time", "measured", "computed", "10 ms"]) {
    expect(chart).toContain(`>${text}</text>`);
  }
});

test("bars are as long as their values", () => {
  const bars = barChart({
    ...{ title: "bytes", x: "bytes" },
    bars: [8, 4, 2].map((value) => ({ name: `${value}`, group: "ours", value })),
  });
  const [, longest, half, quarter] = numbers(bars, "rect", "width");
  expect(half! / longest!).toBeCloseTo(0.5);
  expect(quarter! / longest!).toBeCloseTo(0.25);
});

test("the figures on the page about performance are there", () => {
  const names = readFileSync("docs/performance.md", "utf8").matchAll(
    /\]\((images\/[\w-]+\.svg)\)/g,
  );
  const files = Array.from(names, ([, file]) => readFileSync(`docs/${file!}`, "utf8"));
  expect(files).toHaveLength(5);
  for (const file of files) expect(elementsOf(file, "text").length).toBeGreaterThan(4);
});
