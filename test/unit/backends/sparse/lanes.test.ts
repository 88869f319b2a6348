// Generated code gives the bits of the interpreter, for every operator and function, in all shapes,
// over special and random values. MYELIN_RUNS multiplies the number of random ones.

import fc from "fast-check";
import { binary, call, conditional, functionArity, name, num } from "../../../../src/expr/ast.js";
import { unary } from "../../../../src/expr/ast.js";
import { arithmetic32, arithmetic64 } from "../../../../src/expr/portable.js";
import { factor, pairs, randomNumbers, sequence, specials } from "./lanes-numbers.js";
import { expectSame, expectSameValues, generated, shapes } from "./lanes-run.js";
import { bodies, functionNames, operators, symbols } from "./lanes-trees.js";

const [x, y, z] = [name("x"), name("y"), name("z")];
const withArguments = (count: number) => functionNames.filter((f) => functionArity[f] === count);

const singles = { x: [...specials, ...randomNumbers(1, 6000)] };
const some = { x: [...specials, ...randomNumbers(2, 1000)] };
const couples = pairs(3);
const triples = { ...couples, z: couples.y.map((_, i) => couples.x[(7 * i) % couples.x.length]!) };
/** Some of these. */
const spread = Object.fromEntries(
  symbols.map((symbol) => [symbol, triples[symbol].filter((_, i) => i % 41 === 0)]),
);
/** Constants that change how an operation is written. */
const limits = [
  ...[NaN, 0, -0, 1, -1, 2, -2, 0.5, 3, 0.1, -70, 2 ** 52, Infinity, -Infinity],
  ...[Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 127, 2 ** -126, 2 ** -149, 2 ** 1023, 2 ** -1022],
  ...[-(2 ** 1023), 2 ** -1023, 1e-320, 16, -16, 17, 2.5],
].map(num);

describe.each(shapes)("in %s", (shape) => {
  test.each(operators)("the operator %s is the interpreter's", (op) => {
    expectSameValues([binary(op, x, y)], shape, couples);
  });

  test.each(operators)("the operator %s with a known side is the interpreter's", (op) => {
    const exprs = limits.flatMap((limit) => [binary(op, x, limit), binary(op, limit, x)]);
    expectSameValues(exprs, shape, some);
  });

  test.each(operators)("the operator %s of known numbers is the interpreter's", (op) => {
    const exprs = limits.flatMap((a) => limits.map((b) => binary(op, a, b)));
    expectSameValues(exprs, shape, { x: [0] });
  });

  test.each(["-", "not"] as const)("the operator %s of one value is the interpreter's", (op) => {
    const known = limits.map((limit) => unary(op, limit));
    expectSameValues([unary(op, x), unary(op, unary(op, x)), ...known], shape, singles);
  });

  test.each(withArguments(1))("%s is the interpreter's, known or not", (fn) => {
    expectSameValues([call(fn, x)], shape, singles);
    expectSameValues([...limits.map((limit) => call(fn, limit))], shape, { x: [0] });
  });

  test.each(withArguments(2))("%s is the interpreter's, also with known sides", (fn) => {
    expectSameValues([call(fn, x, y), call(fn, x, x)], shape, couples);
    const exprs = limits.flatMap((limit) => [call(fn, x, limit), call(fn, limit, x)]);
    expectSameValues(exprs, shape, some);
    const known = limits.flatMap((a) => limits.map((b) => call(fn, a, b)));
    expectSameValues(known, shape, { x: [0] });
  });

  test("clip is the interpreter's with any limits, known or not", () => {
    expectSameValues([call("clip", x, y, z)], shape, triples);
    const exprs = limits.flatMap((low) => limits.map((high) => call("clip", x, low, high)));
    expectSameValues(exprs, shape, { x: specials });
  });

  test("a choice is the interpreter's, however its test and sides are made", () => {
    const tests = [
      ...[x, binary("<", x, y), binary("<", y, x), binary("==", x, y), call("int", x), num(NaN)],
      ...[unary("not", binary("<", x, y)), binary("and", x, unary("not", y)), num(-0)],
    ];
    const sides = [x, y, z, unary("-", x), num(0), num(-0), num(1), num(NaN), binary("<", y, z)];
    const exprs = tests.flatMap((one) =>
      sides.flatMap((a) => sides.map((b) => conditional(one, a, b))),
    );
    expectSameValues(exprs, shape, spread);
  });

  test("and and or of any tests are the interpreter's, negated or known too", () => {
    const below = binary("<", x, y);
    const tests = [
      ...[below, unary("not", below), binary("==", x, z), binary("!=", x, z), x, unary("not", x)],
      ...[unary("not", binary("<=", y, z)), num(0), num(1), num(NaN), unary("not", num(NaN))],
    ];
    const exprs = (["and", "or"] as const).flatMap((op) =>
      tests.flatMap((a) =>
        tests.flatMap((b) => [binary(op, a, b), unary("not", binary(op, a, b))]),
      ),
    );
    expectSameValues(exprs, shape, spread);
  });

  test("random bodies are the interpreter's", () => {
    const next = sequence(4);
    const pool = [...specials, ...randomNumbers(5, 1000)];
    const column = () => Array.from({ length: 40 }, () => pool[Math.floor(next() * pool.length)]!);
    const inputs = { x: column(), y: column(), z: column() };
    fc.assert(
      fc.property(bodies, (body) => expectSame(body, shape, inputs, symbols)),
      { numRuns: 150 * factor },
    );
  });

  test("powers of two, exponents, mantissas and roundings are those of the arithmetic", () => {
    const isSingle = shape.startsWith("f32");
    const plain = isSingle ? arithmetic32 : arithmetic64;
    const [lowest, highest] = isSingle ? [-126, 127] : [-1022, 1023];
    const whole = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
    const normal = [...singles.x, ...whole.map((n) => 1.7 * plain.powerOfTwo(n))]
      .map(plain.constant)
      .filter((value) => value >= plain.powerOfTwo(lowest) && value < Infinity);
    const domains = {
      powerOfTwo: whole,
      exponent: normal,
      mantissa: normal,
      round: singles.x.map(plain.constant),
    };
    for (const op of ["powerOfTwo", "exponent", "mantissa", "round"] as const) {
      const inputs = domains[op];
      const got = generated(
        (values, lanes) => values.set("result", lanes[op](values.get("x")!)),
        shape,
        { x: inputs },
        ["result"],
      );
      expect(got.get("result")).toEqual(inputs.map(plain[op]));
    }
  });
});
