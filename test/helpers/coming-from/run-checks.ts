// For each oddity of docs/coming-from-sns-toolbox.md that shows while models run: that what the page
// says of Myelin is so, with and without the switch.

import { channels, Network, neurons, synapses } from "../../../src/index.js";
import type { Compat } from "../../../src/index.js";
import { backendLoaders } from "../../../src/runtime/backend-list.js";
import {
  compiled,
  dt,
  open,
  pair,
  paramOf,
  perCurrent,
  push,
  refused,
  stateOf,
} from "./networks.js";

async function q14(): Promise<void> {
  for (const [backend, load] of Object.entries(backendLoaders)) {
    // Some need a device that is not everywhere.
    if ((await (await load()).create()) === null) continue;
    const options = { dt, backend: backend as "iterative", onWarning: () => {} };
    const model = await pair([open(1)]).compile(options);
    expect([...(await model.params.get("nonSpiking.maxConductance"))]).toEqual([1]);
    model.dispose();
  }
}

async function q15(): Promise<void> {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), 2);
  net.addOutput(0, { spiking: true });
  expect([...(await compiled(net))()]).toEqual([0, 0]);
}

/** What a synapse with this conductance adds to a target at 0 mV. */
const effect = (conductance: number, reversal = 40): number => perCurrent * conductance * reversal;

async function q16(): Promise<void> {
  const twice = [open(1), open(0.5)];
  expect(await push(pair(twice))).toBeCloseTo(effect(1.5), 12);
  expect(await push(pair(twice, { overwriteSamePair: true }))).toBeCloseTo(effect(0.5), 12);
}

async function q19(): Promise<void> {
  const both = [open(1, 40), synapses.spiking({ reversalPotential: -40 })];
  expect(await push(pair(both))).toBeCloseTo(effect(1, 40), 12);
  const shared = pair(both, { sharedReversalPotential: true });
  expect(await push(shared)).toBeCloseTo(effect(1, -40), 12);
}

async function q21(): Promise<void> {
  const gateOf = async (gateInitialSign: boolean): Promise<number> => {
    const net = new Network({ compat: { gateInitialSign } });
    net.addNeuron(neurons.persistentSodium(), { name: "n", initialValue: -10 });
    return stateOf(await compiled(net), "n.gated.b")[0]!;
  };
  const steady = (sign: number): number => 1 / (1 + 0.5 * Math.exp(sign * -0.05 * (0 - -10)));
  expect(await gateOf(false)).toBeCloseTo(steady(1), 12);
  expect(await gateOf(true)).toBeCloseTo(steady(-1), 12);
}

async function q22(): Promise<void> {
  const type = neurons.nonSpiking({ membraneConductance: 2 });
  const leakOf = async (compat: Compat): Promise<number> => {
    const net = new Network({ compat });
    net.addNeuron(type, { name: "to", initialValue: 10 });
    return push(net);
  };
  expect(await leakOf({})).toBeCloseTo(perCurrent * -20, 12);
  expect(await leakOf({ timeFactorG: true })).toBeCloseTo(2 * perCurrent * -20, 12);
}

/** A neuron that fires in every step, and its synapse onto another one. */
const firing = (compat: Compat = {}, transmissionDelay = 0): Network =>
  pair([synapses.spiking({ transmissionDelay })], compat, [
    neurons.spiking({ bias: 1000 }),
    neurons.nonSpiking(),
  ]);

async function q23(): Promise<void> {
  const leftBy = async (compat: Compat, keep?: "synapses"): Promise<number> => {
    const model = await compiled(firing(compat));
    model.runSync({ steps: 3 });
    expect(stateOf(model, "spiking.g_spike")[0]).toBeGreaterThan(0);
    model.reset(keep === undefined ? undefined : { keep });
    expect(stateOf(model, "to.V")).toEqual([0]);
    return stateOf(model, "spiking.g_spike")[0]!;
  };
  expect(await leftBy({})).toBe(0);
  expect(await leftBy({ resetKeepsSynapses: true })).toBeGreaterThan(0);
  expect(await leftBy({}, "synapses")).toBeGreaterThan(0);
}

