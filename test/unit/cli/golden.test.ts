// Networks that another simulator ran, as documents through the command: the outputs are those that
// were recorded. Copies of some recordings lie in test/data; all of them are run where they are.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { findCaseFiles } from "../../../src/golden/case-files.js";
import { Comparison } from "../../../src/golden/comparison.js";
import { buildNetwork } from "../../../src/golden/sns-build.js";
import { inputVector, readSnsCase } from "../../../src/golden/sns-case.js";
import type { SnsCase } from "../../../src/golden/sns-case.js";
import { parsed, useFolder } from "./helper.js";
import type { Printed } from "./helper.js";
import { useProgram } from "./program.js";

const folder = useFolder();
const program = useProgram();
const copies = "test/data/golden/sns";
const all = "../shared/golden/sns";
const files = findCaseFiles(existsSync(all) ? all : copies);
const read = (file: string): SnsCase =>
  readSnsCase(JSON.parse(readFileSync(file, "utf8")) as unknown);

const cases = files
  .map((file) => [basename(file, ".json"), read(file)] as const)
  // The command has no reset in the middle of a run.
  .filter(([, { resets }]) => resets.length === 0);

/** Writes what a case needs and gives back the arguments that run it. */
function prepare(recorded: SnsCase, ops: SnsCase["network"]): string[] {
  const { dt, steps, inputs } = recorded;
  folder.write("case.json", JSON.stringify(buildNetwork(ops, dt).toDocument()));
  const length = ["run", "case.json", "--dt", String(dt), "--steps", String(steps), "--json"];
  if (inputs.mode === "none") return length;
  const series = Array.from({ length: steps }, (_, step) => inputVector(inputs, step));
  folder.write("inputs.json", JSON.stringify({ series }));
  return [...length, "--input", "inputs.json"];
}

/** Compares the outputs in all steps that were recorded. */
function compare({ expected }: SnsCase, { traces, steps }: Printed): Comparison {
  const comparison = new Comparison(1e-9);
  const outputs = Object.values(traces);
  expected.recordedSteps.forEach((step, row) => {
    const y = outputs.flatMap(({ values }) => values[step]!);
    comparison.list(`outputs[step ${step}]`, y, expected.outputs[row]!);
  });
  if (steps.some((step, i) => step !== i)) comparison.problem("steps are missing");
  return comparison;
}

test("there are recordings", () => {
  expect(cases.length).toBeGreaterThanOrEqual(4);
});

test.each(cases)("%s gives its recorded outputs", async (_name, recorded) => {
  for (const ops of [recorded.network, recorded.build ?? []]) {
    if (ops.length === 0) continue;
    const answer = await folder.run(...prepare(recorded, ops));
    expect(answer.error).not.toMatch(/^error/m);
    const { problems, worst, values } = compare(recorded, parsed(answer)).findings();
    expect({ problems, worst }).toEqual({ problems: [], worst: undefined });
    expect(values).toBe(recorded.expected.outputs.flat().length);
  }
});

test.each(cases.slice(0, 3))("%s does so as a process of its own", (_name, recorded) => {
  const args = prepare(recorded, recorded.network);
  const options = { cwd: folder.path(""), encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { status, stdout } = spawnSync(process.execPath, [program(), ...args], options);
  expect(status).toBe(0);
  const { problems, worst } = compare(recorded, JSON.parse(stdout) as Printed).findings();
  expect({ problems, worst }).toEqual({ problems: [], worst: undefined });
});
