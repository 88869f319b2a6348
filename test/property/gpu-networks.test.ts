/**
 * Random networks on the GPU as in the iterative backend, one step at a time from equal states. A failure
 * prints the seed; MYELIN_SEED=<seed> repeats it, MYELIN_RUNS=40 looks at 200 networks.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

import fc from "fast-check";
import type { CompileOptions } from "../../src/index.js";
import { describeOnGpu } from "../helpers/gpu.js";
import { buildNetwork, dt, networkPlan, runs, timeLimit } from "../helpers/random-network.js";
import { driveOf, largestGap, shownBy, stepWith } from "../helpers/running.js";

const quiet = { dt, precision: "float32", onWarning: () => {} } as const;
const options = fc.record({
  optimize: fc.constantFrom<NonNullable<CompileOptions["optimize"]>>("none", "default"),
  batch: fc.constantFrom(1, 1, 2),
});
/** Steps that are run freely between two that are compared: states then are of all kinds. */
const apart = 5;

describeOnGpu("random networks on a GPU", () => {
  test(
    "every step is that of the iterative backend",
    async () => {
      const property = fc.asyncProperty(networkPlan(false), options, async (plan, of) => {
        const network = buildNetwork(plan);
        const truth = await network.compile({ ...quiet, ...of, backend: "iterative" });
        const model = await network.compile({ ...quiet, ...of, backend: "gpu" });
        const drive = driveOf(9);
        for (let round = 0; round < 6; round += 1) {
          for (let i = 0; i < apart; i += 1) await stepWith(truth, drive);
          await model.restore(await truth.snapshot());
          const wanted = await shownBy(truth, await stepWith(truth, drive));
          const gap = largestGap(wanted, await shownBy(model, await stepWith(model, drive)));
          // Relative to the larger of the value and 1: a step is some tens of roundings of 6e-8 each.
          if (gap !== undefined && gap.size > 1e-5) {
            throw new Error(`step ${truth.stepCount - 1}: ${JSON.stringify(gap)}`);
          }
        }
        model.dispose();
      });
      // Without the limit of time, which would end a long look early and call it passed.
      await fc.assert(property, { numRuns: runs(5).numRuns! });
    },
    timeLimit,
  );
});
