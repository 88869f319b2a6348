// @table
// Wrong parameters of neurons, channels and synapses.

import { channels, neurons, synapses } from "../../../src/index.js";
import { above0, loose, row, show } from "./row.js";
import type { Wrong } from "./row.js";

const neuronRow = (values: object, code: string, ...says: readonly string[]): Wrong =>
  row(`nonSpiking ${show(values)}`, code, says, () => neurons.nonSpiking(loose(values)));
const spikingRow = (values: object, code: string, ...says: readonly string[]): Wrong =>
  row(`spiking neuron ${show(values)}`, code, says, () => neurons.spiking(loose(values)));

export const neuronTypes: readonly Wrong[] = [
  neuronRow(
    { membraneCapacitance: 0 },
    "out-of-range",
    "membraneCapacitance",
    "got 0",
    above0,
    "nF",
  ),
  neuronRow({ membraneCapacitance: -5 }, "out-of-range", "got -5", above0),
  neuronRow({ membraneCapacitance: NaN }, "not-finite", "membraneCapacitance", "NaN"),
  neuronRow({ membraneCapacitance: Infinity }, "not-finite", "Infinity"),
  neuronRow({ membraneCapacitance: null }, "not-a-number", "membraneCapacitance", "null"),
  neuronRow({ membraneCapacitance: "5 mV" }, "dimension", "membraneCapacitance", "mV", "nF"),
  neuronRow({ membraneCapacitance: "five" }, "syntax", "five"),
  neuronRow({ membraneCapacitance: [1, -1] }, "out-of-range", "membraneCapacitance[1]", "got -1"),
  neuronRow({ membraneCapacitance: [1, NaN] }, "not-finite", "membraneCapacitance[1]"),
  neuronRow({ membraneCapacitance: [] }, "empty-array", "membraneCapacitance"),
  neuronRow({ membraneConductance: 0 }, "out-of-range", "membraneConductance", above0, "uS"),
  neuronRow({ membraneConductance: true }, "not-a-number", "membraneConductance", "true"),
  neuronRow({ restingPotential: "x" }, "syntax", "restingPotential"),
  neuronRow({ restingPotential: {} }, "not-a-number", "restingPotential", "an object"),
  neuronRow({ bias: NaN }, "not-finite", "bias", "NaN"),
  neuronRow({ capacitance: 5 }, "unknown-parameter", "capacitance", "membraneCapacitance"),
  neuronRow([1], "not-an-object", "nonSpiking", "by name"),
  neuronRow({ bias: [1, 2], restingPotential: [1, 2, 3] }, "length-mismatch", "2", "3"),
  neuronRow({ channels: {} }, "not-a-list", "channels"),
  neuronRow({ channels: [neurons.nonSpiking()] }, "not-a-channel", "channels[0]"),
  spikingRow({ thresholdTimeConstant: 0 }, "out-of-range", "thresholdTimeConstant", above0, "ms"),
  spikingRow({ thresholdTimeConstant: -1 }, "out-of-range", "got -1"),
  spikingRow({ thresholdInitialValue: NaN }, "not-finite", "thresholdInitialValue"),
  spikingRow({ thresholdProportionality: "m" }, "syntax", "thresholdProportionality"),
  spikingRow({ thresholdLeakRate: null }, "not-a-number", "thresholdLeakRate"),
  spikingRow({ thresholdIncrement: Infinity }, "not-finite", "thresholdIncrement"),
  spikingRow({ thresholdFloor: NaN }, "not-finite", "thresholdFloor"),
  spikingRow({ resetPotential: "up" }, "syntax", "resetPotential"),
  spikingRow({ refractoryPeriod: -1 }, "out-of-range", "refractoryPeriod", "got -1", ">= 0"),
];

const gate = { gateAPower: 1, gateASteepness: 1, gateASlope: 0.05, gateAMidpoint: 20 };
const channel = { maxConductance: 1, reversalPotential: 110, ...gate };
const channelRow = (more: object, code: string, ...says: readonly string[]): Wrong =>
  row(`gated ${show(more)}`, code, says, () => channels.gated(loose({ ...channel, ...more })));

