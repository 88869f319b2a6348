// A new neuron model needs equations and nothing else: given as text in a program of the user, or as
// one new file in the library, where the index, the catalogue and the conformance suite find it.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineChannel, defineNeuron, defineSynapse, Network, synapses } from "../../src/index.js";
import type { Model } from "../../src/index.js";
import type { CatalogueCase } from "../conformance/catalogue-cases.js";
import {
  driveOf,
  expectEqualSteps,
  expectSameTrace,
  shownBy,
  traceOf,
} from "../helpers/running.js";

const quiet = { onWarning: () => {}, backend: "iterative" } as const;

/** Izhikevich's neuron; `I` is its first input, `kick` moves the potential at once. */
const izhikevich = defineNeuron({
  name: "izhikevich",
  doc: "Simple model of spiking neurons.",
  reference: "Izhikevich 2003, equations 1 to 3",
  units: "none",
  params: {
    recoveryRate: { symbol: "a", default: 0.02, above: 0, doc: "rate of the recovery" },
    recoverySensitivity: { symbol: "b", default: 0.2, doc: "how far recovery follows V" },
    resetPotential: { symbol: "c", default: -65, doc: "potential after a spike" },
    recoveryJump: { symbol: "d", default: 8, min: 0, doc: "added to the recovery at a spike" },
    refractoryPeriod: { symbol: "t_ref", default: 0, min: 0, doc: "time after a spike [ms]" },
  },
  state: {
    V: { initial: -65, doc: "membrane potential" },
    u: { initial: "b * V", doc: "recovery" },
    last: { initial: "V", doc: "potential when the step began" },
  },
  inputs: { I: { doc: "current" }, kick: { doc: "moves the potential" } },
  equations: [
    "last = prev(V)",
    `dV/dt = 0.04 * V^2 + 5 * V + 140 - u + I + kick  (unless refractory)
     du/dt = a * (b * V - u)`,
  ],
  integrate: "euler",
  output: "V",
  spike: "V >= 30",
  reset: "V = c; u += d",
  refractory: "t_ref",
});

const leak = defineChannel({
  name: "outward",
  doc: "A potassium-like current.",
  units: "none",
  params: { conductance: { symbol: "g", default: 0.5, min: 0, doc: "largest conductance" } },
  state: { n: { initial: 0, doc: "opening" } },
  equations: "dn/dt = (1 / (1 + exp(-(V + 40) / 5)) - n) / 8",
  integrate: "exponentialEuler",
  current: "g * n * (-80 - V)",
});

/** Each spike pushes the target's potential, more and more weakly. */
const tiring = defineSynapse({
  name: "tiring",
  doc: "A synapse that tires.",
  units: "none",
  params: {
    weight: { symbol: "w", default: 4, doc: "jump of the potential" },
    recoveryTime: { symbol: "tau", default: 50, above: 0, doc: "time constant" },
    delay: { symbol: "delay", default: 0, min: 0, doc: "time until arrival [ms]" },
  },
  state: { x: { initial: 1, doc: "what is left of the synapse" } },
  equations: "dx/dt = (1 - x) / tau",
  integrate: "exact",
  onPre: "V_post += w * x; x = x / 2",
  delay: "delay",
  strength: "weight",
});

