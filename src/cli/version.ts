// The version of this package, from its package.json, wherever the sources or the build lie.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { InternalError } from "../errors.js";

/** For example "0.1.0". */
export function version(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (existsSync(path)) {
      return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
    }
    if (folder === dirname(folder)) throw new InternalError("myelin", "it has no package.json");
  }
}
