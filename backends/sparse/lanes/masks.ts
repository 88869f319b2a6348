// Comparisons, what is made of them, and choosing by them. Invariant: both sides of a choice have been
// computed; there is no branch.

import type { ComparisonName, Folding } from "./folding.js";
import type { NumberOperations } from "./numbers.js";
import type { Made, ValueTable } from "./values.js";

type Unary = (a: Made) => Made;
type Binary = (a: Made, b: Made) => Made;

/** Names of the instructions, after the shape and a dot. */
const instructionOf: Readonly<Record<ComparisonName, string>> = {
  less: "lt",
  lessEqual: "le",
  equal: "eq",
  notEqual: "ne",
};

const isConstant = (a: Made, x: number): boolean => Object.is(a.constant, x);
const flip = (constant: number): number => 1 - constant;

/** Comparisons and the logic of masks. */
export function maskOperations(values: ValueTable, folding: Folding) {
  const { shape, isVector } = values;
  const logic = isVector ? "v128" : "i32";
  const truth = (x: number): Made => values.constant("mask", x);
  const compute = (op: string, args: readonly Made[], commutes = false): Made =>
    values.compute({ kind: "mask", op, args, commutes, write: (fn) => fn.op(op) });

  const comparison =
    (name: ComparisonName, commutes = false): Binary =>
    (a, b) =>
      a.constant !== undefined && b.constant !== undefined
        ? truth(folding.binary[name](a.constant, b.constant))
        : compute(`${shape}.${instructionOf[name]}`, [a, b], commutes);
  const equal = comparison("equal", true);
  const notEqual = comparison("notEqual", true);

  const not: Unary = (mask) => {
    if (mask.constant !== undefined) return truth(flip(mask.constant));
    const [a, b] = mask.args;
    if (mask.op === `${shape}.eq`) return notEqual(a!, b!);
    if (mask.op === `${shape}.ne`) return equal(a!, b!);
    const op = isVector ? "v128.not" : "i32.eqz";
    return mask.op === op ? a! : compute(op, [mask]);
  };

  const and: Binary = (a, b) => {
    if (isVector && b.op === "v128.not") return compute("v128.andnot", [a, b.args[0]!]);
    if (isVector && a.op === "v128.not") return compute("v128.andnot", [b, a.args[0]!]);
    return compute(`${logic}.and`, [a, b], true);
  };
  const or: Binary = (a, b) => compute(`${logic}.or`, [a, b], true);

  /** `neutral` leaves the other mask as it is, its opposite decides alone. */
  const logical =
    (both: Binary, neutral: 0 | 1): Binary =>
    (a, b) => {
      if (a === b || b.constant === neutral) return a;
      if (a.constant === neutral) return b;
      if (a.constant !== undefined) return a;
      return b.constant !== undefined ? b : both(a, b);
    };

  return {
    truth,
    less: comparison("less"),
    lessEqual: comparison("lessEqual"),
    equal,
    notEqual,
    not,
    and: logical(and, 1),
    or: logical(or, 0),
  };
}

export type MaskOperations = ReturnType<typeof maskOperations>;

/** From masks to numbers and back. */
export function conversions(values: ValueTable, numbers: NumberOperations, masks: MaskOperations) {
  const { shape, isVector } = values;
  const zero = numbers.constant(0);

  function toMask(a: Made): Made {
    if (a.kind === "mask") return a;
    // What is not zero holds, and NaN is not zero.
    return a.op === "toNumber" ? a.args[0]! : masks.notEqual(a, zero);
  }

  function toNumber(a: Made): Made {
    if (a.kind === "number") return a;
    if (a.constant !== undefined) return numbers.constant(a.constant);
    const one = isVector ? numbers.constant(1).local : undefined;
    return values.compute({
      kind: "number",
      op: "toNumber",
      args: [a],
      write: (fn) => {
        if (one === undefined) fn.op(`${shape}.convert_i32_s`);
        else fn.get(one).op("v128.and");
      },
    });
  }
  return { toMask, toNumber };
}

/** Choices between numbers by masks that are not known. */
export function choiceOf(values: ValueTable, numbers: NumberOperations) {
  const { shape, isVector } = values;
  const compute = (op: string, ...args: readonly Made[]): Made =>
    values.compute({ kind: "number", op, args, write: (fn) => fn.op(op) });

  /** Choices that are less work than taking bits from two sides. */
  function shortcut(mask: Made, a: Made, b: Made): Made | undefined {
    // Anything with all bits set is a NaN.
    if (isConstant(a, NaN)) return compute("v128.or", b, mask);
    if (isConstant(b, 0)) return compute("v128.and", a, mask);
    if (isConstant(a, 0)) return compute("v128.andnot", b, mask);
    const isNegated = (x: Made, y: Made) => x.op === `${shape}.neg` && x.args[0] === y;
    if (isNegated(a, b) || isNegated(b, a)) {
      return compute("v128.xor", b, compute("v128.and", mask, numbers.constant(-0)));
    }
    if (mask.op !== `${shape}.lt`) return undefined;
    const [low, high] = mask.args;
    if (a === high && b === low) return numbers.larger(low, high);
    if (a === low && b === high) return numbers.smaller(high, low);
    return undefined;
  }

  function choose(mask: Made, a: Made, b: Made): Made {
    if (a === b) return a;
    if (mask.op === (isVector ? "v128.not" : "i32.eqz")) return choose(mask.args[0]!, b, a);
    if (!isVector) return compute("select", a, b, mask);
    return shortcut(mask, a, b) ?? compute("v128.bitselect", a, b, mask);
  }
  return choose;
}
