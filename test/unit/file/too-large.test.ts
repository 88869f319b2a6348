// Short files that ask for much: memory or work that no model of such a file could be worth is refused
// before it is spent, unless the file is trusted.

import { create as createIterative } from "../../../backends/iterative/index.js";
import { LoadError } from "../../../src/errors.js";
import { encodeModel } from "../../../src/file/model-file.js";
import { loadModel } from "../../../src/index.js";
import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { Program } from "../../../src/ir/program.js";

const silent = { onWarning: () => {} };

/** A file of which all but the running state is sound; that is looked at last. */
async function fileOf(made: Program, isRunnable: boolean): Promise<Uint8Array> {
  const backend = (await createIterative())!;
  const load = { device: "cpu", hosts: new Map<string, never>() } as const;
  const state = isRunnable ? await (await backend.load(made, load)).snapshot() : new Uint8Array(0);
  const rest = { aliases: new Map(), synapticArrays: [], resetKeepsSynapses: false, warnings: [] };
  return encodeModel({ program: made, state, ...rest }, "0.0.0");
}

/** Sums over so many synapses are computed when it is loaded; none of them is in the file. */
const summed = (count: number): Program =>
  program({
    arrays: [
      array({ name: "sum", length: count, initial: 0, perCopy: false }),
      array({ name: "values", role: "parameter", length: count, initial: 1, perCopy: false }),
    ],
    ops: [],
    rebuild: [
      {
        kind: "gather",
        id: "gather0",
        phase: "sums",
        layout: { kind: "dense", sources: count, targets: count },
        reads: [read("v", "values@0", "source")],
        body: body("s = v"),
        writes: [write("s", "sum@1", "target")],
      },
    ],
  });

/** A function of so many elements is computed when it is loaded. */
const derived = (count: number): Program =>
  program({
    arrays: [array({ name: "d", role: "derived", length: count, initial: 0, perCopy: false })],
    setup: [
      {
        kind: "map",
        id: "map0",
        phase: "setup",
        count,
        reads: [],
        body: body("x = exp(exp(exp(exp(1))))"),
        writes: [write("x", "d@1")],
      },
    ],
    ops: [],
  });

const costly: readonly (readonly [string, (count: number) => Program, number, number])[] = [
  ["sums", summed, 20, 50_000],
  ["functions", derived, 100, 2_000_000],
];

describe.each(costly)("much work: %s", (_what, make, few, many) => {
  test("is refused before it is done", async () => {
    const bytes = await fileOf(make(many), false);
    expect(bytes.length).toBeLessThan(4000);
    const error: unknown = await loadModel(bytes, silent).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoadError);
    expect(error).toMatchObject({ code: "too-large", where: "file" });
    expect((error as LoadError).message).toMatch(/more work to load.*got \d+, allowed at most \d+/);
  });

  test("a little is done, and more where the file is trusted", async () => {
    const bytes = await fileOf(make(few), true);
    (await loadModel(bytes, { backend: "iterative", ...silent })).dispose();
    const larger = await fileOf(make(30 * few), true);
    (await loadModel(larger, { backend: "iterative", mostBytes: 2 ** 20, ...silent })).dispose();
  });
});

test("much memory is refused, too", async () => {
  const made = program({
    arrays: [array({ name: "x", role: "scratch", length: 2 ** 28 })],
    ops: [],
  });
  const loading = loadModel(await fileOf(made, false), silent);
  await expect(loading).rejects.toThrow(/more memory than a file of this size/);
});
