// Networks inside networks: copied at that moment, names as paths, parts at their place.

import { errorOf, firing, graded, leaky, net, numbers, spiking } from "./fixtures.js";

function leg() {
  const network = net({ name: "leg" });
  const flexor = network.addNeuron(leaky, { name: "flexor", initialValue: 2 });
  const extensor = network.addPopulation(leaky, 2, { name: "extensor", initialValue: [3, 4] });
  network.addConnection(graded(), flexor, extensor, { name: "across" });
  network.addInput(flexor, { name: "drive" });
  network.addOutput(extensor, { name: "seen" });
  return { network, flexor, extensor };
}

test("names become paths, and parts keep their order of addition", () => {
  const outer = net();
  outer.addNeuron(leaky, { name: "before" });
  const inner = leg();
  const ref = outer.addNetwork(inner.network);
  outer.addNeuron(leaky, { name: "after" });
  expect(outer.populations.map(({ name }) => name)).toEqual([
    "before",
    "leg/flexor",
    "leg/extensor",
    "after",
  ]);
  expect(ref).toMatchObject({ name: "leg", first: 1 });
  expect(ref.populations.map(({ name, index }) => [name, index])).toEqual([
    ["leg/flexor", 1],
    ["leg/extensor", 2],
  ]);
  expect(outer.connections[0]).toMatchObject({ name: "leg/across", source: 1, target: 2 });
  expect(outer.inputs[0]).toMatchObject({ name: "leg/drive", target: 1 });
  expect(outer.outputs[0]).toMatchObject({ name: "leg/seen", source: 2 });
});

test("initial values and connection names survive", () => {
  const outer = net();
  outer.addNetwork(leg().network);
  expect(outer.population("leg/flexor").initialValues).toEqual(new Map([["V", 2]]));
  expect(outer.population("leg/extensor").initialValues).toEqual(new Map([["V", numbers(3, 4)]]));
  expect(outer.connectionIndex("leg/across")).toBe(0);
});

test("a second network of one name gets a number, and others their own name", () => {
  const outer = net();
  const inner = leg().network;
  expect(outer.addNetwork(inner).name).toBe("leg");
  expect(outer.addNetwork(inner).name).toBe("leg1");
  expect(outer.addNetwork(inner, { name: "hind" }).name).toBe("hind");
  expect(errorOf(() => outer.addNetwork(inner, { name: "hind" })).code).toBe("name-taken");
  expect(outer.networks.map(({ name }) => name)).toEqual(["leg", "leg1", "hind"]);
});

test("a suffix and a colour go to all names and colours", () => {
  const outer = net();
  outer.addNetwork(leg().network, { suffix: "_r", color: "red" });
  expect(outer.populations.map(({ name, color }) => [name, color])).toEqual([
    ["leg/flexor_r", "red"],
    ["leg/extensor_r", "red"],
  ]);
  expect(outer.inputs[0]).toMatchObject({ name: "leg/drive_r", color: "red" });
  expect(outer.connections[0]?.name).toBe("leg/across_r");
});

test("handles of the inner network stand for the copy in the outer one", () => {
  const { network, flexor, extensor } = leg();
  const outer = net();
  const top = outer.addNeuron(leaky, { name: "top" });
  outer.addNetwork(network);
  outer.addConnection(graded(), top, flexor);
  outer.addConnection(graded(), extensor, "leg/flexor");
  expect(outer.connections.slice(1).map(({ source, target }) => [source, target])).toEqual([
    [0, 1],
    [2, 1],
  ]);
});

test("handles work through several levels", () => {
  const { network, flexor } = leg();
  const body = net({ name: "body" });
  body.addNeuron(leaky);
  body.addNetwork(network);
  const world = net();
  world.addNeuron(leaky);
  world.addNetwork(body);
  expect(world.populationIndex(flexor)).toBe(2);
  expect(world.population(flexor).name).toBe("body/leg/flexor");
  expect(world.networks.map(({ name, first }) => [name, first])).toEqual([
    ["body", 1],
    ["body/leg", 2],
  ]);
});

