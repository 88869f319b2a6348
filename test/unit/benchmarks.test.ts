// The benchmarks are all listed, and what they share says what it should. Nothing is timed here.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import prettier from "prettier";
import { alternate, median, ratioOf } from "../../benchmarks/harness/alternate.js";
import type { Result } from "../../benchmarks/harness/benchmark.js";
import {
  insertInto,
  marksOf,
  show,
  showGoal,
  toJson,
  toMarkdown,
  toSentence,
} from "../../benchmarks/harness/report.js";
import { benchmarks } from "../../benchmarks/list.js";
import { buildNetwork } from "../../benchmarks/networks/build.js";
import { drawRows } from "../../benchmarks/networks/draw-rows.js";
import { recipeVariations } from "../../benchmarks/networks/recipe-models.js";
import { makeRecipe } from "../../benchmarks/networks/recipe.js";
import type { Recipe } from "../../benchmarks/networks/recipe.js";
import { readRows } from "../../benchmarks/networks/vogels-abbott.js";

const notBenchmarks = ["list", "main"];
const page = "docs/performance.md";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-benchmarks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every file is listed under its name and asks a question", async () => {
  const files = readdirSync("benchmarks")
    .filter((name) => name.endsWith(".ts") && !name.startsWith("zz-"))
    .map((name) => name.replace(/\.ts$/, ""))
    .filter((name) => !notBenchmarks.includes(name));
  expect(Object.keys(benchmarks).sort()).toEqual(files.sort());
  for (const [name, load] of Object.entries(benchmarks)) {
    const { question, run } = await load();
    expect([name, question.endsWith("?"), typeof run]).toEqual([name, true, "function"]);
  }
});

test("the page about performance has a place for the tables of every benchmark", () => {
  const text = readFileSync(page, "utf8");
  for (const name of Object.keys(benchmarks)) {
    for (const mark of marksOf(name)) expect(text.split(mark)).toHaveLength(2);
    expect(text).toContain(`npm run bench -- ${name}`);
  }
});

const machine = { cpu: "some", cores: 2, node: "v20", load: 1.25 };
const result: Result = {
  ...{ case: "a ring", quantity: "loop / ours", value: 2.5, best: 2.25, unit: "x" },
  goal: { atLeast: 3, aim: 4 },
  columns: { loop: "10 us" },
  raw: { loop: [1.23456, 2] },
};

test("a result is a line of JSON, a sentence with its target, and a row of a table", async () => {
  expect(JSON.parse(toJson("sns", result, machine))).toEqual({
    ...{ benchmark: "sns", ...result, ...machine, met: false },
    raw: { loop: [1.235, 2] },
  });
  expect(toSentence("sns", result)).toBe(
    "sns: a ring: loop / ours 2.50, best rounds 2.25 " +
      "(target >= 3.00, aim 4.00: MISSED); loop 10 us",
  );
  const other: Result = { ...result, case: "a longer name", value: 12.34, goal: { atLeast: 0.5 } };
  const { goal: _goal, ...free } = { ...result, quantity: "memory", unit: "MiB", value: 0 };
  const text = `${toMarkdown([result, other, free], machine)}\n`;
  expect(text).toContain("| a longer name | 10 us | 12.3        | >= 0.500          |");
  expect(text).toContain("| case   | loop  | memory |");
  expect(await prettier.format(text, { parser: "markdown", printWidth: 100 })).toBe(text);
});

test("figures are short, and targets are in words", () => {
  expect([1234.5, 12.345, 0.012345, 0, NaN].map(show)).toEqual([
    ...["1235", "12.3", "0.0123", "0", "NaN"],
  ]);
  expect(showGoal({ atMost: 30 }, "ms")).toBe("<= 30.0 ms");
  expect(showGoal(undefined, "ms")).toBe("");
});

test("tables replace what is between their marks, and nothing else", () => {
  const [begin, end] = marksOf("va");
  const text = `a\n\n${begin}\n\nold\n\n${end}\n\nb\n`;
  expect(insertInto(text, "va", "new")).toBe(`a\n\n${begin}\n\nnew\n\n${end}\n\nb\n`);
  expect(() => insertInto(text, "sns", "new")).toThrow('no "<!-- begin sns -->"');
});

test("contestants take turns, and a ratio is made round by round", async () => {
  const order: string[] = [];
  const contestant = (name: string, times: number[]) => ({
    name,
    measure: () => (order.push(name), times.shift()!),
  });
  const [a, b] = await alternate([contestant("a", [9, 2, 8]), contestant("b", [9, 1, 2])], 2);
  expect(order.join("")).toBe("baabba");
  expect([a!.raw, b!.raw, a!.median]).toEqual([[2, 8], [1, 2], 5]);
  expect(ratioOf(a!, b!)).toEqual({ value: 3, best: 2, unit: "x" });
  expect(median([3, 1, 2])).toBe(2);
});

test("a recipe always gives the same network, with every pair once", () => {
  const recipe: Recipe = { kind: "low", neurons: 40, synapsesPerNeuron: 3 };
  const made = makeRecipe(recipe);
  expect(makeRecipe(recipe)).toEqual(made);
  expect(makeRecipe(recipe, 8)).not.toEqual(made);
  expect(made.edges).toHaveLength(120);
  expect(new Set(made.edges.map(([source, target]) => `${source} ${target}`)).size).toBe(120);
  expect(makeRecipe({ ...recipe, synapsesPerNeuron: "all" }).edges).toHaveLength(1600);
});

test.each(["graded", "spiking", "low"] as const)(
  "all variations of a %s recipe have the same potentials",
  async (kind) => {
    const file = join(folder, `${kind}.json`);
    writeFileSync(file, JSON.stringify(makeRecipe({ kind, neurons: 30, synapsesPerNeuron: 4 })));
    const all: number[][] = [];
    for (const variation of recipeVariations) {
      const { network, input } = buildNetwork({ of: "recipe", file, variation });
      const options = { dt: 0.1, order: "sns", backend: "iterative", onWarning: () => {} } as const;
      const model = await network.compile(options);
      model.runSync({ steps: 40, input });
      all.push(Array.from(model.state.get("cells.V")));
    }
    const [plain, ...others] = all;
    expect(plain!.some((value) => Math.abs(value) > 0.1)).toBe(true);
    for (const other of others) {
      other.forEach((value, i) => expect(value).toBeCloseTo(plain![i]!, 10));
    }
  },
);

test("a drawn connectivity has the form of the shared one", () => {
  const file = join(folder, "rows.bin");
  writeFileSync(file, drawRows());
  const { start, targets } = readRows(file);
  expect(start).toHaveLength(4001);
  expect(start[4000]).toBe(targets.length);
  expect(Math.abs(targets.length / 4000 ** 2 - 0.02)).toBeLessThan(2e-4);
  expect(Math.max(...targets.subarray(0, 10_000))).toBeLessThan(4000);
});

test("the yardsticks are there", () => {
  for (const name of ["plain-loop.ts", "vogels-abbott.cpp", "bandwidth.cpp"]) {
    expect(existsSync(join("benchmarks/yardsticks", name))).toBe(true);
  }
});
