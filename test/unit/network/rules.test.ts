// What rules draw: exact numbers, the right chances, and the same synapses for the same seed.

import fc from "fast-check";
import { rules } from "../../../src/index.js";
import type { CompressedRows, Rule } from "../../../src/index.js";

type Sizes = Parameters<typeof rules.draw>[1];

/** Pairs as texts, in order. */
function pairsOf({ start, targets }: CompressedRows): [number, number][] {
  const pairs: [number, number][] = [];
  for (let source = 0; source < start.length - 1; source += 1) {
    for (let edge = start[source]!; edge < start[source + 1]!; edge += 1) {
      pairs.push([source, targets[edge]!]);
    }
  }
  return pairs;
}

const differentPairs = (rows: CompressedRows): number =>
  new Set(pairsOf(rows).map((pair) => pair.join())).size;

function inDegrees({ targets }: CompressedRows, count: number): Int32Array {
  const degrees = new Int32Array(count);
  for (const target of targets) degrees[target]! += 1;
  return degrees;
}
const outDegrees = ({ start }: CompressedRows): number[] =>
  Array.from(start.subarray(1), (end, source) => end - start[source]!);

/** Sum of squared deviations from the mean, each divided by the mean: chi-squared where all are equal. */
function chiSquared(counts: ArrayLike<number>): number {
  const list = Array.from(counts);
  const mean = list.reduce((sum, count) => sum + count, 0) / list.length;
  return list.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** A chi-squared value with so many degrees of freedom, as a number of standard deviations. */
const deviations = (value: number, freedom: number): number =>
  Math.abs(value - freedom) / Math.sqrt(2 * freedom);

const drawing = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  projection: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  allowSelfConnections: fc.boolean(),
});
const anyRule: fc.Arbitrary<Rule> = fc
  .tuple(fc.nat(3), fc.nat(6), drawing, fc.boolean())
  .map(([kind, size, more, allowMultapses]): Rule => {
    if (kind === 0) return { rule: "fixed-probability", probability: size / 6, ...more };
    const chance = { allowMultapses, ...more };
    if (kind === 1) return { rule: "fixed-in-degree", inDegree: size, ...chance };
    if (kind === 2) return { rule: "fixed-out-degree", outDegree: size, ...chance };
    return { rule: "fixed-total-number", number: size * 3, ...chance };
  });

test("what is drawn are rows in order, of neurons that exist, and always the same", () => {
  const sizes = fc.record({
    sources: fc.integer({ min: 7, max: 12 }),
    targets: fc.integer({ min: 7, max: 12 }),
    recurrent: fc.boolean(),
  });
  fc.assert(
    fc.property(anyRule, sizes, (rule, { sources, targets, recurrent }) => {
      const size: Sizes = { sources, targets: recurrent ? sources : targets, recurrent };
      const drawn = rules.draw(rule, size);
      const pairs = pairsOf(drawn);
      expect(drawn.start).toHaveLength(size.sources + 1);
      expect([drawn.start[0], drawn.start.at(-1)]).toEqual([0, drawn.targets.length]);
      expect(outDegrees(drawn).every((degree) => degree >= 0)).toBe(true);
      expect(pairs.every(([, target]) => target >= 0 && target < size.targets)).toBe(true);
      const isAscending = pairs.every(
        ([source, target], i) => i === 0 || pairs[i - 1]![0] < source || pairs[i - 1]![1] <= target,
      );
      expect(isAscending).toBe(true);
      const { allowMultapses = false, allowSelfConnections } = rule as {
        readonly allowMultapses?: boolean;
        readonly allowSelfConnections?: boolean;
      };
      if (!allowMultapses) expect(differentPairs(drawn)).toBe(pairs.length);
      if (recurrent && allowSelfConnections === false) {
        expect(pairs.every(([source, target]) => source !== target)).toBe(true);
      }
      expect(rules.draw(rule, size)).toEqual(drawn);
    }),
  );
});

