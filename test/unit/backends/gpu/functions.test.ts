/**
 * The functions of the expression language as WGSL, against the portable float32 ones.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

import { portable32 } from "../../../../src/expr/portable.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import type { Op } from "../../../../src/ir/program.js";
import { describeOnGpu, loadGpu } from "../../../helpers/gpu.js";
import { Dice } from "../../../helpers/random-program.js";

const count = 4000;
const dice = new Dice(7);
const within = (low: number, high: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
/** Sizes from very small to very large, both signs. */
const wide = Float32Array.from({ length: count }, (_, i) => {
  const size = 2 ** dice.between(-100, 100);
  return i % 2 === 0 ? size : -size;
});
const special = Float32Array.of(0, -0, 1, -1, 0.5, 2, 88, -88, 3.5, 1e-30, -1e-30);

type Unary = "exp" | "expm1" | "exprel" | "log" | "log1p" | "tanh" | "sin" | "cos";
const unary: readonly (readonly [Unary, Float32Array])[] = [
  ...(["exp", "expm1", "exprel"] as const).flatMap((fn) =>
    [within(-87, 88), within(-1, 1), special].map((x) => [fn, x] as const),
  ),
  ...[within(1e-6, 10), wide.map(Math.abs), within(1, 1e6)].map((x) => ["log", x] as const),
  ...[within(-0.9, 3), within(0, 1e6)].map((x) => ["log1p", x] as const),
  ...[within(-10, 10), within(-0.6, 0.6), special].map((x) => ["tanh", x] as const),
  ...(["sin", "cos"] as const).flatMap((fn) =>
    [within(-10, 10), within(-30000, 30000), special].map((x) => [fn, x] as const),
  ),
];

/** What a body gives for elements of two arrays. */
async function computed(text: string, x: Float32Array, y = x): Promise<Float32Array> {
  const length = x.length;
  const op: Op = {
    ...{ kind: "map", id: "map0", phase: "update", count: length },
    reads: [read("x", "x@0"), read("y", "y@0")],
    body: body(text),
    writes: [write("z", "z@1")],
  };
  const loaded = await loadGpu(
    program({
      name: text,
      precision: "float32",
      arrays: [
        array({ name: "x", role: "input", length }),
        array({ name: "y", role: "input", length }),
        array({ name: "z", role: "scratch", length }),
      ],
      ops: [op],
    }),
  );
  await loaded.stepAsync(Float32Array.of(...x, ...y), new Float32Array(0));
  const [found] = await loaded.read(["z"]);
  loaded.dispose();
  return found as Float32Array;
}

/** Distance in units of the last place of the wanted number. */
function distance(wanted: number, found: number): number {
  if (Object.is(wanted, found) || wanted === found) return 0;
  const unit = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(wanted))) - 23);
  return Math.abs(wanted - found) / unit;
}

function expectClose(
  wanted: (i: number) => number,
  found: Float32Array,
  x: Float32Array,
  most: number,
): void {
  found.forEach((value, i) => {
    const gap = distance(wanted(i), value);
    if (gap <= most || (Number.isNaN(wanted(i)) && Number.isNaN(value))) return;
    // GPUs may take numbers below the normal ones for 0.
    if (Math.abs(wanted(i)) < 2 ** -126 && value === 0) return;
    throw new Error(`at ${x[i]}: wanted ${wanted(i)}, got ${value}, ${gap} units`);
  });
}

describeOnGpu("functions on a GPU", () => {
  test.each(unary.map(([fn, x], i) => ({ name: `${fn}, range ${i}`, fn, x })))(
    "$name",
    async ({ fn, x }) => {
      const found = await computed(`z = ${fn}(x)`, x);
      expectClose((i) => portable32[fn](x[i]!), found, x, 4);
    },
  );

  test("powers of any exponent", async () => {
    const x = within(0.01, 20);
    const y = Float32Array.from(x, () => dice.between(-5, 5));
    const found = await computed("z = x ^ y", x, y);
    expectClose((i) => portable32.pow(x[i]!, y[i]!), found, x, 8);
    const whole = Float32Array.from(x, () => dice.below(9) - 4);
    const powers = await computed("z = (0 - x) ^ y", x, whole);
    expectClose((i) => portable32.pow(-x[i]!, whole[i]!), powers, x, 4);
  });

  test("products, minima and maxima with zeros and NaN, as in JavaScript", async () => {
    const values = [0, -0, 1, -1, NaN, Infinity, -Infinity, 3];
    const x = Float32Array.from(values.flatMap((a) => values.map(() => a)));
    const y = Float32Array.from(values.flatMap(() => values));
    const pairs = { "z = min(x, y)": Math.min, "z = max(x, y)": Math.max } as const;
    for (const [text, wanted] of Object.entries(pairs)) {
      const found = await computed(text, x, y);
      expect(Array.from(found)).toEqual(Array.from(x, (a, i) => wanted(a, y[i]!)));
    }
    const tests = {
      "z = x < y": (a: number, b: number) => a < b,
      "z = x != y": (a: number, b: number) => a !== b,
      "z = not x": (a: number) => a === 0,
      "z = x ? 1 : 0": (a: number) => a !== 0,
      "z = x and y": (a: number, b: number) => a !== 0 && b !== 0,
    };
    for (const [text, wanted] of Object.entries(tests)) {
      const found = await computed(text, x, y);
      expect({ text, found: Array.from(found) }).toEqual({
        text,
        found: Array.from(x, (a, i) => Number(wanted(a, y[i]!))),
      });
    }
  });

  test("constants that no literal of WGSL can be", async () => {
    const x = Float32Array.of(1, 2);
    expect(Array.from(await computed("z = x * 1e30 * 1e30", x))).toEqual([Infinity, Infinity]);
    expect(Array.from(await computed("z = 1 / 0 + 0 * x", x))).toEqual([Infinity, Infinity]);
    expect(Array.from(await computed("z = 0 / 0 + x", x))).toEqual([NaN, NaN]);
    expect(Array.from(await computed("z = 1e-45 * x", x))[0]).toBeLessThan(1e-44);
  });
});
