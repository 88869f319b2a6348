// The networks that run in pages: recorded cases of SNS-Toolbox and a spiking network drawn by rule.
// Invariant: what a page must give is computed here in Node, from the network and not its document.

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Network, neurons, rules, synapses } from "../../../src/index.js";
import { findCaseFiles, readCaseFile } from "../../../src/golden/case-files.js";
import { buildNetwork } from "../../../src/golden/sns-build.js";
import { inputVector, readSnsCase } from "../../../src/golden/sns-case.js";
import { runNetwork } from "./job.js";
import type { Job } from "./job.js";

/** A network and what is done with it, whatever the backend. */
export interface Case {
  readonly network: Network;
  readonly job: Omit<Job, "backend" | "precision">;
}
/** A job with what Node gets for it, as base64. */
export interface Expected {
  readonly job: Job;
  readonly bytes: string;
}

const copies = "test/data/golden/sns";
const all = "../shared/golden/sns";
const recordedCases = 30;

/** How many recorded cases are not here. */
export const missing = existsSync(all) ? 0 : recordedCases - findCaseFiles(copies).length;

function inputsOf(steps: number, at: (step: number) => readonly number[] | undefined) {
  const changes: [number, readonly number[] | null][] = [];
  let last: string | undefined;
  for (let step = 0; step < steps; step += 1) {
    const x = at(step) ?? null;
    const text = JSON.stringify(x);
    if (text !== last) changes.push([step, x]);
    last = text;
  }
  return changes;
}

function recordedCase(file: string): Case {
  const { name, dt, steps, inputs, resets, network: ops } = readSnsCase(readCaseFile(file));
  const network = buildNetwork(ops, dt);
  const document = JSON.stringify(network.toDocument());
  const changes = inputsOf(steps, (step) => inputVector(inputs, step));
  return { network, job: { name, document, dt, steps, inputs: changes, resets } };
}

/** The recorded cases that every checkout has. */
export const copiedCases = (): Case[] => findCaseFiles(copies).map(recordedCase);

/** The others, where they are. */
export function otherCases(): Case[] {
  if (!existsSync(all)) return [];
  const copied = new Set(findCaseFiles(copies).map((file) => basename(file)));
  return findCaseFiles(all)
    .filter((file) => !copied.has(basename(file)))
    .map(recordedCase);
}

/** A balanced network whose synapses each machine draws for itself. */
export function drawnNetwork(): Case {
  const network = new Network({ name: "balanced" });
  const cell = neurons.conductanceIntegrateAndFire({ bias: 0.2 });
  network.addPopulation(cell, 800, { name: "exc" });
  network.addPopulation(cell, 200, { name: "inh" });
  const excitation = synapses.exponentialConductance({ weight: 0.004, transmissionDelay: 0.8 });
  const inhibition = synapses.exponentialConductance({
    weight: 0.051,
    transmissionDelay: 0.8,
    receptor: "gI",
  });
  const connectivity = rules.fixedProbability({ probability: 0.08, seed: 1 });
  for (const to of ["exc", "inh"]) {
    network.addConnection(excitation, "exc", to, { name: `exc->${to}`, connectivity });
    network.addConnection(inhibition, "inh", to, { name: `inh->${to}`, connectivity });
  }
  network.addOutput("exc", { spiking: true });
  const document = JSON.stringify(network.toDocument());
  const job = { name: "balanced", document, dt: 0.1, steps: 300, inputs: [], resets: [] };
  return { network, job };
}

type Setting = Pick<Job, "backend" | "precision">;

/** What Node gets, for each case under each setting. */
export async function expectedOf(
  cases: readonly Case[],
  settings: readonly Setting[],
): Promise<Expected[]> {
  const expected: Expected[] = [];
  for (const { network, job } of cases) {
    for (const setting of settings) {
      const whole = { ...job, ...setting };
      const { bytes } = await runNetwork(network, whole);
      expected.push({ job: whole, bytes: Buffer.from(bytes).toString("base64") });
    }
  }
  return expected;
}
