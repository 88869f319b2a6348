// Cases that every model of the catalogue has to meet on every backend, without anyone writing them.

import { MyelinError } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { ModelEntry } from "../../src/models/list-models.js";
import { copyOf, driveOf, expectEqualSteps, expectSameTrace, traceOf } from "../helpers/running.js";
import type { AnyModel } from "../helpers/running.js";
import { hostOf } from "./hosts.js";
import { agreementOf, compileFor } from "./variants.js";
import type { Variant } from "./variants.js";

export interface CatalogueCase {
  readonly name: string;
  readonly run: (variant: Variant) => Promise<void>;
}

/** Steps [ms]; the longest that a model is stable with is taken. */
const candidates = [0.1, 0.02, 0.004];
const chosen = new Map<string, Promise<number>>();
/** Steps of the cases that look at every value in every step. */
const watched = 60;

async function chooseStep(entry: ModelEntry): Promise<number> {
  for (const dt of candidates) {
    try {
      const quiet = { dt, backend: "iterative", onWarning: () => {} } as const;
      (await hostOf(entry).network.compile(quiet)).dispose();
      return dt;
    } catch (error) {
      if (!(error instanceof MyelinError) || error.code !== "unstable-step") throw error;
    }
  }
  throw new Error(`${entry.path} with its defaults needs a step below ${candidates.at(-1)} ms`);
}

function stepOf(entry: ModelEntry): Promise<number> {
  const step = chosen.get(entry.path) ?? chooseStep(entry);
  chosen.set(entry.path, step);
  return step;
}

type Check = (entry: ModelEntry, variant: Variant) => Promise<void>;

async function compiled(entry: ModelEntry, variant: Variant, batch?: number): Promise<AnyModel> {
  const { network } = hostOf(entry);
  const dt = await stepOf(entry);
  return compileFor(network, variant, { dt, ...(batch === undefined ? {} : { batch }) });
}

const equalsIterative: Check = async (entry, variant) => {
  const drive = driveOf(hostOf(entry).drive);
  const reference = await compiled(entry, { ...variant, backend: "iterative" });
  const model = await compiled(entry, variant);
  if (agreementOf(variant) === "bits") {
    expectSameTrace(await traceOf(reference, watched, drive), await traceOf(model, watched, drive));
  } else {
    const tolerance = variant.precision === "float64" ? 1e-9 : 1e-4;
    await expectEqualSteps(reference, [model], { steps: watched, drive, tolerance });
  }
};

const staysFinite: Check = async (entry, variant) => {
  const { drive } = hostOf(entry);
  const model = await compiled(entry, variant);
  await model.run({ steps: 500, input: driveOf(drive) });
  for (const name of model.state.names()) {
    expect(Array.from(await model.state.get(name)).filter((x) => !Number.isFinite(x))).toEqual([]);
  }
};

const resets: Check = async (entry, variant) => {
  const drive = driveOf(hostOf(entry).drive);
  const model = await compiled(entry, variant);
  const first = await traceOf(model, watched, drive);
  await model.reset();
  expect(model.stepCount).toBe(0);
  expectSameTrace(first, await traceOf(model, watched, drive));
};

const restores: Check = async (entry, variant) => {
  const drive = driveOf(hostOf(entry).drive);
  const model = await compiled(entry, variant);
  await model.run({ steps: 37, input: drive });
  const bytes = await model.snapshot();
  const other = await compiled(entry, variant);
  await other.restore(bytes);
  expect(other.stepCount).toBe(37);
  expectSameTrace(await traceOf(model, watched, drive), await traceOf(other, watched, drive));
};

const batches: Check = async (entry, variant) => {
  const { drive: strength } = hostOf(entry);
  const batch = 3;
  const model = await compiled(entry, variant, batch);
  const width = model.inputs.reduce((sum, { size }) => sum + size, 0);
  const together = await traceOf(model, watched, (step, x) => {
    for (let copy = 0; copy < batch; copy += 1) {
      driveOf(strength, copy)(step, x.subarray(copy * width, (copy + 1) * width));
    }
  });
  for (let copy = 0; copy < batch; copy += 1) {
    const single = await traceOf(await compiled(entry, variant), watched, driveOf(strength, copy));
    const own = together.map((shown) => copyOf(shown, copy, batch));
    expectSameTrace(single, own, agreementOf(variant) === "bits" ? 0 : 1e-4);
  }
};

const optimizes: Check = async (entry, variant) => {
  const { network, drive } = hostOf(entry);
  const dt = await stepOf(entry);
  const plain = await compileFor(network, variant, { dt, optimize: "none" });
  const fast = await compileFor(network, variant, { dt, optimize: "default" });
  const tolerance = variant.precision === "float64" ? 1e-12 : 1e-6;
  await expectEqualSteps(plain, [fast], { steps: watched, drive: driveOf(drive), tolerance });
};

const checks: Readonly<Record<string, Check>> = {
  "equals the iterative backend": equalsIterative,
  "stays finite for 500 steps": staysFinite,
  "does the same after a reset": resets,
  "continues from a snapshot in another model": restores,
  "does in a batch of 3 what 3 single ones do": batches,
  "does the same in one step with and without passes": optimizes,
};

/** All automatic cases. */
export function catalogueCases(): readonly CatalogueCase[] {
  return listModels().flatMap((entry) =>
    Object.entries(checks).map(([says, check]) => ({
      name: `${entry.path} ${says}`,
      run: (variant: Variant) => check(entry, variant),
    })),
  );
}