test("degrees and total numbers are exact", () => {
  const sizes = { sources: 40, targets: 30 };
  for (const allowMultapses of [true, false]) {
    const inwards = rules.draw(rules.fixedInDegree({ inDegree: 7, allowMultapses }), sizes);
    expect(new Set(inDegrees(inwards, 30))).toEqual(new Set([7]));
    const outwards = rules.draw(rules.fixedOutDegree({ outDegree: 9, allowMultapses }), sizes);
    expect(new Set(outDegrees(outwards))).toEqual(new Set([9]));
    const total = rules.fixedTotalNumber({ number: 500, allowMultapses });
    expect(rules.draw(total, sizes).targets).toHaveLength(500);
  }
});

test("without multapses all pairs but a few, and all of them, can be drawn", () => {
  const sizes = { sources: 20, targets: 20, recurrent: true };
  const once = { allowMultapses: false, allowSelfConnections: false } as const;
  for (const number of [0, 1, 189, 190, 191, 379, 380]) {
    const drawn = rules.draw(rules.fixedTotalNumber({ number, ...once }), sizes);
    expect(drawn.targets).toHaveLength(number);
    expect(differentPairs(drawn)).toBe(number);
  }
  const all = rules.draw(rules.allToAll({ allowSelfConnections: false }), sizes);
  for (const rule of [
    rules.fixedTotalNumber({ number: 380, ...once }),
    rules.fixedInDegree({ inDegree: 19, ...once }),
    rules.fixedOutDegree({ outDegree: 19, ...once }),
    rules.fixedProbability({ probability: 1, allowSelfConnections: false }),
  ]) {
    expect(rules.draw(rule, sizes)).toEqual(all);
  }
});

test("probabilities of 0 and 1 are certain", () => {
  const sizes = { sources: 3, targets: 4 };
  expect(rules.draw(rules.fixedProbability({ probability: 0 }), sizes)).toEqual({
    start: Int32Array.from([0, 0, 0, 0]),
    targets: new Int32Array(0),
  });
  const all = rules.draw(rules.fixedProbability({ probability: 1 }), sizes);
  expect(pairsOf(all)).toHaveLength(12);
  expect(all).toEqual(rules.draw(rules.allToAll(), sizes));
});

test("one-to-one is drawn, too", () => {
  const drawn = rules.draw(rules.oneToOne(), { sources: 3, targets: 3 });
  expect(pairsOf(drawn)).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
});

test.each([0.9, 0.3, 0.02, 0.0005])("every pair has the probability %d", (probability) => {
  const [sources, targets] = [2_000, 500];
  const drawn = rules.draw(rules.fixedProbability({ probability, seed: 3 }), { sources, targets });
  const edges = drawn.targets.length;
  const pairs = sources * targets;
  const spread = Math.sqrt(pairs * probability * (1 - probability));
  expect(Math.abs(edges - pairs * probability)).toBeLessThan(4 * spread);
  // Binomial counts vary less than Poisson ones.
  const freedom = (count: number): number => (count - 1) * (1 - probability);
  const byTarget = chiSquared(inDegrees(drawn, targets));
  const bySource = chiSquared(outDegrees(drawn));
  expect(deviations(byTarget, freedom(targets))).toBeLessThan(4);
  expect(deviations(bySource, freedom(sources))).toBeLessThan(4);
});

const many = 200_000;
const uniform: readonly (readonly [string, Rule])[] = [true, false].flatMap((allowMultapses) => [
  ["in-degree", rules.fixedInDegree({ inDegree: many / 500, allowMultapses, seed: 5 })] as const,
  ["out-degree", rules.fixedOutDegree({ outDegree: many / 500, allowMultapses, seed: 5 })] as const,
  ["total", rules.fixedTotalNumber({ number: many, allowMultapses, seed: 5 })] as const,
]);

