// Writing files: whichever call of the file system fails, in whichever way, the file is the old one or
// the new one, the generation before is whole, and nothing else is left.

import * as real from "node:fs/promises";
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaveError } from "../../../src/errors.js";
import { writeDurably, type FileSystem } from "../../../src/runtime/save.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Fault = "ENOSPC" | "EIO" | "EINTR" | "short";
const faults: readonly Fault[] = ["ENOSPC", "EIO", "EINTR", "short"];

/** The file system with one call that fails, counted from 1; tells how many calls there were. */
function failingAt(
  nth: number,
  fault: Fault,
): { readonly fs: FileSystem; readonly calls: () => number } {
  let calls = 0;
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls === nth && fault !== "short") {
      throw Object.assign(new Error(`${fault}: as planned`), { code: fault });
    }
    return act();
  };
  const fs: FileSystem = {
    open: (path, flags) =>
      call(async () => {
        const file = await real.open(path, flags);
        return {
          write: (bytes, offset, length) =>
            call(() => {
              const isShort = calls === nth && fault === "short";
              return file.write(bytes, offset, isShort ? Math.ceil(length / 3) : length);
            }),
          sync: () => call(() => file.sync()),
          close: async () => {
            // A handle is given back even where closing tells of an error.
            await file.close();
            await call(async () => {});
          },
        };
      }),
    rename: (from, to) => call(() => real.rename(from, to)),
    link: (from, to) => call(() => real.link(from, to)),
    unlink: (path) => call(() => real.unlink(path)),
    readFile: (path) => real.readFile(path),
  };
  return { fs, calls: () => calls };
}

const [old, fresh, older] = ["old", "fresh", "older"].map((word) =>
  new TextEncoder().encode(word.repeat(1000)),
) as [Uint8Array, Uint8Array, Uint8Array];
const textOf = (path: string): string => readFileSync(path, "utf8").slice(0, 5);

/** Whether there are generations before, and what is there before the write. */
const starts = [
  { keepsPrevious: true, there: { "": old, ".previous": older } },
  { keepsPrevious: true, there: { "": old } },
  { keepsPrevious: true, there: {} },
  { keepsPrevious: false, there: { "": old } },
  { keepsPrevious: false, there: {} },
] as const;
const cases = faults.flatMap((fault) => starts.map((start) => ({ fault, ...start })));

test.each(cases)("$fault at every call, $there", async ({ fault, keepsPrevious, there }) => {
  const file = join(folder, "model.myelin");
  let isOver = false;
  let survived = 0;
  for (let nth = 1; !isOver; nth++) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [end, bytes] of Object.entries(there)) writeFileSync(`${file}${end}`, bytes);
    const { fs, calls } = failingAt(nth, fault);
    const failure = await writeDurably(file, fresh, { keepsPrevious, fs }).catch(
      (error: unknown) => error,
    );
    isOver = calls() < nth;
    const names = readdirSync(folder).map((name) => name.slice("model.myelin".length));
    const isOld = "" in there && names.includes("") && textOf(file) === "oldol";
    // A file that cannot be written and cannot be removed: only one call fails here.
    expect(names.filter((end) => end !== "" && end !== ".previous")).toEqual([]);
    if (names.includes("")) expect([old, fresh]).toContainEqual(new Uint8Array(readFileSync(file)));
    else expect("" in there).toBe(false);
    if (fault === "short" || isOver) expect({ nth, failure }).toEqual({ nth, failure: undefined });
    if (failure === undefined) expect(textOf(file)).toBe("fresh");
    else expect(failure).toBeInstanceOf(SaveError);
    if (isOld || !names.includes("")) survived += 1;
    else if (keepsPrevious && "" in there) expect(textOf(`${file}.previous`)).toBe("oldol");
    if (".previous" in there) expect(["oldol", "older"]).toContain(textOf(`${file}.previous`));
  }
  if (fault !== "short") expect(survived).toBeGreaterThan(3);
});

test("two names of one file become two generations again", async () => {
  const file = join(folder, "model.myelin");
  writeFileSync(file, old);
  linkSync(file, `${file}.previous`);
  await writeDurably(file, fresh, { keepsPrevious: true });
  expect([textOf(file), textOf(`${file}.previous`)]).toEqual(["fresh", "oldol"]);
  expect(readdirSync(folder).sort()).toEqual(["model.myelin", "model.myelin.previous"]);
});

test("several writers at once leave one whole file", async () => {
  const file = join(folder, "model.myelin");
  const all = [old, fresh, older];
  await Promise.all(all.map((bytes) => writeDurably(file, bytes)));
  const now = readFileSync(file);
  expect(all.some((bytes) => now.equals(bytes))).toBe(true);
  expect(readdirSync(folder)).toEqual(["model.myelin"]);
});
