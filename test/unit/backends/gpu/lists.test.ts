/**
 * Deliveries through lists of the sources that fired give the bits of deliveries that look through all
 * edges, and agree with the iterative backend. MYELIN_RUNS=10 draws more Programs.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

import { openDevice } from "../../../../backends/gpu/adapters.js";
import { compileProgram } from "../../../../backends/gpu/compile-program.js";
import { GpuExecutable } from "../../../../backends/gpu/executable.js";
import type { Lists } from "../../../../backends/gpu/module.js";
import { Network, neurons, rules, synapses } from "../../../../src/index.js";
import type { Program } from "../../../../src/ir/program.js";
import { drawnProgram, families } from "../../../helpers/drawn-programs/index.js";
import { describeOnGpu, loadTruth } from "../../../helpers/gpu.js";
import { Dice } from "../../../helpers/random-program.js";
import { sizeOf } from "../../../helpers/side-by-side.js";
import { compareSteps, drawInto } from "./compare.js";

const runs = Math.max(1, Number(process.env["MYELIN_RUNS"] ?? 1));

const load = async (program: Program, lists: Lists): Promise<GpuExecutable> =>
  GpuExecutable.load(program, await openDevice(program.name, "gpu"), lists);

const hasLists = (program: Program, lists: Lists = "always"): boolean =>
  compileProgram(program, lists).tallies > 0;

/** The state after some steps, in one run, with inputs that are always the same. */
async function stateAfter(program: Program, lists: Lists, steps: number): Promise<Uint8Array> {
  const loaded = await load(program, lists);
  const dice = new Dice(5);
  const input = (_step: number, x: Float32Array | Float64Array): void => drawInto(x, dice);
  const hasInput = sizeOf(program, "input") > 0;
  await loaded.run({ steps, monitors: [], chunk: steps, ...(hasInput && { input }) });
  const bytes = await loaded.snapshot();
  loaded.dispose();
  return bytes;
}

/** Drawn Programs in which something is delivered through lists. */
function* drawn(count: number): Generator<Program> {
  let left = count;
  for (let round = 0; left > 0 && round < 20; round++) {
    for (const [family, { name, variants }] of families.entries()) {
      if (!name.startsWith("deliver, ")) continue;
      for (let variant = 0; variant < variants.length && left > 0; variant++) {
        const one = { ...drawnProgram(family, variant, round), precision: "float32" as const };
        if (one.ops.some(({ kind }) => kind === "host") || !hasLists(one)) continue;
        left--;
        yield one;
      }
    }
  }
}

/** Neurons that fire now and then, with few synapses each. */
async function sparse(batch?: number): Promise<Program> {
  const net = new Network({ name: "sparse" });
  const cell = neurons.spiking({ thresholdInitialValue: 1, bias: 2 });
  const initialValue = Float64Array.from({ length: 2500 }, (_, i) => ((i * 37) % 100) / 100);
  net.addPopulation(cell, 2500, { name: "cells", initialValue });
  const synapse = synapses.spiking({ maxConductance: 0.01, reversalPotential: 40 });
  const connectivity = rules.fixedProbability({ probability: 0.006, seed: 4 });
  net.addConnection(synapse, "cells", "cells", { connectivity });
  const options = { dt: 0.1, precision: "float32", backend: "iterative" } as const;
  const model = await net.compile(options);
  const { spikes } = await model.run({ steps: 40, record: ["cells.spikes"] });
  // Else nothing would be delivered.
  expect(spikes["cells.spikes"]!.step.length).toBeGreaterThan(100);
  return batch === undefined ? model.program : { ...model.program, batch };
}

describeOnGpu("deliveries through lists", () => {
  test(
    "give the bits of those that look through all edges",
    async () => {
      let done = 0;
      for (const program of drawn(6 * runs)) {
        const [one, other] = [
          await stateAfter(program, "always", 9),
          await stateAfter(program, "never", 9),
        ];
        expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
        done++;
      }
      expect(done).toBe(6 * runs);
    },
    60_000 * runs,
  );

  test(
    "agree with the iterative backend in every step",
    async () => {
      for (const program of drawn(4 * runs)) {
        const pair = { program, truth: loadTruth(program), other: await load(program, "always") };
        await compareSteps(pair, { steps: 4, seed: 2, tolerance: 1e-5 });
        pair.other.dispose();
      }
    },
    60_000 * runs,
  );

  test.each([1, 2])(
    "are taken by a large sparse network, batch %d",
    async (batch) => {
      const program = await sparse(batch);
      expect(hasLists(program, "where it pays")).toBe(true);
      const states = [];
      for (const lists of ["where it pays", "where it pays", "never"] as const) {
        states.push(Buffer.from(await stateAfter(program, lists, 40)).toString("base64"));
      }
      expect(new Set(states).size).toBe(1);
    },
    60_000,
  );

  test("not by a dense or a small network", async () => {
    const program = await sparse();
    const small = new Network({ name: "small" });
    small.addPopulation(neurons.spiking(), 20, { name: "cells" });
    small.addConnection(synapses.spiking({ maxConductance: 1 }), "cells", "cells");
    const options = { dt: 0.1, precision: "float32", backend: "iterative" } as const;
    expect(hasLists((await small.compile(options)).program, "where it pays")).toBe(false);
    // At a step of 20 ms most targets get a spike in each step.
    expect(hasLists({ ...program, dt: 20 }, "where it pays")).toBe(false);
  });
});
