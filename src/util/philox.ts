// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC'11, doi 10.1145/2063384.2063405).
// Invariant: a number depends on its address alone, so it is the same on every backend, in every
// batch and for every number of workers. Nothing here keeps state.

/** Where a random number lives; `copy` < 2^22, `element` and `stream` < 2^32, the others < 2^53. */
export interface Address {
  seed: number;
  stream: number;
  copy: number;
  element: number;
  step: number;
}

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { floor, imul } = Math;

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** The upper half of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Each partial product is below 2^32 and the sums below 2^53, so doubles hold them exactly.
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + floor(middle / 0x10000) + floor(other / 0x10000)) >>> 0;
}

/** Ten rounds of Philox4x32: fills `out` (4 words) from `counter` (4 words) and `key` (2 words). */
export function philox4x32Into(
  out: Uint32Array,
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
): void {
  let c0 = counter[0]! >>> 0;
  let c1 = counter[1]! >>> 0;
  let c2 = counter[2]! >>> 0;
  let c3 = counter[3]! >>> 0;
  let k0 = key[0]! >>> 0;
  let k1 = key[1]! >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = imul(multiplier1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

const counter = new Uint32Array(4);
const key = new Uint32Array(2);
const two32 = 2 ** 32;
const copyBits = 11;

/**
 * Fills `out` (4 words) with the random words at an address. The mapping to counter and key is one
 * to one: seed and step have 53 bits, and the 11 bits left beside each of them hold the copy.
 */
export function wordsInto(out: Uint32Array, address: Address): void {
  const { seed, stream, copy, element, step } = address;
  const lowCopy = copy & 0x7ff;
  const highCopy = copy >>> copyBits;
  counter[0] = step % two32;
  counter[1] = (floor(step / two32) | (highCopy << 21)) >>> 0;
  counter[2] = element;
  counter[3] = stream;
  key[0] = seed % two32;
  key[1] = (floor(seed / two32) | (lowCopy << 21)) >>> 0;
  philox4x32Into(out, counter, key);
}

/**
 * Uniform in the open interval (0, 1) from words[at] and words[at + 1]: an odd multiple of 2^-53, so
 * neither 0 nor 1 can come out and no rounding happens.
 */
export function uniform01(words: ArrayLike<number>, at = 0): number {
  const bits = words[at]! * 0x100000 + (words[at + 1]! >>> 12);
  return (2 * bits + 1) * 2 ** -53;
}

/**
 * The same for float32: an odd multiple of 2^-24 from the leading bits of the same word. Rounding
 * `uniform01` instead could give exactly 1.
 */
export function uniform01Single(words: ArrayLike<number>, at = 0): number {
  return (2 * (words[at]! >>> 9) + 1) * 2 ** -24;
}

/** The functions that `normal` needs; they are passed in because their last bits must be portable. */
export interface NormalMaths {
  readonly log: (x: number) => number;
  readonly sqrt: (x: number) => number;
  readonly cos: (x: number) => number;
}

/** Standard normal by Box and Muller from four words, in float64; the sine half is not used. */
export function normal(words: ArrayLike<number>, maths: NormalMaths): number {
  const radius = maths.sqrt(-2 * maths.log(uniform01(words, 0)));
  return radius * maths.cos(2 * Math.PI * uniform01(words, 2));
}
