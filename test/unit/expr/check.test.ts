import { SpecError } from "../../../src/errors.js";
import { checkExpression, requireDimension } from "../../../src/expr/check.js";
import type { CheckOptions, Scope, ScopeEntry } from "../../../src/expr/check.js";
import { parseExpression } from "../../../src/expr/parse.js";
import { printExpression } from "../../../src/expr/print.js";
import { dimensionless, parseUnit, printDimension } from "../../../src/expr/units.js";

const of = (unit: string) => ({ dimension: parseUnit(unit).dimension });
const scope: Scope = new Map<string, ScopeEntry>([
  ["V", of("mV")],
  ["Er", of("mV")],
  ["tau", of("ms")],
  ["G", of("uS")],
  ["C", of("nF")],
  ["I", of("nA")],
  ["n", of("1")],
  ["spiked", { dimension: dimensionless, boolean: true }],
  ["something", { dimension: "any" }],
]);

type System = CheckOptions["system"];

function check(text: string, system: System = "consistent", names = scope) {
  return checkExpression(parseExpression(text), names, { system, where: "cell.equations", text });
}
function refused(text: string, system: System = "consistent", names = scope): SpecError {
  try {
    check(text, system, names);
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error("was accepted");
}
function dimensionOf(text: string): string {
  const { dimension } = check(text);
  return dimension === "any" ? "any" : printDimension(dimension);
}

describe("dimensions", () => {
  test.each([
    ["G (Er - V) + I", "current [nA]"],
    ["(Er - V) / tau", "mV/ms"],
    ["C (V / tau)", "current [nA]"],
    ["V^2", "mV^2"],
    ["V^-1", "1/mV"],
    ["sqrt(V^2)", "voltage [mV]"],
    ["V^(1/2)", "mV^0.5"],
    ["exp(-(V - Er) / (5 mV))", "a plain number"],
    ["V > Er ? I : 0", "current [nA]"],
    ["max(V, 0)", "voltage [mV]"],
    ["max(0, V)", "voltage [mV]"],
    ["clip(V, -inf, Er)", "voltage [mV]"],
    ["abs(V)", "voltage [mV]"],
    ["prev(V)", "voltage [mV]"],
    ["sign(V)", "a plain number"],
    ["int(V > Er) * V", "voltage [mV]"],
    ["(V > Er) * V", "voltage [mV]"],
    ["5 nS * V", "current [nA]"],
    ["I / mV", "conductance [uS]"],
    ["0", "any"],
    ["something * V", "any"],
    ["something + V", "voltage [mV]"],
    ["n^n", "a plain number"],
    ["-V", "voltage [mV]"],
    ["not V", "a plain number"],
  ])("%s is %s", (text, dimension) => expect(dimensionOf(text)).toBe(dimension));

  test.each([
    "V + I",
    "V - 1",
    "V > I",
    "max(V, I)",
    "clip(V, 0, 1)",
    "n > 0 ? V : I",
    "exp(V)",
    "tanh(I)",
    "floor(V)",
    "n^V",
    "V^n",
    "2 mV + 3 ms",
    "V + 5 nA",
  ])("%s is refused", (text) => {
    expect(refused(text).code).toBe("dimension");
    expect(check(text, "none").expr).toBeDefined();
  });

  test("a refusal names both dimensions and underlines the place", () => {
    const error = refused("G * (V + I)");
    expect(error.message).toBe(
      "cell.equations: a sum needs equal dimensions: one is voltage [mV]; " +
        'got "current [nA]", allowed voltage [mV]. ' +
        "Check the units of both, or multiply one by what is missing.\n" +
        "  G * (V + I)\n       ^^^^^",
    );
    expect(refused("V + I", "SI").message).toContain("voltage [V]");
  });

  test("the dimension that a place demands can be required", () => {
    const options = { system: "consistent", where: "cell.equations", text: "V" } as const;
    const value = check("V");
    requireDimension(value, parseUnit("mV").dimension, "the value", options);
    expect(() => requireDimension(value, dimensionless, "the value", options)).toThrow(SpecError);
    requireDimension(value, dimensionless, "the value", { ...options, system: "none" });
  });
});

describe("units become numbers", () => {
  test.each([
    ["5 mV + V", "5 + V", "0.005 + V"],
    ["1.1 pA + I", "0.0011 + I", "1.1e-12 + I"],
    ["-65 mV", "-65", "-0.065"],
    ["5 * mV", "5 * 1", "5 * 0.001"],
    ["I / volt", "I / 1000", "I / 1"],
    ["2 s + tau", "2000 + tau", "2 + tau"],
    ["1 / ms", "1 / 1", "1 / 0.001"],
    ["exp(V / (5 mV))", "exp(V / 5)", "exp(V / 0.005)"],
  ])("%s", (text, consistent, si) => {
    expect(printExpression(check(text).expr)).toBe(consistent);
    expect(printExpression(check(text, "SI").expr)).toBe(si);
    expect(printExpression(check(text, "none").expr)).toBe(consistent);
  });

  test("a declared name wins over the unit of the same name", () => {
    expect(printExpression(check("2 V + Er").expr)).toBe("2 * V + Er");
    expect(dimensionOf("-3 V")).toBe("voltage [mV]");
    const named: Scope = new Map([["ms", of("1")]]);
    expect(printExpression(check("ms + 3 ms", "consistent", named).expr)).toBe("ms + 3 * ms");
  });

  test("a tree without units comes back as it is", () => {
    const tree = parseExpression("G * (Er - V) + max(I, 0) > 0 ? 1 : -n");
    const { expr } = checkExpression(tree, scope, { system: "consistent", where: "cell" });
    expect(expr).toBe(tree);
  });
});

describe("names", () => {
  test("an unknown name lists the nearest ones, with a caret", () => {
    const error = refused("G (Er - W) + Tau");
    expect(error.code).toBe("unknown-name");
    expect(error.hint?.split("\n").slice(1)).toEqual(["  G (Er - W) + Tau", "          ^"]);
    expect(refused("V / tua").hint).toContain('Did you mean "tau"?');
    expect(refused("prev(tua)").hint).toContain('Did you mean "tau"?');
    expect(refused("V / tua", "none").code).toBe("unknown-name");
    expect(refused("epx (n)").hint).toContain("exp");
  });

  test("a single letter that nobody declared is no unit", () => {
    const error = refused("V / s");
    expect(error.code).toBe("unknown-name");
    expect(error.hint).toContain("single letter");
    expect(refused("prev(mV)").code).toBe("unknown-name");
  });

  test("members of objects are not declared", () => {
    expect(refused("toString + 1").code).toBe("unknown-name");
  });

  test("errors without the text have no excerpt", () => {
    const run = () => checkExpression(parseExpression("q"), scope, { system: "SI", where: "cell" });
    expect(run).toThrow(/^cell: this name is not declared; got "q"/);
  });
});

test.each([
  ["V > Er", true],
  ["V > Er and n", true],
  ["not n", true],
  ["spiked", true],
  ["prev(spiked)", true],
  ["n > 0 ? spiked : V > Er", true],
  ["n", false],
  ["spiked + 1", false],
  ["int(spiked)", false],
  ["n > 0 ? spiked : 0", false],
])("whether %s is a condition", (text, isBoolean) => {
  expect(check(text).isBoolean).toBe(isBoolean);
});
