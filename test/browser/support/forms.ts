// The ways in which a page can hold the library: bundled by esbuild or by Vite, and as the built
// files themselves. Invariant: bundlers see the package as npm would install it, and nothing else.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";

/** Each is a folder with an index.html. */
export const forms = ["esbuild", "vite", "plain"] as const;
export type Form = (typeof forms)[number];

const execute = promisify(execFile);
const node = (cwd: string, ...args: string[]) => execute(process.execPath, args, { cwd });

const html = (script: string): string =>
  `<!doctype html>\n<meta charset="utf-8">\n<title>test</title>\n<link rel="icon" href="data:,">\n` +
  `<script type="module" src="${script}"></script>\n`;

/** Writes the program of the test pages, which takes the library from `library`. */
function writeProgram(folder: string, library: string): void {
  for (const name of ["main", "job"]) {
    const text = readFileSync(`test/browser/support/${name}.ts`, "utf8");
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    const taken = outputText.replaceAll('"../../../src/index.js"', JSON.stringify(library));
    writeFileSync(join(folder, `${name}.js`), taken);
  }
}

/** The package as npm would install it, types left out. */
async function installPackage(folder: string): Promise<void> {
  const own = join(folder, "node_modules/myelin");
  mkdirSync(own, { recursive: true });
  cpSync("package.json", join(own, "package.json"));
  await node(
    process.cwd(),
    ...["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noCheck"],
    ...["--declaration", "false", "--outDir", join(own, "dist")],
    ...["--tsBuildInfoFile", join(folder, "info")],
  );
}

async function buildForms(folder: string): Promise<void> {
  await installPackage(folder);
  const source = join(folder, "source");
  for (const part of ["source", ...forms]) mkdirSync(join(folder, part));
  writeProgram(source, "myelin");
  writeFileSync(join(source, "index.html"), html("./main.js"));
  writeProgram(join(folder, "plain"), "../node_modules/myelin/dist/src/index.js");
  writeFileSync(join(folder, "plain/index.html"), html("./main.js"));
  writeFileSync(join(folder, "esbuild/index.html"), html("./main.js"));
  const tool = (path: string): string => resolve("node_modules", path);
  await Promise.all([
    execute(
      tool(".bin/esbuild"),
      ["main.js", "--bundle", "--minify", "--format=esm", "--splitting", "--outdir=../esbuild"],
      { cwd: source },
    ),
    node(
      source,
      ...[tool("vite/bin/vite.js"), "build", "--base=./", "--outDir=../vite", "--emptyOutDir"],
      ...["--logLevel=warn"],
    ),
  ]);
}

/** Makes all forms in a new folder, which the caller removes. */
export async function makeForms(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "myelin-browser-"));
  await buildForms(folder);
  return folder;
}
