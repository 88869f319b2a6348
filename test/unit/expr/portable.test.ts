// The portable functions: accuracy against Math and against 80-digit decimals, exact special values,
// and that the same definition gives the same bits on another implementation of the arithmetic.

import { all, create, type BigNumber } from "mathjs";
import {
  arithmetic32,
  arithmetic64,
  portable,
  portable32,
  portable64,
  roundToEven,
  type Arithmetic,
  type Portable,
  type Precision,
} from "../../../src/expr/portable.js";

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { abs, exp: mathExp, floor, fround, imul, log2, max } = Math;

type Unary = Exclude<keyof Portable<number>, "pow" | "powConstant">;

const exprel = (x: number) => (x === 0 ? 1 : Math.expm1(x) / x);
const reference: { [K in Unary]: (x: number) => number } = {
  exp: Math.exp,
  expm1: Math.expm1,
  exprel,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
};
const functions = Object.keys(reference) as Unary[];

/** A small seeded generator; the same arguments in every run. */
function randomSource(seed: number): () => number {
  let state = seed | 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = imul(state ^ (state >>> 15), 1 | state);
    x = (x + imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return (x ^ (x >>> 14)) >>> 0;
  };
  return () => (draw() * 2 ** 21 + (draw() >>> 11)) / 2 ** 53;
}

const digits = { float64: 53, float32: 24 };
const lowest = { float64: -1074, float32: -149 };

/** Distance from the true value in units of its last place. */
function ulps(got: number, wanted: number, precision: Precision): number {
  if (Object.is(got, wanted)) return 0;
  if (precision === "float32" && Object.is(got, fround(wanted))) return 0;
  const exponent = floor(log2(abs(wanted)));
  return abs(got - wanted) / 2 ** max(exponent + 1 - digits[precision], lowest[precision]);
}

/** Draws from the ranges that matter: near zero, moderate, and as far as the function goes. */
function argument(fn: Unary, random: () => number, limit: number): number {
  const kind = random();
  const sign = random() < 0.5 ? -1 : 1;
  const near = sign * mathExp(-40 * random());
  if (fn === "log") return kind < 0.5 ? 1 + near / 2 : mathExp((random() - 0.5) * 2 * limit * 0.9);
  if (fn === "log1p") return kind < 0.5 ? near / 2 : Math.expm1(random() * limit * 0.9);
  if (kind < 0.3) return near;
  if (kind < 0.7) return (random() - 0.5) * 10;
  if (fn === "sin" || fn === "cos") return (random() - 0.5) * 2e5;
  return sign * random() * limit;
}

const maths: { [K in Precision]: Portable<number> } = { float64: portable64, float32: portable32 };
const rounding: { [K in Precision]: (x: number) => number } = {
  float64: (x) => x,
  float32: fround,
};
const cases = (["float64", "float32"] as const).flatMap((precision) =>
  functions.map((fn) => [precision, fn] as const),
);
/** MYELIN_RUNS multiplies the number of arguments. */
const count = 40_000 * Number(process.env["MYELIN_RUNS"] ?? 1);

