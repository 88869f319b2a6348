// Operations from numbers to numbers. Invariant: a shorter way is taken only where it gives the same
// bits for every value, NaN, the infinities and the zeros included.

import { exactReciprocal, type BinaryName, type Folding, type UnaryName } from "./folding.js";
import type { Made, ValueTable } from "./values.js";

type Unary = (a: Made) => Made;
type Binary = (a: Made, b: Made) => Made;
export type NumberOperations = Readonly<Record<UnaryName, Unary> & Record<BinaryName, Binary>> & {
  readonly constant: (x: number) => Made;
  /** `b` where a < b, else `a`. */
  readonly larger: Binary;
  /** `b` where b < a, else `a`. */
  readonly smaller: Binary;
};

/** Names of the instructions, after the shape and a dot. */
const instructionOf: Readonly<Record<UnaryName | BinaryName, string>> = {
  abs: "abs",
  negate: "neg",
  sqrt: "sqrt",
  floor: "floor",
  ceil: "ceil",
  round: "nearest",
  add: "add",
  sub: "sub",
  mul: "mul",
  div: "div",
  min: "min",
  max: "max",
};

const isConstant = (a: Made, x: number): boolean => Object.is(a.constant, x);

const isNumberButZero = ({ constant: x, isNonzero = false }: Made): boolean =>
  isNonzero || (x !== undefined && x !== 0 && !Number.isNaN(x));

/** Whether a value is never -0. Sums are -0 only where both terms are; differences likewise. */
function isNeverNegativeZero({ op, args: [a, b], constant: x }: Made, shape: string): boolean {
  const isOther = (value: Made, zero: number): boolean =>
    value.constant !== undefined && !Object.is(value.constant, zero);
  if (x !== undefined) return !Object.is(x, -0);
  if (op === `${shape}.add`) return isOther(a!, -0) || isOther(b!, -0);
  if (op === `${shape}.sub`) return isOther(a!, -0) || isOther(b!, 0);
  return op === `${shape}.abs`;
}

/** The operations as they are, except that known numbers are computed now. */
function plainOperations(values: ValueTable, folding: Folding) {
  const constant = (x: number): Made => values.constant("number", folding.round(x));
  const { shape } = values;

  const unary =
    (name: UnaryName): Unary =>
    (a) => {
      if (a.constant !== undefined) return constant(folding.unary[name](a.constant));
      const op = `${shape}.${instructionOf[name]}`;
      return values.compute({ kind: "number", op, args: [a], write: (fn) => fn.op(op) });
    };

  const binary =
    (name: BinaryName, commutes = false): Binary =>
    (a, b) => {
      if (a.constant !== undefined && b.constant !== undefined) {
        return constant(folding.binary[name](a.constant, b.constant));
      }
      const op = `${shape}.${instructionOf[name]}`;
      const write = (fn: ValueTable["fn"]) => fn.op(op);
      return values.compute({ kind: "number", op, args: [a, b], commutes, write });
    };

  return { constant, unary, binary };
}

/** min and max where one side is never NaN: by comparison, which is far less work on x64. */
function extremes(values: ValueTable, plain: ReturnType<typeof plainOperations>) {
  const { constant } = plain;
  const { shape, isVector } = values;
  const min = plain.binary("min", true);
  const max = plain.binary("max", true);
  const add = plain.binary("add", true);
  const pseudo =
    (name: "pmin" | "pmax"): Binary =>
    (a, b) => {
      const op = `${shape}.${name}`;
      return values.compute({ kind: "number", op, args: [a, b], write: (fn) => fn.op(op) });
    };
  const smaller = pseudo("pmin");
  const larger = pseudo("pmax");
  const isLimit = (a: Made): boolean => a.constant !== undefined || isNumberButZero(a);

  /** pmin keeps `a` where it is NaN, and where it equals the limit: right unless that is -0. */
  function atMost(a: Made, limit: Made): Made {
    if (isConstant(limit, Infinity)) return a;
    if (isConstant(limit, NaN)) return limit;
    return !isVector || isConstant(limit, -0) ? min(a, limit) : smaller(a, limit);
  }

  /** pmax keeps `a` where it is NaN or equals the limit: right but for -0 against 0. */
  function atLeast(a: Made, limit: Made): Made {
    if (isConstant(limit, -Infinity)) return a;
    if (isConstant(limit, NaN)) return limit;
    if (!isVector) return max(a, limit);
    const result = larger(a, limit);
    // -0 + 0 is 0, and every other number stays.
    const mayBeWrong = isConstant(limit, 0) && !isNeverNegativeZero(a, shape);
    return mayBeWrong ? add(result, constant(0)) : result;
  }

  const withLimit =
    (both: Binary, limited: Binary): Binary =>
    (a, b) => {
      if (a === b) return a;
      if (a.constant === undefined && isLimit(b)) return limited(a, b);
      if (b.constant === undefined && isLimit(a)) return limited(b, a);
      return both(a, b);
    };
  return { min: withLimit(min, atMost), max: withLimit(max, atLeast), smaller, larger };
}

/** Operations that leave a number as it is are left out, and divisions become products. */
export function numberOperations(values: ValueTable, folding: Folding): NumberOperations {
  const plain = plainOperations(values, folding);
  const { constant, unary, binary } = plain;
  const negate = unary("negate");
  const [add, sub, mul] = [binary("add", true), binary("sub"), binary("mul", true)];
  const div = binary("div");

  const times: Binary = (a, b) => {
    if (isConstant(b, 1)) return a;
    if (isConstant(a, 1)) return b;
    if (isConstant(b, -1)) return negate(a);
    return isConstant(a, -1) ? negate(b) : mul(a, b);
  };
  return {
    constant,
    abs: unary("abs"),
    negate,
    sqrt: unary("sqrt"),
    floor: unary("floor"),
    ceil: unary("ceil"),
    round: unary("round"),
    add: (a, b) => (isConstant(b, -0) ? a : isConstant(a, -0) ? b : add(a, b)),
    sub: (a, b) => (isConstant(b, 0) ? a : isConstant(a, -0) ? negate(b) : sub(a, b)),
    mul: times,
    div: (a, b) => {
      const inverse = b.constant === undefined ? undefined : exactReciprocal(b.constant, folding);
      return inverse === undefined ? div(a, b) : times(a, constant(inverse));
    },
    ...extremes(values, plain),
  };
}