describe("a neuron model from text", () => {
  test("follows its equations, spikes included", async () => {
    const net = new Network();
    net.addNeuron(izhikevich(), { name: "cell" });
    net.addInput("cell");
    const model = await net.compile({ ...quiet, dt: 0.5 });
    const rec = model.runSync({
      steps: 600,
      input: 10,
      record: ["cell.V", "cell.u", "cell.spikes"],
    });

    let [v, u] = [-65, -13];
    const spikes: number[] = [];
    const expected = { V: [] as number[], u: [] as number[] };
    for (let step = 0; step < 600; step += 1) {
      const [dv, du] = [0.04 * v * v + 5 * v + 140 - u + 10, 0.02 * (0.2 * v - u)];
      [v, u] = [v + 0.5 * dv, u + 0.5 * du];
      if (v >= 30) {
        spikes.push(step);
        [v, u] = [-65, u + 8];
      }
      expected.V.push(v);
      expected.u.push(u);
    }
    expect(spikes.length).toBeGreaterThan(3);
    expect([...rec.spikes["cell.spikes"]!.step]).toEqual(spikes);
    for (const state of ["V", "u"] as const) {
      const found = rec.traces[`cell.${state}`]!;
      expected[state].forEach((value, step) => expect(found[step]).toBeCloseTo(value, 8));
    }
  });

  /** Everything at once: arrays, ports, channels, own and catalogue synapses, delays, nesting. */
  function rich(): Network {
    const inner = new Network({ name: "inner" });
    const recoveryJump = [8, 6, 4, 2];
    const type = izhikevich({ recoveryJump, refractoryPeriod: [0, 1, 2, 3], channels: [leak()] });
    inner.addPopulation(type, [2, 2], { name: "grid", initialValue: { V: [-70, -60, -50, -55] } });
    const net = new Network({ name: "rich" });
    net.addNetwork(inner);
    net.addPopulation(izhikevich(), 4, { name: "line" });
    net.addConnection(tiring({ delay: [1, 0, 0.5, 2] }), "inner/grid", "line", {
      name: "push",
      connectivity: "one-to-one",
    });
    const shunt = synapses.matrix(synapses.spiking, {
      maxConductance: [
        [0, 0.1, 0, 0.2],
        [0.1, 0, 0, 0],
        [0, 0, 0, 0],
        [0.3, 0.1, 0, 0],
      ],
      reversalPotential: -80,
      timeConstant: 5,
    });
    net.addConnection(shunt, "line", "inner/grid", { name: "back" });
    net.addInput("inner/grid", { name: "current", size: 4 });
    net.addInput("line", { name: "push in", port: "kick" });
    net.addOutput("line");
    net.addOutput("inner/grid", { spiking: true });
    return net;
  }

  const drive = driveOf(12);
  const compiled = (options: object = {}): Promise<Model> =>
    rich().compile({ dt: 0.5, ...quiet, ...options });

  test("lives in populations and networks, with channels, ports, delays and synapses", async () => {
    const model = await compiled({ tunable: ["line.recoveryRate"] });
    const record = ["inner/grid.spikes", "line.spikes", "push.x", "inner/grid.outward.n"];
    const rec = model.runSync({ steps: 400, input: drive, record, every: 10 });
    expect(rec.spikes["inner/grid.spikes"]!.step.length).toBeGreaterThan(8);
    expect(rec.spikes["line.spikes"]!.step.length).toBeGreaterThan(4);
    expect(Math.min(...rec.traces["push.x"]!)).toBeLessThan(0.6);
    expect(Math.max(...rec.traces["inner/grid.outward.n"]!)).toBeLessThanOrEqual(1);
    model.params.set("line.recoveryRate", 0.1);
    model.params.set("push.weight", 1);
    model.runSync({ steps: 10, input: drive });
  });

  test("is optimised, restored, reset, batched and rounded like any other", async () => {
    const model = await compiled();
    const first = await traceOf(model, 60, drive);
    const bytes = model.snapshot();
    const next = await traceOf(model, 40, drive);
    const other = await compiled();
    other.restore(bytes);
    expectSameTrace(next, await traceOf(other, 40, drive));
    model.reset();
    expectSameTrace(first, await traceOf(model, 60, drive));

    const plain = await compiled({ optimize: "none" });
    await expectEqualSteps(plain, [await compiled()], { steps: 60, drive, tolerance: 1e-12 });

    const batch = await compiled({ batch: 2 });
    const single = await compiled();
    batch.runSync({ steps: 50, input: [9, 8, 7, 6, 1] });
    single.runSync({ steps: 50, input: [9, 8, 7, 6, 1] });
    const shown = await shownBy(single);
    for (const [name, values] of await shownBy(batch)) {
      expect({ name, values }).toEqual({
        name,
        values: [...shown.get(name)!, ...shown.get(name)!],
      });
    }
    const rounded = await compiled({ precision: "float32" });
    expect(rounded.runSync({ steps: 50, input: drive }).done).toBe(50);
  });
});

