// The sources as the modules that users get, without types. esbuild leaves these out and nothing else, so
// each source becomes one module, as tsc makes them, ten times faster. Invariant: types are not checked.

import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { filesBelow } from "./pages.js";

const execute = promisify(execFile);

/** Runs esbuild in a folder. */
export const esbuild = (cwd: string, ...args: string[]) =>
  execute(resolve("node_modules/.bin/esbuild"), ["--format=esm", "--log-level=warning", ...args], {
    cwd,
  });

/** Puts the package into a folder, as npm would install it. */
export async function translatePackage(folder: string): Promise<void> {
  cpSync("package.json", join(folder, "package.json"));
  const sources = ["src", "backends"].flatMap((part) => filesBelow(part, ".ts"));
  const out = [`--outdir=${join(folder, "dist")}`, "--outbase=.", "--target=es2022"];
  await esbuild(".", ...sources, ...out);
}
