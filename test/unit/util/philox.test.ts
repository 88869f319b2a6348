// Philox against its published vectors, and the numbers made from its words against their promises.
import {
  normal,
  philox4x32Into,
  uniform01,
  uniform01Single,
  wordsInto,
} from "../../../src/util/philox.js";
import { toInt32 } from "../../../src/util/to-int32.js";

const words = (hex: string): number[] => hex.split(" ").map((word) => Number.parseInt(word, 16));

// From kat_vectors of the Random123 distribution: counter, key, result.
test.each([
  [
    "00000000 00000000 00000000 00000000",
    "00000000 00000000",
    "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  ],
  [
    "ffffffff ffffffff ffffffff ffffffff",
    "ffffffff ffffffff",
    "408f276d 41c83b0e a20bc7c6 6d5451fd",
  ],
  [
    "243f6a88 85a308d3 13198a2e 03707344",
    "a4093822 299f31d0",
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
])("counter %s with key %s gives the published words", (counter, key, result) => {
  const out = new Uint32Array(4);
  philox4x32Into(out, words(counter), words(key));
  expect([...out]).toEqual(words(result));
});

const address = { seed: 7, stream: 2, copy: 3, element: 11, step: 1000 };

function drawn(change: Partial<typeof address> = {}): string {
  const out = new Uint32Array(4);
  wordsInto(out, { ...address, ...change });
  return out.join();
}

test("an address is the counter and key that its fields spell out", () => {
  const out = new Uint32Array(4);
  const step = 5 * 2 ** 32 + 9;
  wordsInto(out, { seed: 3 * 2 ** 32 + 1, stream: 4, copy: 2 ** 11 * 6 + 7, element: 8, step });
  const direct = new Uint32Array(4);
  philox4x32Into(direct, [9, 5 + 6 * 2 ** 21, 8, 4], [1, 3 + 7 * 2 ** 21]);
  expect(out).toEqual(direct);
});

test("every field of an address matters, up to its last bit", () => {
  const texts = [
    drawn(),
    drawn({ seed: 8 }),
    drawn({ seed: 2 ** 52 + 7 }),
    drawn({ stream: 3 }),
    drawn({ copy: 4 }),
    drawn({ copy: 2 ** 21 + 3 }),
    drawn({ element: 2 ** 31 + 11 }),
    drawn({ step: 2 ** 52 + 1000 }),
  ];
  expect(new Set(texts).size).toBe(texts.length);
  expect(drawn()).toBe(drawn());
});

test("uniform numbers stay inside the open interval in both precisions", () => {
  const all = 0xffffffff;
  expect(uniform01([0, 0])).toBe(2 ** -53);
  expect(uniform01([all, all])).toBe(1 - 2 ** -53);
  expect(uniform01Single([0])).toBe(2 ** -24);
  expect(uniform01Single([all])).toBe(1 - 2 ** -24);
  expect(Math.fround(uniform01Single([all]))).toBe(uniform01Single([all]));
  expect(uniform01([1, 2, 3, 4], 2)).toBe(uniform01([3, 4]));
});

test("uniform and normal numbers have the moments they should have", () => {
  const out = new Uint32Array(4);
  const n = 20_000;
  let uniformSum = 0;
  let sum = 0;
  let squares = 0;
  for (let element = 0; element < n; element++) {
    wordsInto(out, { ...address, element });
    const x = normal(out, Math);
    uniformSum += uniform01(out);
    sum += x;
    squares += x * x;
  }
  expect(Math.abs(uniformSum / n - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
  expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
});

test("reals become int32 by cutting, and stay inside its range", () => {
  const pairs = [
    [1.9, 1],
    [-1.9, -1],
    [2 ** 31, 2 ** 31 - 1],
    [-(2 ** 40), -(2 ** 31)],
    [Infinity, 2 ** 31 - 1],
    [-Infinity, -(2 ** 31)],
    [NaN, 0],
  ] as const;
  for (const [real, int] of pairs) expect(toInt32(real)).toBe(int);
});
