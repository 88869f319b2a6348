// The pace of backends: measured where estimates are near each other, kept in a file, and measured
// again where the file is of no use.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend, Executable } from "../../../src/runtime/backend.js";
import { atPace, calibrate } from "../../../src/runtime/pace.js";
import { readPaces, writePaces } from "../../../src/runtime/pace-file.js";
import { chooseBackend, compareBackends } from "../../../src/runtime/select.js";
import { fakeBackend, fakeProgram } from "../../helpers/fake-backend.js";

let folder = "";
const file = (): string => join(folder, "pace.json");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-pace-"));
  process.env["MYELIN_CACHE"] = folder;
});
afterEach(() => {
  process.env["MYELIN_CACHE"] = "off";
  rmSync(folder, { recursive: true });
});

/** Does nothing at all, and counts how often it is asked to. */
function idle(name: string, nanoseconds: number, runs: { count: number }): Backend {
  const executable = {
    run: async ({ steps }: { steps: number }) => {
      runs.count += 1;
      return { steps };
    },
    dispose: () => {},
  } as unknown as Executable;
  const backend = fakeBackend({ name, synchronous: false, nanoseconds });
  return { ...backend, load: async () => executable };
}

const loaderOf = (backend: Backend) => async () => ({ create: async () => backend });
const cpu = { backend: "auto", device: "cpu" } as const;
const wanted = { ...cpu, precision: "float64", synchronous: false } as const;

test("backends whose estimates are near each other are timed, once", async () => {
  const runs = { count: 0 };
  const loaders = {
    dense: loaderOf(idle("dense", 100, runs)),
    sparse: loaderOf(idle("sparse", 150, runs)),
    iterative: loaderOf(idle("iterative", 5000, runs)),
  };
  const choice = await chooseBackend(loaders, fakeProgram(), wanted);
  expect(choice.reason).toBe("the lowest estimated time at the pace of this machine");
  const measured = choice.candidates.filter(({ isMeasured }) => isMeasured === true);
  expect(measured.map(({ name }) => name)).toEqual(["sparse", "dense"]);
  const count = runs.count;
  expect(count).toBeGreaterThan(0);
  await compareBackends(loaders, fakeProgram(), wanted);
  expect(runs.count).toBe(count);
  expect([...readPaces().keys()].sort()).toEqual(["dense cpu float64", "sparse cpu float64"]);
});

test("backends that are far apart, and a choice among synchronous ones, need no clock", async () => {
  const runs = { count: 0 };
  const loaders = {
    sparse: loaderOf(idle("sparse", 100, runs)),
    iterative: loaderOf(idle("iterative", 500, runs)),
  };
  await chooseBackend(loaders, fakeProgram(), wanted);
  const near = { ...loaders, iterative: loaderOf(idle("iterative", 150, runs)) };
  await chooseBackend(near, fakeProgram(), { ...wanted, synchronous: true });
  expect(runs.count).toBe(0);
  expect(readPaces().size).toBe(0);
});

test("calibrating measures again and keeps what it finds", async () => {
  const runs = { count: 0 };
  const pace = await calibrate(idle("sparse", 100, runs), "cpu", "float32");
  expect(readPaces().get("sparse cpu float32")).toEqual(pace);
  const first = runs.count;
  await calibrate(idle("sparse", 100, runs), "cpu", "float32");
  expect(runs.count).toBeGreaterThan(first);
});

test("each part of an estimate has its own pace", () => {
  const cost = fakeBackend({ nanoseconds: 101 }).estimate(fakeProgram());
  expect(atPace(cost, { fixed: 10, rest: 2 })).toMatchObject({ fixed: 10, nanoseconds: 210 });
});

test.each([
  ["no file", undefined],
  ["an empty file", ""],
  ["something else", "[1, 2]"],
  ["another machine", '{"machine":"other","paces":{"dense cpu float64":{"fixed":1,"rest":1}}}'],
])("%s means that nothing is known", (_what, text) => {
  if (text !== undefined) writeFileSync(file(), text);
  expect(readPaces().size).toBe(0);
});

test("a kept pace that is no number counts as not known, the others count", () => {
  const pace = { fixed: 1, rest: 2 };
  writePaces(
    new Map([
      ["a", pace],
      ["b", pace],
      ["c", pace],
    ]),
  );
  const text = readFileSync(file(), "utf8").replace('"a":{"fixed":1', '"a":{"fixed":-1');
  writeFileSync(file(), text.replace('"b":{"fixed":1', '"b":{"fixed":"1"'));
  expect([...readPaces()]).toEqual([["c", pace]]);
});

test("a cache that cannot be written is no obstacle", () => {
  process.env["MYELIN_CACHE"] = join(file(), "below a file");
  writeFileSync(file(), "");
  expect(() => writePaces(new Map([["a", { fixed: 1, rest: 1 }]]))).not.toThrow();
  expect(readPaces().size).toBe(0);
});
