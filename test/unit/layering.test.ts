// The structure rules hold for the sources as they are, and the checker notices each kind of breach
// in small made-up trees, so that a checker that accepts everything would fail here.
import { fileURLToPath } from "node:url";
import {
  checkCycles,
  checkLayers,
  checkSizes,
  checkTree,
  findImports,
  readTree,
} from "../../tools/check-structure.mjs";

const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const util = { "src/util/hash.ts": "// hash\nexport const hash = 1;\n" };

/** The layer problems of one file that stands beside a few others. */
function breaches(path: string, text: string): string[] {
  const others = {
    ...util,
    "src/index.ts": "// entry\n",
    "src/runtime/backend.ts": "// interface\n",
    "src/network/network.ts": "// network\n",
    "backends/dense/index.ts": "// dense\n",
    "backends/sparse/index.ts": "// sparse\n",
  };
  return checkLayers(tree({ ...others, [path]: text }));
}

test("the sources keep the layer table, have no cycle and keep the size limits", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const files = readTree(root);
  expect(files.has("tools/check-structure.mjs")).toBe(true);
  expect(checkTree(files)).toEqual([]);
});

test("every form of import is found", () => {
  const text = `
    import "./a.js";
    import { type B } from "./b.js";
    import type { C } from "./c.js";
    export * from "./d.js";
    export type { E } from "./e.js";
    const f = () => import("./f.js");
    type G = import("./g.js").G;
    const h = (name: string) => import(name);`;
  const found = findImports("src/util/x.ts", text).map((one) => `${one.specifier} ${one.kind}`);
  expect(found).toEqual([
    ...["./a.js static", "./b.js static", "./c.js type", "./d.js static"],
    ...["./e.js type", "./f.js dynamic", "./g.js type", "null dynamic"],
  ]);
});

test.each([
  ["src/models/a.ts", 'import { hash } from "../util/hash.js";'],
  ["src/models/a.ts", 'import { b } from "../models/a.js";'],
  ["src/compile.ts", 'import { n } from "./network/network.js";'],
  ["src/errors.ts", 'import { hash } from "./util/hash.js";'],
  ["src/golden/main.ts", 'import { readFileSync } from "node:fs";'],
  ["src/runtime/save-file.ts", 'import { readFileSync } from "node:fs";'],
  ["src/runtime/backend-list.ts", 'const l = () => import("../../backends/dense/index.js");'],
  ["src/nef/a.ts", 'const m = await import("ml-matrix");'],
  ["backends/dense/emit.ts", 'import type { B } from "../../src/runtime/backend.js";'],
  ["backends/dense/emit.ts", 'const o = () => import("onnxruntime-node");'],
  ["examples/a.ts", 'import { x } from "../src/index.js";'],
])("%s may say %s", (path, text) => {
  expect(breaches(path, text)).toEqual([]);
});

test.each([
  ["src/util/a.ts", 'import { n } from "../network/network.js";'],
  ["src/models/a.ts", 'import type { N } from "../network/network.js";'],
  ["src/models/a.ts", 'type N = import("../network/network.js").N;'],
  ["src/models/a.ts", 'export * from "../network/network.js";'],
  ["src/models/a.ts", 'import { gone } from "../util/gone.js";'],
  ["src/models/a.ts", 'import { hash } from "../util/hash.ts";'],
  ["src/models/a.ts", 'import { readFileSync } from "node:fs";'],
  ["src/models/a.ts", 'import { exp } from "mathjs";'],
  ["src/models/a.ts", 'const m = await import("left-pad");'],
  ["src/models/a.ts", 'const m = await import("ml-matrix");'],
  ["src/models/a.ts", "const m = (name: string) => import(name);"],
  ["src/runtime/select.ts", 'const l = () => import("../../backends/dense/index.js");'],
  ["src/runtime/backend-list.ts", 'import * as dense from "../../backends/dense/index.js";'],
  ["src/compile.ts", 'import * as dense from "../backends/dense/index.js";'],
  ["backends/dense/emit.ts", 'import { B } from "../../src/runtime/backend.js";'],
  ["backends/dense/emit.ts", 'import { s } from "../sparse/index.js";'],
  ["backends/dense/emit.ts", 'import type { N } from "../../src/network/network.js";'],
  ["examples/a.ts", 'import { n } from "../src/network/network.js";'],
  ["src/surprise/a.ts", "export {};"],
  ["src/surprise.ts", "export {};"],
  ["backends/loose.ts", "export {};"],
])("%s may not say %s", (path, text) => {
  expect(breaches(path, text)).toHaveLength(1);
  expect(breaches(path, text)[0]).toMatch(path);
});

test("an import cycle is refused, also where it consists of types", () => {
  const files = tree({
    "src/util/a.ts": '// a\nimport type { B } from "./b.js";\n',
    "src/util/b.ts": '// b\nimport { c } from "./c.js";\n',
    "src/util/c.ts": '// c\nimport { a } from "./a.js";\n',
    ...util,
  });
  expect(checkLayers(files)).toEqual([]);
  expect(checkCycles(files)).toHaveLength(1);
  expect(checkCycles(files)[0]).toMatch("src/util/a.ts -> src/util/b.ts -> src/util/c.ts");
  expect(checkCycles(tree(util))).toEqual([]);
});

test("long functions, long files and files without an opening comment are refused", () => {
  const body = (lines: number) => `const f = () => {\n${"  g();\n".repeat(lines - 2)}};\n`;
  const sizes = (text: string) => checkSizes(tree({ "src/util/a.ts": text }));
  expect(sizes(`// a\n${body(80)}`)).toEqual([]);
  expect(sizes(`// a\n${body(81)}`)).toEqual([
    "src/util/a.ts:2: function (anonymous) has 81 lines; allowed 80",
  ]);
  expect(sizes(`// a\n${"g();\n".repeat(499)}`)).toEqual([]);
  expect(sizes(`// a\n${"g();\n".repeat(500)}`)).toHaveLength(1);
  expect(sizes(`// a @table\n${"g();\n".repeat(500)}`)).toEqual([]);
  expect(sizes(body(10))).toEqual(["src/util/a.ts: does not open with a comment"]);
});
