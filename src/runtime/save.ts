// Models in files of this machine: writing them so that a crash at any moment leaves the old file or
// the new one, and reading them back. Invariant: a write that fails changes nothing; Node's own modules
// are looked up only when a file is asked for. Loaded by import() then: pages, which have none, do without.

import { LoadError, SaveError, ValidationError } from "../errors.js";
import { decodeModel } from "../file/read-model-file.js";
import type { SavedModel } from "../file/model-file.js";

/** An open file, as far as it is needed. */
interface OpenFile {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What is asked of a file system; Node's, unless a test gives one that fails. */
export interface FileSystem {
  open(path: string, flags: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readFile(path: string): Promise<Uint8Array>;
}

interface Host {
  readonly process?: {
    readonly pid?: number;
    readonly platform?: string;
    getBuiltinModule?(name: string): unknown;
  };
}

const host = (): NonNullable<Host["process"]> => (globalThis as Host).process ?? {};

function fileSystem(call: string): FileSystem {
  const found = host().getBuiltinModule?.("node:fs/promises");
  if (found !== undefined) return found as FileSystem;
  throw new ValidationError({
    code: "no-files",
    where: call,
    problem: "there are no files here",
    hint: "Use model.toBytes() and loadModel(bytes), and keep the bytes where you like.",
  });
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

/** Where the generation before the newest is kept. */
const previousOf = (path: string): string => `${path}.previous`;
const folderOf = (path: string): string => {
  const end = Math.max(
    path.lastIndexOf("/"),
    host().platform === "win32" ? path.lastIndexOf("\\") : -1,
  );
  if (end < 0) return ".";
  return end === 0 ? path.slice(0, 1) : path.slice(0, end);
};

let writes = 0;
/** A name beside a file that nobody else uses. */
const nameBeside = (path: string): string =>
  `${path}.${host().pid ?? 0}-${Date.now().toString(36)}-${(writes += 1)}.tmp`;

async function writeNew(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.open(path, "wx");
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
      if (bytesWritten === 0) throw new Error("nothing more can be written");
      at += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the present file a second name, under which it stays when a new one takes the first. */
async function keepPrevious(fs: FileSystem, path: string): Promise<void> {
  const temporary = nameBeside(path);
  try {
    await fs.link(path, temporary);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    await fs.rename(temporary, previousOf(path));
  } finally {
    // Where both are names of one file already, renaming leaves both.
    await fs.unlink(temporary).catch(() => {});
  }
}

/** Makes the new name of a file last; not every system can. */
async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  if (host().platform === "win32") return;
  const folder = await fs.open(folderOf(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export interface WriteOptions {
  /** Whether the file that was there stays as `<path>.previous`. */
  readonly keepsPrevious?: boolean;
  readonly fs?: FileSystem;
}

/**
 * Writes a file as a whole: a new file beside it, its bytes and then its name made to last. Throws a
 * SaveError; then the file is as it was, or (where only making the name last failed) the new one.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  { keepsPrevious = false, fs = fileSystem("model.save") }: WriteOptions = {},
): Promise<void> {
  const temporary = nameBeside(path);
  try {
    try {
      await writeNew(fs, temporary, bytes);
      if (keepsPrevious) await keepPrevious(fs, path);
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.unlink(temporary).catch(() => {});
      throw error;
    }
    await syncFolder(fs, path);
  } catch (error) {
    throw new SaveError({
      code: "not-written",
      where: path,
      problem: `the file could not be written: ${error instanceof Error ? error.message : String(error)}`,
      hint: "What was there before is still there. Look for room and rights, then save again.",
      cause: error,
    });
  }
}

async function readBytes(path: string, fs: FileSystem): Promise<Uint8Array> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw new LoadError({
      code: codeOf(error) === "ENOENT" ? "no-file" : "not-read",
      where: path,
      problem: `the file could not be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Give the path of a file that model.save() wrote.",
      cause: error,
    });
  }
}

const replaceable: ReadonlySet<string> = new Set(["no-file", "not-a-model", "damaged"]);

/** Reads a model; where the file is damaged or gone, the generation before it, and says so. */
export async function readModelFile(
  path: string,
  mostBytes: number | undefined,
  warn: (text: string) => void,
): Promise<SavedModel> {
  const fs = fileSystem("loadModel");
  const read = async (from: string): Promise<SavedModel> => {
    try {
      return decodeModel(await readBytes(from, fs), mostBytes);
    } catch (error) {
      if (!(error instanceof LoadError) || error.where === from) throw error;
      throw new LoadError({ ...error.details, where: `${from}: ${error.where}` });
    }
  };
  try {
    return await read(path);
  } catch (error) {
    if (!(error instanceof LoadError) || !replaceable.has(error.code)) throw error;
    const older = await read(previousOf(path)).catch(() => undefined);
    if (older === undefined) throw error;
    warn(`${error.message} The generation before it, ${previousOf(path)}, was read instead.`);
    return older;
  }
}