describe("accuracy", () => {
  // Math is itself off by up to 1 unit (tanh: 2), hence the third unit.
  test.each(cases)("%s %s is within 2 units in the last place of Math", (precision, fn) => {
    const random = randomSource(fn.length + fn.charCodeAt(0));
    const limit = precision === "float64" ? 700 : 85;
    const allowed = precision === "float64" && (fn === "tanh" || fn === "exprel") ? 3 : 2;
    let worst = 0;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const x = rounding[precision](argument(fn, random, limit));
      const error = ulps(maths[precision][fn](x), reference[fn](x), precision);
      if (!(error <= worst)) {
        worst = error;
        at = x;
      }
    }
    expect({ at, worst, isWithin: worst <= allowed }).toEqual({ at, worst, isWithin: true });
  });

  test.each(["float64", "float32"] as const)(
    "%s pow is within 2 units of Math.pow",
    (precision) => {
      const random = randomSource(5);
      const limit = precision === "float64" ? 690 : 80;
      let worst = 0;
      for (let i = 0; i < count; i++) {
        const x = rounding[precision](mathExp((random() - 0.5) * 20));
        // Integers up to 16 are products: exact by definition, tested below.
        const y = rounding[precision](((random() - 0.5) * 2 * limit) / max(10, Math.log(x)));
        if (Number.isInteger(y)) continue;
        worst = max(worst, ulps(maths[precision].pow(x, y), Math.pow(x, y), precision));
      }
      expect(worst).toBeLessThanOrEqual(2);
    },
  );

  test("float64 is within 2 units of 80-digit decimals", () => {
    const big = create(all!, { number: "BigNumber", precision: 80 });
    const one = big.bignumber(1);
    // Every double is a whole number times a power of two, and so an exact decimal.
    const exact = (x: number): BigNumber => {
      const exponent = max(-1074, floor(log2(abs(x) || 1)) - 52);
      return big.bignumber(String(BigInt(x / 2 ** exponent))).mul(big.bignumber(2).pow(exponent));
    };
    const truths: { [K in Exclude<Unary, "exprel">]: (x: BigNumber) => BigNumber } = {
      exp: (x) => x.exp(),
      expm1: (x) => x.exp().sub(one),
      log: (x) => x.ln(),
      log1p: (x) => x.add(one).ln(),
      tanh: (x) => x.tanh(),
      sin: (x) => x.sin(),
      cos: (x) => x.cos(),
    };
    const random = randomSource(11);
    for (const fn of Object.keys(truths) as (keyof typeof truths)[]) {
      for (let i = 0; i < 60; i++) {
        const x = (random() - (fn === "log" ? 0 : 0.5)) * (fn === "log1p" ? 1.9 : 8);
        const wanted = truths[fn](exact(x));
        const got = portable64[fn](x);
        const unit = 2 ** (floor(log2(abs(got))) - 52);
        const error = exact(got).sub(wanted).abs().div(unit).toNumber();
        expect([fn, x, error < 2]).toEqual([fn, x, true]);
      }
    }
  });

  test("sin and cos stay accurate next to multiples of a quarter turn", () => {
    for (let n = 1; n < 60_000; n += 7) {
      const x = (n * Math.PI) / 2;
      expect(ulps(portable64.sin(x), Math.sin(x), "float64")).toBeLessThanOrEqual(2);
      expect(ulps(portable64.cos(x), Math.cos(x), "float64")).toBeLessThanOrEqual(2);
    }
  });

  test("sin and cos are NaN where the reduction would lose its digits", () => {
    expect(portable64.sin(4.2e8)).toBeCloseTo(Math.sin(4.2e8), 12);
    expect(portable64.sin(4.3e8)).toBeNaN();
    expect(portable32.cos(1.02e5)).toBeCloseTo(Math.cos(1.02e5), 6);
    expect(portable32.cos(1.1e5)).toBeNaN();
  });
});

