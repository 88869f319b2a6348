// The command as files that Node runs: the sources, transpiled into a folder of their own, so that
// tests need no build and cannot see an old one.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

function transpileInto(target: string): void {
  for (const top of ["src", "backends"]) {
    for (const name of readdirSync(top, { recursive: true }) as string[]) {
      if (!name.endsWith(".ts")) continue;
      const path = join(target, top, name.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(path), { recursive: true });
      const text = readFileSync(join(top, name), "utf8");
      writeFileSync(path, ts.transpileModule(text, { compilerOptions: options }).outputText);
    }
  }
}

/** Gives the path of the command's main file, made before the tests of a file and removed after them. */
export function useProgram(): () => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "myelin-program-"));
    cpSync("package.json", join(folder, "package.json"));
    transpileInto(join(folder, "dist"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, "dist/src/cli/main.js");
}
