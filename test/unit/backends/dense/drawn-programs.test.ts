// Dense against iterative, one step at a time, on drawn Programs: each kind of op and layout, with
// operands of every kind, in both precisions and in batches. What the backend refuses has to be of the
// kinds that it says it refuses. MYELIN_RUNS=10 draws many more.

import { families, drawnProgram } from "../../../helpers/drawn-programs/index.js";
import { Dice } from "../../../helpers/random-program.js";
import { dense, inputFor, loadDensePair, stepNear, toleranceOf } from "./side-by-side.js";

const runs = Number(process.env["MYELIN_RUNS"] ?? 1);
const steps = 5;
/** Of each family every so many variants, of both precisions; all where more is asked for. */
const stride = Math.max(1, Math.round(7 / runs));
const timeLimit = 60_000 * Math.max(1, runs);

/** What else may be refused: deliveries that see what others of the same step did. */
const mayBe =
  /changed in the same step|adds up whole numbers|once for each spike|several pairs of neurons share/;

/** Families that are refused, most of them as a whole, and a part of the reason. */
const refused: Readonly<Record<string, RegExp>> = {
  history: /remembers spikes|remembered spikes/,
  "random, skip": /as many random numbers as there are spikes/,
  slices: /calls a function of yours/,
  "deliver, stencil": mayBe,
  "deliver, convolution": mayBe,
  "edges by source, stencil": /edges that several pairs of neurons share/,
  "edges by source, convolution": /edges that several pairs of neurons share/,
  "edges by target, stencil": /edges that several pairs of neurons share/,
  "edges by target, convolution": /edges that several pairs of neurons share/,
  "edges by every, stencil": /edges that several pairs of neurons share/,
  "edges by every, convolution": /edges that several pairs of neurons share/,
};
/** Divides by a zero whose sign onnxruntime does not keep where a branch is taken. */
const signOfZero = ["edges by source, diagonal, variant 16 of round 0"];

async function compareDrawn(family: number, variant: number): Promise<"compared" | "refused"> {
  const program = drawnProgram(family, variant, 0);
  const { name } = families[family]!;
  const expected = Object.entries(refused).find(([start]) => name.startsWith(start))?.[1] ?? mayBe;
  const problems = dense.supports(program);
  for (const { reason } of problems) expect(reason).toMatch(expected);
  if (problems.length > 0) return "refused";
  const pair = await loadDensePair(program);
  const dice = new Dice(variant);
  const x = inputFor(program);
  const compare = async (): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < x.length; i++) x[i] = dice.between(-2, 2);
      await stepNear(pair, x, toleranceOf(program));
    }
  };
  if (signOfZero.includes(program.name)) await expect(compare()).rejects.toThrow(program.name);
  else await compare();
  pair.other.dispose();
  return "compared";
}

test.each(families.map(({ name, variants }, family) => ({ name, family, variants })))(
  "$name",
  async ({ name, family, variants }) => {
    let compared = 0;
    for (let variant = 0; variant < variants.length; variant += stride) {
      if ((await compareDrawn(family, variant)) === "compared") compared += 1;
    }
    // Where most are refused, one at least has to be found that runs.
    for (let variant = 1; variant < variants.length && compared === 0 && stride > 1; variant += 1) {
      if ((await compareDrawn(family, variant)) === "compared") compared += 1;
    }
    const isRefused = Object.keys(refused).some((start) => name.startsWith(start));
    // A few of those that are refused have one edge for each place, and run.
    if (isRefused) expect(compared).toBeLessThan(variants.length / stride / 2);
    else expect(compared).toBeGreaterThan(0);
  },
  timeLimit,
);
