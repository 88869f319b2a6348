// For each oddity of docs/coming-from-sns-toolbox.md that shows while networks are built: that what
// the page says of Myelin is so, with and without the switch.

import { channels, Network, neurons, synapses } from "../../../src/index.js";
import { compiled, open, pair, refused, stateOf } from "./networks.js";

const cell = neurons.nonSpiking();

const gates = { reversalPotential: 50, gateAPower: 1, gateASteepness: 1, gateASlope: 0.05 };

function populations(
  count: number,
  compat: ConstructorParameters<typeof Network>[0] = {},
): Network {
  const net = new Network(compat);
  for (let i = 0; i < count; i += 1) net.addNeuron(cell, { name: `n${i}` });
  return net;
}

async function q1(): Promise<void> {
  for (const value of [0, -1, NaN, Infinity]) {
    refused(() => neurons.nonSpiking({ membraneCapacitance: value }));
    refused(() => neurons.nonSpiking({ membraneConductance: value }));
    refused(() => neurons.spiking({ thresholdTimeConstant: value }));
    refused(() => synapses.spiking({ timeConstant: value }));
    refused(() => channels.persistentSodium({ gateBTimeConstant: value }));
    await expect(new Network().compile({ dt: value })).rejects.toThrow("compile.dt");
  }
  refused(() => neurons.nonSpiking({ bias: NaN }));
  neurons.spiking({ thresholdIncrement: -1 });
  synapses.spiking({ conductanceIncrement: -1 });
}

function q2(): void {
  for (const maxConductance of [[1, 2], Float64Array.of(1, 2), Float32Array.of(1, 2)]) {
    const made = channels.gatedChannels({ maxConductance, gateAMidpoint: 0, ...gates });
    expect(made.map(({ values }) => values.get("maxConductance"))).toEqual([1, 2]);
    expect(neurons.nonSpiking({ channels: made }).channels.length).toBe(2);
  }
}

function q3(): void {
  refused(() => synapses.nonSpiking({ lowerThreshold: 20, upperThreshold: 20 }));
  synapses.nonSpiking({ lowerThreshold: 30, upperThreshold: 20 });
}

function q4(): void {
  const [gain, R, E, f, n] = [1, 20, 194, 10, 0.1];
  const tau = -1 / (f * Math.log(n));
  const { values } = synapses.spikingTransmission();
  expect(values.get("timeConstant")).toBeCloseTo(tau, 14);
  expect(values.get("maxConductance")).toBeCloseTo((gain * R) / ((E - gain * R) * tau * f), 14);
}

async function q5(): Promise<void> {
  const net = new Network();
  net.addPopulation(neurons.spiking(), 3, { name: "line" });
  net.addPopulation(neurons.spiking(), [2, 2], { name: "plane" });
  const values = {
    maxConductance: [[1, 2, 3]],
    transmissionDelay: [[0, 0.1, 0.2]],
    timeConstant: [[1, 2, 3]],
  };
  net.addNeuron(neurons.spiking(), { name: "one" });
  const matrix = synapses.matrix(synapses.spiking, values);
  expect(matrix.values.get("conductanceIncrement")).toEqual(Float64Array.of(1, 2, 3));
  net.addConnection(matrix, "line", "one");
  const kernel = { maxConductance: [[1, 2, 1]] };
  net.addConnection(synapses.pattern(synapses.spiking, kernel), "plane", "plane");
  net.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 2, 1] }), 0, 0);
  expect(net.connections.map(({ connectivity }) => connectivity.kind)).toEqual([
    "matrix",
    "pattern",
    "pattern",
  ]);
  (await compiled(net))();
}

function q6(): void {
  refused(() => synapses.modulation({ ratio: 2 }));
  const dead = synapses.modulation({ ratio: 2, deadModulation: true });
  expect(dead.values.get("maxConductance")).toBe(0);
  const net = populations(1, { compat: "sns-toolbox" });
  refused(() => net.addConnection(synapses.modulation({ ratio: 2 }), 0, 0));
}

function q7(): void {
  const { shape, size } = new Network().addPopulation(cell, [2, 3, 4]);
  expect({ shape, size }).toEqual({ shape: [2, 3, 4], size: 24 });
}

async function q8(): Promise<void> {
  const net = new Network({ compat: "sns-toolbox" });
  net.addPopulation(neurons.spiking({ restingPotential: -60 }), 5, { name: "cells" });
  expect(stateOf(await compiled(net), "cells.V")).toEqual([-60, -60, -60, -60, -60]);
}

function q9(): void {
  refused(() => populations(2).addInput(-1));
  const net = populations(2, { compat: { negativeInputIndex: true } });
  net.addInput(-1);
  expect(net.inputs[0]?.target).toBe(1);
}

