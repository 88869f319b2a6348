// Worker threads for tests: the files that a thread runs are transpiled into a folder of their own,
// because a worker thread of Node knows no TypeScript. Threads can be made to fail.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import {
  setThreading,
  startNodeThread,
  type StartThread,
  type Thread,
  type Threading,
} from "../../backends/sparse/workers/start-thread.js";

const workers = "backends/sparse/workers";
const files = [
  ...["changed", "control", "exchange", "part-loop", "serve", "node-thread"].map(
    (name) => `${workers}/${name}`,
  ),
  "test/helpers/failing-thread",
];

/** How a thread fails, and after how many calls of its module. */
export interface Misdeed {
  readonly part: number;
  readonly how: "throws" | "exits" | "stalls" | "never starts";
  readonly after: number;
}

export interface Threads {
  /** The threads that have been started. */
  readonly started: Thread[];
  /** What the next threads of a part do; undefined: they behave. */
  misdeed: Misdeed | undefined;
}

/** Lets models of the tests of a file run on worker threads; `maySleep` false: led as from a page. */
export function useThreads({ maySleep = true } = {}): Threads {
  let folder = "";
  let before: Threading | string = "";
  const threads: Threads = { started: [], misdeed: undefined };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "myelin-threads-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const file of files) {
      const path = join(folder, `${file}.js`);
      mkdirSync(dirname(path), { recursive: true });
      const { outputText } = ts.transpileModule(readFileSync(`${file}.ts`, "utf8"), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(path, outputText);
    }
    const start: StartThread = (task, onEnd) => {
      const misdeed = threads.misdeed?.part === task.part ? threads.misdeed : undefined;
      const name = misdeed === undefined ? `${workers}/node-thread` : "test/helpers/failing-thread";
      const given = misdeed === undefined ? task : { ...task, misdeed };
      const file = pathToFileURL(join(folder, `${name}.js`));
      const thread = startNodeThread(file, given, onEnd);
      threads.started.push(thread);
      return thread;
    };
    before = setThreading({ start, maySleep, startsAtOnce: true });
  });
  afterEach(() => {
    threads.misdeed = undefined;
    for (const thread of threads.started.splice(0)) thread.end();
  });
  afterAll(() => {
    setThreading(before);
    rmSync(folder, { recursive: true, force: true });
  });
  return threads;
}
