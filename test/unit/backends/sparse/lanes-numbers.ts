// Arguments for tests of generated arithmetic: special values of both precisions, and random numbers
// of many sizes. Invariant: the same numbers in every run, but more of them with MYELIN_RUNS.

export const factor = Number(process.env["MYELIN_RUNS"] ?? 1);

/** Sizes at which some function, rounding or format changes its behaviour. */
const sizes = [
  ...[0, 1, 2, 3, 0.5, 1.5, 2.5, 0.1, 0.29, 0.55, 10, 16, 17, 20, 40, 64, 96, 100, 104, 720, 746],
  ...[Infinity, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -1022, 2 ** -1022 - 2 ** -1074, 1e-310],
  ...[3.4028234663852886e38, 2 ** -149, 2 ** -126, 2 ** -126 - 2 ** -149, 1e-40, 1e300, 1e-300],
  ...[2 ** 22, 2 ** 23, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 51, 2 ** 52, 2 ** 53, 2 ** 63, 2 ** 64],
  ...[2 ** 22 + 0.5, 2 ** 51 + 0.5, 2 ** 52 - 0.5, 1 + 2 ** -52, 1 - 2 ** -53, 1 + 2 ** -23],
  ...[1 - 2 ** -24, 0.49999999999999994, 0.49999997, Math.SQRT2, Math.SQRT1_2, Math.LN2],
  ...[Math.PI, Math.PI / 2, Math.PI / 4, 102943, 102945, 4.2e8, 4.3e8, 1e22],
  ...[709.782712893384, 709.7827128933841, 745.1332191019411, 88.72284, 88.72283, 103.97208],
];

/** Every size with both signs, and NaN. */
export const specials: readonly number[] = [NaN, ...sizes.flatMap((size) => [size, -size])];

/** Numbers in 0..1 from a fixed sequence (mulberry32). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** Numbers of many sizes: near 1, of every power of ten, whole, and any bits of either format. */
export function randomNumbers(seed: number, count = 3000 * factor): number[] {
  const next = sequence(seed);
  const signed = (): number => 2 * next() - 1;
  const word = (): number => Math.floor(next() * 2 ** 32);
  const kinds: (() => number)[] = [
    () => signed() * 2,
    () => signed() * 30,
    () => signed() * 120,
    () => signed() * 800,
    () => Math.round(signed() * 20),
    () => Math.round(signed() * 20) / 2,
    () => signed() * Number(`1e${Math.round(signed() * 45)}`),
    () => signed() * Number(`1e${Math.round(signed() * 320)}`),
    () => 1 + signed() * Number(`1e${-Math.round(next() * 16)}`),
    () => {
      bits.setUint32(0, word());
      bits.setUint32(4, word());
      return bits.getFloat64(0);
    },
    () => {
      bits.setUint32(0, word());
      return bits.getFloat32(0);
    },
    () => specials[Math.floor(next() * specials.length)]!,
  ];
  return Array.from({ length: count }, () => kinds[Math.floor(next() * kinds.length)]!());
}

/** All pairs of special values, then random pairs. */
export function pairs(seed: number): { readonly x: number[]; readonly y: number[] } {
  const x = specials.flatMap((value) => specials.map(() => value));
  const y = specials.flatMap(() => specials);
  return { x: [...x, ...randomNumbers(seed)], y: [...y, ...randomNumbers(seed + 1)] };
}