async function q26(): Promise<void> {
  const model = await compiled(firing());
  expect(model.snapshot()).toBeInstanceOf(Uint8Array);
  expect(() => model.restore(Uint8Array.of(0x80, 4, 0x95, 1))).toThrow();
  const other = await compiled(pair([open(1)]));
  expect(() => other.restore(model.snapshot())).toThrow();
}

async function q27(): Promise<void> {
  const [V, tau] = [10, 50];
  const gates = { gateBPower: 1, gateBSlope: 0.1, gateBTimeConstant: tau, gateBMidpoint: 0 };
  const gateAfter = async (gateBVoltageDependentTau: boolean): Promise<number> => {
    const channel = channels.persistentSodium({
      ...gates,
      gateBSteepness: 1,
      gateBVoltageDependentTau,
    });
    const net = new Network({ compat: { gateInitialSign: true } });
    net.addNeuron(neurons.nonSpiking({ channels: [channel] }), { name: "n", initialValue: V });
    const model = await compiled(net);
    const [before = 0] = stateOf(model, "n.gated.b");
    model();
    return (stateOf(model, "n.gated.b")[0]! - before) / dt;
  };
  const q = Math.exp(0.1 * (0 - V));
  const rest = 1 / (1 + q);
  const start = 1 / (1 + 1 / q);
  expect(await gateAfter(false)).toBeCloseTo((rest - start) / tau, 12);
  expect(await gateAfter(true)).toBeCloseTo((rest - start) / (tau * rest * Math.sqrt(q)), 12);
  channels.persistentSodium({ gateCVoltageDependentTau: false });
}

async function q28(): Promise<void> {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), 2, { name: "a" });
  const model = await compiled(net, { tunable: ["a.bias"] });
  const given = Float64Array.of(1, 2);
  model.params.set("a.bias", given);
  given[0] = 9;
  model.params.get("a.bias")[1] = 9;
  expect(paramOf(model, "a.bias")).toEqual([1, 2]);
}

async function q29(): Promise<void> {
  const net = new Network();
  net.addPopulation(neurons.spiking({ bias: [1000, 0] }), 2, { name: "a" });
  net.addOutput("a", { spiking: true });
  const model = await compiled(net);
  // toEqual tells -0 from 0.
  expect([...model()]).toEqual([1, 0]);
  expect(stateOf(model, "a.spikes")).toEqual([1, 0]);
}

async function q30(): Promise<void> {
  const net = new Network();
  net.addNeuron(neurons.nonSpiking());
  net.addOutput(0);
  const model = await compiled(net);
  const out = new Float64Array(1);
  expect(model.step(undefined, out)).toBe(out);
}

async function d2(): Promise<void> {
  const coupling = synapses.electrical({ conductance: 1 });
  const within = (times: number, compat: Compat = {}): Network => {
    const net = new Network({ compat });
    net.addPopulation(neurons.nonSpiking(), 2, { name: "to", initialValue: [0, 10] });
    for (let i = 0; i < times; i += 1) net.addConnection(coupling, "to", "to");
    return net;
  };
  expect(await push(within(1))).toBeCloseTo(perCurrent * 10, 12);
  expect(await push(within(2))).toBeCloseTo(perCurrent * 20, 12);
  expect(await push(within(2, { overwriteSamePair: true }))).toBeCloseTo(perCurrent * 10, 12);
  const between = (compat: Compat = {}): Network => {
    const net = pair([coupling], compat);
    net.addConnection(coupling, "to", "from");
    return net;
  };
  expect(await push(between())).toBeCloseTo(perCurrent * 40, 12);
  expect(await push(between({ overwriteSamePair: true }))).toBeCloseTo(perCurrent * 20, 12);
}

async function d3(): Promise<void> {
  const model = await compiled(firing(), { precision: "float32" });
  expect(model.state.names().filter((name) => name.startsWith("to."))).toEqual(["to.V"]);
}

