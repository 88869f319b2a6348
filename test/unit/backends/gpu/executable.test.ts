/**
 * What an executable of the gpu backend offers besides steps: runs in blocks, monitors, stopping,
 * writing, snapshots, several models at once, and what is left when the device is gone.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

import { jest } from "@jest/globals";
import { openDevice } from "../../../../backends/gpu/adapters.js";
import {
  BackendUnavailableError,
  DeviceError,
  DivergenceError,
  Network,
  neurons,
  synapses,
  ValidationError,
} from "../../../../src/index.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, Job, Monitor } from "../../../../src/runtime/backend.js";
import { everything } from "../../../helpers/everything.js";
import { describeOnGpu, gpu, loadGpu, loadTruth } from "../../../helpers/gpu.js";
import { compareArrays, compareStates, compareSteps } from "./compare.js";

/** The Program with every op kind but `host`, whose place in the output V takes. */
function program(options: Parameters<typeof everything>[0] = {}): Program {
  const whole = everything({ precision: "float32", chance: false, ...options });
  const ops = whole.ops
    .filter((op) => op.kind !== "host")
    .map((op) => (op.kind === "io" ? { ...op, pieces: op.pieces.slice(0, 1) } : op));
  return { ...whole, ops };
}

const drive: NonNullable<Job["input"]> = (step, x) => {
  for (let i = 0; i < x.length; i++) x[i] = 8 + 6 * (((step * 7 + i * 5) % 11) / 10);
};

/** Runs and gives all that monitors saw. */
async function record(one: Executable, more: Partial<Job>, every = 1) {
  const seen: string[] = [];
  const write =
    (name: string): Monitor["write"] =>
    (step, values, n, copy) => {
      const shown = Array.from({ length: n }, (_, i) => Number(values[i]).toPrecision(4));
      seen.push(`${step} ${name} ${copy}: ${shown.join(" ")}`);
    };
  const all = { offset: 0, count: 4, every };
  const monitors: Monitor[] = [
    { ...all, array: "V", kind: "values", write: write("V") },
    { ...all, array: "fired", kind: "spikes", write: write("spikes") },
    { ...all, array: "w", kind: "values", count: 7, write: write("w") },
    { ...all, array: "past", kind: "values", offset: 1, count: 2, write: write("past") },
  ];
  const result = await one.run({ steps: 60, monitors, chunk: 1000, input: drive, ...more });
  return { seen, result };
}

// A GPU that is computed on a busy CPU takes its time.
jest.setTimeout(120_000);

