// What all examples share: running only when started directly, and where their files go.
// Invariant: nothing is written outside the output folder.

import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** True when the module is the program that was started, as against imported. */
export function isMain(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && pathToFileURL(resolve(started)).href === moduleUrl;
}

/** Path of a file in the output folder (`out`, or what MYELIN_DEMO_OUT says), which is made if missing. */
export function outputPath(file: string): string {
  const folder = process.env["MYELIN_DEMO_OUT"] ?? "out";
  mkdirSync(folder, { recursive: true });
  return join(folder, file);
}

/** Path of a file in examples/data, from wherever the examples are started. */
export function shippedPath(file: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "examples", "data", file);
}