function q10(): void {
  const net = new Network();
  net.addPopulation(cell, 2);
  net.addPopulation(cell, 3);
  refused(() =>
    net.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: [1] }), 0, 1),
  );
  refused(() => net.addConnection(open(1), 0, "nowhere"));
  expect(net.connections.length).toBe(0);
}

function q11(): void {
  const inner = new Network({ name: "inner" });
  inner.addNeuron(cell, { name: "a", initialValue: 3 });
  inner.addConnection(open(1), "a", "a", { name: "mine" });
  const outer = new Network();
  outer.addNetwork(inner);
  expect(outer.populations[0]).toMatchObject({ name: "inner/a" });
  expect(outer.populations[0]?.initialValues.size).toBe(1);
  expect(outer.connections[0]?.name).toBe("inner/mine");
  const dropping = { dropInitialValues: true, dropConnectionNames: true, flatNames: true };
  const flat = new Network({ compat: dropping });
  flat.addNetwork(inner);
  expect(flat.populations[0]).toMatchObject({ name: "a" });
  expect(flat.populations[0]?.initialValues.size).toBe(0);
  expect(flat.connections[0]?.name).toBe("nonSpiking");
}

function q12(): void {
  const net = populations(1);
  for (let i = 0; i < 5; i += 1) net.addConnection(open(1), 0, 0, { name: `c${i}` });
  expect(net.connectionIndex("c4")).toBe(4);
}

function q13(): void {
  const net = populations(1);
  const copy = net.copy();
  copy.addNeuron(cell);
  expect([net.populations.length, copy.populations.length]).toEqual([1, 2]);
}

function q16(): void {
  const twice = [open(1), open(0.5)];
  expect(pair(twice).warnings.map(({ code }) => code)).toEqual(["same-pair"]);
}

function q17(): void {
  const kindOf = (singleTapAllToAll: boolean): string | undefined => {
    const net = new Network({ compat: { singleTapAllToAll } });
    net.addPopulation(cell, [2, 2]);
    net.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: [[1]] }), 0, 0);
    return net.connections[0]?.connectivity.kind;
  };
  expect([kindOf(false), kindOf(true)]).toEqual(["one-to-one", "all-to-all"]);
}

function q18(): void {
  for (const maxConductance of [
    [1, 1],
    [
      [1, 1],
      [1, 1],
    ],
  ]) {
    refused(() =>
      synapses.pattern(synapses.nonSpiking, { maxConductance: maxConductance as number[] }),
    );
  }
}

async function q20(): Promise<void> {
  const single = channels.gatedChannels({ maxConductance: 1, gateAMidpoint: 0, ...gates });
  const double = channels.gatedChannels({ maxConductance: [1, 2], gateAMidpoint: 0, ...gates });
  const gatesOf = async (duplicatedChannels: boolean): Promise<number> => {
    const net = new Network({ compat: { duplicatedChannels } });
    net.addNeuron(neurons.nonSpiking({ channels: single }), { name: "one" });
    net.addNeuron(neurons.nonSpiking({ channels: double }), { name: "two" });
    return stateOf(await compiled(net), "one.gated.b").length;
  };
  expect([await gatesOf(false), await gatesOf(true)]).toEqual([1, 2]);
}

function q24(): void {
  const maxConductance = [[1, 1]];
  const wrong = { maxConductance, lowerThreshold: [[0]] };
  refused(() => synapses.matrix(synapses.nonSpiking, wrong));
  refused(() =>
    synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 2, 1], upperThreshold: [9] }),
  );
  synapses.matrix(synapses.nonSpiking, { maxConductance, lowerThreshold: -3 });
}

function q25(): void {
  const valuesOf = (compat: ConstructorParameters<typeof Network>[0]): unknown[] => {
    const net = new Network(compat);
    net.addPopulation(neurons.spiking(), 4);
    net.addConnection(synapses.spiking({ maxConductance: 8, conductanceIncrement: 2 }), 0, 0);
    const { values } = net.connections[0]!;
    return [values.get("maxConductance"), values.get("conductanceIncrement")];
  };
  expect(valuesOf({})).toEqual([8, 2]);
  expect(valuesOf({ compat: { dividedConductance: true } })).toEqual([2, 0.5]);
  const both = { dividedConductance: true, undividedIncrement: true };
  expect(valuesOf({ compat: both })).toEqual([2, 2]);
}

/** The checks by the number under which the page speaks of the oddity. */
export const buildChecks: Readonly<Record<string, () => void | Promise<void>>> = {
  ...{ Q1: q1, Q2: q2, Q3: q3, Q4: q4, Q5: q5, Q6: q6, Q7: q7, Q8: q8, Q9: q9, Q10: q10 },
  ...{ Q11: q11, Q12: q12, Q13: q13, Q16: q16, Q17: q17, Q18: q18, Q20: q20, Q24: q24, Q25: q25 },
};
