// The ways in which a page can hold the library: bundled by esbuild or by Vite, and as the built
// files themselves. Invariant: bundlers see the package as npm would install it, and nothing else.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { filesBelow } from "../../helpers/pages.js";

/** Each is a folder with an index.html; "loaded" is one more, with another program. */
export const forms = ["esbuild", "vite", "plain"] as const;

const execute = promisify(execFile);
const esbuild = (cwd: string, ...args: string[]) =>
  execute(resolve("node_modules/.bin/esbuild"), ["--format=esm", "--log-level=warning", ...args], {
    cwd,
  });

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

/**
 * The package as npm would install it, types left out: a module for each source, as tsc makes them.
 * esbuild only leaves the types out, too, and is ten times faster.
 */
async function installPackage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  cpSync("package.json", join(folder, "package.json"));
  const sources = ["src", "backends"].flatMap((part) => filesBelow(part, ".ts"));
  const out = [`--outdir=${join(folder, "dist")}`, "--outbase=.", "--target=es2022"];
  await esbuild(".", ...sources, ...out);
}

/** Makes all forms in a new folder, which the caller removes. */
export async function makeForms(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "myelin-browser-"));
  const source = join(folder, "source");
  await Promise.all([
    installPackage(join(folder, "node_modules/myelin")),
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
  for (const form of ["esbuild", "loaded"]) {
    cpSync(join(source, "index.html"), join(folder, form, "index.html"));
  }
  return folder;
}