async function d4(): Promise<void> {
  const net = pair([open(1)]);
  net.addNeuron(neurons.persistentSodium(), { name: "gated" });
  const names = (await compiled(net)).state.names();
  expect(names.filter((name) => /\.c$/.test(name))).toEqual(["gated.gated.c"]);
}

async function d5(): Promise<void> {
  const net = new Network();
  net.addNeuron(neurons.spiking({ bias: 1000 }), { name: "from" });
  net.addPopulation(neurons.nonSpiking(), 2, { name: "to" });
  const delays = { maxConductance: [[1], [1]], transmissionDelay: [[0], [0.3]] };
  net.addConnection(synapses.matrix(synapses.spiking, delays), "from", "to");
  const { traces } = await (await compiled(net)).run({ steps: 6, record: ["to.V"] });
  const values = [...traces["to.V"]!];
  const first = (neuron: number): number =>
    [0, 1, 2, 3, 4, 5].find((step) => values[step * 2 + neuron] !== 0)!;
  expect(first(1) - first(0)).toBe(3);
}

async function d6(): Promise<void> {
  const net = new Network({ compat: "sns-toolbox" });
  net.addNeuron(neurons.nonSpiking({ restingPotential: -60 }), { name: "a" });
  expect(stateOf(await compiled(net), "a.V")).toEqual([-60]);
}

async function d7(): Promise<void> {
  const said: string[] = [];
  const net = pair([open(1), open(2)]);
  await compiled(net, { debugSink: (text) => said.push(text) });
  expect(said).toEqual([]);
  const warned: string[] = [];
  await compiled(net, { onWarning: (text) => warned.push(text) });
  expect(warned.length).toBe(1);
}

async function d9(): Promise<void> {
  const two = channels.gatedChannels({
    ...{ maxConductance: [1, 2], reversalPotential: 50, gateAPower: 1, gateASteepness: 1 },
    ...{ gateASlope: 0.1, gateAMidpoint: 0 },
  });
  const net = new Network();
  net.addNeuron(neurons.nonSpiking({ channels: two }), { name: "n" });
  for (const precision of ["float64", "float32"] as const) {
    const model = await compiled(net, { precision });
    model();
    expect(stateOf(model, "n.V")[0]).toBeGreaterThan(0);
  }
}

async function d10(): Promise<void> {
  const count = 400;
  const net = new Network();
  for (let i = 0; i < count; i += 1) net.addNeuron(neurons.nonSpiking(), { name: `n${i}` });
  for (let i = 0; i < count; i += 1) {
    net.addConnection(open(1), i, (i + 1) % count);
    net.addOutput(i);
  }
  const model = await compiled(net);
  expect(model().length).toBe(count);
  // Not a single array over all pairs.
  for (const { length } of model.program.arrays) expect(length).toBeLessThanOrEqual(4 * count);
}

/** That a switch turns what is refused into a note, as the page says after the list. */
export async function leniency(): Promise<void> {
  const coarse = (compat: Compat): Promise<unknown> => compiled(pair([], compat), { dt: 20 });
  await expect(coarse({})).rejects.toThrow("too large");
  await coarse({ snsOrder: true });
  const silent = (compat: Compat): Network =>
    pair([synapses.spiking()], compat, [neurons.nonSpiking(), neurons.nonSpiking()]);
  refused(() => silent({}));
  silent({ snsOrder: true });
}

/** The checks by the number under which the page speaks of the oddity. */
export const runChecks: Readonly<Record<string, () => Promise<void>>> = {
  ...{ Q14: q14, Q15: q15, Q16: q16, Q19: q19, Q21: q21, Q22: q22, Q23: q23, Q26: q26, Q27: q27 },
  ...{ Q28: q28, Q29: q29, Q30: q30, D1: q16, D2: d2, D3: d3, D4: d4, D5: d5, D6: d6, D7: d7 },
  ...{ D8: q14, D9: d9, D10: d10 },
};
