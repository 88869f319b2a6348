// Random networks on the dense backend as on the iterative one, step by step from equal states; copies
// of a batch as networks of their own; whole runs of networks that do not amplify rounding.
// MYELIN_SEED=<seed> repeats a failure, MYELIN_RUNS=10 looks ten times longer.

import fc from "fast-check";
import { loadModel, Network, neurons, synapses } from "../../../../src/index.js";
import type { CompileOptions, Precision } from "../../../../src/index.js";
import { MyelinError } from "../../../../src/index.js";
import { buildNetwork, dt, networkPlan, runs, timeLimit } from "../../../helpers/random-network.js";
import { Dice } from "../../../helpers/random-program.js";
import { copyOf, driveOf, expectEqualSteps, shownBy, stepWith } from "../../../helpers/running.js";
import { spikingNetwork } from "../../../helpers/spiking-network.js";
import { gapOf } from "./side-by-side.js";

const onWarning = (): void => {};

describe.each([false, true])("random networks with the ways of SNS-Toolbox: %s", (compat) => {
  test(
    "do in each step what they do on the iterative backend",
    async () => {
      const more = fc.record({
        precision: fc.constantFrom<Precision>("float64", "float32"),
        optimize: fc.constantFrom<"none" | "default">("none", "default"),
      });
      let compared = 0;
      const property = fc.asyncProperty(networkPlan(compat), more, async (plan, of) => {
        const options = { dt, onWarning, ...of };
        const truth = await buildNetwork(plan).compile({ ...options, backend: "iterative" });
        const found = await buildNetwork(plan)
          .compile({ ...options, backend: "dense" })
          .catch((error: unknown) => {
            // What a graph cannot do is refused with one of its reasons.
            if (error instanceof MyelinError && error.code === "order") return undefined;
            throw error;
          });
        if (found === undefined) return;
        const tolerance = of.precision === "float64" ? 1e-9 : 1e-4;
        await expectEqualSteps(truth, [found], { steps: 8, drive: driveOf(9), tolerance });
        found.dispose();
        compared += 1;
      });
      await fc.assert(property, runs(6));
      expect(compared).toBeGreaterThan(0);
    },
    timeLimit,
  );
});

/** Rate neurons joined all to all, which settle. */
function rates(count: number, dice: Dice): Network {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), count, { name: "cells" });
  const maxConductance = Array.from({ length: count }, () =>
    Array.from({ length: count }, () => dice.between(0, 0.5 / count)),
  );
  const reversalPotential = Array.from({ length: count }, () =>
    Array.from({ length: count }, () => (dice.chance(0.5) ? 40 : -40)),
  );
  const synapse = synapses.matrix(synapses.nonSpiking, { maxConductance, reversalPotential });
  net.addConnection(synapse, "cells", "cells");
  net.addInput("cells", { size: count });
  net.addOutput("cells");
  return net;
}

test("a run of a network all to all ends where it ends on the iterative backend", async () => {
  const options = { dt: 0.1, onWarning } as const;
  const truth = await rates(20, new Dice(3)).compile({ ...options, backend: "iterative" });
  const found = await rates(20, new Dice(3)).compile({ ...options, backend: "dense" });
  const input = driveOf(15);
  const given = { steps: 300, input, record: ["cells.V"], every: 7 } as const;
  const [wanted, got] = [await truth.run(given), await found.run(given)];
  expect(got.steps).toEqual(wanted.steps);
  wanted.traces["cells.V"]!.forEach((value, i) => {
    expect(gapOf(value, got.traces["cells.V"]![i]!)).toBeLessThanOrEqual(1e-9);
  });
});

test.each(["float64", "float32"] as const)(
  "copies of a batch do what networks of their own do, in %s",
  async (precision) => {
    const batch = 3;
    const options: CompileOptions = { dt: 0.1, precision, onWarning };
    const tolerance = precision === "float64" ? 1e-9 : 1e-4;
    const build = () => rates(12, new Dice(5));
    const bias = [1, -2, 4];
    const together = await build().compile({
      ...options,
      ...{ backend: "dense", batch, perCopy: ["cells.bias"], tunable: ["cells.bias"] },
    });
    await together.params.set("cells.bias", bias);
    for (let step = 0; step < 20; step += 1) {
      await stepWith(together, (at, x) => {
        for (let copy = 0; copy < batch; copy += 1) {
          driveOf(10, copy)(at, x.subarray(copy * 12, (copy + 1) * 12));
        }
      });
    }
    const shown = await shownBy(together);
    for (let copy = 0; copy < batch; copy += 1) {
      const single = await build().compile({
        ...options,
        ...{ backend: "dense", tunable: ["cells.bias"] },
      });
      await single.params.set("cells.bias", bias[copy]!);
      for (let step = 0; step < 20; step += 1) await stepWith(single, driveOf(10, copy));
      const own = copyOf(shown, copy, batch);
      for (const [name, values] of await shownBy(single)) {
        values.forEach((value, i) => {
          expect(gapOf(value, own.get(name)![i]!)).toBeLessThanOrEqual(tolerance);
        });
      }
    }
  },
);

test("a model that the sparse backend saved in the middle of a run goes on", async () => {
  const options = { dt: 0.1, onWarning, optimize: { accumulators: true } } as const;
  const sparse = await spikingNetwork(4).compile({ ...options, backend: "sparse" });
  // What is kept lazily makes states of its own, which move too.
  expect(sparse.program.settle).toBeDefined();
  sparse.runSync({ steps: 150, input: driveOf(20) });
  const dense = await loadModel(sparse.toBytes(), { backend: "dense", onWarning });
  expect([dense.backend, dense.stepCount]).toEqual(["dense", 150]);
  await expectEqualSteps(sparse, [dense], { steps: 10, drive: driveOf(20), tolerance: 1e-9 });
  const back = await loadModel(await dense.toBytes(), { backend: "sparse", onWarning });
  expect(back.stepCount).toBe(160);
  await expectEqualSteps(dense, [back], { steps: 5, drive: driveOf(20), tolerance: 1e-9 });
});
