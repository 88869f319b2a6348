// Yardsticks in C++, compiled where they are used. Invariant: without a compiler they are not there,
// and a yardstick that does not compile is an error.

import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { sourceFile } from "./files.js";

export const compilerFlags = ["-O3", "-march=native", "-ffast-math"];

/** Runs the program with arguments and reads the JSON that it prints. */
export type Native = (...args: readonly (string | number)[]) => unknown;

/** Compiles a file of yardsticks/, given without its ending; undefined where there is no g++. */
export const compileNative = (name: string, folder: string): Native | undefined =>
  compileFile(sourceFile(`yardsticks/${name}.cpp`), join(folder, name));

/** Compiles any file to a program; undefined where there is no g++. */
export function compileFile(file: string, program: string): Native | undefined {
  const args = [...compilerFlags, "-o", program, file];
  const { status, error, stderr } = spawnSync("g++", args, { encoding: "utf8" });
  if (error !== undefined) return undefined;
  assert.equal(status, 0, `${file} does not compile: ${stderr}`);
  return (...given) =>
    JSON.parse(execFileSync(program, given.map(String), { encoding: "utf8" })) as unknown;
}
