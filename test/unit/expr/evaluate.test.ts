// Evaluation of expressions and bodies: meaning of every operator, comparison with mathjs, rounding in
// float32, refusal of what should have been resolved before. Also the folding of constants.

import { evaluate as mathjs } from "mathjs";
import { binary, call, conditional, name, num, unary, type Expr } from "../../../src/expr/ast.js";
import { compileBody, compileExpr, evaluate } from "../../../src/expr/evaluate.js";
import { parseExpression } from "../../../src/expr/parse.js";
import { portable32, portable64 } from "../../../src/expr/portable.js";
import {
  difference,
  foldConstants,
  isNumber,
  negative,
  power,
  product,
  quotient,
  sum,
  tidy,
} from "../../../src/expr/simplify.js";
import { InternalError } from "../../../src/errors.js";

const x = name("x");
const scope = { x: 0.7, y: -1.3, z: 2.5 };
const value = (text: string, values: Record<string, number> = scope) =>
  evaluate(parseExpression(text), values);

describe("evaluate", () => {
  test.each([
    "x + y * z - x / y",
    "-x ^ 2 + (-x) ^ 2",
    "2 ^ 3 ^ 2 / z",
    "x - y - z / x / y",
    "exp(-x / z) * (1 - tanh(y))",
    "log(z) + log1p(x) + expm1(y)",
    "sqrt(z) * sin(3 * x) + cos(y)",
    "abs(y) + floor(y) + ceil(z) + sign(y)",
    "min(x, y) + max(y, z)",
    "x < y ? x : y > -2 ? z : 0",
    "x ^ 1.7 + z ^ -3",
    "1 / (1 + exp(-(x - y) / z))",
    "(x <= 0.7) + (y >= z) * 2 + (x == 0.7) * 4 + (x != y) * 8",
  ])("agrees with mathjs on %s", (text) => {
    expect(value(text)).toBeCloseTo(Number(mathjs(text, { ...scope })), 13);
  });

  test("comparisons and logic give 1 or 0, and what is not zero holds", () => {
    expect(["x < z", "x > z", "x <= x", "x != x", "x == x"].map((e) => value(e))).toEqual([
      1, 0, 1, 0, 1,
    ]);
    const logic = ["2 and 3", "0 and 3", "0 or -1", "0 or 0", "not 5", "not 0", "int(7)", "int(0)"];
    expect(logic.map((e) => value(e))).toEqual([1, 0, 1, 0, 0, 1, 1, 0]);
  });

  test("NaN is not zero, so it holds as a test", () => {
    const nan = { x: NaN };
    expect(value("x ? 1 : 2", nan)).toBe(1);
    expect(["not x", "x and 1", "x or 0", "int(x)", "x == x"].map((e) => value(e, nan))).toEqual([
      0, 1, 1, 1, 0,
    ]);
  });

  test("min, max and clip treat NaN and -0 as JavaScript does", () => {
    expect(value("min(x, 1)", { x: NaN })).toBeNaN();
    expect(value("max(1, x)", { x: NaN })).toBeNaN();
    expect(value("min(x, y)", { x: 0, y: -0 })).toBe(-0);
    expect(value("max(x, y)", { x: -0, y: 0 })).toBe(0);
    expect([-5, 5, 0.5].map((v) => value("clip(x, -1, 2)", { x: v }))).toEqual([-1, 2, 0.5]);
    expect(value("clip(x, 2, 1)", { x: 1.5 })).toBe(2);
    expect(value("sign(x)", { x: -0 })).toBe(-0);
  });

  test("uses the portable functions, not those of the engine", () => {
    for (let v = -3; v < 3; v += 0.37) {
      expect(value("exp(x)", { x: v })).toBe(portable64.exp(v));
      expect(value("exprel(x)", { x: v })).toBe(portable64.exprel(v));
      expect(value("x ^ y", { x: v + 4, y: v })).toBe(portable64.pow(v + 4, v));
      expect(evaluate(call("tanh", x), { x: v }, "float32")).toBe(portable32.tanh(Math.fround(v)));
    }
  });

  test("a written whole exponent and a computed one give the same", () => {
    for (const n of [-16, -3, -1, 0, 1, 2, 3, 10, 17]) {
      const written = evaluate(binary("^", x, num(n)), { x: 1.37 });
      expect(value("x ^ n", { x: 1.37, n })).toBe(written);
      expect(evaluate(binary("^", x, unary("-", num(-n))), { x: 1.37 })).toBe(written);
    }
  });

  test("rounds every literal, name and operation to float32", () => {
    const f = Math.fround;
    const got = evaluate(parseExpression("0.1 * x + y / 3"), { x: 0.2, y: 0.7 }, "float32");
    expect(got).toBe(f(f(f(0.1) * f(0.2)) + f(f(0.7) / 3)));
    expect(evaluate(call("sqrt", num(2)), {}, "float32")).toBe(f(Math.sqrt(2)));
  });

  test("takes a Map, and names that every object has are not in a scope", () => {
    expect(evaluate(x, new Map([["x", 3]]))).toBe(3);
    expect(() => evaluate(name("toString"), {})).toThrow(InternalError);
  });

  test("refuses what an earlier pass should have resolved", () => {
    expect(() => evaluate(call("prev", x), { x: 1 })).toThrow(/prev\(\) was not resolved/);
    expect(() => evaluate({ kind: "number", value: 1, unit: "mV" }, {})).toThrow(InternalError);
    expect(() => evaluate(call("min", x), { x: 1 })).toThrow(/given 1 arguments/);
  });
});

