// The page of models is complete, and its formulas mean what the text of a model means. Whether the
// page on disk is the one that the models give is a stage of npm run check.

import { readFileSync } from "node:fs";
import { parseExpression, parseStatements } from "../../../src/expr/parse.js";
import { printExpression } from "../../../src/expr/print.js";
import { describeRange } from "../../../src/models/define/bounds.js";
import { listModels } from "../../../src/models/list-models.js";
import { quirkDocs } from "../../../src/models/quirks.js";
import { cataloguePage } from "../../../tools/catalogue-page.mjs";
import { texOf, texOfStatement, texOfSymbol, texOfUnit } from "../../../tools/tex.mjs";

const tex = (text: string): string => texOf(parseExpression(text));
const line = (text: string): string => texOfStatement(parseStatements(text)[0]!, true);

describe("TeX", () => {
  test.each([
    ["V", "V"],
    ["Er", "E_{r}"],
    ["e_lo", "e_{lo}"],
    ["tau", "\\tau"],
    ["theta", "\\theta"],
    ["tau_th", "\\tau_{th}"],
    ["theta0", "\\theta_{0}"],
    ["b_inf", "b_{\\infty}"],
    ["Delta_T", "\\Delta_{T}"],
    ["V_th_max", "V_{th,max}"],
    ["inc", "\\mathit{inc}"],
    ["dt", "\\Delta t"],
  ])("shows the symbol %s as %s", (symbol, expected) => {
    expect(texOfSymbol(symbol)).toBe(expected);
  });

  test.each([
    ["uS", "\\mathrm{\\mu S}"],
    ["nA/mV^2", "\\mathrm{nA/mV^{2}}"],
    ["1/mV", "\\mathrm{1/mV}"],
  ])("shows the unit %s as %s", (unit, expected) => {
    expect(texOfUnit(unit)).toBe(expected);
  });

  test.each([
    ["a - (b - c)", "a - \\left(b - c\\right)"],
    ["a - b - c", "a - b - c"],
    ["a - -b", "a - \\left(-b\\right)"],
    ["a * -b", "a \\, \\left(-b\\right)"],
    ["(a + b) * c", "\\left(a + b\\right) \\, c"],
    ["(a + b) / (c * d)", "\\frac{a + b}{c \\, d}"],
    ["2 * 3 * a", "2 \\cdot 3 \\, a"],
    ["a^(b + 1)", "a^{b + 1}"],
    ["(a / b)^2", "\\left(\\frac{a}{b}\\right)^{2}"],
    ["(-a)^2", "\\left(-a\\right)^{2}"],
    ["-a^2", "-a^{2}"],
    ["exp(x)^2", "\\left(\\exp\\left(x\\right)\\right)^{2}"],
    ["-(a + b)", "-\\left(a + b\\right)"],
    ["1e-7 * a", "10^{-7} \\, a"],
    ["2.5e21", "2.5 \\times 10^{21}"],
    ["3 mV", "3\\,\\mathrm{mV}"],
    ["a <= b and not (c or d)", "a \\le b \\land \\lnot \\left(c \\lor d\\right)"],
    ["sqrt(abs(x))", "\\sqrt{\\left|x\\right|}"],
    [
      "a ? b : c ? d : e",
      "\\begin{cases} b & \\text{if } a \\\\ d & \\text{if } c \\\\ e & \\text{otherwise} \\end{cases}",
    ],
    [
      "2 * (a ? b : c)",
      "2 \\, \\left(\\begin{cases} b & \\text{if } a \\\\ c & \\text{otherwise} \\end{cases}\\right)",
    ],
  ])("shows %s as %s", (text, expected) => {
    expect(tex(text)).toBe(expected);
  });

  test.each([
    ["C dV/dt = -V", "C \\, \\frac{dV}{dt} &= -V"],
    ["(a + b) dx/dt = x", "\\left(a + b\\right) \\, \\frac{dx}{dt} &= x"],
    [
      "dtheta/dt = 1 (unless refractory)",
      "\\frac{d\\theta}{dt} &= 1 \\quad \\text{(unless refractory)}",
    ],
    ["x = 1", "x &\\leftarrow 1"],
    ["x -= a - b", "x &\\leftarrow x - \\left(a - b\\right)"],
    ["x *= a + b", "x &\\leftarrow x \\, \\left(a + b\\right)"],
    ["x /= 2", "x &\\leftarrow \\frac{x}{2}"],
  ])("shows the line %s", (text, expected) => {
    expect(line(text)).toBe(expected);
  });
});

const entries = listModels();
const parts = { parseExpression, parseStatements, printExpression, describeRange, quirkDocs };
const page = cataloguePage(entries, { ...parts, sentences: new Map() });

/** The part of a page under the heading of a model. */
const sectionOf = (text: string, path: string): string =>
  text.split(`\n### ${path}\n`)[1]?.split(/\n##+ /)[0] ?? "";

describe.each(entries)("the section of $path", ({ path, parameters, model }) => {
  const section = sectionOf(page, path);
  const shown = sectionOf(readFileSync("docs/models.md", "utf8"), path);

  test("has every parameter with its unit, here and on the page on disk", () => {
    for (const { publicName, symbol, doc, unit } of parameters) {
      for (const text of [section, shown]) {
        const row = text.split("\n").find((one) => one.startsWith(`| \`${publicName}\``)) ?? "";
        const cells = row.split("|").map((cell) => cell.trim());
        expect(cells.slice(1, 3)).toEqual([`\`${publicName}\``, `\`${symbol}\``]);
        expect(cells.slice(4, 5)).toEqual([unit === "1" ? "" : unit]);
        expect(cells[6]).toBe(doc);
      }
    }
  });

  test("has an example, and formulas or a link to them", () => {
    expect(section).toContain(`${path}({`);
    const isOwn = path.endsWith(`.${model.name}`);
    expect(section.includes("\\begin{aligned}")).toBe(isOwn);
    expect(section.includes("- The equations of [")).toBe(!isOwn);
  });

  test("has formulas whose brackets match", () => {
    const formulas = section.split("```math\n")[1]?.split("\n```")[0] ?? "";
    const count = (part: RegExp): number => [...formulas.matchAll(part)].length;
    expect(count(/\{/g)).toBe(count(/\}/g));
    expect(count(/\\left/g)).toBe(count(/\\right(?!arrow)/g) + count(/\\leftarrow/g));
    expect(count(/\\begin/g)).toBe(count(/\\end/g));
    // Switches for the ways of other systems are no part of what a model means by default.
    for (const quirk of model.quirks) expect(formulas).not.toContain(quirk);
  });
});
