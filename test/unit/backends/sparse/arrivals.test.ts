// Deliveries that are added up ahead, in a ring of sums: which ops are done so, and the bits of the
// iterative backend whatever happens between two steps, after errors, and on several threads.

import { array, body, read, write } from "../../../../src/ir/build.js";
import type { MapOp, Op, Program } from "../../../../src/ir/program.js";
import { Network, neurons, synapses } from "../../../../src/index.js";
import type { Model } from "../../../../src/index.js";
import {
  addedUp,
  arriving,
  push,
  slots,
  type ArrivingParts,
} from "../../../helpers/arriving-programs.js";
import { inOrder } from "../../../helpers/edge-lists.js";
import { edges, sources, targets } from "../../../helpers/edge-programs.js";
import { Dice } from "../../../helpers/random-program.js";
import {
  expectSameArrays,
  expectSameState,
  loadPair,
  outputsFor,
  stepPair,
  vectorFor,
  type Pair,
} from "../../../helpers/side-by-side.js";
import { useThreads } from "../../../helpers/threads.js";

useThreads();

/** The code of the delivery; only a ring is emptied by filling. */
function usesRing(program: Program): boolean {
  const { truth, other } = loadPair(program);
  const text = other.generated().map((file) => file.text);
  for (const one of [truth, other]) one.dispose();
  return text.join("").includes("memory.fill");
}

/** Makes some sources fire, others than in the step before. */
function drive(step: number, x: { [i: number]: number }): void {
  for (let i = 0; i < sources; i++) x[i] = (step * (i + 2) + i) % 5 < 2 ? 1 : 0;
}

function doSteps(pair: Pair, count: number): void {
  const x = vectorFor(pair.program, sources * pair.program.batch);
  const outputs = outputsFor(pair.program);
  for (let i = 0; i < count; i++) {
    drive(pair.truth.stepCount, x);
    stepPair(pair, x, outputs);
    expectSameArrays(pair);
  }
  expectSameState(pair);
}

const variants = [
  { precision: "float64", batch: 1 },
  { precision: "float64", batch: 3 },
  { precision: "float32", batch: 1 },
  { precision: "float32", batch: 3 },
] as const;

test.each(variants)("whatever happens between steps: $precision, batch of $batch", (variant) => {
  const program = { ...addedUp(), ...variant };
  expect(usesRing(program)).toBe(true);
  const pair = loadPair(program);
  const both = (act: (one: Pair["truth"]) => void): void => [pair.truth, pair.other].forEach(act);
  const dice = new Dice(3);
  doSteps(pair, 7);
  const early = pair.truth.snapshotSync();
  // What is written while spikes are under way changes what they do when they arrive.
  both((one) => one.writeSync("W", [5, 4, 3, 2, 1, 0, -1, -2]));
  doSteps(pair, 2);
  both((one) => one.writeSync("k", [-0.3]));
  doSteps(pair, 3);
  const past = dice.values(sources * slots * variant.batch, -1, 1).map((x) => Number(x > 0));
  both((one) => one.writeSync("past", past));
  doSteps(pair, 3);
  const late = pair.other.snapshotSync();
  both((one) => one.restoreSync(early));
  doSteps(pair, 3);
  both((one) => one.reset(new Set(["past"])));
  doSteps(pair, 3);
  both((one) => one.reset(new Set(["V"])));
  doSteps(pair, 3);
  both((one) => one.restoreSync(late));
  const job = { steps: 601, monitors: [], input: drive };
  both((one) => one.runSync({ ...job, chunk: one === pair.other ? 37 : 601 }));
  expectSameState(pair);
  both((one) => one.reset());
  doSteps(pair, 9);
  both((one) => one.dispose());
});

const start = array({ name: "sum", role: "scratch", length: targets });
const zero: MapOp = {
  ...{ kind: "map", id: "map5", phase: "deliver", count: targets, reads: [] },
  ...{ body: body("z = 0"), writes: [write("z", "sum@0")] },
};
const use: Op = {
  ...{ kind: "map", id: "map6", phase: "deliver", count: targets, reads: [read("s", "sum@0")] },
  ...{ body: [], writes: [write("s", "V@0", "element", { mode: "add" })] },
};
const into = (array: string) => [write("jump", `${array}@0`, "target", { mode: "add" })];
const summed = (parts: ArrivingParts = {}, clear = zero): Program => {
  const program = arriving({
    ...parts,
    arrays: [start, ...(parts.arrays ?? [])],
    before: [clear, ...(parts.before ?? [])],
    deliver: { writes: into("sum"), ...parts.deliver },
  });
  return inOrder({ ...program, ops: [...program.ops, use] });
};

