// Files of a command: bounded reading and atomic writing. Invariant: a file is either written in full
// or stays what it was, and nothing that the command reads is ever written over.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join, resolve } from "node:path";

import { LoadError, MyelinError, ValidationError } from "../errors.js";
import { wrongUse } from "./flags.js";

/** No network document and no table of inputs may be larger. */
export const largestFile = 256 * 2 ** 20;
const inMiB = (bytes: number): string => `${bytes / 2 ** 20} MiB`;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "the operation is not permitted",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENAMETOOLONG: "the path is too long",
  ELOOP: "too many links follow each other",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
};

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return (code === undefined ? undefined : reasons[code]) ?? message ?? String(cause);
}

function unreadable(path: string, problem: string, cause?: unknown): never {
  throw new LoadError({ code: "unreadable-file", where: path, problem, cause });
}

function tooLarge(path: string, limit: number): never {
  throw new LoadError({
    code: "file-too-large",
    where: path,
    problem: "is too large to be read",
    allowed: `at most ${inMiB(limit)}`,
  });
}

/** Reads on until the end, also from a pipe, which has no size; never beyond the limit. */
function readToEnd(file: number, path: string, size: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const wanted = total < size ? Math.min(size - total + 1, 2 ** 24) : 2 ** 16;
    const chunk = Buffer.alloc(wanted);
    const got = fs.readSync(file, chunk, 0, wanted, null);
    if (got === 0) break;
    total += got;
    if (total > limit) tooLarge(path, limit);
    chunks.push(chunk.subarray(0, got));
  }
  return Buffer.concat(chunks, total);
}

/** The bytes of a file or pipe; throws a LoadError that names it. */
export function readBytes(path: string, limit: number = largestFile): Buffer {
  let file: number | undefined;
  try {
    file = fs.openSync(path, "r");
    const stat = fs.fstatSync(file);
    if (stat.isDirectory()) unreadable(path, "is a folder, not a file");
    if (stat.isFile() && stat.size > limit) tooLarge(path, limit);
    return readToEnd(file, path, stat.isFile() ? stat.size : 0, limit);
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause;
    return unreadable(path, `cannot be read: ${reasonOf(cause)}`, cause);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Everything that comes through a stream, up to the limit. */
export async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
      total += bytes.length;
      if (total > largestFile) tooLarge(name, largestFile);
      chunks.push(bytes);
    }
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause;
    unreadable(name, `cannot be read: ${reasonOf(cause)}`, cause);
  }
  return Buffer.concat(chunks, total);
}

/** Bytes as text; refuses what is no UTF-8 text. A byte order mark is taken away. */
export function decodeText(bytes: Uint8Array, name: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    unreadable(name, "is not UTF-8 text", cause);
  }
  if (text.includes("\u0000")) unreadable(name, "is a binary file, not text");
  return text;
}

/** The file that a path leads to, where there is one. */
const statOf = (path: string): fs.Stats | undefined => fs.statSync(path, { throwIfNoEntry: false });

/** Where a file will really be written: links are followed, so that they stay links. */
function destinationOf(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Refuses a path that cannot be written, before any work is done for it: a folder, something else than
 * a file, a folder that is not there, or one of the files that are read.
 */
export function checkWritable(flag: string, path: string, inputs: readonly string[]): void {
  try {
    const there = statOf(path);
    if (there?.isDirectory() === true) wrongUse(flag, "is a folder, not a file", { got: path });
    if (there !== undefined && !there.isFile()) {
      wrongUse(flag, "is not a regular file", { got: path });
    }
    for (const input of inputs) {
      const other = statOf(input);
      const isSame = other !== undefined && other.dev === there?.dev && other.ino === there.ino;
      if (isSame || resolve(input) === resolve(path)) {
        wrongUse(flag, "would write over a file that is read", {
          got: path,
          hint: "Choose another name.",
        });
      }
    }
    fs.accessSync(dirname(destinationOf(path)), fs.constants.W_OK);
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause;
    unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): never {
  throw new ValidationError({
    code: "unwritable-file",
    where: path,
    problem: `cannot be written: ${reasonOf(cause)}`,
    cause,
  });
}

/** The calls by which files are written; Node's, unless a test gives some that fail. */
export type WriteCalls = Pick<
  typeof fs,
  "openSync" | "writeFileSync" | "fchmodSync" | "fsyncSync" | "closeSync" | "renameSync" | "rmSync"
>;

/** A rename is only kept after a power cut when the folder is, too; not every system can do that. */
function syncFolder(folder: string, calls: WriteCalls): void {
  try {
    const handle = calls.openSync(folder, "r");
    try {
      calls.fsyncSync(handle);
    } finally {
      calls.closeSync(handle);
    }
  } catch {
    // The file itself is safe.
  }
}

const piecesAtOnce = 2 ** 20;

function writePieces(file: number, pieces: Iterable<string | Uint8Array>, calls: WriteCalls): void {
  let waiting = "";
  const flush = (): void => {
    calls.writeFileSync(file, waiting);
    waiting = "";
  };
  for (const piece of pieces) {
    if (typeof piece === "string") {
      waiting += piece;
      if (waiting.length >= piecesAtOnce) flush();
      continue;
    }
    flush();
    calls.writeFileSync(file, piece);
  }
  flush();
}

/** What cannot even be removed stays: why the file was not written is what has to be told. */
function remove(temporary: string, calls: WriteCalls): void {
  try {
    calls.rmSync(temporary, { force: true });
  } catch {
    // As above.
  }
}

/** Writes a file as a whole: readers see what was there before, or everything. */
export function writeAtomically(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  calls: WriteCalls = fs,
): void {
  const destination = destinationOf(path);
  const folder = dirname(destination);
  const temporary = join(folder, `.myelin-${randomBytes(8).toString("hex")}.tmp`);
  let isMade = false;
  try {
    const mode = statOf(destination)?.mode;
    const file = calls.openSync(temporary, "wx", 0o666);
    isMade = true;
    try {
      writePieces(file, pieces, calls);
      if (mode !== undefined) calls.fchmodSync(file, mode & 0o7777);
      calls.fsyncSync(file);
    } finally {
      calls.closeSync(file);
    }
    calls.renameSync(temporary, destination);
    syncFolder(folder, calls);
  } catch (cause) {
    if (isMade) remove(temporary, calls);
    // What goes wrong while the text is made says itself what it is.
    if (typeof cause !== "object" || cause === null || !("syscall" in cause)) throw cause;
    unwritable(path, cause);
  }
}
