// Runs the code of the README, so that it cannot go stale. Invariant: every fenced ts block runs.

import { readFileSync } from "node:fs";
import ts from "typescript";
import * as myelin from "../../../src/index.js";

const page = readFileSync("README.md", "utf8");
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

/** Runs a block as a module whose `myelin` is this source tree; gives back what it printed. */
async function run(block: string): Promise<unknown[]> {
  const printed: unknown[] = [];
  const shared = { myelin, log: (...values: unknown[]) => printed.push(...values) };
  Object.assign(globalThis, { readmeBlock: shared });
  const text = block
    .replace(/^import (\{[^}]*\}) from "myelin";$/m, "const $1 = readmeBlock.myelin;")
    .replaceAll("console.log(", "readmeBlock.log(");
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  return printed;
}

test("the README shows code", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

test.each(blocks.map((block, index) => [index + 1, block] as const))(
  "block %i of the README runs and prints something sensible",
  async (_number, block) => {
    const printed = await run(block);
    expect(printed.length).toBeGreaterThan(0);
    for (const value of printed) expect(value).toBeGreaterThan(0);
  },
);
