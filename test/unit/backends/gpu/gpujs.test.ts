/**
 * The device gpu.js: its kernels in the ways in which gpu.js can run them without graphics, against the
 * iterative backend; and that the public device refuses those ways. MYELIN_RUNS=20 draws more.
 *
 * gpu.js makes functions from text where it computes in JavaScript.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { gpuJsBackend } from "../../../../backends/gpu/gpujs/device.js";
import { findLibrary, onGraphics } from "../../../../backends/gpu/gpujs/library.js";
import { gpuJsProblems } from "../../../../backends/gpu/gpujs/limits.js";
import type { RunnerOptions } from "../../../../backends/gpu/gpujs/runner.js";
import { Network, neurons, synapses } from "../../../../src/index.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import type { Program } from "../../../../src/ir/program.js";
import { drawnProgram, families } from "../../../helpers/drawn-programs/index.js";
import { loadTruth } from "../../../helpers/gpu.js";
import { hostileNames } from "../../../helpers/hostile-names.js";
import { compareSteps, type Pair } from "./compare.js";

const found = await findLibrary();
if ("reason" in found) throw new Error(found.reason);
const library = found;

// WebAssembly rounds as a GPU does; JavaScript computes in float64 and rounds what comes back.
const modes = ["webasm", "cpu"] as const;
const runs = Math.max(1, Number(process.env["MYELIN_RUNS"] ?? 1));

const load = (given: Program, options: RunnerOptions) =>
  gpuJsBackend(library, options).load(given, { device: "gpu.js", hosts: new Map() });

/** Compares a Program with the iterative backend, one step at a time from equal states. */
async function compare(given: Program, mode: RunnerOptions["mode"], steps = 4): Promise<void> {
  const single: Program = { ...given, precision: "float32" };
  const pair: Pair = {
    ...{ program: single, truth: loadTruth(single) },
    other: await load(single, { mode }),
  };
  await compareSteps(pair, { steps, seed: 3, tolerance: 1e-5 });
  pair.other.dispose();
}

const isPossible = (name: string): boolean =>
  ["map", "gather", "stop"].some((kind) => name === kind || name.startsWith(`${kind}, `));
const drawn = families
  .map(({ name, variants }, family) => ({ name, family, variants: variants.length }))
  .filter(({ name }) => isPossible(name));

describe("drawn Programs on gpu.js without graphics", () => {
  test.each(drawn)(
    "$name",
    async ({ family, variants }) => {
      let done = 0;
      for (let variant = 0; variant < variants && done < runs; variant++) {
        const one = { ...drawnProgram(family, variant, 0), precision: "float32" as const };
        if (gpuJsProblems(one).length > 0) continue;
        for (const mode of modes) await compare(one, mode);
        done++;
      }
      expect(done).toBeGreaterThan(0);
    },
    30_000 * runs,
  );
});

/** A network without spikes: channels, graded and electrical synapses, everything to everything. */
function rates(name = "rates", names = ["a", "b", "c"]): Network {
  const net = new Network({ name });
  const [a, b, c] = names as [string, string, string];
  net.addPopulation(neurons.nonSpiking({ bias: 3 }), 4, { name: a });
  net.addPopulation(neurons.nonSpiking(), [2, 3], { name: b });
  net.addPopulation(neurons.persistentSodium(), 2, { name: c });
  const graded = synapses.nonSpiking({ maxConductance: 0.5, reversalPotential: 60 });
  for (const [from, to] of [
    [a, b],
    [b, a],
    [b, c],
    [c, a],
  ] as const) {
    net.addConnection(graded, from, to);
  }
  net.addConnection(synapses.electrical({ conductance: 0.2 }), a, a);
  net.addInput(a, { size: 4 });
  net.addOutput(b);
  return net;
}

const quiet = { dt: 0.1, precision: "float32", onWarning: () => undefined } as const;
const programOf = async (net: Network, more: object = {}): Promise<Program> =>
  (await net.compile({ ...quiet, ...more, backend: "iterative" })).program;

describe("networks without spikes on gpu.js", () => {
  test.each(["none", "default"] as const)("optimize: %s", async (optimize) => {
    for (const mode of modes) await compare(await programOf(rates(), { optimize }), mode, 30);
  });

  test("copies of a batch", async () => {
    await compare(await programOf(rates(), { batch: 3 }), "webasm", 10);
  });

  test("no name of a user gets into a kernel", async () => {
    const names = hostileNames.filter((_, i) => i % 17 === 0);
    const texts: string[] = [];
    for (const own of [names.slice(0, 3), ["x", "y", "z"]]) {
      const loaded = await load(await programOf(rates(own[0], own)), { mode: "cpu" });
      texts.push(
        loaded
          .generated()
          .map(({ text }) => text)
          .join("\n"),
      );
      loaded.dispose();
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toMatch(/^[\x20-\x7e\n]+$/);
  });
});

/** A Program of one map over some elements. */
const mapOf = (text: string, length: number): Program =>
  program({
    name: text,
    precision: "float32",
    arrays: [
      array({ name: "x", role: "input", length }),
      array({ name: "z", role: "scratch", length }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase: "update", count: length },
        reads: [read("x", "x@0")],
        body: body(text),
        writes: [write("z", "z@1")],
      },
    ],
  });