export const channelTypes: readonly Wrong[] = [
  channelRow({ maxConductance: -1 }, "out-of-range", "maxConductance", "got -1", ">= 0"),
  channelRow({ maxConductance: undefined }, "missing-parameter", "maxConductance"),
  channelRow({ gateBTimeConstant: 0 }, "out-of-range", "gateBTimeConstant", above0),
  channelRow({ gateBVoltageDependentTau: 1 }, "not-a-boolean", "gateBVoltageDependentTau", "true"),
  channelRow({ gateBSteepness: 0 }, "out-of-range", "gateBSteepness", above0),
  row(
    "gated channels of unequal lengths",
    "length-mismatch",
    ["gateAPower", "3", "allowed 2"],
    () => channels.gatedChannels({ ...channel, maxConductance: [1, 2], gateAPower: [1, 1, 1] }),
  ),
  row(
    "gated channels with an empty array",
    "length-mismatch",
    ["maxConductance", "at least 1"],
    () => channels.gatedChannels({ ...channel, maxConductance: [] }),
  ),
  row("persistent sodium with a wrong value", "out-of-range", ["gateBTimeConstant", "-1"], () =>
    neurons.persistentSodium({ gateBTimeConstant: -1 }),
  ),
  row("persistent sodium with an unknown name", "unknown-parameter", ["bais", '"bias"'], () =>
    neurons.persistentSodium(loose({ bais: 1 })),
  ),
  row(
    "a channel array of the wrong length",
    "wrong-length",
    ["maxConductance", "2", "3"],
    ({ net }) => {
      const leak = channels.gated({ ...channel, maxConductance: [1, 2] });
      net.addPopulation(neurons.nonSpiking({ channels: [leak] }), 3);
    },
  ),
];

type SynapseName =
  "nonSpiking" | "spiking" | "electrical" | "transmission" | "modulation" | "spikingTransmission";
const synapseRow = (
  name: SynapseName,
  values: object | undefined,
  code: string,
  ...says: readonly string[]
): Wrong =>
  row(`${name} synapse ${show(values)}`, code, says, () =>
    (synapses[name] as (values: unknown) => unknown)(values),
  );

export const synapseTypes: readonly Wrong[] = [
  synapseRow(
    "nonSpiking",
    { maxConductance: -1 },
    "out-of-range",
    "maxConductance",
    "-1",
    ">= 0",
    "uS",
  ),
  synapseRow("nonSpiking", { maxConductance: "a" }, "syntax", "maxConductance"),
  synapseRow("nonSpiking", { maxConductance: NaN }, "not-finite", "maxConductance", "NaN"),
  synapseRow("nonSpiking", { reversalPotential: null }, "not-a-number", "reversalPotential"),
  synapseRow("nonSpiking", { lowerThreshold: 20 }, "requirement", "e_hi != e_lo", "20"),
  synapseRow("nonSpiking", { upperThreshold: Infinity }, "not-finite", "upperThreshold"),
  synapseRow("nonSpiking", { conductance: 1 }, "unknown-parameter", '"maxConductance"'),
  synapseRow("nonSpiking", { name: 7 }, "not-a-text", "name", "7"),
  synapseRow("spiking", { maxConductance: 0 }, "out-of-range", "maxConductance", "got 0", above0),
  synapseRow("spiking", { timeConstant: 0 }, "out-of-range", "timeConstant", above0, "ms"),
  synapseRow("spiking", { timeConstant: "x" }, "syntax", "timeConstant"),
  synapseRow("spiking", { transmissionDelay: -1 }, "out-of-range", "transmissionDelay", ">= 0"),
  synapseRow("spiking", { transmissionDelay: NaN }, "not-finite", "transmissionDelay"),
  synapseRow("spiking", { conductanceIncrement: Infinity }, "not-finite", "conductanceIncrement"),
  synapseRow("electrical", {}, "missing-parameter", "conductance"),
  synapseRow("electrical", undefined, "missing-parameter", "conductance"),
  synapseRow("electrical", { conductance: -1 }, "out-of-range", "conductance", "-1", ">= 0"),
  synapseRow("electrical", { conductance: 1, rectified: 1 }, "not-a-boolean", "rectified", "got 1"),
  synapseRow("transmission", { gain: "x" }, "syntax", "gain"),
  synapseRow("transmission", { gain: 0 }, "zero-gain", "gain", "got 0"),
  synapseRow("transmission", { gain: -1 }, "sign-mismatch", "gain", "got -1", "reversal potential"),
  synapseRow("transmission", { gain: 2 }, "division-by-zero", "gain", "got 2"),
  synapseRow(
    "transmission",
    { gain: 3 },
    "negative-conductance",
    "gain",
    "got 3",
    "between 0 and 2",
  ),
  synapseRow("transmission", { referenceRange: NaN }, "not-finite", "referenceRange"),
  synapseRow("transmission", { referenceRange: 0 }, "out-of-range", "referenceRange", "> 0 [mV]"),
  synapseRow("transmission", { maxConductance: 1 }, "computed-parameter", "maxConductance"),
  synapseRow("modulation", {}, "missing-parameter", "ratio"),
  synapseRow("modulation", { ratio: "x" }, "syntax", "ratio"),
  synapseRow("modulation", { ratio: 0 }, "out-of-range", "ratio", "got 0", "> 0 and <= 1"),
  synapseRow("modulation", { ratio: 1.5 }, "dead-modulation", "ratio", "got 1.5", "<= 1"),
  synapseRow("spikingTransmission", { maxFrequency: 0 }, "out-of-range", "maxFrequency", above0),
  synapseRow("spikingTransmission", { nonLinearity: 1 }, "out-of-range", "nonLinearity", "got 1"),
  synapseRow("spikingTransmission", { nonLinearity: 0 }, "out-of-range", "nonLinearity", "got 0"),
  synapseRow("spikingTransmission", { gain: 0 }, "zero-gain", "gain"),
];

