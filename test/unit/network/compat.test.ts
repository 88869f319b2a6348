// The oddities of SNS-Toolbox that act while a network is built.

import { quirkNames } from "../../../src/models/quirks.js";
import type { Compat } from "../../../src/models/quirks.js";
import type { SynapseType } from "../../../src/models/types.js";
import type { ConnectionOptions } from "../../../src/network/network.js";
import { firing, graded, leaky, matrix, net, numbers, pattern, spiking } from "./fixtures.js";

/** One connection between two populations of four, as the network has it. */
function joined(compat: Compat, synapse: SynapseType, options: ConnectionOptions = {}) {
  const network = net({ compat });
  network.addPopulation(firing, 4, { name: "a" });
  network.addPopulation(firing, 4, { name: "b" });
  return network.connection(network.addConnection(synapse, "a", "b", options));
}
const valuesOf = (...args: Parameters<typeof joined>) => Object.fromEntries(joined(...args).values);

test("compat names all oddities or single ones", () => {
  expect([...net({ compat: "sns-toolbox" }).quirks]).toEqual(quirkNames);
  expect([...net({ compat: { flatNames: true, snsOrder: false } }).quirks]).toEqual(["flatNames"]);
  expect(net().quirks.size).toBe(0);
});

test("conductances are divided by the source size, increments too unless that is odd as well", () => {
  const given = spiking({ conductance: 8, increment: 2 });
  expect(valuesOf({}, given)).toMatchObject({ conductance: 8, increment: 2 });
  expect(valuesOf({ dividedConductance: true }, given)).toMatchObject({
    conductance: 2,
    increment: 0.5,
  });
  expect(valuesOf("sns-toolbox", given)).toMatchObject({
    conductance: 2,
    increment: 2,
    reversal: 40,
  });
  expect(valuesOf({ undividedIncrement: true }, given)).toMatchObject({
    conductance: 8,
    increment: 2,
  });
});

test("arrays for all-to-all are divided, and the synapse type stays as it was", () => {
  const given = graded({ conductance: numbers(...Array.from({ length: 16 }, (_, i) => 4 * i)) });
  const { values } = joined("sns-toolbox", given);
  expect(values.get("conductance")).toEqual(numbers(...Array.from({ length: 16 }, (_, i) => i)));
  expect((given.values.get("conductance") as Float64Array)[1]).toBe(4);
});

test("matrices, patterns, lists and one-to-one are not divided", () => {
  const all = numbers(...Array.from({ length: 16 }, () => 8));
  expect(
    valuesOf("sns-toolbox", graded({ conductance: all }, matrix(4, 4)))["conductance"],
  ).toEqual(all);
  expect(valuesOf("sns-toolbox", graded({ conductance: 8 }, pattern(3)))["conductance"]).toBe(8);
  expect(
    valuesOf("sns-toolbox", graded({ conductance: numbers(8) }, pattern(1)))["conductance"],
  ).toBe(8);
  for (const connectivity of ["one-to-one", { sources: [0], targets: [1] }] as const) {
    expect(
      valuesOf("sns-toolbox", graded({ conductance: 8 }), { connectivity })["conductance"],
    ).toBe(8);
  }
});

test("a pattern with one tap is all-to-all where that oddity is on", () => {
  const one = graded({ conductance: numbers(3) }, pattern(1));
  expect(joined({ singleTapAllToAll: true }, one).connectivity).toEqual({ kind: "all-to-all" });
  expect(joined({ timeFactorG: true }, one).connectivity).toEqual({ kind: "one-to-one" });
});

test("the oddities of the outer network apply to what is inside", () => {
  const inner = net({ name: "inner" });
  inner.addPopulation(firing, 4);
  inner.addConnection(spiking({ conductance: 8, increment: 2 }), 0, 0);
  inner.addConnection(graded({ conductance: numbers(3) }, pattern(1)), 0, 0);
  expect(inner.connections[0]?.values.get("conductance")).toBe(8);
  const outer = net({ compat: "sns-toolbox" });
  outer.addNetwork(inner);
  const world = net({ compat: "sns-toolbox" });
  world.addNetwork(outer);
  for (const each of [outer, world]) {
    expect(each.connections[0]?.values.get("conductance")).toBe(2);
    expect(each.connections[0]?.values.get("increment")).toBe(2);
    expect(each.connections[1]?.connectivity.kind).toBe("all-to-all");
  }
  const plain = net();
  plain.addNetwork(outer);
  expect(plain.connections[0]?.values.get("conductance")).toBe(8);
});

test("flat names stay as they are, only the suffix is added, and the first of equal names is found", () => {
  const inner = net({ name: "inner" });
  inner.addNeuron(leaky, { name: "a", initialValue: 3 });
  inner.addConnection(graded(), 0, 0, { name: "mine" });
  inner.addInput(0, { name: "in" });
  const outer = net({ compat: { flatNames: true } });
  outer.addNetwork(inner);
  outer.addNetwork(inner, { suffix: "_2" });
  outer.addNeuron(leaky, { name: "a" });
  expect(outer.populations.map(({ name }) => name)).toEqual(["a", "a_2", "a"]);
  expect(outer.inputs.map(({ name }) => name)).toEqual(["in", "in_2"]);
  expect(outer.populationIndex("a")).toBe(0);
  expect(outer.populations[0]?.initialValues.size).toBe(1);
});

test("default names are plain where names need not differ", () => {
  const network = net({ compat: "sns-toolbox" });
  expect([network.addNeuron(leaky).name, network.addNeuron(leaky).name]).toEqual([
    "leaky",
    "leaky",
  ]);
  expect(network.addConnection(graded(), 0, 1).name).toBe("graded");
  expect(network.addConnection(graded(), 0, 1).name).toBe("graded");
});

test("initial values and names of connections are dropped where that oddity is on", () => {
  const inner = net({ name: "inner" });
  inner.addNeuron(leaky, { name: "a", initialValue: 3 });
  inner.addConnection(graded(), 0, 0, { name: "mine" });
  inner.addConnection(graded(), 0, 0, { name: "yours" });
  const outer = net({ compat: { dropInitialValues: true, dropConnectionNames: true } });
  outer.addNetwork(inner);
  expect(outer.populations[0]?.initialValues.size).toBe(0);
  expect(outer.connections.map(({ name }) => name)).toEqual(["inner/graded", "inner/graded1"]);
  const flat = net({ compat: "sns-toolbox" });
  flat.addNetwork(inner, { suffix: "_x" });
  expect(flat.connections.map(({ name }) => name)).toEqual(["graded", "graded"]);
});

test("inputs accept negative numbers where that oddity is on", () => {
  const network = net({ compat: { negativeInputIndex: true } });
  network.addNeuron(leaky);
  network.addNeuron(leaky);
  network.addInput(-1);
  network.addInput(-2);
  expect(network.inputs.map(({ target }) => target)).toEqual([1, 0]);
  expect(() => network.addInput(-3)).toThrow("allowed");
  expect(() => network.addOutput(-1)).toThrow("allowed");
});

test("spiking synapses of neurons that never fire are allowed with any oddity", () => {
  const network = net({ compat: { snsOrder: true } });
  network.addNeuron(leaky);
  network.addConnection(spiking(), 0, 0);
  expect(network.connections.length).toBe(1);
});

test("a replaced connection is noted as such", () => {
  const network = net({ compat: "sns-toolbox" });
  network.addNeuron(leaky);
  network.addConnection(graded(), 0, 0);
  network.addConnection(graded(), 0, 0);
  expect(network.warnings[0]?.message).toContain("overwriteSamePair");
});