test.each<readonly [string, Program, boolean]>([
  ["a sum that begins at 0", summed(), true],
  ["a state", arriving(), false],
  ["a sum that begins at -0", summed({}, { ...zero, body: body("z = -0") }), false],
  ["a sum that begins with something", summed({}, { ...zero, body: body("z = t") }), false],
  [
    "a sum of which a part is cleared",
    summed({ before: [zero] }, { ...zero, id: "map7", count: 2 }),
    true,
  ],
  ["a sum of which a part is 0", summed({}, { ...zero, count: 2 }), false],
  [
    "weights that are a state",
    summed({ arrays: [array({ name: "W", initial: new Float64Array(edges).fill(0.4) })] }),
    false,
  ],
  ["terms that depend on the step", summed({ deliver: { body: body("jump = w + step") } }), false],
  ["spikes that are pushed twice", summed({ after: [push, { ...push, id: "ring8" }] }), false],
])("%s", (_what, program, isRing) => {
  expect(usesRing(program)).toBe(isRing);
  const pair = loadPair(program);
  doSteps(pair, 12);
});

test("a step that an error ended is done again as a whole", () => {
  let calls = 0;
  const failing = (): void => {
    calls += 1;
    // Both backends in their seventh try, which is a step, and in their tenth, which is a run.
    if ([13, 14, 19, 20].includes(calls)) throw new Error("the function failed");
  };
  const call: Op = { kind: "host", id: "host9", phase: "emit", name: "f", reads: [], writes: [] };
  const pair = loadPair(addedUp({ after: [call, push] }), new Map([["f", failing]]));
  const x = vectorFor(pair.program, sources);
  const y = vectorFor(pair.program, 0);
  const job = { steps: 1, monitors: [], chunk: 1, input: drive };
  const failed: number[] = [];
  for (let step = 0; step < 30; step++) {
    drive(step, x);
    const errors = [pair.truth, pair.other].map((one) => {
      try {
        if (step === 9) one.runSync(job);
        else one.step(x, y);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(errors[0]).toBe(errors[1]);
    if (errors[0] !== undefined) failed.push(step);
    expectSameState(pair);
  }
  expect(failed).toEqual([6, 9]);
});

/** Cells whose synapses have 12 delays, as many as there are steps of 0.1 ms in 1.2 ms. */
function spread(): Network {
  const net = new Network({ name: "spread" });
  const dice = new Dice(11);
  const bias = dice.values(60, 0.15, 0.4);
  const cell = neurons.conductanceIntegrateAndFire({ bias });
  const cells = net.addPopulation(cell, 60, { name: "cells" });
  const count = 600;
  const ends = (): Int32Array => Int32Array.from({ length: count }, () => dice.below(60));
  const transmissionDelay = Float64Array.from({ length: count }, () => 0.1 * (1 + dice.below(12)));
  const weight = dice.values(count, 0.001, 0.01);
  const type = synapses.exponentialConductance({ weight, receptor: "gI", transmissionDelay });
  net.addConnection(type, cells, cells, { connectivity: { sources: ends(), targets: ends() } });
  return net;
}

test.each(["float64", "float32"] as const)("networks, threads and files: %s", async (precision) => {
  const options = { dt: 0.1, precision, optimize: { arrivals: true } } as const;
  const compile = (more: object): Promise<Model> => spread().compile({ ...options, ...more });
  const [truth, one, two] = await Promise.all([
    compile({ backend: "iterative" }),
    compile({ backend: "sparse" }),
    compile({ backend: "sparse", workers: 2 }),
  ]);
  expect(one!.program.arrays.some(({ name }) => name.startsWith("arriving."))).toBe(true);
  const models = [truth!, one!, two!];
  const same = (): void => {
    const [wanted, ...others] = models.map((model) => Buffer.from(model.snapshot()));
    for (const found of others) expect(Buffer.compare(found, wanted!)).toBe(0);
  };
  const record = ["cells.spikes"];
  const [first] = models.map((model) => model.runSync({ steps: 501, record }));
  expect(first!.spikes["cells.spikes"]!.index.length).toBeGreaterThan(40);
  same();
  const bytes = models[1]!.snapshot();
  for (const [i, model] of models.entries()) {
    const piece = [60, 20, 15][i]!;
    for (let done = 0; done < 60; done += piece) model.runSync({ steps: piece });
  }
  same();
  for (const model of models) model.restore(bytes);
  for (const model of models) model.runSync({ steps: 47 });
  same();
  for (const model of models) model.dispose();
});
