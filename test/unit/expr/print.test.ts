import { binary, call, conditional, name, num, unary } from "../../../src/expr/ast.js";
import type { Expr } from "../../../src/expr/ast.js";
import { parseExpression, parseStatements } from "../../../src/expr/parse.js";
import { printAssignment, printExpression, printStatement } from "../../../src/expr/print.js";
import { sameExpr } from "../../../src/expr/rewrite.js";

const [a, b, c] = [name("a"), name("b"), name("c")];
const volts: Expr = { kind: "number", value: 2, unit: "mV" };

test.each([
  "a + b * c",
  "(a + b) * c",
  "a - (b - c)",
  "a - b - c",
  "a / b / c",
  "a / (b * c)",
  "a^b^c",
  "(a^b)^c",
  "-a^b",
  "(-a)^b",
  "2^-3",
  "(-3)^2",
  "-3^2",
  "a < b and not c == a",
  "(not a) == b",
  "(a < b) == c",
  "a or b and c",
  "(a or b) and c",
  "a and (b and c)",
  "a ? b : c ? a : b",
  "(a ? b : c) ? a : b",
  "(a ? b : c) + 1",
  "max(a + b, -c)",
  "2 mV * a",
  "a / (2 mV)",
  "(2 mV)^2",
  "a^(2 mV)",
  "-(2 mV)",
  "-(-2 mV)",
])("%s has no parenthesis too many", (text) => {
  expect(printExpression(parseExpression(text))).toBe(text);
});

test("other spellings print in the one spelling", () => {
  const text = "!a && b || pow(a, 2) ** 3 == true";
  expect(printExpression(parseExpression(text))).toBe("not a and b or (a^2)^3 == 1");
  expect(printExpression(parseExpression("G (Er - V)"))).toBe("G * (Er - V)");
});

const numbers: [string, Expr][] = [
  ["-3", num(-3)],
  ["-(3)", unary("-", num(3))],
  ["--3", unary("-", num(-3))],
  ["-0", num(-0)],
  ["-(0)", unary("-", num(0))],
  ["1e+21", num(1e21)],
  ["1e-7", num(1e-7)],
  ["5e-324", num(5e-324)],
  ["inf", num(Infinity)],
  ["-inf", num(-Infinity)],
  ["-(inf)", unary("-", num(Infinity))],
  ["nan", num(NaN)],
  ["-(nan)", unary("-", num(NaN))],
  ["a - -3", binary("-", a, num(-3))],
  ["inf mV", { kind: "number", value: Infinity, unit: "mV" }],
  ["2 mV", volts],
];
test.each(numbers)("%s survives printing and reading", (text, tree) => {
  expect(printExpression(tree)).toBe(text);
  expect(sameExpr(parseExpression(text), tree)).toBe(true);
});

test("trees that only passes make survive too", () => {
  const trees = [
    unary("-", conditional(a, b, c)),
    binary("<", conditional(a, b, c), unary("not", a)),
    binary("^", unary("not", a), volts),
    call("exp", conditional(a, b, c)),
  ];
  for (const tree of trees) {
    expect(sameExpr(parseExpression(printExpression(tree)), tree)).toBe(true);
  }
});

test.each([
  "C dV/dt = G * (Er - V) : nA (unless refractory)",
  "(a + b) dV/dt = 1",
  "dV/dt = a ? b : c : mV/ms (unless refractory, event-driven)",
  "x += 1",
  "x = a * b : siemens/meter**2",
  "2 nF dV/dt = -V (unless refractory)",
])("the statement %s survives printing and reading", (text) => {
  expect(printStatement(parseStatements(text)[0]!)).toBe(text);
});

test("an assignment prints as one line", () => {
  expect(printAssignment({ target: "V", value: binary("+", a, num(1)) })).toBe("V = a + 1");
});