describeOnGpu("an executable on a GPU", () => {
  test("every op kind gives the step of the iterative backend", async () => {
    for (const batch of [1, 3]) {
      const made = program({ batch, chance: true });
      const pair = { program: made, truth: loadTruth(made), other: await loadGpu(made) };
      await compareSteps(pair, { steps: 12, seed: batch, tolerance: 1e-5 });
    }
  });

  test.each([1, 5])(
    "a run in blocks records what the iterative one does, every %d",
    async (every) => {
      const made = program({ batch: 2 });
      const truth = loadTruth(made);
      const wanted = await record(truth, {}, every);
      for (const chunk of [1000, 7]) {
        const one = await loadGpu(made);
        expect(await record(one, { chunk }, every)).toEqual(wanted);
        await compareStates({ program: made, truth, other: one }, 1e-5);
        await compareArrays({ program: made, truth, other: one }, 1e-5);
      }
    },
  );

  test("a stop op ends a run at its step, and nothing behind it happens", async () => {
    const made = program({ stop: true });
    const truth = loadTruth(made);
    const other = await loadGpu(made);
    const wanted = await record(truth, { steps: 500 });
    expect(wanted.result.stopped?.reason).toBe("the last neuron fired");
    expect(wanted.result.steps).toBeLessThan(500);
    expect(await record(other, { steps: 500 })).toEqual(wanted);
    await compareStates({ program: made, truth, other }, 1e-5);
    // The next run goes on from there.
    expect(await record(other, { steps: 500 })).toEqual(await record(truth, { steps: 500 }));
  });

  test("writes, resets, snapshots and restoring do what they do on the iterative backend", async () => {
    const made = program();
    const pair = { program: made, truth: loadTruth(made), other: await loadGpu(made) };
    const both = [pair.truth, pair.other];
    const same = () => compareStates(pair, 1e-5).then(() => compareArrays(pair, 1e-5));
    for (const one of both) await one.run({ steps: 40, monitors: [], chunk: 9, input: drive });
    await same();
    for (const one of both) {
      await one.write("w", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
      await one.write("tau", [9, 8, 7, 6]);
    }
    await same();
    for (const one of both) await one.run({ steps: 5, monitors: [], chunk: 9, input: drive });
    await same();
    for (const one of both) one.reset(new Set(["w", "trains"]));
    await same();
    const bytes = pair.truth.snapshotSync();
    for (const one of both) await one.run({ steps: 20, monitors: [], chunk: 20, input: drive });
    for (const one of both) one.reset();
    await same();
    expect(pair.other.stepCount).toBe(0);
    for (const one of both) await one.restore(bytes);
    await same();
  });

  test("what is wrong is refused before anything happens", async () => {
    const made = program();
    const one = await loadGpu(made);
    const y = new Float32Array(5);
    await expect(one.stepAsync(new Float32Array(1), y)).rejects.toThrow("needs 2 input values");
    await expect(one.read(["nothing"])).rejects.toThrow("has no array of this name");
    await expect(one.write("coupling", [1])).rejects.toThrow("cannot be written");
    await expect(one.restore(new Uint8Array(9))).rejects.toThrow("snapshot");
    const running = one.run({ steps: 20, monitors: [], chunk: 5 });
    await expect(one.stepAsync(new Float32Array(2), y)).rejects.toThrow("is running");
    await running;
    one.dispose();
    one.dispose();
    await expect(one.stepAsync(new Float32Array(2), y)).rejects.toThrow(ValidationError);
    await expect(one.read(["V"])).rejects.toThrow("was disposed of");
    const host = everything({ precision: "float32" });
    expect(gpu!.supports(host).map(({ code }) => code)).toEqual(["host"]);
    expect(gpu!.supports(program({ precision: "float64" }))[0]).toMatchObject({
      code: "precision",
    });
    await expect(gpu!.load(made, { device: "gpu:7", hosts: new Map() })).rejects.toThrow(
      BackendUnavailableError,
    );
  });

  test("more than the device has is refused with the numbers", () => {
    const made = program();
    const arrays = made.arrays.map((spec) =>
      spec.name === "coupling" ? { ...spec, length: 2 ** 34 } : spec,
    );
    const [problem] = gpu!.supports({ ...made, arrays });
    expect(problem).toMatchObject({ code: "device-memory" });
    expect(problem!.reason).toMatch(/parameters and weights take 68719476\d+ bytes, .*at most \d+/);
  });

  test("a run ends by its signal, and a state that is not finite ends it with an error", async () => {
    const one = await loadGpu(program());
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done >= 10) stop.abort();
    };
    const job: Job = { steps: 100, monitors: [], chunk: 5, signal: stop.signal, onProgress };
    expect(await one.run(job)).toMatchObject({ steps: 10, stopped: { reason: "aborted" } });
    const input: Job["input"] = (step, x) => x.fill(step === 15 ? NaN : 1);
    const running = one.run({ steps: 50, monitors: [], chunk: 50, input });
    await expect(running).rejects.toThrow(DivergenceError);
  });

  test("two models at once do not meet", async () => {
    const network = new Network({ name: "pair" });
    network.addPopulation(neurons.spiking(), 4, { name: "cells" });
    network.addConnection(synapses.spiking(), "cells", "cells");
    network.addInput("cells", { size: 4 });
    network.addOutput("cells");
    const compiled = () => network.compile({ dt: 0.1, backend: "gpu", onWarning: () => {} });
    const [a, b, c] = await Promise.all([compiled(), compiled(), compiled()]);
    expect(a.explain().backend).toBe("gpu");
    const record = ["cells.V"];
    const [one, two] = await Promise.all([
      a.run({ steps: 200, input: 12, record }),
      b.run({ steps: 200, input: 3, record }),
    ]);
    b.dispose();
    const again = await c.run({ steps: 200, input: 12, record });
    expect(one.traces).toEqual(again.traces);
    expect(one.traces).not.toEqual(two.traces);
    await expect(b.step(1)).rejects.toThrow(ValidationError);
    expect(await a.step(1)).toHaveLength(4);
  });

  test("a device that is lost is said so, and a new one serves the next model", async () => {
    const one = await loadGpu(program());
    await one.run({ steps: 3, monitors: [], chunk: 3 });
    (await openDevice("test", "gpu")).gpu.destroy();
    const error = await one.run({ steps: 3, monitors: [], chunk: 3 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DeviceError);
    expect(error).toMatchObject({ code: "device-lost" });
    await expect(one.read(["V"])).rejects.toThrow(DeviceError);
    const next = await loadGpu(program());
    expect(await next.run({ steps: 3, monitors: [], chunk: 3 })).toEqual({ steps: 3 });
  });
});