describe("functions in kernels of gpu.js", () => {
  const length = 2000;
  const between = (low: number, high: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => low + ((high - low) * i) / (length - 1));
  const cases: readonly (readonly [string, Float32Array])[] = [
    ["z = exp(x)", between(-86, 88)],
    ["z = exp(x)", between(80, 120)],
    ["z = expm1(x)", between(-1, 1)],
    ["z = exprel(x)", between(-1, 1)],
    ["z = log(x)", between(1e-30, 10)],
    ["z = log(x)", between(1, 1e30)],
    ["z = log1p(x)", between(-0.9, 3)],
    ["z = tanh(x)", between(-10, 10)],
    ["z = sin(x) + cos(x)", between(-1000, 1000)],
    ["z = x^2.5 + x^3", between(0, 10)],
    ["z = clip(x, -1, 2) + sign(x) * floor(x) - ceil(x)", between(-5, 5)],
    ["z = (x > 1 and not (x > 2)) or x == 3 ? sqrt(abs(x)) : -1", between(-5, 5)],
  ];

  test.each(cases)("%s", async (text, x) => {
    const given = mapOf(text, length);
    const truth = loadTruth(given);
    truth.step(x, new Float32Array(0));
    const wanted = truth.readSync("z");
    for (const mode of modes) {
      const other = await load(given, { mode });
      await other.stepAsync(x, new Float32Array(0));
      const [z] = await other.read(["z"]);
      other.dispose();
      wanted.forEach((value, i) => {
        const gap = value === z![i]! ? 0 : Math.abs(value - z![i]!) / Math.max(1, Math.abs(value));
        if (!(gap <= 2e-6)) throw new Error(`${mode}: at ${x[i]} got ${z![i]}, not ${value}`);
      });
    }
  });
});

describe("what gpu.js is refused", () => {
  test("without graphics a network is not compiled for it, and the error says what came instead", async () => {
    const compiling = rates().compile({ ...quiet, backend: "gpu", device: "gpu.js" });
    await expect(compiling).rejects.toMatchObject({
      name: "BackendUnavailableError",
      code: "backend-unavailable",
    });
    await expect(compiling).rejects.toThrow(
      /gpu\.js finds no GPU and would silently run on WebAssembly; allowed WebGL 2, WebGL/,
    );
  });

  test("a kernel that falls back is refused when a Program is loaded", async () => {
    const loading = load(mapOf("z = x + 1", 4), { mode: "gpu", kinds: onGraphics });
    await expect(loading).rejects.toMatchObject({
      name: "BackendUnavailableError",
      code: "device-fallback",
      details: { got: "WebAssembly", allowed: onGraphics.join(", ") },
    });
  });

  test("spikes, delays and float64 are refused with the reason", async () => {
    const net = rates();
    net.addPopulation(neurons.spiking(), 2, { name: "d" });
    const synapse = synapses.spiking({ maxConductance: 1, transmissionDelay: 0.3 });
    net.addConnection(synapse, "d", "a");
    const reasons = gpuJsProblems({ ...(await programOf(net)), precision: "float64" }).map(
      ({ reason }) => reason,
    );
    expect(reasons).toContain("gpu.js computes in float32, not in float64");
    expect(reasons).toContain("gpu.js has no spikes");
    expect(reasons).toContain("gpu.js has no delays here");
  });

  test("more numbers than a kernel can address are refused with both numbers", () => {
    const sources = 2 ** 13;
    const large = program({
      precision: "float32",
      arrays: [
        array({ name: "V", length: sources }),
        array({ name: "W", role: "parameter", length: sources ** 2, initial: 0.5 }),
        array({ name: "I", role: "scratch", length: sources }),
      ],
      ops: [
        {
          ...{ kind: "gather", id: "gather0", phase: "currents" },
          layout: { kind: "dense", sources, targets: sources },
          reads: [read("w", "W@0", "edge"), read("r", "V@0", "source")],
          body: body("sum = w * r"),
          writes: [write("sum", "I@1", "target")],
        },
      ],
    });
    expect(gpuJsProblems(large)).toEqual([
      {
        code: "gpu.js",
        op: "gather0",
        reason: "a kernel reads 67125248 numbers, and one of gpu.js at most 16777216",
      },
    ]);
  });
});