const matrixRow = (values: object, code: string, ...says: readonly string[]): Wrong =>
  row(`matrix ${show(values)}`, code, says, () =>
    synapses.matrix(synapses.nonSpiking, loose(values)),
  );
const patternRow = (values: object, code: string, ...says: readonly string[]): Wrong =>
  row(`pattern ${show(values)}`, code, says, () =>
    synapses.pattern(synapses.nonSpiking, loose(values)),
  );
const square = [
  [1, 2],
  [3, 4],
];

export const shapedTypes: readonly Wrong[] = [
  matrixRow(
    { maxConductance: square, reversalPotential: [[1, 2]] },
    "shape-mismatch",
    "1 x 2",
    "2 x 2",
  ),
  matrixRow({ maxConductance: square, lowerThreshold: [[1], [2]] }, "shape-mismatch", "2 x 1"),
  matrixRow({ maxConductance: [[1, -2]] }, "out-of-range", "maxConductance[0][1]", "-2"),
  matrixRow({ maxConductance: [[1, 2], [3]] }, "ragged", "maxConductance[1]", "got 1", "allowed 2"),
  matrixRow({ maxConductance: [[1, NaN]] }, "not-finite", "maxConductance[0][1]"),
  matrixRow({ maxConductance: [["a", 1]] }, "not-a-number", "maxConductance[0][0]"),
  matrixRow({ maxConductance: 1 }, "not-a-matrix", "rows"),
  matrixRow({ maxConductance: [1, 2] }, "not-a-matrix", "rows"),
  matrixRow({ maxConductance: [[]] }, "not-a-matrix", "rows"),
  matrixRow({ maxConductanc: square }, "unknown-parameter", '"maxConductance"'),
  row("a matrix with a wrong shape option", "bad-shape", ["shape", "0"], () =>
    synapses.matrix(synapses.nonSpiking, { maxConductance: [1] }, { shape: [0, 1] }),
  ),
  row(
    "a matrix of spiking synapses with a negative delay",
    "out-of-range",
    ["transmissionDelay"],
    () =>
      synapses.matrix(synapses.spiking, {
        maxConductance: square,
        transmissionDelay: [
          [0, -1],
          [0, 0],
        ],
      }),
  ),
  patternRow({ maxConductance: [1, 2] }, "even-kernel", "2", "zeros"),
  patternRow({ maxConductance: square }, "even-kernel", "2 x 2", "odd"),
  patternRow({ maxConductance: [1, 2, 3], reversalPotential: [1] }, "shape-mismatch", "1", "3"),
  patternRow({ maxConductance: [1, -2, 3] }, "out-of-range", "maxConductance[1]", "-2"),
  patternRow({ maxConductance: 1 }, "not-a-kernel", "kernel"),
];
