// Merged = unmerged, bit for bit, on random networks; and the same Program every time.

import { printProgram } from "../../src/ir/print.js";
import { verify } from "../../src/ir/verify.js";
import { merge } from "../../src/lower/merge.js";
import { traceOf } from "../helpers/compare-programs.js";
import { randomProgram, type RandomSettings } from "../helpers/random-program.js";

const settings: readonly RandomSettings[] = [
  {},
  { mostNeurons: 1, populations: 20, connections: 60 },
  { tunable: true },
  { batch: 3 },
  { precision: "float32", mostNeurons: 9 },
  { populations: 30, connections: 100 },
];

test("a merged Program computes the same bits as the one before", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const program = randomProgram(seed, settings[seed % settings.length]);
    verify(program);
    const merged = merge.run(program);
    verify(merged);
    expect(merged.ops.length).toBeLessThanOrEqual(program.ops.length);
    const before = await traceOf(program, 12, seed);
    const after = await traceOf(merged, 12, seed);
    expect({ seed, trace: after }).toEqual({ seed, trace: before });
  }
}, 120_000);

test("merging twenty times gives twenty times the same Program", () => {
  const first = printProgram(merge.run(randomProgram(3, settings[5])));
  for (let i = 0; i < 20; i++) {
    expect(printProgram(merge.run(randomProgram(3, settings[5])))).toBe(first);
  }
});

test("merging leaves the Program it was given as it was", () => {
  const program = randomProgram(4);
  const before = printProgram(program);
  merge.run(program);
  expect(printProgram(program)).toBe(before);
});
