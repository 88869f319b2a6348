// Steps beyond the reach of 32 bits: their numbers, times, random numbers, intervals and the ages of
// remembered events have the bits of the iterative backend. States get there by a changed snapshot.

import { array, body, program, write } from "../../../../src/ir/build.js";
import type { Op, Precision, Program } from "../../../../src/ir/program.js";
import { decodeState, encodeState, type StateEntry } from "../../../../src/ir/state-bytes.js";
import { everything, hosts } from "../../../helpers/everything.js";
import { Dice } from "../../../helpers/random-program.js";
import {
  expectSameArrays,
  expectSameState,
  loadPair,
  outputsFor,
  sizeOf,
  stepPair,
  vectorFor,
  type Pair,
} from "../../../helpers/side-by-side.js";

/** Numbers and times of steps, and everything that follows from them, as outputs. */
function clocks(precision: Precision, batch = 2): Program {
  const layout = { kind: "dense", sources: 1, targets: 2 } as const;
  const noise = (how: "uniform" | "normal", stream: number): Op => ({
    ...{ kind: "random", id: `random${stream}`, phase: "step", how, stream, count: 3 },
    write: write("value", `${how}@1`),
  });
  return program({
    ...{ name: "clocks", precision, batch, seed: 2 ** 40 + 3, dt: 0.1 },
    arrays: [
      array({ name: "uniform", role: "output", length: 3 }),
      array({ name: "normal", role: "output", length: 3 }),
      array({ name: "clock", role: "output", length: 10 }),
      array({ name: "whole", type: "int", length: 10 }),
      array({ name: "even", length: 2 }),
      array({ name: "fifth", length: 2 }),
    ],
    ops: [
      noise("uniform", 1),
      noise("normal", 2),
      {
        ...{ kind: "map", id: "map3", phase: "step", count: 5, reads: [] },
        body: body("wave = sin(t / 10)"),
        writes: [
          write("step", "clock@1"),
          write("wave", "whole@1", "element", { offset: 5 }),
          write("step", "whole@1"),
        ],
      },
      {
        ...{ kind: "map", id: "map4", phase: "step", count: 5, reads: [] },
        body: [],
        writes: [write("t", "clock@2", "element", { offset: 5 })],
      },
      ...[2, 5].map((steps): Op => ({
        ...{ kind: "edges", id: `edges${steps}`, phase: "step", layout },
        ...{ trigger: { on: "every", steps }, reads: [], body: body("now = step / 3") },
        writes: [write("now", steps === 2 ? "even@1" : "fifth@1", "edge")],
      })),
    ],
  });
}

/** Moves the steps that a state remembers. */
function moved(entry: StateEntry, name: string, by: number): StateEntry {
  if (entry.kind === "history") {
    const rows = entry.rows.map((row) => ({ ...row, steps: row.steps.map((step) => step + by) }));
    return { ...entry, rows };
  }
  if (entry.kind !== "values" || name !== "since") return entry;
  return { ...entry, data: Int32Array.from(entry.data, (step) => (step + by) | 0) };
}

/** Puts both to a later step, with all that they remember. */
function moveTo({ program: made, truth, other }: Pair, step: number): void {
  const { stepCount, entries } = decodeState(made, truth.snapshotSync());
  const by = step - stepCount;
  const later = [...entries].map(([name, entry]) => [name, moved(entry, name, by)] as const);
  const bytes = encodeState(made, { stepCount: step, entries: new Map(later) });
  truth.restoreSync(bytes);
  other.restoreSync(bytes);
}

function doSteps(pair: Pair, count: number, dice: Dice): number[] {
  const x = vectorFor(pair.program, sizeOf(pair.program, "input"));
  const outputs = outputsFor(pair.program);
  const seen: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < x.length; k++) x[k] = dice.between(0, 1);
    stepPair(pair, x, outputs);
    expectSameArrays(pair);
    seen.push(...outputs[0]);
  }
  return seen;
}

const firsts = [2 ** 24 - 5, 2 ** 31 - 9, 2 ** 32 - 9, 2 ** 40, 2 ** 53 - 60].map((first) => ({
  first,
}));

describe.each(["float64", "float32"] as const)("%s", (precision) => {
  test.each(firsts)("clocks from step $first on", ({ first }) => {
    const pair = loadPair(clocks(precision));
    moveTo(pair, first);
    const seen = doSteps(pair, 20, new Dice(1));
    expect(pair.other.stepCount).toBe(first + 20);
    if (precision === "float64") {
      expect(seen).toContain(first + 19);
      expect(seen).toContain((first + 19) * 0.1);
    }
    expectSameState(pair);
    pair.other.runSync({ steps: 7, monitors: [], chunk: 3 });
    pair.truth.runSync({ steps: 7, monitors: [], chunk: 3 });
    expect(pair.other.stepCount).toBe(first + 27);
    expectSameState(pair);
  });

  test.each(firsts)("every kind of op from step $first on", ({ first }) => {
    const pair = loadPair(everything({ precision, batch: 2 }), hosts);
    const dice = new Dice(3);
    doSteps(pair, 70, dice);
    moveTo(pair, first);
    doSteps(pair, 40, dice);
    expectSameState(pair);
  });

  test("random numbers of more copies than one word of their address holds", () => {
    const pair = loadPair(clocks(precision, 2 ** 11 + 3));
    moveTo(pair, 2 ** 40);
    const seen = doSteps(pair, 2, new Dice(1));
    const ofCopies = new Set(seen.filter((_, i) => i % 16 === 0));
    expect(ofCopies.size).toBeGreaterThan(2 ** 11);
  });
});