describe.each(["float64", "float32"] as const)("special values in %s", (precision) => {
  const { exp, expm1, exprel: rel, log, log1p, tanh, sin, cos, pow } = maths[precision];

  test("exp", () => {
    expect([0, -0, -Infinity, Infinity].map(exp)).toEqual([1, 1, 0, Infinity]);
    expect([1000, -1000].map(exp)).toEqual([Infinity, 0]);
    expect(exp(NaN)).toBeNaN();
  });

  test("exp underflows gradually and overflows at the right place", () => {
    const largest = precision === "float64" ? 709.782712893384 : 88.72283172607422;
    const above = precision === "float64" ? 709.7827128933841 : 88.72284;
    expect(exp(rounding[precision](largest))).toBeLessThan(Infinity);
    expect(exp(rounding[precision](above))).toBe(Infinity);
    const [from, to] = precision === "float64" ? [-745.2, -707] : [-104, -86];
    for (let x = from; x < to; x += 0.013) {
      const argument = rounding[precision](x);
      const error = ulps(exp(argument), mathExp(argument), precision);
      expect(error).toBeLessThanOrEqual(1.01);
    }
  });

  test("expm1 and exprel", () => {
    expect([0, -0, -Infinity, Infinity, -1000].map(expm1)).toEqual([0, -0, -1, Infinity, -1]);
    expect([0, -0, -Infinity, Infinity].map(rel)).toEqual([1, 1, 0, Infinity]);
    expect(rel(precision === "float64" ? 715 : 92)).toBeLessThan(Infinity);
    expect([expm1(NaN), rel(NaN)]).toEqual([NaN, NaN]);
  });

  test("log and log1p", () => {
    expect([1, 0, -0, Infinity].map(log)).toEqual([0, -Infinity, -Infinity, Infinity]);
    expect([-1, -Infinity, NaN].map(log)).toEqual([NaN, NaN, NaN]);
    expect([0, -0, -1, Infinity].map(log1p)).toEqual([0, -0, -Infinity, Infinity]);
    expect([-2, -Infinity, NaN].map(log1p)).toEqual([NaN, NaN, NaN]);
  });

  test("log of subnormal numbers", () => {
    const tiny = precision === "float64" ? 3e-320 : fround(3e-42);
    expect(ulps(log(tiny), Math.log(tiny), precision)).toBeLessThanOrEqual(1);
    const smallest = 2 ** lowest[precision];
    expect(ulps(log(smallest), Math.log(smallest), precision)).toBeLessThanOrEqual(1);
  });

  test("tanh, sin, cos", () => {
    expect([0, -0, Infinity, -Infinity, 30, -30].map(tanh)).toEqual([0, -0, 1, -1, 1, -1]);
    expect([0, -0].map(sin)).toEqual([0, -0]);
    expect([0, -0].map(cos)).toEqual([1, 1]);
    for (const f of [tanh, sin, cos]) expect(f(NaN)).toBeNaN();
    for (const f of [sin, cos]) expect([f(Infinity), f(-Infinity)]).toEqual([NaN, NaN]);
  });

  test("odd functions are odd and cos is even, bit for bit", () => {
    const random = randomSource(3);
    for (let i = 0; i < 5000; i++) {
      const x = rounding[precision](mathExp((random() - 0.9) * 50));
      for (const f of [sin, tanh]) expect(f(-x)).toBe(-f(x));
      expect(cos(-x)).toBe(cos(x));
    }
  });

  test("pow treats zeros, infinities, NaN and signs as JavaScript does", () => {
    const values = [0, 1, 2, 3, 0.5, 1 / 3, 2.5, 17, 33, Infinity, 1e30, 1e-30, 16777217];
    const all = [...values, ...values.map((v) => -v), NaN].map(rounding[precision]);
    for (const x of all) {
      for (const y of all) {
        const got = pow(x, y);
        const wanted = rounding[precision](Math.pow(x, y));
        const isSame = Object.is(got, wanted) || ulps(got, Math.pow(x, y), precision) <= 2;
        expect([x, y, got, wanted, isSame]).toEqual([x, y, got, wanted, true]);
      }
    }
  });

  test("pow with a whole exponent up to 16 is a product in the documented order", () => {
    const round = rounding[precision];
    const random = randomSource(9);
    for (let i = 0; i < 2000; i++) {
      const x = round((random() - 0.5) * 8);
      const x2 = round(x * x);
      const x4 = round(x2 * x2);
      expect(pow(x, 0)).toBe(1);
      expect(pow(x, 1)).toBe(x);
      expect(pow(x, 2)).toBe(x2);
      expect(pow(x, 3)).toBe(round(x2 * x));
      expect(pow(x, 7)).toBe(round(round(x * x2) * x4));
      expect(pow(x, 16)).toBe(round(round(x4 * x4) * round(x4 * x4)));
      expect(pow(x, -3)).toBe(round(1 / round(x2 * x)));
    }
    expect(pow(NaN, 0)).toBe(1);
  });

  test("powConstant has the bits of pow", () => {
    const random = randomSource(10);
    const { powConstant } = maths[precision];
    for (let i = 0; i < 3000; i++) {
      const x = rounding[precision]((random() - 0.3) * 5);
      const y = random() < 0.7 ? Math.round((random() - 0.5) * 40) : (random() - 0.5) * 40;
      expect(powConstant(x, y)).toBe(pow(x, rounding[precision](y)));
    }
  });
});

/**
 * The arithmetic as generated code would do it: values in typed arrays, exponents by their bits, and
 * arbitrary results wherever the interface leaves them open.
 */
