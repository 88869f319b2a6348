// Runs cases of schema sns-golden/1: builds the network in every way that the file describes, runs
// it step by step and compares everything that was recorded. Invariant: each way is compared alone.

import type { Network } from "../compile.js";
import { flatten } from "../lower/flatten.js";
import { resolveEdges } from "../lower/resolve-edges.js";
import { Comparison } from "./comparison.js";
import type { Findings } from "./comparison.js";
import type { RunSettings } from "./flags.js";
import type { Outcome } from "./report.js";
import { buildNetwork } from "./sns-build.js";
import { inputVector, readSnsCase } from "./sns-case.js";
import type { SnsCase } from "./sns-case.js";
import { compareCompiled } from "./sns-compiled.js";
import type { Running } from "./sns-edges.js";
import { compareState, SpikeLog } from "./sns-states.js";
import { toleranceFor } from "./tolerances.js";
import type { Tolerance } from "./tolerances.js";

/** Reads a parsed file and runs it. */
export async function runSnsCase(parsed: unknown, settings: RunSettings): Promise<Outcome> {
  const recorded = readSnsCase(parsed);
  const ways = [
    { variant: "network", ops: recorded.network },
    ...(recorded.build === undefined ? [] : [{ variant: "build", ops: recorded.build }]),
  ];
  let tolerance: Tolerance | undefined;
  const variants = [];
  for (const { variant, ops } of ways) {
    const network = buildNetwork(ops, recorded.dt);
    // Both ways describe one network, so they have one tolerance.
    tolerance ??= toleranceFor(flatten(network), settings.precision);
    const findings = await compareRun(recorded, network, settings, tolerance);
    variants.push({ variant, findings });
  }
  return {
    name: recorded.name,
    tolerance: tolerance!.relative,
    ...(tolerance!.reason !== undefined && { toleranceReason: tolerance!.reason }),
    variants,
  };
}

async function compareRun(
  recorded: SnsCase,
  network: Network,
  settings: RunSettings,
  tolerance: Tolerance,
): Promise<Findings> {
  const { dt } = recorded;
  const comparison = new Comparison(tolerance.relative);
  // Warnings are about what is allowed but may not be meant: here it is meant.
  const model = await network.compile({ dt, ...settings, onWarning: () => undefined });
  try {
    const running: Running = { flat: resolveEdges(flatten(network)), model };
    const { compiled } = recorded.expected;
    if (compiled !== undefined) await compareCompiled(comparison, { ...running, dt }, compiled);
    await compareSteps(comparison, running, recorded);
  } finally {
    model.dispose();
  }
  return comparison.findings();
}

async function compareSteps(
  comparison: Comparison,
  running: Running,
  { steps, inputs, resets, expected }: SnsCase,
): Promise<void> {
  const { model } = running;
  const { recordedSteps, outputs, states, spikeSteps } = expected;
  const spikes = spikeSteps === undefined ? undefined : new SpikeLog(running);
  const size = model.outputs.reduce((sum, port) => sum + port.size, 0);
  if (outputs.length > 0 && outputs[0]!.length !== size) {
    comparison.problem(`outputs: ${size} values where ${outputs[0]!.length} were recorded`);
  }
  let row = 0;
  let reset = 0;
  for (let step = 0; step < steps; step += 1) {
    for (; resets[reset] === step; reset += 1) await model.reset();
    const y = await model.step(inputVector(inputs, step));
    if (recordedSteps[row] === step) {
      if (outputs[row]!.length === size) comparison.list(`outputs[step ${step}]`, y, outputs[row]!);
      row += 1;
    }
    await spikes?.take(step);
    for (const state of states) {
      if (state.step === step) await compareState(comparison, running, state);
    }
  }
  if (spikes !== undefined) comparison.spikes(spikes.steps, spikeSteps!);
}
