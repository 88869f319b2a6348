// The incremental build to dist/ and the running of what it made; run.mjs and check.mjs share it.
// Invariant: what runs was compiled from the sources as they are now, and they had no type error.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Flags under which all our code must run. */
const strict = ["--disallow-code-generation-from-strings", "--enable-source-maps"];

/** Compiles to dist/; silent unless there are errors, which go to stderr. Returns success. */
export function build() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--pretty", "false"];
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (result.status !== 0) process.stderr.write(result.stdout + result.stderr);
  return result.status === 0;
}

/**
 * Where the compiled form of a source file lies.
 * @param {string} source path of a .ts file, relative to the current folder
 */
export function compiledPath(source) {
  const path = relative(root, resolve(source));
  return join(root, "dist", path.replace(/\.ts$/, ".js"));
}

/** After an output was deleted by hand tsc believes it is still there: forget what it knows. */
export function forgetBuild() {
  rmSync(join(root, "dist/build.tsbuildinfo"), { force: true });
}

/**
 * Builds what `source` needs; returns its compiled path, or null after printing why there is none.
 * @param {string} source
 */
export function prepare(source) {
  if (!source.endsWith(".ts") || !existsSync(source)) {
    process.stderr.write(`${source}: not a TypeScript file that exists\n`);
    return null;
  }
  if (!build()) return null;
  const compiled = compiledPath(source);
  if (existsSync(compiled)) return compiled;
  forgetBuild();
  if (build() && existsSync(compiled)) return compiled;
  process.stderr.write(`${source}: not part of the build (see tsconfig.build.json)\n`);
  return null;
}

/**
 * Runs a compiled file under the strict flags.
 * @param {string} compiled
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnSyncOptionsWithStringEncoding} options
 */
export function runCompiled(compiled, args, options) {
  return spawnSync(process.execPath, [...strict, compiled, ...args], options);
}
