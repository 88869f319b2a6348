// The ways in which a page can hold the library: bundled by esbuild or by Vite, and as the built
// files themselves. Invariant: bundlers see the package as npm would install it, and nothing else.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { onceInRun } from "../../helpers/once-in-run.js";
import { esbuild, translatePackage } from "../../helpers/translate.js";

/** Each is a folder with an index.html; "loaded" is one more, with another program. */
export const forms = ["esbuild", "vite", "plain"] as const;

const execute = promisify(execFile);
const html = (script: string): string =>
  `<!doctype html>\n<meta charset="utf-8">\n<title>test</title>\n<link rel="icon" href="data:,">\n` +
  `<script type="module" src="${script}"></script>\n`;

/** Writes the program of the test pages, which takes the library from `library`. */
async function writeProgram(folder: string, library: string): Promise<void> {
  const names = ["main", "job", "loss", "base64", "loaded"];
  const files = names.map((name) => `test/browser/support/${name}.ts`);
  await esbuild(".", ...files, `--outdir=${folder}`);
  for (const name of names) {
    const path = join(folder, `${name}.js`);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll('"../../../src/index.js"', JSON.stringify(library)));
  }
  writeFileSync(join(folder, "index.html"), html("./main.js"));
}

/** The file of gpu.js for pages, beside the forms. */
export const gpuJsFile = "gpu-browser.min.js";

/** The folder with all forms, made once for all test files. */
export const findForms = (): Promise<string> => onceInRun("browser", makeForms);

async function makeForms(folder: string): Promise<void> {
  const library = join(folder, "node_modules/myelin");
  mkdirSync(library, { recursive: true });
  const source = join(folder, "source");
  await Promise.all([
    translatePackage(library),
    writeProgram(source, "myelin"),
    writeProgram(join(folder, "plain"), "../node_modules/myelin/dist/src/index.js"),
  ]);
  const bundled = ["--bundle", "--minify", "--splitting", "--outdir=../esbuild"];
  const failing = `--outdir=${join(folder, "esbuild")}`;
  const vite = [resolve("node_modules/vite/bin/vite.js"), "build", "--outDir=../vite"];
  await Promise.all([
    esbuild(source, ...["main.js", "web-thread=myelin/web-thread.js"], ...bundled),
    esbuild(source, "main=loaded.js", "--bundle", "--minify", "--splitting", "--outdir=../loaded"),
    esbuild(".", `failing=test/browser/support/failing-worker.ts`, "--bundle", failing),
    execute(process.execPath, [...vite, "--base=./", "--logLevel=warn"], { cwd: source }),
  ]);
  const gpuJs = createRequire(import.meta.url).resolve("gpu.js");
  cpSync(join(dirname(gpuJs), "../dist", gpuJsFile), join(folder, gpuJsFile));
  for (const form of ["esbuild", "loaded"]) {
    cpSync(join(source, "index.html"), join(folder, form, "index.html"));
  }
}
