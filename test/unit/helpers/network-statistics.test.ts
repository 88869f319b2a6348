// The statistics with which networks are compared, against numbers worked out by hand.

import { fanoOf, meanOf, quantileOf, statisticsOf } from "../../helpers/network-statistics.js";

/** Cell 0 fires every 20 steps, cell 1 after 10 and 30 steps in turn, cell 2 twice, cell 3 never. */
const spikes = [
  ...[100, 120, 140, 160, 180].map((step) => [step, 0] as const),
  ...[100, 110, 140, 150, 180].map((step) => [step, 1] as const),
  ...[101, 199].map((step) => [step, 2] as const),
  ...[50, 200].map((step) => [step, 3] as const),
].sort(([a], [b]) => a - b);
const list = { step: spikes.map(([step]) => step), index: spikes.map(([, index]) => index) };
const window = { cells: 4, dt: 0.5, from: 100, to: 200 };

test("rates count what lies in the window", () => {
  const { spikes: count, rates, rateMean, rateSd } = statisticsOf(list, window);
  expect(count).toBe(12);
  expect(rates).toEqual([100, 100, 40, 0]);
  expect(rateMean).toBe(60);
  expect(rateSd).toBeCloseTo(Math.sqrt((40 ** 2 + 40 ** 2 + 20 ** 2 + 60 ** 2) / 4), 12);
});

test("intervals are those of one cell, and vary only where there are some", () => {
  const { intervals, variations } = statisticsOf(list, window);
  expect(intervals).toEqual([10, 10, 10, 10, 5, 15, 5, 15, 49]);
  expect(variations).toEqual([0, 0.5]);
});

test("quantiles are linear between neighbours", () => {
  expect([0, 0.25, 0.5, 0.9, 1].map((level) => quantileOf([4, 1, 3, 2], level))).toEqual([
    ...[1, 1.75, 2.5],
    ...[expect.closeTo(3.7, 12), 4],
  ]);
});

test("the Fano factor is the variance of the count over its mean", () => {
  const counts = [0, 0, 0, 0, 1].map(
    (_, i) => list.step.filter((s) => Math.floor(s / 20) === 5 + i).length,
  );
  const mean = meanOf(counts);
  const variance = meanOf(counts.map((count) => (count - mean) ** 2));
  expect(fanoOf(list, window, 20)).toBeCloseTo(variance / mean, 12);
});
