// The dense oracle of SNS-Toolbox meets the recordings.

import { existsSync, readdirSync, readFileSync } from "node:fs";

import { runOracle } from "../helpers/sns-oracle.js";
import type { SnsCase, SnsExpected } from "../helpers/sns-types.js";

const recordings = "../shared/golden/sns";
const files = existsSync(recordings) ? readdirSync(recordings) : [];

/** The largest difference relative to max(1, |value|); infinite where the shapes differ. */
function difference(actual: unknown, expected: unknown): number {
  if (typeof expected === "number" && typeof actual === "number") {
    if (actual === expected) return 0;
    const size = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
    return Number.isNaN(size) ? Infinity : size;
  }
  if (actual === null || expected === null || typeof actual !== "object") {
    return actual === expected ? 0 : Infinity;
  }
  const [a, b] = [Object.entries(actual), Object.entries(expected as object)];
  if (a.length !== b.length) return Infinity;
  const other = actual as { [key: string]: unknown };
  return b.reduce((largest, [key, value]) => Math.max(largest, difference(other[key], value)), 0);
}

const whenRecorded = files.length > 0 ? test : test.skip;

whenRecorded("the oracle meets all recordings of SNS-Toolbox", () => {
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const text = readFileSync(`${recordings}/${file}`, "utf8");
    const recorded = JSON.parse(text) as SnsCase & { expected: SnsExpected };
    const { expected } = runOracle(recorded, {
      recordedSteps: recorded.expected.recorded_steps,
      stateSteps: recorded.expected.states.map(({ step }) => step),
      withCompiled: recorded.expected.compiled !== undefined,
    });
    const at: { [k: string]: number } = {};
    for (const key of Object.keys(recorded.expected))
      at[key] = difference((expected as any)[key], (recorded.expected as any)[key]);
    console.log(file, JSON.stringify(at));
    expect(difference(expected, recorded.expected)).toBeLessThan(1e-9);
    expect(expected.spike_steps).toEqual(recorded.expected.spike_steps);
  }
});
