// docs/adding.md works as it says: its files and changes are put into a copy of the project, which
// is then indexed, compiled, checked and run.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { blocksOf } from "../../helpers/pages.js";
import type { Block } from "../../helpers/pages.js";
import { checkTree, readTree } from "../../../tools/check-structure.mjs";

const path = "docs/adding.md";
const blocks = blocksOf({ path, text: readFileSync(path, "utf8") });
const fileOf = ({ words }: Block): string | undefined =>
  words.find((word) => word.startsWith("file="))?.slice("file=".length);

/** A text with a change: lines that begin with " " are there, with "-" go, with "+" come. */
function applyDiff(text: string, diff: string): string {
  return diff.split(/^@@\n/m).reduce((current, hunk) => {
    const lines = hunk.split("\n").filter((line) => line !== "");
    const side = (sign: string): string =>
      lines
        .filter((line) => line.startsWith(" ") || line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join("");
    const parts = current.split(side("-"));
    if (parts.length === 2) return parts.join(side("+"));
    throw new Error(`${parts.length - 1} places, instead of one, with:\n${side("-")}`);
  }, text);
}

test("a change is applied in one place or not at all", () => {
  expect(applyDiff("a\nb\nc\n", " a\n-b\n+x\n+y\n c\n")).toBe("a\nx\ny\nc\n");
  expect(applyDiff("a\nb\nc\n", " a\n+x\n@@\n c\n+y\n")).toBe("a\nx\nb\nc\ny\n");
  expect(() => applyDiff("a\na\n", " a\n+x\n")).toThrow("2 places");
  expect(() => applyDiff("a\n", " b\n+x\n")).toThrow("0 places");
});

test("every block is a file, a change of a file, or commands", () => {
  const kinds = blocks.map((block) => [block.language, fileOf(block) !== undefined].join(" "));
  expect(new Set(kinds)).toEqual(new Set(["ts true", "diff true", "sh false"]));
});

const parts = ["src", "backends", "examples", "benchmarks", "tools", "docs", "package.json"];
const more = ["tsconfig.json", ".prettierrc.json", "test/conformance"];
const copied = [...parts, ...more, "test/helpers"];

/** A copy of what is needed, with all that the page says. */
function makeCopy(): string {
  const root = mkdtempSync(join(tmpdir(), "myelin-adding-"));
  for (const part of copied) cpSync(part, join(root, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  const { config } = ts.readConfigFile("tsconfig.build.json", ts.sys.readFile) as {
    readonly config: { readonly compilerOptions: object };
  };
  // The build of the copy only translates: types are checked below, of what the page shows alone.
  const compilerOptions = { ...config.compilerOptions, declaration: false, noCheck: true };
  // And only what runs below: the library, what the page adds, and what these import.
  const include = ["src", "backends", "examples/my-models.ts", "test/unit"];
  const build = { ...config, compilerOptions, include };
  writeFileSync(join(root, "tsconfig.build.json"), JSON.stringify(build));
  for (const block of blocks) {
    const file = fileOf(block);
    if (file === undefined) continue;
    const target = join(root, file);
    const isNew = block.language === "ts";
    if (isNew === existsSync(target)) throw new Error(`${file}: is ${isNew ? "" : "not "}there`);
    mkdirSync(dirname(target), { recursive: true });
    const text = isNew ? block.text : applyDiff(readFileSync(target, "utf8"), block.text);
    writeFileSync(target, text);
  }
  return root;
}

/** What the compiler says of the files that the page makes or changes. */
function typeProblems(root: string): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as {
    readonly config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = [...new Set(blocks.flatMap((block) => fileOf(block) ?? []))];
  const paths = [...files, "test/unit/check.ts"].map((file) => join(root, file));
  const program = ts.createProgram(paths, { ...options, incremental: false });
  return paths.flatMap((file) => {
    const found = program.getSemanticDiagnostics(program.getSourceFile(file)!);
    return found.map(({ messageText }) => {
      return `${file}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

/** Breaches of the rules for layers, sizes and comments by the files that the page makes. */
function structureProblems(root: string): string[] {
  const files = new Set(blocks.map(fileOf));
  // Of all other files it only matters that they exist.
  const tree = [...readTree(root)].map(
    ([file, text]) => [file, files.has(file) ? text : "// as it is"] as const,
  );
  return checkTree(new Map(tree));
}

interface Said {
  readonly status: number | null;
  readonly text: string;
}

function run(root: string, ...args: string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
  });
  return { status, text: stdout + stderr };
}

test("everything on the page compiles, keeps the rules and does what it says", () => {
  const root = makeCopy();
  try {
    const succeed = (...args: string[]): string => {
      const { status, text } = run(root, ...args);
      expect({ args, status, text: status === 0 ? "" : text }).toEqual({
        args,
        status: 0,
        text: "",
      });
      return text;
    };
    writeFileSync(join(root, "test/unit/check.ts"), check);
    succeed("tools/make-index.mjs");
    expect([...typeProblems(root), ...structureProblems(root)]).toEqual([]);
    // This builds everything, the tests on the page too.
    succeed("tools/make-catalogue.mjs");
    succeed("dist/examples/my-models.js");
    succeed("dist/test/unit/check.js");
    const page = readFileSync(join(root, "docs/models.md"), "utf8");
    for (const name of ["neurons.myNeuron", "channels.myChannel", "synapses.mySynapse"]) {
      expect(page).toContain(`\n### ${name}\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 240_000);

/** What the page says of the pass, the backend and the convention; and its tests, without jest. */
const check = `// Checks the rest of the page.

import { strict as assert } from "node:assert";
import { Network, neurons } from "../../src/index.js";

const net = new Network();
net.addNeuron(neurons.myNeuron(), { name: "cell" });
net.addInput("cell");
net.addOutput("cell");
const outputs = [];
for (const optimize of ["none", "default", { dropOnes: false }] as const) {
  const model = await net.compile({ dt: 0.1, order: "mine", optimize });
  assert.equal(model.program.order, "mine");
  outputs.push([...model([20])].join());
  const mine = model.explain().candidates.find(({ name }) => name === "mine");
  assert.equal(mine?.status, "refused");
  assert.match(mine.reason ?? "", /it has no map yet/);
}
assert.equal(new Set(outputs).size, 1);
await assert.rejects(net.compile({ dt: 0.1, backend: "mine" }), /it has no/);

let tests = 0;
const test = (_name: string, act: () => void): void => {
  act();
  tests += 1;
};
const expect = (value: string | number | object) => ({
  toBe: (other: unknown) => assert.equal(value, other),
  toEqual: (other: unknown) => assert.deepEqual(value, other),
  toContain: (part: string) => assert.ok(String(value).includes(part), String(value)),
});
Object.assign(globalThis, { test, expect });
await import("./lower/drop-ones.test.js");
assert.equal(tests, 1);

const { myCases } = await import("../conformance/cases/my-cases.js");
const { cases } = await import("../conformance/cases/index.js");
const { runCase } = await import("../conformance/run-case.js");
for (const one of myCases) {
  assert.ok(cases.includes(one));
  for (const optimize of ["none", "default"] as const) {
    await runCase(one, { backend: "iterative", precision: "float64" }, optimize);
  }
}
const { unsupported } = await import("../../backends/mine/unsupported.js");
for (const entry of unsupported) assert.ok(cases.some(({ name }) => name === entry.case));
`;
