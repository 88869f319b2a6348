// A half-centre oscillator: two neurons with persistent sodium that inhibit each other and so take
// turns, the smallest central pattern generator. Writes a picture of their potentials.

import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { Network, neurons, plotTraces, synapses } from "../src/index.js";
import { isMain, outputPath } from "./support/main.js";

/** What the oscillator did. */
export interface Rhythm {
  readonly period: number;
  /** Part of the period by which the right neuron follows the left one. */
  readonly phase: number;
  readonly picture: string;
}

/** Steps at which a trace rises through a level. */
function risingSteps(values: ArrayLike<number>, level: number): number[] {
  const found: number[] = [];
  for (let i = 1; i < values.length; i += 1) {
    if (values[i - 1]! < level && values[i]! >= level) found.push(i);
  }
  return found;
}

/** Builds the oscillator, runs it for ten seconds and measures its rhythm. */
export async function runOscillator(): Promise<Rhythm> {
  const net = new Network({ name: "half-centre" });
  const cell = neurons.persistentSodium({ membraneCapacitance: "5 nF" });
  const left = net.addNeuron(cell, { name: "left" });
  const right = net.addNeuron(cell, { name: "right" });
  const inhibition = synapses.nonSpiking({ maxConductance: 0.1722, reversalPotential: -120 });
  net.addConnection(inhibition, left, right, { name: "left to right" });
  net.addConnection(inhibition, right, left, { name: "right to left" });
  net.addInput(left, { name: "kick" });
  net.addOutput(left);
  net.addOutput(right);

  const dt = 1;
  const model = await net.compile({ dt, backend: "iterative" });
  const record = ["left.V", "right.V"];
  // One push of 1 nA for one step breaks the symmetry.
  const input = { events: [{ step: 1, input: "kick", value: 1 }] };
  const result = await model.run({ duration: 10_000, input, record, progress: true });

  const traces = record.map((name) => ({ name, values: result.traces[name]! }));
  const [first, second] = traces.map(({ values }) => risingSteps(values, 15));
  const cycles = first!.slice(-4);
  const period = ((cycles.at(-1)! - cycles[0]!) / (cycles.length - 1)) * dt;
  const start = cycles[0]!;
  const phase = ((second!.find((step) => step >= start)! - start) * dt) / period;
  const picture = outputPath("half-centre.svg");
  const title = "Half-centre oscillator";
  writeFileSync(picture, plotTraces({ title, time: result.time, traces, label: "V [mV]" }));

  assert.ok(cycles.length === 4, "the oscillator keeps oscillating");
  assert.ok(Math.abs(phase - 0.5) < 0.02, "the two neurons take turns, half a period apart");
  return { period, phase, picture };
}

if (isMain(import.meta.url)) console.log(await runOscillator());
