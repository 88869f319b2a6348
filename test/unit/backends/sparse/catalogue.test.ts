// Every model of the catalogue in the sparse backend as in the iterative one, bit for bit, for thousands
// of steps in which neurons are driven, held down and left alone; for fewer in the other ways of joining
// neurons with the same model. MYELIN_RUNS=1 does ten thousand of them everywhere.

import { MyelinError } from "../../../../src/index.js";
import type { Network, Precision } from "../../../../src/index.js";
import type { Program } from "../../../../src/ir/program.js";
import { catalogueNetworks } from "../../../helpers/catalogue-networks.js";
import { Dice } from "../../../helpers/random-program.js";
import {
  expectSameState,
  loadPair,
  outputsFor,
  sizeOf,
  stepPair,
  vectorFor,
} from "../../../helpers/side-by-side.js";

const isWhole = process.env["MYELIN_RUNS"] !== undefined;
const [manySteps, fewSteps] = isWhole ? [10_000, 1_500] : [4_000, 1_000];
/** Steps [ms]; the longest that a model is stable with is taken. */
const candidates = [0.1, 0.02, 0.004];

async function programOf(build: () => Network, precision: Precision): Promise<Program> {
  for (const dt of candidates) {
    try {
      const options = { dt, precision, backend: "iterative", onWarning: () => {} } as const;
      const model = await build().compile(options);
      model.dispose();
      return model.program;
    } catch (error) {
      if (!(error instanceof MyelinError) || error.code !== "unstable-step") throw error;
    }
  }
  throw new Error(`needs a step below ${candidates.at(-1)} ms`);
}

/** Currents [nA] of one stretch: strong and different, none, or holding down. */
function drawInto(x: Float32Array | Float64Array, stretch: number, dice: Dice): void {
  for (let i = 0; i < x.length; i++) {
    x[i] = [dice.between(5, 40), dice.between(-1, 8), 0, -dice.between(0, 10)][stretch % 4]!;
  }
}

/** What a name begins with is the model. */
const modelOf = (name: string): string => name.split(/,| with | in /)[0]!;
const seen = new Set<string>();
const cases = catalogueNetworks().flatMap(({ name, build }) => {
  const isFirst = !seen.has(modelOf(name));
  seen.add(modelOf(name));
  const isLong = isFirst || isWhole;
  const steps = isLong ? manySteps : fewSteps;
  return (["float64", "float32"] as const).map((precision) => ({ name, precision, build, steps }));
});

test.each(cases)("$name, $precision, $steps steps", async ({ build, precision, steps }) => {
  const program = await programOf(build, precision);
  const pair = loadPair(program);
  const dice = new Dice(1);
  const x = vectorFor(program, sizeOf(program, "input"));
  const outputs = outputsFor(program);
  const last = outputs[0].map(() => NaN);
  const changes = outputs[0].map(() => 0);
  for (let step = 0; step < steps; step++) {
    if (step % 250 === 0) drawInto(x, step / 250, dice);
    stepPair(pair, x, outputs);
    if (step % 100 === 99) expectSameState(pair);
    for (let i = 0; i < last.length; i++) {
      if (outputs[0][i] !== last[i]) changes[i]! += 1;
      last[i] = outputs[0][i]!;
    }
  }
  expectSameState(pair);
  // A network in which nothing happens would prove nothing.
  expect(changes.filter((count) => count > 20).length).toBeGreaterThanOrEqual(5);
  for (const one of [pair.truth, pair.other]) one.dispose();
});
