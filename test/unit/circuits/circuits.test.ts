// The ready networks, against the numbers that SNS-Toolbox has in the same places.

import { circuits, makeCircuits } from "../../../src/circuits/circuits.js";
import { neurons } from "../../../src/models/index.js";
import { NetworkBase } from "../../../src/network/network.js";
import { errorOf, net } from "../network/fixtures.js";

const namesOf = (network: NetworkBase) => network.populations.map(({ name }) => name);
const valuesOf = (network: NetworkBase, name: string) =>
  network.populations.map(({ type }) => type.values.get(name));
/** Source, target, conductance, reversal potential, lower and upper threshold. */
const wiresOf = (network: NetworkBase) =>
  network.connections.map(({ source, target, values }) => [
    source,
    target,
    ...["maxConductance", "reversalPotential", "lowerThreshold", "upperThreshold"].map((name) =>
      values.get(name),
    ),
  ]);
const loose = (value: unknown) => value as never;

test("addition weighs its sources", () => {
  const network = circuits.addition({ gains: [1, -1, -0.5, 2] });
  expect(namesOf(network)).toEqual(["AddSum", "AddSrc0", "AddSrc1", "AddSrc2", "AddSrc3"]);
  expect(valuesOf(network, "membraneCapacitance")).toEqual([5, 5, 5, 5, 5]);
  expect(wiresOf(network)).toEqual([
    [1, 0, 0.25, 100, 0, 20],
    [2, 0, 1, -40, 0, 20],
    [3, 0, 0.3333333333333333, -40, 0, 20],
    [4, 0, 0.6666666666666666, 100, 0, 20],
  ]);
});

test("addition begins at the resting potential of its neurons, and takes their type and its name", () => {
  const neuron = neurons.nonSpiking({ restingPotential: -60 });
  const network = circuits.addition({
    gains: Float64Array.of(1),
    neuron,
    name: "S",
    addReversalPotential: 40,
  });
  expect(network.name).toBe("S");
  expect(namesOf(network)).toEqual(["SSum", "SSrc0"]);
  expect(wiresOf(network)).toEqual([[1, 0, 1, 40, -60, -40]]);
});

test("multiplication is wired as in the original, without a bias", () => {
  const network = circuits.multiplication();
  expect(namesOf(network)).toEqual(["Multiply0", "Multiply1", "MultiplyInter", "MultiplyResult"]);
  expect(valuesOf(network, "bias")).toEqual([0, 0, 0, 0]);
  expect(wiresOf(network)).toEqual([
    [0, 3, 1, 40, 0, 20],
    [1, 2, 20, -1, 0, 20],
    [2, 3, 20, -1, 0, 20],
  ]);
  const biased = circuits.multiplication({ interneuron: neurons.nonSpiking({ bias: 20 }) });
  expect(valuesOf(biased, "bias")).toEqual([0, 0, 20, 0]);
});

test("division transmits one source and modulates by the other", () => {
  const network = circuits.division({ gain: 1, ratio: 0.25 });
  expect(namesOf(network)).toEqual(["DivideTransmit", "DivideModulate", "DivideResults"]);
  expect(wiresOf(network)).toEqual([
    [0, 2, 1, 40, 0, 20],
    [1, 2, 3, 0, 0, 20],
  ]);
});

test("differentiation has one slow neuron", () => {
  const network = circuits.differentiation();
  expect(namesOf(network)).toEqual(["Uin", "Ufast", "Uslow", "Uout"]);
  expect(valuesOf(network, "membraneCapacitance")).toEqual([1, 1, 21, 1]);
  expect(wiresOf(network)).toEqual([
    [0, 1, 1, 40, 0, 20],
    [0, 2, 1, 40, 0, 20],
    [1, 3, 1, 40, 0, 20],
    [2, 3, 1, -40, 0, 20],
  ]);
});