const root = fileURLToPath(new URL("../..", import.meta.url));

const newFile = `// Izhikevich's neuron, as a test of adding a model.

import { defineNeuron } from "../define/define-neuron.js";

/** Simple model of spiking neurons. */
export const quadraticAdaptive = defineNeuron({
  name: "quadraticAdaptive",
  doc: "Simple model of spiking neurons.",
  params: {
    recoveryRate: { symbol: "a", default: 0.02, unit: "1/ms", above: 0, doc: "rate" },
    recoverySensitivity: { symbol: "b", default: 0.2, unit: "1/ms", doc: "sensitivity" },
    resetPotential: { symbol: "c", default: -65, unit: "mV", doc: "potential after a spike" },
  },
  state: {
    V: { initial: -65, unit: "mV", doc: "membrane potential" },
    u: { initial: "b * V", unit: "mV/ms", doc: "recovery" },
  },
  inputs: { I: { unit: "nA", doc: "input current" } },
  equations: \`
    dV/dt = V * V * 0.04 (1/mV/ms) + 5 (1/ms) * V + 140 (mV/ms) - u + I * 1 (mV/ms/nA)
    du/dt = a * (b * V - u)\`,
  integrate: "euler",
  output: "V",
  spike: "V > 30 (mV)",
  reset: "V = c; u += 8 (mV/ms)",
});
`;

describe("a neuron model in one new file", () => {
  const folder = mkdtempSync(join(tmpdir(), "myelin-new-model-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const load = (path: string): Promise<Record<string, unknown>> => import(join(folder, path));
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const makeIndex = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["tools/make-index.mjs", ...args], {
      cwd: folder,
      encoding: "utf8",
    });

  beforeAll(() => {
    for (const path of ["src", "backends", "tools", ".prettierrc.json", "test/conformance"]) {
      cpSync(join(root, path), join(folder, path), { recursive: true });
    }
    cpSync(join(root, "test/helpers/running.ts"), join(folder, "test/helpers/running.ts"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "src/models/neurons/quadratic-adaptive.ts"), newFile);
  });

  test("is missing from the index until it is made, and the check says so", () => {
    const { status, stdout } = makeIndex("--check");
    expect(stdout).toContain("src/models/neurons/index.ts: out of date; run npm run index");
    expect(status).toBe(1);
    expect(makeIndex().status).toBe(0);
    expect(read("src/models/neurons/index.ts")).toContain(
      'export { quadraticAdaptive } from "./quadratic-adaptive.js";',
    );
    expect(makeIndex("--check").status).toBe(0);
  });

  test("is in the catalogue, in the conformance suite, and passes it", async () => {
    const { listModels } = await load("src/models/list-models.ts");
    const paths = (listModels as () => readonly { path: string }[])().map(({ path }) => path);
    expect(paths).toContain("neurons.quadraticAdaptive");
    const { catalogueCases } = await load("test/conformance/catalogue-cases.ts");
    const found = (catalogueCases as () => readonly CatalogueCase[])().filter(({ name }) =>
      name.startsWith("neurons.quadraticAdaptive "),
    );
    expect(found.length).toBeGreaterThanOrEqual(6);
    for (const { run } of found) await run({ backend: "iterative", precision: "float64" });
  });

  test("is used like those that were there before", async () => {
    const { Network: Net, neurons } = (await load("src/index.ts")) as {
      Network: typeof Network;
      neurons: Record<string, (values?: object) => Parameters<Network["addNeuron"]>[0]>;
    };
    const net = new Net();
    net.addNeuron(neurons["quadraticAdaptive"]!({ resetPotential: "-60 mV" }), { name: "cell" });
    net.addInput("cell");
    const model = await net.compile({ ...quiet, dt: 0.25 });
    const rec = model.runSync({ steps: 2000, input: 10, record: ["cell.spikes"] });
    expect(rec.spikes["cell.spikes"]!.step.length).toBeGreaterThan(5);
  });
});
