// Building a network, reading it back and finding its parts.

import { NetworkBase } from "../../../src/network/network.js";
import {
  errorOf,
  firing,
  gap,
  graded,
  leaky,
  matrix,
  net,
  numbers,
  pattern,
  spiking,
} from "./fixtures.js";

test("neurons and populations are numbered in order of addition", () => {
  const network = net();
  const a = network.addNeuron(leaky, { name: "a", color: "steelblue", initialValue: -1 });
  const b = network.addPopulation(leaky, [2, 3], { name: "b" });
  const c = network.addPopulation(firing, 4, { name: "c" });
  expect([a, b, c].map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(b.shape).toEqual([2, 3]);
  expect(b.size).toBe(6);
  expect(network.neuronCount).toBe(11);
  const [first] = network.populations;
  expect(first).toMatchObject({ name: "a", color: "steelblue", shape: [1], size: 1 });
  expect(first?.initialValues).toEqual(new Map([["V", -1]]));
});

test("names that are not given come from the model and get a number where they are taken", () => {
  const network = net();
  network.addNeuron(leaky, { name: "leaky1" });
  const names = [0, 1, 2].map(() => network.addNeuron(leaky).name);
  expect(names).toEqual(["leaky", "leaky2", "leaky3"]);
  network.addConnection(graded(), 0, 1);
  expect(network.addConnection(graded(), 0, 1).name).toBe("graded1");
  expect([network.addInput(0), network.addInput(0)].map(({ name }) => name)).toEqual([
    "input",
    "input1",
  ]);
});

test("populations and connections share their names; inputs and outputs have their own", () => {
  const network = net();
  network.addNeuron(leaky, { name: "a" });
  expect(errorOf(() => network.addConnection(graded(), 0, 0, { name: "a" })).code).toBe(
    "name-taken",
  );
  network.addInput("a", { name: "a" });
  network.addOutput("a", { name: "a" });
  expect(network.inputs[0]?.name).toBe("a");
  expect(network.outputs[0]?.name).toBe("a");
});

test("a failed call does not use up a default name", () => {
  const network = net();
  network.addNeuron(leaky);
  errorOf(() => network.addPopulation(leaky, 0));
  expect(network.addNeuron(leaky).name).toBe("leaky1");
});

test("ends are given by handle, by name or by number", () => {
  const network = net();
  const a = network.addNeuron(leaky, { name: "a" });
  network.addNeuron(leaky, { name: "b" });
  network.addConnection(graded(), a, "b", { name: "x" });
  network.addConnection(graded(), 1, 0);
  expect(network.connections.map(({ source, target }) => [source, target])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test("initial values are numbers, flat or nested arrays, or records by state", () => {
  const network = net();
  const read = (initialValue: unknown) =>
    network.population(
      network.addPopulation(firing, [2, 2], { initialValue: initialValue as number }),
    ).initialValues;
  expect(read([1, 2, 3, 4])).toEqual(new Map([["V", numbers(1, 2, 3, 4)]]));
  expect(
    read([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual(new Map([["V", numbers(1, 2, 3, 4)]]));
  expect(read([Float32Array.of(1, 2), [3, 4]])).toEqual(new Map([["V", numbers(1, 2, 3, 4)]]));
  expect(
    read({
      theta: 2,
      V: [
        [1, 2],
        [3, 4],
      ],
    }),
  ).toEqual(
    new Map<string, unknown>([
      ["theta", 2],
      ["V", numbers(1, 2, 3, 4)],
    ]),
  );
  expect(read({})).toEqual(new Map());
});

test("arrays are copied when they are given", () => {
  const network = net();
  const initialValue = [1, 2];
  const sources = [0, 1];
  network.addPopulation(leaky, 2, { initialValue });
  network.addConnection(graded(), 0, 0, { connectivity: { sources, targets: [1, 0] } });
  initialValue[0] = 9;
  sources[0] = 1;
  expect(network.populations[0]?.initialValues.get("V")).toEqual(numbers(1, 2));
  expect(network.connections[0]?.connectivity).toMatchObject({ sources: Int32Array.of(0, 1) });
});

test("connectivity is all-to-all, one-to-one, a list, a matrix or a pattern", () => {
  const network = net();
  network.addPopulation(leaky, 3, { name: "a" });
  network.addPopulation(leaky, 3, { name: "b" });
  const add = (
    synapse = graded(),
    connectivity?: "one-to-one" | { sources: number[]; targets: number[] },
  ) =>
    network.connection(
      network.addConnection(synapse, "a", "b", connectivity === undefined ? {} : { connectivity }),
    ).connectivity;
  expect(add()).toEqual({ kind: "all-to-all" });
  expect(add(graded(), "one-to-one")).toEqual({ kind: "one-to-one" });
  expect(add(graded(), { sources: [2], targets: [1] })).toEqual({
    kind: "edges",
    sources: Int32Array.of(2),
    targets: Int32Array.of(1),
  });
  expect(add(graded({ conductance: numbers(1, 0, 0, 0, 2, 0, 0, 0, 3) }, matrix(3, 3)))).toEqual({
    kind: "matrix",
    present: Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  });
  expect(add(graded({}, pattern(3)))).toEqual({ kind: "pattern", kernel: [3] });
  expect(network.synapseCount).toBe(9 + 3 + 1 + 3 + 7);
});

test("a pattern with one tap joins neurons of equal number", () => {
  const network = net();
  network.addPopulation(leaky, [2, 2]);
  network.addConnection(graded({ conductance: numbers(7) }, pattern(1, 1)), 0, 0);
  expect(network.connections[0]).toMatchObject({ connectivity: { kind: "one-to-one" } });
  expect(network.connections[0]?.values.get("conductance")).toBe(7);
});

test("inputs are broadcast or vectors, outputs show a state or spikes", () => {
  const network = net();
  network.addPopulation(firing, 3, { name: "a" });
  network.addPopulation(leaky, 2, { name: "b" });
  network.addInput("a");
  network.addInput("a", { size: 3, name: "vector" });
  network.addOutput("a");
  network.addOutput("a", { variable: "theta" });
  network.addOutput("a", { spiking: true });
  network.addOutput("b", { variable: "spikes" });
  network.addOutput("b", { spiking: false, variable: "V" });
  expect(network.inputs.map(({ size, port }) => [size, port])).toEqual([
    [1, "I"],
    [3, "I"],
  ]);
  expect(network.outputs.map(({ variable }) => variable)).toEqual([
    "V",
    "theta",
    "spikes",
    "spikes",
    "V",
  ]);
  expect([network.inputSize, network.outputSize]).toEqual([4, 13]);
});

test("every part is found by name, number and handle", () => {
  const network = net();
  const a = network.addNeuron(leaky, { name: "a" });
  const c = network.addConnection(graded(), a, a, { name: "c" });
  const i = network.addInput(a, { name: "i" });
  const o = network.addOutput(a, { name: "o" });
  for (const like of [a, "a", 0]) expect(network.population(like).name).toBe("a");
  for (const like of [c, "c", 0]) expect(network.connection(like).name).toBe("c");
  for (const like of [i, "i", 0]) expect(network.input(like).name).toBe("i");
  for (const like of [o, "o", 0]) expect(network.output(like).name).toBe("o");
  expect(network.populationIndex("a")).toBe(0);
  expect(network.populationIndex(a)).toBe(0);
  expect(network.connectionIndex("c")).toBe(0);
  expect(network.inputIndex("i")).toBe(0);
  expect(network.outputIndex(o)).toBe(0);
});

test("all connections can be found by name, however many there are", () => {
  const network = net();
  network.addNeuron(leaky);
  for (let k = 0; k < 5; k += 1) network.addConnection(graded(), 0, 0, { name: `c${k}` });
  expect(network.connectionIndex("c4")).toBe(4);
});

test("the lists are frozen", () => {
  const network = net();
  network.addNeuron(leaky);
  const { populations } = network;
  expect(Object.isFrozen(populations)).toBe(true);
  expect(Object.isFrozen(populations[0])).toBe(true);
  network.addNeuron(leaky);
  expect(populations.length).toBe(1);
});

test("a copy is independent and keeps everything", () => {
  class Derived extends NetworkBase {}
  const network = new Derived({ name: "one", compat: { flatNames: true } });
  const a = network.addNeuron(leaky, { name: "a", initialValue: 3 });
  network.addConnection(graded(), a, a);
  network.addInput(a);
  network.addOutput(a);
  const copy: Derived = network.copy();
  expect(copy).toBeInstanceOf(Derived);
  expect(copy.summary()).toBe(network.summary());
  expect(copy.populations[0]?.initialValues).toEqual(new Map([["V", 3]]));
  copy.addConnection(graded(), a, "a");
  expect([network.connections.length, copy.connections.length]).toEqual([1, 2]);
});

test("the summary counts and lists all parts", () => {
  const network = net({ name: "half" });
  network.addNeuron(leaky, { name: "left", initialValue: -1 });
  network.addPopulation(firing, [2, 3], { name: "grid" });
  network.addConnection(spiking({}, pattern(3, 3)), "grid", "grid", { name: "inside" });
  network.addConnection(graded(), "grid", "left", { name: "down" });
  network.addInput("left", { name: "drive" });
  network.addOutput("grid", { name: "seen", spiking: true });
  expect(network.summary()).toBe(
    [
      "network half",
      "  7 neurons in 2 populations",
      "  34 synapses in 2 connections",
      "  1 input of 1 value, 1 output of 6 values",
      "populations",
      "  0  left  leaky   1      starts with V given",
      "  1  grid  firing  2 x 3",
      "connections",
      "  0  inside  spiking  grid -> grid  pattern 3 x 3  28 synapses",
      "  1  down    graded   grid -> left  all-to-all     6 synapses",
      "inputs",
      "  0  drive  -> left.I  1 value",
      "outputs",
      "  0  seen  <- grid.spikes  6 values",
    ].join("\n"),
  );
  expect(String(network)).toBe(network.summary());
});

test("long lists are cut in the summary", () => {
  const network = net();
  for (let k = 0; k < 250; k += 1) network.addNeuron(leaky);
  expect(network.summary()).toContain("... and 50 more");
});

test("two synapses of one kind on one pair of neurons are noted, and add", () => {
  const network = net();
  network.addPopulation(leaky, 2, { name: "a" });
  network.addPopulation(firing, 2, { name: "b" });
  network.addConnection(graded(), "b", "a", { name: "one" });
  network.addConnection(spiking(), "b", "a", { name: "other kind" });
  network.addConnection(graded(), "a", "b", { name: "other way" });
  expect(network.warnings).toEqual([]);
  network.addConnection(graded({}, pattern(1)), "b", "a", { name: "two" });
  expect(network.warnings).toEqual([
    {
      code: "same-pair",
      where: "two",
      message: "one and two both join b to a by non-spiking synapses; their effects add.",
    },
  ]);
});

test("lists without a common pair are not noted, and electrical synapses meet from both ends", () => {
  const network = net();
  network.addPopulation(leaky, 2, { name: "a" });
  network.addPopulation(leaky, 2, { name: "b" });
  const join = (source: number, target: number) =>
    network.addConnection(graded(), "a", "b", {
      connectivity: { sources: [source], targets: [target] },
    });
  join(0, 1);
  join(1, 0);
  expect(network.warnings).toEqual([]);
  join(0, 1);
  expect(network.warnings.length).toBe(1);
  network.addConnection(gap(), "a", "b");
  network.addConnection(gap(), "b", "a");
  expect(network.warnings.length).toBe(2);
});