test("integration has two biased neurons that inhibit each other", () => {
  const network = circuits.integration();
  expect(namesOf(network)).toEqual(["Uint", "Neuron"]);
  expect(valuesOf(network, "membraneCapacitance")).toEqual([5, 5]);
  expect(valuesOf(network, "bias")).toEqual([20, 20]);
  expect(wiresOf(network)).toEqual([
    [0, 1, 0.5, -40, 0, 20],
    [1, 0, 0.5, -40, 0, 20],
  ]);
});

test("the range moves what depends on it, and only that", () => {
  expect(wiresOf(circuits.multiplication({ referenceRange: 10 }))).toEqual([
    [0, 3, 1 / 3, 40, 0, 10],
    [1, 2, 10, -1, 0, 20],
    [2, 3, 10, -1, 0, 20],
  ]);
  const integration = circuits.integration({ referenceRange: 10 });
  expect(wiresOf(integration)[0]).toEqual([0, 1, 0.25, -40, 0, 20]);
  expect(valuesOf(integration, "bias")).toEqual([10, 10]);
  const slope = circuits.differentiation({ referenceRange: 10, slewRate: 2, fastTimeConstant: 3 });
  expect(valuesOf(slope, "membraneCapacitance")).toEqual([3, 3, 8, 3]);
});

test("all five fit into one network, also with the names of the original", () => {
  const outer = net();
  const inside = net({ compat: "sns-toolbox" });
  for (const each of [outer, inside]) {
    each.addNetwork(circuits.addition({ gains: [1] }));
    each.addNetwork(circuits.division({ gain: 1, ratio: 0.5 }));
    each.addNetwork(circuits.multiplication());
    each.addNetwork(circuits.differentiation(), { suffix: "_d" });
    each.addNetwork(circuits.integration(), { suffix: "_i" });
  }
  expect(outer.populationIndex("Add/AddSum")).toBe(0);
  expect(outer.populationIndex("Integrator/Uint_i")).toBe(13);
  expect(inside.populationIndex("AddSum")).toBe(0);
  expect(inside.populationIndex("Neuron_i")).toBe(14);
  expect(inside.connections[0]?.name).toBe("transmission");
  expect(outer.warnings).toEqual([]);
});

test("circuits are made as any kind of network, with its oddities", () => {
  class Special extends NetworkBase {}
  const network: Special = makeCircuits((options) => new Special(options)).integration({
    name: "mine",
    compat: "sns-toolbox",
  });
  expect(network).toBeInstanceOf(Special);
  expect(network.quirks.has("timeFactorG")).toBe(true);
});

test.each([
  ["no options for addition", "wrong-kind", () => circuits.addition(loose(undefined))],
  ["gains that are no list", "wrong-kind", () => circuits.addition({ gains: loose(1) })],
  ["a gain of 0", "out-of-range", () => circuits.addition({ gains: [1, 0] })],
  ["a gain that is text", "wrong-kind", () => circuits.addition({ gains: loose(["1"]) })],
  ["an unknown option", "unknown-name", () => circuits.integration(loose({ gain: 1 }))],
  ["a range of 0", "out-of-range", () => circuits.multiplication({ referenceRange: 0 })],
  ["a slew rate of 0", "out-of-range", () => circuits.differentiation({ slewRate: 0 })],
  ["a negative time", "out-of-range", () => circuits.differentiation({ fastTimeConstant: -1 })],
  ["an integration gain of 0", "out-of-range", () => circuits.integration({ integrationGain: 0 })],
  [
    "excitation in the integrator",
    "out-of-range",
    () => circuits.integration({ relativeReversalPotential: 0 }),
  ],
  ["a neuron that is none", "wrong-kind", () => circuits.multiplication({ neuron: loose({}) })],
  ["a ratio above 1", "dead-modulation", () => circuits.division({ gain: 1, ratio: 2 })],
  ["a bad name", "bad-name", () => circuits.integration({ name: "a/b" })],
  [
    "a gain that no conductance gives",
    "negative-conductance",
    () => circuits.addition({ gains: [6] }),
  ],
])("%s is refused", (_what, code, call) => {
  const error = errorOf(call);
  expect(error.code).toBe(code);
});
