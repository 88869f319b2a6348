// Runs blocks of the documentation, and checks their types. Invariant: a block sees the public entry
// of this source tree as "myelin", and nothing else that is ours; packages as users would have them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { inspect } from "node:util";
import { join } from "node:path";
import ts from "typescript";
import * as myelin from "../../src/index.js";
import type { Block } from "./pages.js";

/** What a block printed by console.log. */
export interface Printed {
  /** Line in the page. */
  readonly line: number;
  readonly values: readonly unknown[];
}

const show = (value: unknown): string =>
  typeof value === "string" ? value : inspect(value, { breakLength: Infinity });

/** Values as console.log shows them. */
export const shown = ({ values }: Printed): string => values.map(show).join(" ");

/** What a line such as `console.log(x); // 3` says that it prints. */
export function promises(block: Block): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  block.text.split("\n").forEach((line, i) => {
    const [, said] = /^ *console\.log\(.*\);? *\/\/ (.*)$/.exec(line) ?? [];
    if (said !== undefined) found.set(block.line + 1 + i, said);
  });
  return found;
}

const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
const importsByName = /^import (\{[^}]*\}) from "([a-z-]+)";$/gm;
let runs = 0;

/** The text of a block as the module that runs; lines stay where they are. */
function moduleText(block: Block, key: string): string {
  const lines = block.text.split("\n").map((line, i) => {
    return line.replaceAll("console.log(", `${key}.log(${block.line + 1 + i}, `);
  });
  return lines.join("\n").replaceAll(importsByName, (_all, names: string, from: string) => {
    return `const ${names.replaceAll(" as ", ": ")} = ${key}.packages[${JSON.stringify(from)}];`;
  });
}

/** Packages that a block imports, by name; text that is a module cannot look for them itself. */
async function packagesOf({ text }: Block): Promise<Record<string, unknown>> {
  const packages: Record<string, unknown> = { myelin };
  for (const [, , name] of text.matchAll(importsByName)) packages[name!] ??= await import(name!);
  return packages;
}

/**
 * Runs a block as a module and gives back what it printed; warnings are kept from the terminal, and
 * what it writes goes to a folder of its own.
 */
export async function runBlock(block: Block): Promise<Printed[]> {
  const printed: Printed[] = [];
  const key = `docsBlock${(runs += 1)}`;
  const log = (line: number, ...values: unknown[]): void => void printed.push({ line, values });
  Object.assign(globalThis, { [key]: { packages: await packagesOf(block), log } });
  const { warn } = console;
  console.warn = () => {};
  const folder = process.cwd();
  const own = mkdtempSync(join(tmpdir(), "myelin-block-"));
  process.chdir(own);
  const text = moduleText(block, key);
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  try {
    await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  } finally {
    console.warn = warn;
    process.chdir(folder);
    rmSync(own, { recursive: true });
    Reflect.deleteProperty(globalThis, key);
  }
  return printed;
}

/** What is wrong with the syntax of a piece of TypeScript. */
export function syntaxProblems({ text }: Block): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    compilerOptions: options,
    reportDiagnostics: true,
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

/** What the compiler says of the blocks, each as a module of its own under the project's options. */
export function typeProblems(blocks: readonly Block[]): string[] {
  const root = process.cwd();
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as {
    config: unknown;
  };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, root).options;
  const compilerOptions: ts.CompilerOptions = {
    ...parsed,
    ...{ incremental: false, noUnusedLocals: false, paths: { myelin: ["./src/index.ts"] } },
    types: ["node"],
  };
  delete compilerOptions.tsBuildInfoFile;
  const files = new Map(blocks.map((block, i) => [join(root, `docs-block-${i}.ts`), block]));
  const host = ts.createCompilerHost(compilerOptions, true);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, languageVersion, onError, again) => {
    const block = files.get(name);
    if (block === undefined) return getSourceFile(name, languageVersion, onError, again);
    return ts.createSourceFile(name, `${block.text}export {};\n`, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], compilerOptions, host);
  return [...files].flatMap(([name, block]) => {
    const source = program.getSourceFile(name)!;
    return program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => {
      const line = block.line + 1 + source.getLineAndCharacterOfPosition(start).line;
      return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}
