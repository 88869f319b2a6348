// Saved models: whatever is saved goes on as if nothing had happened, on any backend, from bytes and
// from files; what cannot be read or written is a typed error, and nothing is lost.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadModel, Network, neurons, SaveError, synapses } from "../../../src/index.js";
import type { Model } from "../../../src/index.js";
import { libraryVersion } from "../../../src/util/version.js";
import { catalogueNetworks } from "../../helpers/catalogue-networks.js";

const silent = { onWarning: () => {} };
const backends = ["iterative", "sparse"] as const;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the version is that of the package", () => {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  expect(libraryVersion).toBe((JSON.parse(text) as { version: string }).version);
});

/** What comes in, different in each step. */
const inputs = (
  model: Model,
): ((step: number, x: { [i: number]: number; length: number }) => void) => {
  const { length } = model.inputs;
  return (step, x) => {
    for (let i = 0; i < x.length; i++) x[i] = length === 0 ? 0 : 12 * Math.sin(0.37 * step + i);
  };
};
const advance = (model: Model, steps: number): void =>
  void model.runSync({ steps, input: inputs(model) });

/** Some moments of a run, around a delay of some steps; all of them with MYELIN_RUNS. */
const moments =
  process.env["MYELIN_RUNS"] === undefined
    ? ([8, 60] as const)
    : ([1, 2, 7, 8, 9, 50, 99] as const);

/** Each network in one way, or in all ways with MYELIN_RUNS. */
const ways = [
  ["float64", "sparse"],
  ["float32", "iterative"],
  ["float64", "iterative"],
  ["float32", "sparse"],
] as const;
const cases = catalogueNetworks().flatMap(({ name, build }, i) =>
  (process.env["MYELIN_RUNS"] === undefined ? [ways[i % 4]!] : ways).map(([precision, from]) => ({
    ...{ name, build, precision, from },
  })),
);

describe("goes on exactly", () => {
  test.each(cases)("$name, $precision, from $from", async ({ build, precision, from }) => {
    const options = { dt: 0.1, precision, ...silent } as const;
    const model = await build().compile({ ...options, backend: from });
    const files = new Map<number, Uint8Array>();
    for (const moment of moments) {
      advance(model, moment - model.stepCount);
      files.set(moment, model.toBytes());
    }
    advance(model, 100 - model.stepCount);
    const end = model.snapshot();
    for (const [i, moment] of moments.entries()) {
      // Both backends, in turns.
      const backend = backends[i % 2]!;
      const again = await loadModel(files.get(moment)!, { backend, ...silent });
      expect(again.stepCount).toBe(moment);
      expect(again.toBytes()).toEqual(files.get(moment));
      advance(again, 100 - moment);
      expect(again.snapshot()).toEqual(end);
      again.dispose();
    }
    model.dispose();
  });
});

/** A chain with a delay. */
function chain(): Network {
  const net = new Network({ name: "chain" });
  net.addPopulation(neurons.spiking({ bias: 1.5 }), 20, { name: "a" });
  net.addPopulation(neurons.spiking(), 20, { name: "b" });
  net.addConnection(synapses.spiking({ maxConductance: 0.5, transmissionDelay: 0.7 }), "a", "b");
  net.addInput("a", { size: 20 });
  net.addOutput("b");
  return net;
}
const compiled = () =>
  chain().compile({ dt: 0.1, backend: "sparse", tunable: ["a.bias"], ...silent });

test("names, tunable parameters and warnings are there again", async () => {
  const model = await compiled();
  model.params.set("a.bias", 3);
  advance(model, 30);
  const path = join(folder, "chain.myelin");
  await model.save(path);
  const again = await loadModel(pathToFileURL(path), silent);
  expect(again.params.get("a.bias")).toEqual(model.params.get("a.bias"));
  expect(again.params.names()).toEqual(model.params.names());
  expect(again.state.get("b")).toEqual(model.state.get("b"));
  expect(again.warnings).toEqual(model.warnings);
  again.params.set("a.bias", 1);
  expect([...again.params.get("a.bias")].every((value) => value === 1)).toBe(true);
  expect(() => again.params.set("b.bias", 1)).toThrow(/loaded without its network/);
  again.reset({ keep: "synapses" });
  again.reset();
  expect(again.stepCount).toBe(0);
  expect(readdirSync(folder)).toEqual(["chain.myelin"]);
});

