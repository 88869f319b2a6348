// A dense oracle of SNS-Toolbox, written from its description alone, meets the recordings; and the
// golden runner meets the oracle on random networks over everything the case format can say.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { golden } from "../../src/golden/golden.js";
import { judgedSnsCase } from "../helpers/random-sns-case.js";
import type { JudgedCase, SnsSettings } from "../helpers/random-sns-case.js";
import { foundCases } from "../helpers/sns-found-cases.js";
import { runOracle } from "../helpers/sns-oracle.js";
import type { SnsCase, SnsExpected } from "../helpers/sns-types.js";

/** MYELIN_RUNS multiplies the number of random cases. */
const factor = Number(process.env["MYELIN_RUNS"] ?? 1);
const timeLimit = 30_000 * Math.max(1, factor);
const recordings = "../shared/golden/sns";
const whenRecorded = existsSync(recordings) ? test : test.skip;

/** The largest difference relative to max(1, |value|); infinite where the shapes differ. */
function difference(got: unknown, expected: unknown): number {
  if (typeof expected === "number" && typeof got === "number") {
    const relative = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
    return Number.isNaN(relative) ? Infinity : relative;
  }
  if (got === null || expected === null || typeof got !== "object") {
    return got === expected ? 0 : Infinity;
  }
  const known = Object.entries(expected as object);
  if (Object.keys(got).length !== known.length) return Infinity;
  const values = got as { readonly [key: string]: unknown };
  return known.reduce((most, [key, value]) => Math.max(most, difference(values[key], value)), 0);
}

whenRecorded(
  "the oracle meets all recordings of SNS-Toolbox",
  () => {
    for (const file of readdirSync(recordings).filter((name) => name.endsWith(".json"))) {
      const text = readFileSync(join(recordings, file), "utf8");
      const recorded = JSON.parse(text) as SnsCase & { expected: SnsExpected };
      const { expected } = runOracle(recorded, {
        recordedSteps: recorded.expected.recorded_steps,
        stateSteps: recorded.expected.states.map(({ step }) => step),
        withCompiled: recorded.expected.compiled !== undefined,
      });
      const isClose = difference(expected, recorded.expected) < 1e-9;
      expect({ file, isClose }).toEqual({ file, isClose: true });
      expect(expected.spike_steps).toEqual(recorded.expected.spike_steps);
    }
  },
  timeLimit,
);

/** Writes cases into a folder of their own and runs them. */
async function failuresOf(
  cases: readonly JudgedCase[],
  variants: readonly (readonly string[])[],
): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "sns-cases-"));
  const failures: unknown[] = [];
  let judged = 0;
  const out = (line: string): void => {
    const { verdict, ...more } = JSON.parse(line) as { verdict?: string };
    if (verdict !== undefined) judged += 1;
    if (verdict !== undefined && verdict !== "pass") failures.push({ verdict, ...more });
  };
  const error = (text: string): void => void failures.push(text);
  try {
    cases.forEach((each, i) => writeFileSync(join(folder, `${i}.json`), JSON.stringify(each)));
    for (const flags of variants) {
      await golden(["--dir", folder, "--json", ...flags], { out, error });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(judged).toBe(cases.length * variants.length);
  return failures;
}

function randomCases(count: number, settings: SnsSettings): JudgedCase[] {
  const seeds = Array.from({ length: Math.ceil(count * factor) }, (_, seed) => seed);
  return seeds.map((seed) => judgedSnsCase(seed, settings));
}

const withoutPasses = ["--optimize", "none"];
const withPasses = ["--optimize", "default"];

test("cases in which defects were found stay right", async () => {
  const cases = foundCases.map((given): JudgedCase => {
    const stateSteps = [0, given.steps - 1];
    return { ...given, expected: runOracle(given, { stateSteps, withCompiled: true }).expected };
  });
  expect(await failuresOf(cases, [withoutPasses, withPasses])).toEqual([]);
});

test(
  "random networks give what the oracle expects, with and without passes",
  async () => {
    expect(await failuresOf(randomCases(60, {}), [withoutPasses, withPasses])).toEqual([]);
  },
  timeLimit,
);

test(
  "networks built by calls equal the flat network that the calls describe",
  async () => {
    expect(await failuresOf(randomCases(16, { nested: true }), [withPasses])).toEqual([]);
  },
  timeLimit,
);

test(
  "the only channel of a neuron stands for all channels of its network",
  async () => {
    const cases = randomCases(8, { singleChannel: "repeat" });
    expect(await failuresOf(cases, [withPasses])).toEqual([]);
  },
  timeLimit,
);

// Without spikes only: a spike may come a step earlier or later in single precision.
test(
  "random networks that cannot fire give the same in single precision",
  async () => {
    const cases = randomCases(10, { spiking: false });
    const flags = [...withPasses, "--precision", "float32"];
    expect(await failuresOf(cases, [flags])).toEqual([]);
  },
  timeLimit,
);
