// What the portable functions are built from, and its two implementations on plain numbers.
// Invariant: every operation is either exact or rounds to nearest once, so that any backend that
// implements this interface faithfully computes the same bits from the same definition.

export type Precision = "float64" | "float32";

/**
 * Branch-free arithmetic on values of type `T`: a number, the name of a WebAssembly local, WGSL text.
 * Comparisons give a mask that is only ever passed to `select`; comparing with NaN gives false. Both
 * arguments of `select` have been computed by then, so no operation may trap, whatever it is given.
 */
export interface Arithmetic<T> {
  /** Any number, also NaN and the infinities, rounded to the precision of the arithmetic. */
  constant(x: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  abs(a: T): T;
  less(a: T, b: T): T;
  equal(a: T, b: T): T;
  /** `a` where the mask holds, else `b`. */
  select(mask: T, a: T, b: T): T;
  /** The nearest integer, ties to even, with the sign of `a` where it is zero. */
  round(a: T): T;
  /** Exactly 2^n for an integer n in the range of normal numbers; anything for other n. */
  powerOfTwo(n: T): T;
  /** The integer e of a = m * 2^e with 1 <= m < 2, for positive normal a; anything for others. */
  exponent(a: T): T;
  /** The m of a = m * 2^e with 1 <= m < 2, for positive normal a; anything for others. */
  mantissa(a: T): T;
}

// Taken out once: in a sandboxed realm every look-up of the global Math is slow.
const { abs, fround } = Math;

const lowestExponent = -1022;
const highestExponent = 1023;

function makePowers(): Float64Array {
  const powers = new Float64Array(highestExponent - lowestExponent + 1);
  powers[-lowestExponent] = 1;
  for (let e = 1; e <= highestExponent; e++) {
    powers[e - lowestExponent] = powers[e - 1 - lowestExponent]! * 2;
    if (-e >= lowestExponent) powers[-e - lowestExponent] = powers[1 - e - lowestExponent]! / 2;
  }
  return powers;
}

const powers = makePowers();
const bits = new DataView(new ArrayBuffer(8));

function powerOfTwo(n: number): number {
  return powers[n - lowestExponent] ?? NaN;
}

function exponentOf(a: number): number {
  bits.setFloat64(0, a);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - highestExponent;
}

const firstInteger = 2 ** 52;

/** The nearest integer, ties to even; keeps the sign of zero. */
export function roundToEven(a: number): number {
  const size = abs(a);
  // From 2^52 on every number is an integer; below, the addition rounds to one.
  if (a === 0 || size >= firstInteger) return a;
  const rounded = size + firstInteger - firstInteger;
  return a < 0 ? -rounded : rounded;
}

const shared = {
  abs,
  less: (a: number, b: number) => (a < b ? 1 : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
  select: (mask: number, a: number, b: number) => (mask !== 0 ? a : b),
  round: roundToEven,
  powerOfTwo,
  exponent: exponentOf,
  mantissa: (a: number) => a / powerOfTwo(exponentOf(a)),
};

/** Numbers as they are. */
export const arithmetic64: Arithmetic<number> = {
  ...shared,
  constant: (x) => x,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

/**
 * Numbers that are rounded to float32 after every operation. That equals true float32 arithmetic:
 * float64 is wide enough that rounding twice gives what rounding once would.
 */
export const arithmetic32: Arithmetic<number> = {
  ...shared,
  constant: fround,
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
};

/** `first + x * (second + x * (...))`, from the innermost bracket outwards. */
export function polynomial<T>(arithmetic: Arithmetic<T>, x: T, coefficients: readonly number[]): T {
  let sum = arithmetic.constant(coefficients[coefficients.length - 1] ?? 0);
  for (let i = coefficients.length - 2; i >= 0; i--) {
    sum = arithmetic.add(arithmetic.mul(sum, x), arithmetic.constant(coefficients[i]!));
  }
  return sum;
}