test.each(uniform)("every pair is drawn as often as every other: %s", (_name, rule) => {
  const drawn = rules.draw(rule, { sources: 500, targets: 500 });
  // Blocks of 25 x 25 neurons: too coarse to repeat the degrees, fine enough to show a pattern.
  const blocks = new Int32Array(400);
  for (const [source, target] of pairsOf(drawn)) {
    blocks[Math.floor(source / 25) * 20 + Math.floor(target / 25)]! += 1;
  }
  const value = chiSquared(blocks);
  expect(value).toBeLessThan(399 + 4 * Math.sqrt(2 * 399));
  // Draws without replacement and fixed degrees make counts more alike, but not equal.
  expect(value).toBeGreaterThan(20);
});

test("rare multapses are as frequent as chance makes them", () => {
  const rule = rules.fixedTotalNumber({ number: 10_000, seed: 8 });
  const drawn = rules.draw(rule, { sources: 300, targets: 300 });
  const expected = 90_000 * (1 - Math.exp(-10_000 / 90_000));
  expect(Math.abs(differentPairs(drawn) - expected)).toBeLessThan(4 * 35);
});

test("another seed and another projection give other synapses", () => {
  const sizes = { sources: 50, targets: 50 };
  for (const make of [
    (more: object) => rules.fixedProbability({ probability: 0.2, ...more }),
    (more: object) => rules.fixedInDegree({ inDegree: 10, ...more }),
    (more: object) => rules.fixedOutDegree({ outDegree: 10, ...more }),
    (more: object) => rules.fixedTotalNumber({ number: 500, ...more }),
  ]) {
    const texts = [{}, { seed: 1 }, { projection: 1 }, { seed: 1, projection: 1 }].map((more) =>
      pairsOf(rules.draw(make(more), sizes)).join(";"),
    );
    expect(new Set(texts).size).toBe(4);
    const shared = texts.slice(1).map((text) => {
      const first = new Set(texts[0]!.split(";"));
      return text.split(";").filter((pair) => first.has(pair)).length;
    });
    // About 500 pairs of 2500 each: two independent sets share a fifth of theirs.
    for (const count of shared) expect(Math.abs(count - 100)).toBeLessThan(60);
  }
});

/** Projection, rows, columns, without diagonal; edges, sum of columns, hash: reference values. */
const references = [
  [0, 2_500, 20_000, false, 2_501_108, 25_017_456_398, 3_830_680_315],
  [1, 5_000, 20_000, false, 4_998_804, 50_015_284_523, 805_855_936],
  [2, 5_000, 5_000, true, 1_249_447, 3_120_814_534, 621_408_019],
  [3, 20_000, 5_000, false, 4_997_170, 12_491_105_425, 1_624_613_544],
  [4, 20_000, 20_000, true, 20_003_077, 200_019_799_658, 4_075_114_717],
  [10, 8_000, 8_000, true, 6_399_098, 25_590_122_348, 920_630_175],
  [11, 8_000, 2_000, false, 1_599_917, 1_599_654_012, 3_822_134_623],
  [12, 2_000, 2_000, true, 399_557, 398_918_735, 796_787_752],
  [13, 2_000, 8_000, false, 1_599_979, 6_395_975_099, 3_184_894_974],
] as const;

test.each(references)(
  "geoskip-v1 repeats projection %d of the reference: %d x %d",
  (projection, sources, targets, recurrent, edges, sum, hash) => {
    const probability = projection < 10 ? 0.05 : 0.1;
    const rule = { probability, seed: 1, projection, allowSelfConnections: false };
    const drawn = rules.draw(rules.fixedProbability(rule), { sources, targets, recurrent });
    const { targets: columns } = drawn;
    const { imul } = Math;
    let total = 0;
    let code = 2_166_136_261;
    for (let i = 0; i < columns.length; i += 1) {
      total += columns[i]!;
      code = imul(code ^ columns[i]!, 16_777_619);
    }
    expect([columns.length, total, code >>> 0]).toEqual([edges, sum, hash]);
    if (projection === 10) {
      expect([...columns.subarray(0, 8)]).toEqual([2, 6, 25, 32, 41, 64, 66, 81]);
    }
  },
);
