// Random numbers: the rounds of Philox4x32-10 on unsigned 64-bit integers, so that every number is
// the one that src/util/philox.ts gives for its address. Invariant: the words are exact on every
// device; only the logarithm and cosine of a normal may differ in last bits.

import type { RandomOp } from "../../../src/ir/program.js";
import { InternalError } from "../../../src/errors.js";
import type { Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { store } from "../places/store.js";
import type { Tensors } from "../tensors/tensors.js";

const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
const weyl = [0x9e3779b9, 0xbb67ae85] as const;
const two32 = 2 ** 32;
const copyBits = 11;
const rounds = 10;

type Words = readonly [Value, Value, Value, Value];

const word = (t: Tensors, value: number): Value => t.number(value, "uint64");
const shiftRight = (t: Tensors, a: Value, bits: number): Value =>
  t.combine("BitShift", a, word(t, bits), { direction: "RIGHT" });
const shiftLeft = (t: Tensors, a: Value, bits: number): Value =>
  t.combine("BitShift", a, word(t, bits), { direction: "LEFT" });
const low = (t: Tensors, a: Value): Value => t.combine("BitwiseAnd", a, word(t, two32 - 1));
const xor = (t: Tensors, a: Value, b: Value): Value => t.combine("BitwiseXor", a, b);

/** Numbers that differ from copy to copy or from element to element. */
function words(t: Tensors, shape: readonly number[], values: readonly number[]): Value {
  return t.graph.tensor(
    "uint64",
    shape,
    BigUint64Array.from(values, (value) => BigInt(value)),
  );
}

/** Ten rounds of Philox4x32. */
function philox(t: Tensors, counter: Words, key: readonly [Value, Value]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const product0 = t.combine("Mul", c0, word(t, multipliers[0]));
    const product1 = t.combine("Mul", c2, word(t, multipliers[1]));
    c0 = xor(t, xor(t, shiftRight(t, product1, 32), c1), k0);
    c1 = low(t, product1);
    c2 = xor(t, xor(t, shiftRight(t, product0, 32), c3), k1);
    c3 = low(t, product0);
    k0 = low(t, t.add(k0, word(t, weyl[0])));
    k1 = low(t, t.add(k1, word(t, weyl[1])));
  }
  return [c0, c1, c2, c3];
}

/** The words at the addresses of all elements of all copies in the step at hand. */
function wordsOf(context: Context, stream: number, count: number): Words {
  const { t, program, step } = context;
  const { seed, batch } = program;
  const copies = Array.from({ length: batch }, (_, copy) => copy);
  const ofCopies = (values: readonly number[]): Value => words(t, [batch, 1], values);
  const now = t.cast(step!, "uint64");
  const highCopies = copies.map((copy) => (copy >>> copyBits) * 2 ** 21);
  const high = t.combine("BitwiseOr", shiftRight(t, now, 32), ofCopies(highCopies));
  const elements = words(
    t,
    [1, count],
    Array.from({ length: count }, (_, element) => element),
  );
  const seeds = copies.map((copy) => Math.floor(seed / two32) + (copy & 0x7ff) * 2 ** 21);
  return philox(
    t,
    [low(t, now), high, elements, word(t, stream)],
    [word(t, seed % two32), ofCopies(seeds)],
  );
}

/** Uniform in (0, 1) from two words: an odd multiple of 2^-53. */
function uniform64(t: Tensors, first: Value, second: Value): Value {
  const bits = t.combine("BitwiseOr", shiftLeft(t, first, 20), shiftRight(t, second, 12));
  const odd = t.add(shiftLeft(t, bits, 1), word(t, 1));
  return t.mul(t.cast(odd, "float64"), t.number(2 ** -53, "float64"));
}

/** The same for float32, from the leading bits of the first word. */
function uniform32(t: Tensors, first: Value): Value {
  const odd = t.add(shiftLeft(t, shiftRight(t, first, 9), 1), word(t, 1));
  return t.mul(t.cast(odd, "float32"), t.number(2 ** -24, "float32"));
}

/** Standard normal by Box and Muller, in float64. */
function normal(t: Tensors, [w0, w1, w2, w3]: Words): Value {
  const number = (value: number): Value => t.number(value, "float64");
  const logarithm = t.apply("Log", uniform64(t, w0, w1));
  const radius = t.apply("Sqrt", t.mul(number(-2), logarithm));
  const angle = t.mul(number(2 * Math.PI), uniform64(t, w2, w3));
  return t.mul(radius, t.apply("Cos", angle));
}

/** Draws a number for each element. */
export function emitRandom(op: RandomOp, context: Context): void {
  if (op.how === "skip") throw new InternalError(op.id, "draws in turn, which was to be refused");
  if (op.count === 0) return;
  const { t } = context;
  const drawn = wordsOf(context, op.stream, op.count);
  const draw = {
    normal: () => normal(t, drawn),
    uniform: () =>
      t.real === "float32" ? uniform32(t, drawn[0]) : uniform64(t, drawn[0], drawn[1]),
  };
  const value = t.toReal(draw[op.how]());
  const { batch } = context.program;
  store(context, op.write, t.expand(value, [batch, op.count]));
}
