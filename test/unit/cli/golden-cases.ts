// Recorded cases of another simulator as what the command needs to run them, and the comparison of
// what it prints with the recording.

import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { findCaseFiles } from "../../../src/golden/case-files.js";
import { Comparison } from "../../../src/golden/comparison.js";
import { buildNetwork } from "../../../src/golden/sns-build.js";
import { inputVector, readSnsCase } from "../../../src/golden/sns-case.js";
import type { SnsCase } from "../../../src/golden/sns-case.js";
import type { Printed } from "./helper.js";

const copies = "test/data/golden/sns";
const all = "../shared/golden/sns";
const files = findCaseFiles(existsSync(all) ? all : copies);
const read = (file: string): SnsCase =>
  readSnsCase(JSON.parse(readFileSync(file, "utf8")) as unknown);

export const cases = files.map((file) => [basename(file, ".json"), read(file)] as const);

/** Writes what a case needs and gives back the arguments that run it. */
export function prepare(
  recorded: SnsCase,
  ops: SnsCase["network"],
  write: (name: string, content: string) => void,
): string[] {
  const { dt, steps, inputs, resets } = recorded;
  write("case.json", JSON.stringify(buildNetwork(ops, dt).toDocument()));
  const run = ["run", "case.json", "--dt", String(dt), "--steps", String(steps), "--json"];
  const args = resets.length === 0 ? run : [...run, "--reset-at", resets.join(",")];
  if (inputs.mode === "none") return args;
  const series = Array.from({ length: steps }, (_, step) => inputVector(inputs, step));
  write("inputs.json", JSON.stringify({ series }));
  return [...args, "--input", "inputs.json"];
}

/** Compares the outputs in all steps that were recorded. */
export function compare({ expected }: SnsCase, { traces, steps }: Printed): Comparison {
  const comparison = new Comparison(1e-9);
  const outputs = Object.values(traces);
  expected.recordedSteps.forEach((step, row) => {
    const y = outputs.flatMap(({ values }) => values[step]!);
    comparison.list(`outputs[step ${step}]`, y, expected.outputs[row]!);
  });
  if (steps.some((step, i) => step !== i)) comparison.problem("steps are missing");
  return comparison;
}