test("a run saves while it goes on, and keeps two generations", async () => {
  const model = await compiled();
  const file = join(folder, "run.myelin");
  const input = inputs(model);
  await model.run({ steps: 95, input, checkpoint: { file, every: 2 } });
  expect(readdirSync(folder).sort()).toEqual(["run.myelin", "run.myelin.previous"]);
  const [newest, before] = [await loadModel(file), await loadModel(`${file}.previous`)];
  expect([newest.stepCount, before.stepCount]).toEqual([95, 80]);
  advance(before, 15);
  expect(before.snapshot()).toEqual(newest.snapshot());
  expect(() => model.runSync({ steps: 5, checkpoint: { file, every: 2 } })).toThrow(/model\.run/);
});

test("the generation before is read where the newest is damaged, and that is said", async () => {
  const model = await compiled();
  const file = join(folder, "run.myelin");
  await model.run({ steps: 40, checkpoint: { file, every: 2 } });
  const bytes = readFileSync(file);
  bytes[bytes.length - 20]! ^= 1;
  writeFileSync(file, bytes);
  const said: string[] = [];
  const again = await loadModel(file, { onWarning: (text) => void said.push(text) });
  expect(again.stepCount).toBe(20);
  expect(said.join()).toMatch(/damaged.*run\.myelin\.previous/);
  rmSync(`${file}.previous`);
  await expect(loadModel(file, silent)).rejects.toThrow(/run\.myelin: file: .*damaged/);
});

test.each(backends)("a file of the first format is read for ever, %s", async (backend) => {
  const url = new URL("../../data/files/format-1.myelin", import.meta.url);
  const model = await loadModel(url, { backend, ...silent });
  expect([model.program.name, model.stepCount]).toEqual(["fixture", 137]);
  expect([...model.params.get("a.bias")].every((bias) => bias === 1.5)).toBe(true);
  model.runSync({ steps: 63, input: 3 });
  expect([...model.state.get("b.V")]).toEqual([161.66666664156537, 161.66666664156537]);
  const { spikes } = model.runSync({ steps: 40, input: 3, record: ["a.spikes"] });
  expect(spikes["a.spikes"]!.step).toHaveLength(160);
});

const wrong: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
  ["a path that is none", () => loadModel(5 as never), /path of a file/],
  ["no file", () => loadModel(join(folder, "none.myelin")), /none\.myelin.*could not be read/],
  ["an address", () => loadModel(new URL("https://example.org/a.myelin")), /files are not fetched/],
  ["an option that there is not", () => loadModel("a", { dt: 1 } as never), /dt/],
  [
    "a backend that there is not",
    async () => loadModel((await compiled()).toBytes(), { backend: "gpu" }),
    /gpu/,
  ],
  ["no bytes", () => loadModel(new Uint8Array(0)), /not a saved model/],
  [
    "no folder",
    async () => (await compiled()).save(join(folder, "no", "a.myelin")),
    /could not be written/,
  ],
  [
    "a checkpoint of no time",
    async () => (await compiled()).run({ steps: 1, checkpoint: { file: "a", every: 0 } }),
    /every/,
  ],
  [
    "a checkpoint between steps",
    async () => (await compiled()).run({ steps: 1, checkpoint: { file: "a", every: 0.25 } }),
    /whole number/,
  ],
];

test.each(wrong)("refused: %s", async (_what, act, message) => {
  await expect(act()).rejects.toThrow(message);
});

test("a checkpoint that cannot be written ends the run with the error", async () => {
  const model = await compiled();
  const file = join(folder, "no", "run.myelin");
  await expect(model.run({ steps: 100, checkpoint: { file, every: 1 } })).rejects.toThrow(
    SaveError,
  );
  expect(model.stepCount).toBe(10);
  advance(model, 5);
});
