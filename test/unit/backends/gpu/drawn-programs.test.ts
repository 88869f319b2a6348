/**
 * Programs of every op kind and layout, drawn from their numbers, on the GPU as in the iterative
 * backend, one step at a time from equal states. MYELIN_RUNS=10 takes more of each family.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

import { describeOnGpu, gpu } from "../../../helpers/gpu.js";
import { drawnProgram, families } from "../../../helpers/drawn-programs/index.js";
import { compareSteps, loadPair } from "./compare.js";

const runs = Math.max(1, Number(process.env["MYELIN_RUNS"] ?? 1));

/** Variants of a family, spread over its sizes. */
function chosen(count: number, variants: number): number[] {
  const all = Array.from({ length: variants }, (_, i) => i);
  const distance = Math.max(1, Math.floor(variants / count));
  return all.filter((i) => i % distance === distance - 1).slice(0, count);
}

describeOnGpu("drawn programs on a GPU", () => {
  test.each(families.map(({ name }, family) => ({ name, family })))(
    "$name",
    async ({ family }) => {
      for (const variant of chosen(runs, families[family]!.variants.length)) {
        const program = { ...drawnProgram(family, variant, 0), precision: "float32" as const };
        const problems = gpu!.supports(program);
        if (problems.length > 0) {
          expect(problems.map(({ code }) => code)).toEqual(problems.map(() => "host"));
          continue;
        }
        const pair = await loadPair(program);
        await compareSteps(pair, { steps: 4, seed: variant, tolerance: 1e-5 });
        pair.other.dispose();
      }
    },
    60_000 * runs,
  );
});