describe("compileBody", () => {
  const slots = new Map([
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ]);
  const body = [
    { target: "a", value: parseExpression("a + 1") },
    { target: "b", value: parseExpression("a * 2") },
    { target: "a", value: parseExpression("a * b") },
  ];

  test("runs assignments in order; a name means its value so far", () => {
    const frame = Float64Array.of(1, 0, 9);
    compileBody(body, slots, "float64")(frame);
    expect([...frame]).toEqual([8, 4, 9]);
  });

  test("rounds in float32 what a frame holds in float64", () => {
    const frame = Float64Array.of(0.1, 0, 0);
    const copy = [{ target: "b", value: name("a") }];
    compileBody(copy, slots, "float32")(frame);
    expect(frame[1]).toBe(Math.fround(0.1));
  });

  test("refuses unknown symbols when it compiles", () => {
    expect(() => compileBody([{ target: "d", value: num(1) }], slots, "float64")).toThrow(
      /no slot for the symbol "d"/,
    );
    expect(() => compileExpr(name("e"), slots, "float64")).toThrow(InternalError);
  });
});

describe("foldConstants", () => {
  const folded = (text: string) => foldConstants(parseExpression(text));

  test("replaces sub-trees of numbers by their value", () => {
    expect(folded("2 * 3 + 4")).toEqual(num(10));
    expect(folded("x + exp(0) * 2")).toMatchObject(binary("+", { ...x }, num(2)));
    expect(folded("-(2 ^ 3)")).toEqual(num(-8));
  });

  test("folds in the precision asked for", () => {
    const third = parseExpression("1 / 3");
    expect(foldConstants(third, "float32")).toEqual(num(Math.fround(1 / 3)));
    const tiny = conditional(num(1e-310), x, num(2));
    expect([foldConstants(tiny), foldConstants(tiny, "float32")]).toEqual([x, num(2)]);
  });

  test.each([
    ["x * 1", "x"],
    ["1 * x", "x"],
    ["x / 1", "x"],
    ["x - 0", "x"],
    ["x ^ 1", "x"],
    ["-(-x)", "x"],
    ["1 ? x : y", "x"],
    ["0 ? x : y", "y"],
    ["y ? x : x", "x"],
  ])("turns %s into %s", (text, wanted) => {
    expect(folded(text)).toMatchObject({ kind: "name", name: wanted });
  });

  test("x ^ 0 is 1 even for NaN", () => {
    expect(folded("x ^ 0")).toEqual(num(1));
  });

  test.each(["x + 0", "0 + x", "x * 0", "0 - x", "0 / x", "x + 1 + 2", "2 * (x + y)", "not not x"])(
    "leaves %s as it is, since some result would change",
    (text) => {
      const tree = parseExpression(text);
      expect(foldConstants(tree)).toBe(tree);
    },
  );

  test("x + -0 and x - 0 are x, x - -0 is not", () => {
    expect(foldConstants(binary("+", x, num(-0)))).toBe(x);
    const kept = binary("-", x, num(-0));
    expect(foldConstants(kept)).toBe(kept);
  });

  test("drops int() around what is 0 or 1 already", () => {
    expect(foldConstants(call("int", binary("<", x, num(1))))).toEqual(binary("<", x, num(1)));
    expect(foldConstants(call("int", x))).toEqual(call("int", x));
  });

  test("leaves what has no finite value, and prev", () => {
    const infinite = binary("/", num(1), num(0));
    expect(foldConstants(infinite)).toBe(infinite);
    const previous = call("prev", x);
    expect(foldConstants(previous)).toBe(previous);
  });
});

describe("simplifying constructors", () => {
  test("drop zeros and ones", () => {
    const y = name("y");
    const results: [Expr, Expr][] = [
      [sum(num(0), x), x],
      [sum(x, unary("-", y)), binary("-", x, y)],
      [difference(x, num(0)), x],
      [difference(num(0), x), unary("-", x)],
      [difference(x, num(-2)), binary("-", x, num(-2))],
      [difference(x, unary("-", y)), binary("+", x, y)],
      [product(num(0), x), num(0)],
      [product(num(-1), x), unary("-", x)],
      [product(x, num(1)), x],
      [product(num(2), num(3)), num(6)],
      [quotient(num(0), x), num(0)],
      [quotient(x, num(-1)), unary("-", x)],
      [power(x, num(1)), x],
      [power(x, num(0)), num(1)],
      [negative(negative(x)), x],
      [negative(num(3)), num(-3)],
    ];
    for (const [got, wanted] of results) expect(got).toEqual(wanted);
  });

  test("tidy rebuilds a tree with them and keeps what it cannot shorten", () => {
    expect(tidy(parseExpression("0 * x + 1 * y - 0"))).toMatchObject({ kind: "name", name: "y" });
    const tree = conditional(binary("<", x, num(1)), x, num(2));
    expect(tidy(tree)).toBe(tree);
  });

  test("isNumber knows numbers without a unit", () => {
    expect([isNumber(num(1)), isNumber(num(1), 1), isNumber(num(1), 2), isNumber(x)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isNumber({ kind: "number", value: 1, unit: "mV" })).toBe(false);
  });
});
