// Recordings of Nengo 4.1: the LIF neuron written as a user would, synapses and whole networks with
// learning rules and convolutions as Programs by hand.

import { Network } from "../../src/index.js";
import { Agreement, expectAgreement } from "../helpers/recordings/agreement.js";
import { findGolden, readGolden } from "../helpers/recordings/golden.js";
import type {
  CaseFile,
  FilterCase,
  NetworkCase,
  NeuronCase,
} from "../helpers/recordings/nengo-cases.js";
import { nengoLif } from "../helpers/recordings/nengo-lif.js";
import { nengoProgram } from "../helpers/recordings/nengo-network.js";
import { numberOf } from "../helpers/recordings/nengo-neurons.js";
import { addFilter } from "../helpers/recordings/nengo-synapse.js";
import { ProgramDraft } from "../helpers/recordings/program-draft.js";
import { recordingBackend, runProgram } from "../helpers/recordings/run-program.js";

const { cases: neurons } = readGolden<CaseFile<NeuronCase>>("nengo/neuron-lif.json");
const { cases: filters } = readGolden<CaseFile<FilterCase>>("nengo/synapse-linear.json");

/** Without a floor: the lowest number there is. */
const lowest = (value: number): number => Math.max(value, -Number.MAX_VALUE);

describe.each(["none", "default"] as const)("a LIF neuron as text, optimize: %s", (optimize) => {
  test.each(neurons.map((recorded, i) => ({ i, recorded })))("meets case $i", async (given) => {
    const { neuron, dt, n, steps, J, state0, expected } = given.recorded;
    const cell = nengoLif({
      membraneTimeConstant: numberOf(neuron["tau_rc"]!),
      refractoryPeriod: numberOf(neuron["tau_ref"]!),
      lowestVoltage: lowest(numberOf(neuron["min_voltage"]!)),
      amplitude: numberOf(neuron["amplitude"]!),
    });
    const net = new Network({ name: "lif" });
    const initialValue = { V: state0["voltage"]!, r: state0["refractory_time"]! };
    net.addPopulation(cell, n, { name: "cells", initialValue });
    net.addInput("cells", { size: n });
    const backend = recordingBackend();
    const model = await net.compile({ dt: dt * 1000, backend, optimize });
    const record = ["cells.V", "cells.r", "cells.a", "cells.spikes"];
    const { traces, spikes } = await model.run({ steps, input: { series: J }, record });
    const agreement = new Agreement({ scale: 1e-12 });
    agreement.row("voltage", traces["cells.V"]!, expected.state["voltage"]!.flat());
    agreement.row("refractory", traces["cells.r"]!, expected.state["refractory_time"]!.flat());
    agreement.row("output", traces["cells.a"]!, expected.output.flat());
    expectAgreement(agreement);
    const fired = expected.output.flatMap((row, step) =>
      row.flatMap((value, index) => (value === 0 ? [] : [[step, index]])),
    );
    const { step, index } = spikes["cells.spikes"]!;
    expect([...step].map((each, i) => [each, index[i]])).toEqual(fired);
  });
});

describe("synapses as state space, discretised here", () => {
  const titled = filters.map((recorded, i) => {
    const { synapse } = recorded;
    const method = synapse.type === "triangle" ? "" : `, ${synapse.method}`;
    return { title: `${i}: ${synapse.type}${method}, dt ${recorded.dt}`, recorded };
  });

  test.each(titled)("meet case $title", async ({ recorded }) => {
    const { synapse, dt, input, y0, expected } = recorded;
    const size = input[0]!.length;
    const draft = new ProgramDraft();
    draft.array({ name: "u", role: "input", length: size });
    const start = y0 === undefined ? undefined : new Array<number>(size).fill(y0);
    const filter = addFilter(draft, { name: "filter", synapse, dt, size, input: "u", start });
    filter.advance("synapses");
    const inputs = [{ name: "u", offset: 0, size }];
    const program = draft.program({ name: "filter", dt: dt * 1000, order: "nengo", inputs });
    const run = await runProgram(program, {
      steps: input.length,
      input: (step, x) => x.set(input[step]!),
      values: [filter.output],
    });
    const agreement = new Agreement({ scale: 1e-9 });
    agreement.table("output", run.values.get(filter.output)!, expected);
    expectAgreement(agreement);
  });
});

const networkNames = [
  ...["pes", "voja", "bcm", "oja-weights", "convolution", "converted-cnn", "rate-slices"],
  ...["communication-channel", "integrator", "oscillator", "product-2d", "ensemble-array"],
  ...["circular-convolution", "basal-ganglia", "izhikevich"],
];
const networks = networkNames.flatMap((name) => {
  const recorded = findGolden<NetworkCase>(`nengo/net-${name}.json`);
  return recorded === undefined ? [] : [{ name, recorded }];
});

describe("whole networks", () => {
  const missing = networkNames.length - networks.length;
  if (missing > 0) {
    test.skip(`${missing} networks, which only the whole recordings have`, () => undefined);
  }

  test.each(networks)("$name gives the recorded probes, spikes and weights", async (given) => {
    const { steps, expected } = given.recorded;
    const { program, input, probes, spikes } = nengoProgram(given.recorded);
    const voltages = Object.keys(expected.voltage).map((id) => `${id}.voltage`);
    const run = await runProgram(program, {
      steps,
      input,
      every: expected.decimate,
      values: [...new Set([...probes.values(), ...voltages])],
      spikes: [...spikes.values()],
    });
    const agreement = new Agreement({ scale: 1e-9 });
    for (const [id, rows] of Object.entries(expected.probes)) {
      agreement.table(id, run.values.get(probes.get(id)!)!, rows);
    }
    for (const [id, rows] of Object.entries(expected.voltage)) {
      agreement.table(id, run.values.get(`${id}.voltage`)!, rows);
    }
    expectAgreement(agreement);
    for (const [id, list] of Object.entries(expected.spikes)) {
      expect(run.spikes.get(spikes.get(id)!)).toEqual(list);
    }
    for (const [id, rows] of Object.entries(expected.final_weights)) {
      const weights = rows.flat();
      const largest = Math.max(...weights.map(Math.abs));
      const learned = new Agreement({ absolute: 1e-8 * largest });
      learned.row(id, run.read(`${id}.weights`), weights);
      expectAgreement(learned);
    }
  });
});
