// Where benchmarks find and put files. Invariant: all that is needed can be made from this
// repository; what lies beside it is used where it is there, and is named in the results.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project, seen from the compiled files. */
const project = fileURLToPath(new URL("../../..", import.meta.url));

/** A file of the project. */
export const projectFile = (path: string): string => join(project, path);

/** A file of this folder as it is in the sources. */
export const sourceFile = (path: string): string => join(project, "benchmarks", path);

/** A file in the folder `shared` beside the project's; undefined where there is none. */
export function sharedFile(path: string): string | undefined {
  const file = join(project, "..", "shared", path);
  return existsSync(file) ? file : undefined;
}

/** Lets something work in a folder of its own, which is removed at the end. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "myelin-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
