// Flattening: unique names, and the oddities that only the whole network shows.

import { flatten } from "../../../src/lower/flatten.js";
import { graded, leaky, leakyWithChannels, net } from "../network/fixtures.js";

test("a flat network holds all parts in order, frozen, with the oddities", () => {
  const inner = net({ name: "inner" });
  inner.addNeuron(leaky, { name: "a" });
  inner.addInput("a", { name: "in" });
  const outer = net({ name: "outer", compat: { snsOrder: true } });
  outer.addNetwork(inner);
  outer.addNeuron(leaky, { name: "b" });
  outer.addConnection(graded(), "inner/a", "b", { name: "c" });
  outer.addOutput("b", { name: "out" });
  const flat = flatten(outer);
  expect(flat).toMatchObject({
    name: "outer",
    populations: [{ name: "inner/a" }, { name: "b" }],
    connections: [{ name: "c", source: 0, target: 1 }],
    inputs: [{ name: "inner/in", target: 0 }],
    outputs: [{ name: "out", source: 1, variable: "V" }],
  });
  expect([...flat.quirks]).toEqual(["snsOrder"]);
  for (const list of [flat, flat.populations, flat.connections, flat.inputs, flat.outputs]) {
    expect(Object.isFrozen(list)).toBe(true);
  }
});

test("flattening neither changes the network nor is changed by it later", () => {
  const network = net();
  network.addNeuron(leaky);
  const before = network.summary();
  const flat = flatten(network);
  expect(network.summary()).toBe(before);
  network.addNeuron(leaky);
  expect(flat.populations.length).toBe(1);
});

test("equal names get numbers: the first stays, and given names are not taken over", () => {
  const network = net({ compat: { flatNames: true } });
  for (const name of ["a", "a", "a#2", "a"]) network.addNeuron(leaky, { name });
  network.addConnection(graded(), 0, 1, { name: "a" });
  network.addInput(0, { name: "i" });
  network.addInput(0, { name: "i" });
  const flat = flatten(network);
  expect(flat.populations.map(({ name }) => name)).toEqual(["a", "a#3", "a#2", "a#4"]);
  expect(flat.connections[0]?.name).toBe("a#5");
  expect(flat.inputs.map(({ name }) => name)).toEqual(["i", "i#2"]);
});

test.each([
  [{}, [0, 1, 3, 2]],
  [{ duplicatedChannels: true }, [0, 3, 3, 2]],
])("with %j the numbers of channels 0, 1, 3, 2 become %j", (compat, expected) => {
  const inner = net();
  for (const count of [0, 1]) inner.addNeuron(leakyWithChannels(count));
  const network = net({ compat });
  network.addNetwork(inner);
  for (const count of [3, 2]) network.addNeuron(leakyWithChannels(count));
  const { populations } = flatten(network);
  expect(populations.map(({ type }) => type.channels.length)).toEqual(expected);
});

test("single channels stay single where no neuron has more", () => {
  const network = net({ compat: "sns-toolbox" });
  network.addNeuron(leakyWithChannels(1));
  expect(flatten(network).populations[0]).toBe(network.populations[0]);
});
