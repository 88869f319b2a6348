// Finds case files and reads them. Invariant: every *.json file below the folder is found once and
// is either parsed or reported; no file is skipped and none is read beyond a bound.

import * as fs from "node:fs";
import { join } from "node:path";

import { LoadError, ValidationError } from "../errors.js";

/** The largest recorded case has 0.3 MB. */
const largestFile = 256 * 2 ** 20;
const deepestFolder = 64;

function refuseFolder(dir: string, problem: string, cause: unknown): never {
  throw new ValidationError({
    code: "no-folder",
    where: dir,
    problem,
    hint: "Give a folder with case files after --dir.",
    cause,
  });
}

/** Paths of all *.json files below a folder, in alphabetical order; links are followed once. */
export function findCaseFiles(dir: string): readonly string[] {
  const found: string[] = [];
  const visited = new Set<string>();
  const visit = (folder: string, depth: number): void => {
    const real = fs.realpathSync(folder);
    if (visited.has(real) || depth > deepestFolder) return;
    visited.add(real);
    for (const name of fs.readdirSync(folder).sort()) {
      const path = join(folder, name);
      // A link that leads nowhere is kept where it is named like a case, so that it is reported.
      const isFolder = fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
      if (isFolder) visit(path, depth + 1);
      else if (name.endsWith(".json")) found.push(path);
    }
  };
  try {
    visit(dir, 0);
  } catch (cause) {
    refuseFolder(dir, `the folder cannot be read: ${String(cause)}`, cause);
  }
  if (found.length === 0) refuseFolder(dir, "there is no *.json file below this folder", undefined);
  return found;
}

function unreadable(path: string, problem: string, cause?: unknown): never {
  throw new LoadError({ code: "unreadable-case", where: path, problem, cause });
}

/** The bytes of a regular file, never more than it may have. */
function readBounded(path: string): Buffer {
  const stat = fs.statSync(path);
  // Asked before opening: opening a pipe would wait for its writer.
  if (!stat.isFile()) unreadable(path, "is not a regular file");
  if (stat.size > largestFile) unreadable(path, `has more than ${largestFile} bytes`);
  const file = fs.openSync(path, "r");
  try {
    const bytes = Buffer.alloc(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const got = fs.readSync(file, bytes, length, bytes.length - length, length);
      if (got === 0) unreadable(path, "became shorter while it was read");
      length += got;
    }
    return bytes;
  } finally {
    fs.closeSync(file);
  }
}

/** The parsed content of a case file; throws a LoadError that names the file. */
export function readCaseFile(path: string): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readBounded(path));
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof LoadError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    unreadable(path, `cannot be read as JSON: ${problem}`, cause);
  }
}
