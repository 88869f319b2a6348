// What model.params gives can be given back: parameters that all neurons share, one value for each
// neuron, and values of their own for the copies of a batch.

import { channels, Network, neurons, synapses } from "../../../src/index.js";

const quiet = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;

function network(): Network {
  const net = new Network();
  net.addPopulation(neurons.spiking({ bias: [1, 2, 3], refractoryPeriod: 1 }), 3, {
    name: "cells",
  });
  net.addInput("cells");
  return net;
}

test.each([[[]], [["cells.membraneCapacitance", "cells.bias"]]])(
  "every parameter takes back what it gave (tunable: %j)",
  async (tunable: string[]) => {
    const model = await network().compile({ ...quiet, tunable });
    for (const name of model.params.names()) {
      const given = model.params.get(name);
      model.params.set(name, given);
      expect({ name, values: model.params.get(name) }).toEqual({ name, values: given });
    }
  },
);

test("a matrix of couplings with gaps has one value for each pair, and takes them back", async () => {
  const net = network();
  const conductance = [
    [0, 1, 2],
    [1, 0, 0],
    [2, 0, 0],
  ];
  const coupling = synapses.matrix(synapses.electrical, { conductance });
  net.addConnection(coupling, "cells", "cells", { name: "gap" });
  const model = await net.compile(quiet);
  expect([...model.params.get("gap.conductance")]).toEqual([1, 2]);
  model.params.set("gap.conductance", [3, 4]);
  expect([...model.params.get("gap.conductance")]).toEqual([3, 4]);
  model.params.set("gap.conductance", [0, 5, 6, 5, 0, 0, 6, 0, 0]);
  expect([...model.params.get("gap.conductance")]).toEqual([5, 6]);
  const lopsided = () => model.params.set("gap.conductance", [0, 5, 6, 7, 0, 0, 6, 0, 0]);
  expect(lopsided).toThrow(expect.objectContaining({ code: "not-symmetric" }));
});

test.each([{}, { singleTapAllToAll: true }])(
  "a kernel whose only tap is 0 takes back what it gave, and other values (compat %j)",
  async (compat) => {
    const net = new Network({ compat });
    net.addPopulation(neurons.nonSpiking(), 3, { name: "cells", initialValue: 5 });
    const kernel = synapses.pattern(synapses.nonSpiking, { maxConductance: [0] });
    net.addConnection(kernel, "cells", "cells", { name: "loop" });
    const model = await net.compile({ ...quiet, precision: "float32" });
    for (const name of model.params.names()) model.params.set(name, model.params.get(name));
    expect([...model.params.get("loop.maxConductance")]).toEqual([0]);
    model.params.set("loop.reversalPotential", 20);
    model.params.set("loop.maxConductance", [2]);
    expect([...model.params.get("loop.maxConductance")]).toEqual([2]);
    model();
    expect(model.state.get("cells.V")[0]).toBeGreaterThan(5);
  },
);

test("vectors for the copies of a batch are as many as the copies, and equally long", async () => {
  const model = await network().compile({ ...quiet, batch: 2, perCopy: ["cells.bias"] });
  const code = "wrong-length";
  for (const value of [
    [[1, 2, 3]],
    [[1, 2, 3], [1]],
    [
      [1, 2, 3, 4],
      [1, 2],
    ],
  ]) {
    const write = () => model.params.set("cells.bias", value);
    expect(write).toThrow(expect.objectContaining({ code }));
  }
  const shared = () => model.params.set("cells.membraneCapacitance", [[1], [2]]);
  expect(shared).toThrow(expect.objectContaining({ code }));
});

test("a switch of a channel takes back what it gave, and no other value", async () => {
  const net = new Network();
  const membrane = [channels.persistentSodium(), channels.persistentSodium()];
  net.addNeuron(neurons.nonSpiking({ channels: membrane }), { name: "cell" });
  const model = await net.compile(quiet);
  for (const name of model.params.names()) {
    const given = model.params.get(name);
    model.params.set(name, given);
    expect(model.params.get(name)).toEqual(given);
  }
  const name = model.params.names().find((each) => each.endsWith("VoltageDependentTau"))!;
  const other = [1 - model.params.get(name)[0]!];
  expect(() => model.params.set(name, other)).toThrow(
    expect.objectContaining({ code: "not-tunable" }),
  );
});

test("one value in an array is one value for all neurons", async () => {
  const model = await network().compile(quiet);
  model.params.set("cells.bias", [5]);
  model.params.set("cells.membraneCapacitance", [2]);
  model([0]);
  expect([...model.state.get("cells.V")]).toEqual([0.25, 0.25, 0.25]);
});

test("each copy of a batch can have a refractory period of its own", async () => {
  const perCopy = ["cells.refractoryPeriod"];
  const model = await network().compile({ ...quiet, batch: 2, perCopy });
  model.params.set("cells.refractoryPeriod", [[0.5], [2]]);
  const rec = await model.run({ steps: 41, input: 1000, record: ["cells.spikes"] });
  const { step, index, copy } = rec.spikes["cells.spikes"]!;
  const ofCopy = (wanted: number) =>
    [...step].filter((_, i) => copy![i] === wanted && index[i] === 0);
  expect(ofCopy(0)).toEqual([0, 6, 12, 18, 24, 30, 36]);
  expect(ofCopy(1)).toEqual([0, 21]);
});
