// Sparse against iterative, bit for bit, on drawn Programs: each kind of op and layout at sizes around
// the width of a vector, with operands of every kind. MYELIN_RUNS=10 draws ten times as many; a failure
// names the family, the variant and the round that give the Program again.

import type { HostFunction } from "../../../../src/runtime/backend.js";
import { drawnProgram, families } from "../../../helpers/drawn-programs/index.js";
import { Dice } from "../../../helpers/random-program.js";
import {
  expectSameArrays,
  expectSameState,
  failPair,
  loadPair,
  outputsFor,
  sizeOf,
  stepPair,
  vectorFor,
} from "../../../helpers/side-by-side.js";

const steps = 14;
const rounds = Math.max(1, Math.round(2 * Number(process.env["MYELIN_RUNS"] ?? 1)));
const timeLimit = 120_000 * rounds;

const special = [NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324, 2 ** 31, -(2 ** 31), 1e-40];

/** Numbers of all kinds, mostly ordinary ones. */
function drawInto(x: Float32Array | Float64Array, dice: Dice): void {
  for (let i = 0; i < x.length; i++) {
    const kind = dice.next();
    if (kind < 0.55) x[i] = dice.between(-2, 2);
    else if (kind < 0.75) x[i] = dice.below(7) - 3;
    else if (kind < 0.85) x[i] = dice.chance(0.5) ? 0 : -0;
    else if (kind < 0.95) x[i] = dice.between(-40, 40);
    else x[i] = special[dice.below(special.length)]!;
  }
}

/** Makes its outputs from its inputs, from the step and from what it wrote before. */
const mix: HostFunction = (step, inputs, outputs) => {
  for (const [k, to] of outputs.entries()) {
    for (let i = 0; i < to.length; i++) to[i] = 0.5 * to[i]! + (inputs[k]?.[i] ?? 1) - (step % 3);
  }
};
const hosts = new Map([["mix", mix]]);

function compare(family: number, variant: number, round: number): void {
  const program = drawnProgram(family, variant, round);
  const pair = loadPair(program, hosts);
  const dice = new Dice(variant + 100 * round);
  const x = vectorFor(program, sizeOf(program, "input"));
  const outputs = outputsFor(program);
  expectSameArrays(pair);
  for (let step = 0; step < steps; step++) {
    drawInto(x, dice);
    stepPair(pair, x, outputs);
    expectSameArrays(pair);
    expectSameState(pair);
  }
  const job = { steps: 5, monitors: [], chunk: 3, input: (_step: number, to: typeof x) => to.set(x) };
  const ends = [pair.truth, pair.other].map((one) => JSON.stringify(one.runSync(job)));
  if (ends[0] !== ends[1]) failPair(pair, `the runs end with ${ends.join(" and ")}`);
  expectSameState(pair);
}

test.each(families.map(({ name, variants }, family) => ({ name, family, count: variants.length })))(
  "$name",
  ({ family, count }) => {
    for (let round = 0; round < rounds; round++) {
      for (let variant = 0; variant < count; variant++) compare(family, variant, round);
    }
  },
  timeLimit,
);
