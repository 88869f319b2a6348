// Recordings of Auryn 8.3: a neuron written as a user would, plastic synapses as Programs by hand.

import { Network } from "../../src/index.js";
import { Agreement, expectAgreement } from "../helpers/recordings/agreement.js";
import { protocolInput, protocolProgram } from "../helpers/recordings/auryn-protocols.js";
import type { PlasticityCase } from "../helpers/recordings/auryn-protocols.js";
import { aurynRules } from "../helpers/recordings/auryn-rules.js";
import { shortTermProgram } from "../helpers/recordings/auryn-short-term.js";
import type { ShortTermCase } from "../helpers/recordings/auryn-short-term.js";
import { excitation, inhibition, relay, tif } from "../helpers/recordings/auryn-tif.js";
import { readGolden } from "../helpers/recordings/golden.js";
import { recordingBackend, runProgram } from "../helpers/recordings/run-program.js";

interface TifCase {
  readonly dt_ms: number;
  readonly steps: number;
  readonly delay_steps: number;
  readonly w_exc: number;
  readonly w_inh: number;
  readonly bg: number;
  readonly record_every: number;
  readonly in_exc: readonly number[];
  readonly in_inh: readonly number[];
  readonly params: Readonly<Record<string, number>>;
  readonly spikes: readonly number[];
  readonly states: Readonly<Record<string, readonly number[]>>;
}
interface AurynFile {
  readonly tolerance: {
    readonly states_abs: { readonly mem: number; readonly other: number };
    readonly weights_abs: number;
  };
  readonly cases: { readonly tif: TifCase; readonly stp: ShortTermCase } & Readonly<
    Record<string, unknown>
  >;
}

const { cases, tolerance } = readGolden<AurynFile>("networks/auryn-micro.json");

/** A cell, a source that excites and one that inhibits it. */
function tifNetwork({ params, ...given }: TifCase): Network {
  const step = given.dt_ms / 1000;
  const transmissionDelay = given.delay_steps * step;
  const net = new Network({ name: "tif" });
  const cell = tif({
    membraneTimeConstant: params["tau_mem_s"]!,
    restingPotential: params["e_rest"]!,
    excitatoryReversal: params["e_rev_exc"]!,
    inhibitoryReversal: params["e_rev_inh"]!,
    threshold: params["thr"]!,
    excitatoryTimeConstant: params["tau_ampa_s"]!,
    inhibitoryTimeConstant: params["tau_gaba_s"]!,
    backgroundDrive: given.bg,
    refractoryPeriod: params["refractory_steps"]! * step,
  });
  net.addNeuron(cell, { name: "cell" });
  for (const name of ["exciter", "inhibitor"]) {
    net.addNeuron(relay(), { name });
    net.addInput(name);
  }
  net.addConnection(excitation({ weight: given.w_exc, transmissionDelay }), "exciter", "cell");
  net.addConnection(inhibition({ weight: given.w_inh, transmissionDelay }), "inhibitor", "cell");
  return net;
}

async function runTif(
  optimize: "none" | "default",
  precision: "float64" | "float32",
): Promise<{ readonly spikes: number[]; readonly states: Readonly<Record<string, number[]>> }> {
  const { tif: recorded } = cases;
  const backend = recordingBackend();
  const dt = recorded.dt_ms;
  const model = await tifNetwork(recorded).compile({ dt, backend, optimize, precision });
  const on = [new Set(recorded.in_exc), new Set(recorded.in_inh)];
  const { traces, spikes } = await model.run({
    steps: recorded.steps,
    input: (step, x) => on.forEach((steps, i) => void (x[i] = Number(steps.has(step)))),
    record: ["cell.V", "cell.gE", "cell.gI", "cell.spikes"],
  });
  // Samples were taken after steps 0, every, 2 every, ...
  const sampled = (name: string): number[] =>
    [...traces[name]!].filter((_, step) => step % recorded.record_every === 0);
  return {
    spikes: [...spikes["cell.spikes"]!.step],
    states: { mem: sampled("cell.V"), g_ampa: sampled("cell.gE"), g_gaba: sampled("cell.gI") },
  };
}

describe("a neuron with exponential conductances, defined as text in SI units", () => {
  test.each(["none", "default"] as const)("meets Auryn with optimize: %s", async (optimize) => {
    const { spikes, states } = await runTif(optimize, "float64");
    expect(spikes).toEqual(cases.tif.spikes);
    for (const [name, rows] of Object.entries(cases.tif.states)) {
      const { mem, other } = tolerance.states_abs;
      const agreement = new Agreement({ absolute: name === "mem" ? mem : other });
      agreement.row(name, states[name]!, rows);
      expectAgreement(agreement);
    }
  });

  test("fires in the same steps in single precision", async () => {
    const { spikes, states } = await runTif("default", "float32");
    expect(spikes).toEqual(cases.tif.spikes);
    for (const [name, rows] of Object.entries(cases.tif.states)) {
      const range = Math.max(...rows) - Math.min(...rows);
      const agreement = new Agreement({ absolute: 1e-4 * range });
      agreement.row(name, states[name]!, rows);
      expectAgreement(agreement);
    }
  });
});

describe("plastic synapses, as Programs with one synapse for each protocol", () => {
  test.each(Object.keys(aurynRules))("%s ends with the weights of Auryn", async (name) => {
    const recorded = cases[name] as PlasticityCase;
    const agreement = new Agreement({ absolute: tolerance.weights_abs });
    // Protocols of one frequency end at about the same time.
    for (const frequency of new Set(recorded.protocols.map(({ freq_hz }) => freq_hz))) {
      const protocols = recorded.protocols.filter(({ freq_hz }) => freq_hz === frequency);
      const rule = aurynRules[name]!(recorded);
      const program = protocolProgram(recorded, rule, protocols.length);
      const run = await runProgram(program, protocolInput(recorded, protocols));
      const expected = protocols.map(({ w_final }) => w_final);
      agreement.row(`${frequency} Hz`, run.read("syn.w"), expected);
    }
    expectAgreement(agreement);
    expect(agreement.count).toBe(recorded.protocols.length);
  });
});

test("efficacies of depressing and facilitating synapses travel with their spikes", async () => {
  const recorded = cases.stp;
  const on = new Set(recorded.in);
  const run = await runProgram(shortTermProgram(recorded), {
    steps: Math.max(...recorded.in) + recorded.delay_steps + 1,
    input: (step, x) => x.fill(Number(on.has(step))),
    values: ["post.efficacy"],
  });
  const brought = run.values.get("post.efficacy")!;
  const agreement = new Agreement({ absolute: tolerance.weights_abs });
  recorded.runs.forEach(({ name, efficacy }, i) => {
    const arrived = recorded.in.map((step) => brought[step + recorded.delay_steps]![i]!);
    agreement.row(name, arrived, efficacy);
  });
  expectAgreement(agreement);
  expect([...run.read("post.arrived")]).toEqual(recorded.runs.map(() => recorded.in.length));
});
