// Operations that look into the bits of a number, by integer operations on its lanes.
// Invariant: no branch and no trap, whatever the bits are.

import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { BitsName } from "./folding.js";
import type { Made, ValueTable } from "./values.js";

/** The arithmetic that is needed beside the bits. */
interface Base {
  constant(x: number): Made;
  add(a: Made, b: Made): Made;
  sub(a: Made, b: Made): Made;
  abs(a: Made): Made;
  less(a: Made, b: Made): Made;
  select(mask: Made, a: Made, b: Made): Made;
}

/** Where the exponent lies in a number. */
interface Layout {
  readonly integer: "i64" | "i32";
  /** Bits below the exponent. */
  readonly mantissaBits: number;
  readonly bias: number;
}

const layouts: { readonly [F in "f64" | "f32"]: Layout } = {
  f64: { integer: "i64", mantissaBits: 52, bias: 1023 },
  f32: { integer: "i32", mantissaBits: 23, bias: 127 },
};

/** Writes integer operations on numbers: directly in vectors, by way of integers in scalars. */
function integerOperations(values: ValueTable, { integer, mantissaBits }: Layout) {
  const { shape, isVector } = values;
  const lanes = `${integer}${shape.slice(3)}`;
  const push = (fn: FunctionBuilder, bits: bigint): void => {
    if (integer === "i64") fn.i64(bits);
    else fn.i32(Number(bits));
  };
  const converted = (write: (fn: FunctionBuilder) => void) => (fn: FunctionBuilder) => {
    if (!isVector) fn.op(`${integer}.reinterpret_${shape}`);
    write(fn);
    if (!isVector) fn.op(`${shape}.reinterpret_${integer}`);
  };
  const compute = (op: string, a: Made, write: (fn: FunctionBuilder) => void): Made =>
    values.compute({ kind: "number", op, args: [a], write: converted(write) });

  /** All bits moved by the width of the mantissa. */
  const shift = (op: "shl" | "shr_u", a: Made): Made =>
    compute(`bits.${op}`, a, (fn) => {
      if (isVector) fn.i32(mantissaBits);
      else push(fn, BigInt(mantissaBits));
      fn.op(`${lanes}.${op}`);
    });

  const combine = (op: "and" | "or", a: Made, bits: bigint): Made =>
    compute(`bits.${op} ${bits}`, a, (fn) => {
      if (isVector) fn.get(fn.constant(integer === "i64" ? "i64x2" : "i32x4", bits));
      else push(fn, bits);
      fn.op(isVector ? `v128.${op}` : `${integer}.${op}`);
    });

  return { shift, combine };
}

/** 1 with the sign of `a`. */
function signedOne(values: ValueTable, { constant }: Base, a: Made): Made {
  const { shape, isVector } = values;
  const one = constant(1);
  if (!isVector) {
    const write = (fn: FunctionBuilder) => fn.op(`${shape}.copysign`);
    return values.compute({ kind: "number", op: "copysign", args: [one, a], write });
  }
  const write = (fn: FunctionBuilder) =>
    fn.get(constant(-0).local).op("v128.and").get(one.local).op("v128.or");
  return values.compute({ kind: "number", op: "signed one", args: [a], write });
}

export function bitOperations(
  values: ValueTable,
  base: Base,
): { readonly [K in BitsName]: (a: Made) => Made } {
  const layout = layouts[values.shape.startsWith("f64") ? "f64" : "f32"];
  const { mantissaBits, bias } = layout;
  const { shift, combine } = integerOperations(values, layout);
  const { constant, add, sub, abs, less, select } = base;
  const first = 2 ** mantissaBits;
  const one = BigInt(bias) << BigInt(mantissaBits);
  const firstBits = BigInt(bias + mantissaBits) << BigInt(mantissaBits);
  return {
    // From 2^52 on the lowest bits of a number are those of an integer.
    powerOfTwo: (n) => shift("shl", add(n, constant(first + bias))),
    // The exponent as an integer becomes the lowest bits of 2^52.
    exponent: (a) => sub(combine("or", shift("shr_u", a), firstBits), constant(first + bias)),
    mantissa: (a) => combine("or", combine("and", a, (1n << BigInt(mantissaBits)) - 1n), one),
    sign: (a) => select(less(constant(0), abs(a)), signedOne(values, base, a), a),
  };
}
