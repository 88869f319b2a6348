// Derivatives against central differences and mathjs, and the tests for linearity built on them.

import { derivative as mathjsDerivative } from "mathjs";
import { call, name, num } from "../../../src/expr/ast.js";
import { dependsOn, derivative, isLinearIn, linearParts } from "../../../src/expr/derivative.js";
import { evaluate } from "../../../src/expr/evaluate.js";
import { parseExpression as parse } from "../../../src/expr/parse.js";
import { printExpression } from "../../../src/expr/print.js";

const points = [-2.3, -0.7, 0.013, 0.4, 1.9, 3.1];
const shown = (text: string, by: string) => printExpression(derivative(parse(text), by));

describe("derivative", () => {
  test.each([
    "3 * x ^ 3 - x / 7 + 2",
    "x ^ y",
    "(2 + x * x) ^ (x / 3)",
    "y / (x * x + 1)",
    "exp(-x * x)",
    "expm1(2 * x)",
    "exprel(x)",
    "exprel(x / 200)",
    "log(x * x + 1)",
    "log1p(x * x)",
    "sqrt(x * x + y)",
    "sin(x) * cos(2 * x)",
    "tanh(x / 2)",
    "abs(x) * x",
    "min(x, x * x)",
    "max(x, y * x)",
    "clip(x, -1, 2) * x",
    "x > 0 ? x * x : sin(x)",
    "floor(x) * x + ceil(x) + sign(x)",
    "(x > 1) * x + int(x < 0) * x * x",
  ])("agrees with central differences on %s", (text) => {
    const tree = parse(text);
    const slope = derivative(tree, "x");
    const h = 1e-5;
    const y = 1.7;
    for (const x of points) {
      if (text === "x ^ y" && x < 0) continue;
      const rise = evaluate(tree, { x: x + h, y }) - evaluate(tree, { x: x - h, y });
      const got = evaluate(slope, { x, y });
      expect(Math.abs(got - rise / (2 * h))).toBeLessThan(1e-7 * Math.max(1, Math.abs(got)));
    }
  });

  test.each([
    "3 * x ^ 3 - x / 7 + 2",
    "exp(-x / 4) * sin(x)",
    "1 / (1 + exp((x + 30) / 5))",
    "tanh(x) / (x ^ 2 + 1)",
    "sqrt(x ^ 2 + 1) - log(x ^ 2 + 3)",
    "cos(x ^ 2) ^ 2",
  ])("agrees with mathjs on %s", (text) => {
    const slope = derivative(parse(text), "x");
    const wanted = mathjsDerivative(text, "x");
    for (const x of points) {
      const expected = Number(wanted.evaluate({ x }));
      expect(Math.abs(evaluate(slope, { x }) - expected)).toBeLessThan(
        1e-12 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  test("comes without zeros and ones", () => {
    expect(shown("G * (E - V) + I", "V")).toBe("-G");
    expect(shown("-V / tau", "V")).toBe("-1 / tau");
    expect(shown("a * V ^ 2", "V")).toBe("a * (2 * V)");
    expect(shown("V", "W")).toBe("0");
    expect(shown("a > b ? 2 * V : 2 * V + 1", "V")).toBe("2");
  });

  test("of exprel keeps its digits near 0", () => {
    const slope = derivative(call("exprel", name("x")), "x");
    expect(evaluate(slope, { x: 0 })).toBe(0.5);
    for (const x of [1e-9, -1e-6, 0.0199, 0.0201, -0.0201]) {
      const series = 1 / 2 + x / 3 + x ** 2 / 8 + x ** 3 / 30 + x ** 4 / 144 + x ** 5 / 840;
      expect(Math.abs(evaluate(slope, { x }) - series)).toBeLessThan(2e-14);
    }
  });

  test("a value of prev() is a constant", () => {
    expect(shown("prev(V) * V", "V")).toBe("prev(V)");
    expect(dependsOn(parse("prev(V) + W"), ["V"])).toBe(false);
    expect(dependsOn(parse("prev(V) + W"), ["V", "W"])).toBe(true);
  });
});

describe("isLinearIn", () => {
  test.each([
    ["G * (E - V) + I", ["V"]],
    ["a * V + b * W - W / c", ["V", "W"]],
    ["I > 0 ? -V : -2 * V", ["V"]],
    ["sin(t) * V + prev(V) ^ 2", ["V"]],
    ["7", ["V"]],
  ])("%s is linear in %j", (text, names) => {
    expect(isLinearIn(parse(text), names)).toBe(true);
  });

  test.each([
    ["V * V", ["V"]],
    ["V * W", ["V", "W"]],
    ["abs(V)", ["V"]],
    ["V > 0 ? V : 0", ["V"]],
    ["V > 0 ? 1 : 2", ["V"]],
    ["int(V > 3)", ["V"]],
    ["floor(V)", ["V"]],
    ["sign(V) + 1", ["V"]],
    ["not V", ["V"]],
    ["max(V, 0)", ["V"]],
    ["exp(V)", ["V"]],
    ["1 / V", ["V"]],
  ])("%s is not linear in %j", (text, names) => {
    expect(isLinearIn(parse(text), names)).toBe(false);
  });

  test("V * W is linear in either alone", () => {
    expect(isLinearIn(parse("V * W"), ["V"])).toBe(true);
    expect(isLinearIn(parse("V * W"), ["W"])).toBe(true);
  });
});

describe("linearParts", () => {
  test("splits into a slope and a rest that are free of the name", () => {
    const parts = linearParts(parse("(G * (E - V) + I) / C"), "V")!;
    expect(printExpression(parts.slope)).toBe("-G / C");
    expect(printExpression(parts.rest)).toBe("(G * E + I) / C");
  });

  test("the rest of a pure decay is 0", () => {
    expect(linearParts(parse("-g / tau"), "g")!.rest).toEqual(num(0));
    expect(linearParts(parse("0 - g"), "g")!.rest).toMatchObject(num(0));
  });

  test("keeps prev() of the same name in the rest", () => {
    const parts = linearParts(parse("2 * V + prev(V)"), "V")!;
    expect(printExpression(parts.rest)).toBe("prev(V)");
  });

  test("is undefined where the expression is not linear", () => {
    expect(linearParts(parse("V ^ 2"), "V")).toBeUndefined();
  });
});
