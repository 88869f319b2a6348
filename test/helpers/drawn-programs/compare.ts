// Runs a drawn Program in the iterative and in the sparse backend, on inputs of all kinds.

import type { HostFunction } from "../../../src/runtime/backend.js";
import { Dice } from "../random-program.js";
import {
  expectSameArrays,
  expectSameState,
  failPair,
  loadPair,
  outputsFor,
  sizeOf,
  stepPair,
  vectorFor,
  type Pair,
} from "../side-by-side.js";
import { drawnProgram } from "./index.js";

/** More than the slots of any ring. */
const steps = 14;

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

/** Writes all that can be tuned, and some states. */
function writeSome({ program, truth, other }: Pair, dice: Dice): void {
  for (const { name, role, type, length, slots, perCopy } of program.arrays) {
    const isState = role === "state" && type !== "history" && dice.chance(0.2);
    if (role !== "tunable" && !isState) continue;
    const count = length * (slots ?? 1) * (perCopy ? program.batch : 1);
    const values =
      type === "spikes"
        ? Float64Array.from({ length: count }, () => dice.below(2))
        : dice.values(count, -3, 3);
    for (const one of [truth, other]) one.writeSync(name, values);
  }
}

/** Throws where the backends differ in any array after any step, or in how a run ends. */
export function compareDrawn(family: number, variant: number, round: number): void {
  const program = drawnProgram(family, variant, round);
  const pair = loadPair(program, hosts);
  const dice = new Dice(variant + 100 * round);
  const x = vectorFor(program, sizeOf(program, "input"));
  const outputs = outputsFor(program);
  expectSameArrays(pair);
  for (let step = 0; step < steps; step++) {
    if (step === 6) writeSome(pair, dice);
    drawInto(x, dice);
    stepPair(pair, x, outputs);
    expectSameArrays(pair);
    expectSameState(pair);
  }
  const job = {
    steps: 5,
    monitors: [],
    chunk: 3,
    input: (_step: number, to: typeof x) => to.set(x),
  };
  const ends = [pair.truth, pair.other].map((one) => JSON.stringify(one.runSync(job)));
  if (ends[0] !== ends[1]) failPair(pair, `the runs end with ${ends.join(" and ")}`);
  expectSameState(pair);
}
