// Commands that write while calls of the file system fail, each of them in turn: the command says which
// file could not be written, what was there is there or the new file is, and nothing else is left.

import * as real from "node:fs";
import { join } from "node:path";
import { codes } from "../../../src/cli/command.js";
import { writeAtomically, type WriteCalls } from "../../../src/cli/files.js";
import { ValidationError } from "../../../src/errors.js";
import { loadModel } from "../../../src/index.js";
import { useFolder, type Answer } from "./helper.js";

const folder = useFolder();
const faults = ["ENOSPC", "EIO", "short"] as const;
type Fault = (typeof faults)[number];
const failure = (code: Fault): Error =>
  Object.assign(new Error(`${code}: as planned`), { code, syscall: "write" });

interface Handle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
type Files = Record<"rename" | "link" | "unlink", (...paths: string[]) => Promise<void>> & {
  open(path: string, flags: string): Promise<Handle>;
};
/** What models are written with; Node has one of it for all. */
const shared = process.getBuiltinModule("node:fs/promises") as unknown as Files;

/** Acts while the nth call fails; tells whether there were so many. */
async function withFault<T>(
  nth: number,
  fault: Fault,
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly isReached: boolean }> {
  const own = { ...shared };
  let calls = 0;
  const call = async <R>(go: () => Promise<R>): Promise<R> => {
    calls += 1;
    if (calls === nth && fault !== "short") throw failure(fault);
    return go();
  };
  const isShort = (): boolean => calls === nth && fault === "short";
  shared.open = (path, flags) =>
    call(async () => {
      const file = await own.open(path, flags);
      return {
        write: (bytes, offset, length) =>
          call(() => file.write(bytes, offset, isShort() ? Math.ceil(length / 2) : length)),
        sync: () => call(() => file.sync()),
        close: async () => {
          await file.close();
          await call(async () => {});
        },
      };
    });
  for (const name of ["rename", "link", "unlink"] as const) {
    shared[name] = (...paths) => call(() => own[name](...paths));
  }
  try {
    return { result: await act(), isReached: calls >= nth };
  } finally {
    Object.assign(shared, own);
  }
}

const stepsIn = async (name: string): Promise<number> => {
  const model = await loadModel(folder.path(name), { onWarning: () => {} });
  const { stepCount } = model;
  model.dispose();
  return stepCount;
};

/** Runs a command with each call failing in turn; `check` looks at what each of them leaves. */
async function atEveryCall(
  fault: Fault,
  { line, before }: { readonly line: string; readonly before: () => Promise<unknown> },
  check: (answer: Answer) => Promise<void>,
): Promise<number> {
  let failed = 0;
  for (let nth = 1; ; nth++) {
    for (const name of folder.names()) if (name !== "network.json") real.rmSync(folder.path(name));
    await before();
    const act = () => folder.run(...line.split(" "));
    const { result, isReached } = await withFault(nth, fault, act);
    await check(result);
    if (result.code === codes.failed) failed += 1;
    if (!isReached) return failed;
  }
}

describe.each(faults)("%s at every call", (fault) => {
  const isSaid = ({ code, error }: Answer): void => {
    if (fault === "short") expect(code).toBe(codes.done);
    if (code === codes.done) return;
    expect(code).toBe(codes.failed);
    expect(error).toMatch(
      /^error: .*model\.myelin: the file could not be written: \w+: as planned/,
    );
  };
  const compile = "compile network.json --dt 1 --out model.myelin";

  test("of compile, where there was nothing", async () => {
    const failed = await atEveryCall(
      fault,
      { line: compile, before: async () => {} },
      async (answer) => {
        isSaid(answer);
        const names = folder.names().filter((name) => name !== "network.json");
        expect([[], ["model.myelin"]]).toContainEqual(names);
        if (names.length > 0) expect(await stepsIn("model.myelin")).toBe(0);
        else expect(answer.code).toBe(codes.failed);
      },
    );
    if (fault !== "short") expect(failed).toBeGreaterThanOrEqual(7);
  });

  const run = (from: string, steps: number) =>
    `run ${from} --steps ${steps} --constant 5 --checkpoint model.myelin --checkpoint-every 1`;

  test("of checkpoints with generations", async () => {
    await folder.run(...compile.replace("model", "start").split(" "));
    await folder.run(...run("start.myelin", 2).split(" "));
    const there = ["start.myelin", "model.myelin", "model.myelin.previous"].map(
      (name) => [name, real.readFileSync(folder.path(name))] as const,
    );
    const before = async (): Promise<void> => {
      for (const [name, bytes] of there) folder.write(name, bytes);
    };
    const line = run("start.myelin", 3);
    const failed = await atEveryCall(fault, { line, before }, async (answer) => {
      isSaid(answer);
      expect(folder.names()).toEqual([
        ...["model.myelin", "model.myelin.previous", "network.json", "start.myelin"],
      ]);
      const [newest, previous] = [
        await stepsIn("model.myelin"),
        await stepsIn("model.myelin.previous"),
      ];
      expect([1, 2, 3]).toContain(newest);
      expect([1, 2, 3]).toContain(previous);
      if (answer.code === codes.done) expect([newest, previous]).toEqual([3, 2]);
    });
    if (fault !== "short") expect(failed).toBeGreaterThanOrEqual(20);
  });

  test("of results", () => {
    const path = join(folder.path(""), "results.csv");
    let isOver = false;
    let kept = 0;
    for (let nth = 1; !isOver; nth++) {
      real.writeFileSync(path, "old");
      let calls = 0;
      const failing =
        <A extends unknown[], R>(act: (...args: A) => R) =>
        (...args: A): R => {
          calls += 1;
          if (calls === nth && fault !== "short") throw failure(fault);
          return act(...args);
        };
      const closeSync = (file: number): void => {
        real.closeSync(file);
        failing(() => {})();
      };
      const own: WriteCalls = {
        ...{ openSync: failing(real.openSync), fchmodSync: failing(real.fchmodSync), closeSync },
        ...{ fsyncSync: failing(real.fsyncSync), renameSync: failing(real.renameSync) },
        ...{ rmSync: failing(real.rmSync), writeFileSync: failing(real.writeFileSync) },
      };
      const write = (): void => writeAtomically(path, ["fresh", Uint8Array.of(33), ""], own);
      let error: unknown;
      try {
        write();
      } catch (thrown) {
        error = thrown;
      }
      isOver = calls < nth;
      const now = real.readFileSync(path, "utf8");
      expect(["old", "fresh!"]).toContain(now);
      if (error !== undefined) expect(error).toBeInstanceOf(ValidationError);
      expect(now === "old").toBe(error !== undefined);
      expect(folder.names()).toEqual(["network.json", "results.csv"]);
      if (now === "old") kept += 1;
    }
    if (fault !== "short") expect(kept).toBeGreaterThanOrEqual(6);
  });
});

test("a file that cannot be removed either does not hide why it was not written", () => {
  const broken = (): never => {
    throw failure("EIO");
  };
  const full = (): never => {
    throw failure("ENOSPC");
  };
  const own: WriteCalls = { ...real, rmSync: broken, fsyncSync: full };
  const write = (): void => writeAtomically(folder.path("a.csv"), ["a"], own);
  expect(write).toThrow(ValidationError);
  expect(write).toThrow(/a\.csv: cannot be written: the disk is full/);
});