function bitwiseArithmetic(precision: Precision): Arithmetic<number> {
  const isSingle = precision === "float32";
  const store = isSingle ? new Float32Array(1) : new Float64Array(1);
  const integers = isSingle ? new Int32Array(store.buffer) : new BigInt64Array(store.buffer);
  const [mantissaBits, bias] = isSingle ? [23n, 127n] : [52n, 1023n];
  const rounded = (x: number): number => {
    store[0] = x;
    return store[0]!;
  };
  const bitsOf = (x: number): bigint => {
    store[0] = x;
    return BigInt(integers[0]!);
  };
  const fromBits = (bits: bigint): number => {
    const width = isSingle ? 32 : 64;
    const wrapped = BigInt.asIntN(width, bits);
    if (isSingle) integers[0] = Number(wrapped);
    else integers[0] = wrapped;
    return store[0]!;
  };
  const junk = 12345;
  const isNormal = (x: number) => x >= 2 ** (1 - Number(bias)) && x < Infinity;
  return {
    constant: rounded,
    add: (a, b) => rounded(a + b),
    sub: (a, b) => rounded(a - b),
    mul: (a, b) => rounded(a * b),
    div: (a, b) => rounded(a / b),
    abs: (a) => (a < 0 || Object.is(a, -0) ? -a : a),
    less: (a, b) => (a < b ? -1 : 0),
    equal: (a, b) => (a === b ? -1 : 0),
    select: (mask, a, b) => (mask ? a : b),
    round: (a) => {
      const below = floor(a);
      const rest = a - below;
      if (rest === 0 || Number.isNaN(rest)) return a;
      const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
      const nearest = isUp ? below + 1 : below;
      return nearest === 0 && a < 0 ? -0 : nearest;
    },
    powerOfTwo: (n) =>
      Number.isInteger(n) && n > -Number(bias) && n <= Number(bias)
        ? fromBits((BigInt(n) + bias) << mantissaBits)
        : junk,
    exponent: (a) => (isNormal(a) ? Number((bitsOf(a) >> mantissaBits) - bias) : junk),
    mantissa: (a) => {
      const mask = (1n << mantissaBits) - 1n;
      return isNormal(a) ? fromBits((bitsOf(a) & mask) | (bias << mantissaBits)) : junk;
    },
  };
}

describe.each(["float64", "float32"] as const)("one definition in %s", (precision) => {
  const other = portable(bitwiseArithmetic(precision), precision);
  const special = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-320, 1e-42, 1e300, -1e300, 1e30, 89];

  test("gives the same bits on an arithmetic made of bit operations", () => {
    const random = randomSource(21);
    const limit = precision === "float64" ? 700 : 85;
    for (const fn of functions) {
      for (let i = 0; i < 3000; i++) {
        const x = rounding[precision](special[i] ?? argument(fn, random, limit));
        expect([fn, x, other[fn](x)]).toEqual([fn, x, maths[precision][fn](x)]);
      }
    }
  });

  test("gives the same bits for pow", () => {
    const random = randomSource(22);
    const values = special.map(rounding[precision]);
    for (const x of values) {
      for (const y of values) {
        expect([x, y, other.pow(x, y)]).toEqual([x, y, maths[precision].pow(x, y)]);
      }
    }
    for (let i = 0; i < 3000; i++) {
      const x = rounding[precision](mathExp((random() - 0.5) * 20));
      const y = rounding[precision]((random() - 0.5) * 10);
      expect(other.pow(x, y)).toBe(maths[precision].pow(x, y));
    }
  });
});

describe("arithmetic on numbers", () => {
  test("rounds to the nearest integer, ties to even, keeping the sign of zero", () => {
    const given = [0.5, 1.5, 2.5, -0.5, -1.5, 0.3, -0.3, -0, 2 ** 52 + 1, -(2 ** 53), 1e300];
    const wanted = [0, 2, 2, -0, -2, 0, -0, -0, 2 ** 52 + 1, -(2 ** 53), 1e300];
    expect(given.map(roundToEven)).toEqual(wanted);
    expect(roundToEven(NaN)).toBeNaN();
  });

  test("splits normal numbers into exponent and mantissa", () => {
    for (const x of [1, 1.999, 2, 3, 0.75, 1e300, 2 ** -1022]) {
      const { exponent, mantissa, powerOfTwo } = arithmetic64;
      expect(mantissa(x)).toBeGreaterThanOrEqual(1);
      expect(mantissa(x)).toBeLessThan(2);
      expect(mantissa(x) * powerOfTwo(exponent(x))).toBe(x);
    }
    expect(arithmetic32.mul(fround(1.1), fround(1.1))).toBe(1.2100000381469727);
  });
});