test("a handle is refused where its network was added twice, but the new handles work", () => {
  const { network, flexor } = leg();
  const outer = net();
  const [first] = [outer.addNetwork(network), outer.addNetwork(network)];
  expect(errorOf(() => outer.addInput(flexor)).code).toBe("ambiguous-handle");
  expect(outer.addInput(first!.populations[0]!).index).toBe(2);
});

test("what is added to the inner network later stays out", () => {
  const { network } = leg();
  const outer = net();
  outer.addNetwork(network);
  const late = network.addNeuron(leaky, { name: "late" });
  expect(outer.populations.length).toBe(2);
  expect(errorOf(() => outer.addInput(late)).code).toBe("foreign-handle");
  expect(errorOf(() => outer.addInput("leg/late")).code).toBe("unknown-name");
});

test("a network can be added neither to itself nor to one inside it, but its copy can", () => {
  const a = net({ name: "a" });
  const b = net({ name: "b" });
  const c = net({ name: "c" });
  b.addNetwork(a);
  c.addNetwork(b);
  for (const outer of [a, b, c])
    expect(errorOf(() => a.addNetwork(outer)).code).toBe("network-cycle");
  expect(errorOf(() => b.addNetwork(c)).code).toBe("network-cycle");
  expect(errorOf(() => a.addNetwork(c.copy())).code).toBe("network-cycle");
  a.addNeuron(leaky);
  a.addNetwork(a.copy());
  expect(a.neuronCount).toBe(2);
});

test("deep nesting ends in an error, not in endless names", () => {
  let network = net({ name: "x".repeat(1000) });
  network.addNeuron(leaky);
  const nest = () => {
    const outer = net({ name: "x".repeat(1000) });
    outer.addNetwork(network);
    network = outer;
  };
  for (let level = 0; level < 9; level += 1) nest();
  expect(errorOf(nest).code).toBe("bad-name");
});

test("many copies of a network are added in reasonable time", () => {
  const outer = net();
  const inner = net({ name: "n" });
  inner.addPopulation(leaky, 3);
  for (let k = 0; k < 3000; k += 1) outer.addNetwork(inner);
  expect(outer.populations.length).toBe(3000);
  expect(outer.networks[2999]?.name).toBe("n2999");
});

test("what only the inner network's oddities allow is refused by a network without them", () => {
  const inner = net({ name: "odd", compat: "sns-toolbox" });
  inner.addNeuron(leaky, { name: "silent" });
  inner.addConnection(spiking(), 0, 0);
  const outer = net();
  expect(errorOf(() => outer.addNetwork(inner)).code).toBe("cannot-fire");
  expect(outer.populations).toEqual([]);
  net({ compat: { timeFactorG: true } }).addNetwork(inner);
});

test("the loss of the inner network's oddities is noted", () => {
  const inner = net({ name: "odd", compat: { timeFactorG: true, snsOrder: true } });
  const outer = net({ compat: { snsOrder: true } });
  outer.addNetwork(inner);
  expect(outer.warnings.map(({ code, where }) => [code, where])).toEqual([
    ["compat-replaced", "odd"],
  ]);
  expect(outer.warnings[0]?.message).toContain("timeFactorG");
  const same = net({ compat: "sns-toolbox" });
  same.addNetwork(inner);
  expect(same.warnings).toEqual([]);
});

test("equal names that an oddity allowed get numbers in a network without it", () => {
  const inner = net({ name: "odd", compat: { flatNames: true } });
  inner.addNeuron(firing, { name: "a" });
  inner.addNeuron(firing, { name: "a" });
  const outer = net();
  outer.addNetwork(inner);
  expect(outer.populations.map(({ name }) => name)).toEqual(["odd/a", "odd/a1"]);
});

test("a suffix that makes a name of JavaScript objects is refused, and nothing is added", () => {
  const inner = net({ name: "inner" });
  inner.addPopulation(leaky, 1, { name: "__proto" });
  for (const outer of [net(), net({ compat: { flatNames: true } })]) {
    const error = errorOf(() => outer.addNetwork(inner, { suffix: "__" }));
    expect(error.code).toBe("bad-name");
    expect(outer.populations).toEqual([]);
  }
});
