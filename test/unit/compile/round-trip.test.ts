// What model.params gives can be given back: parameters that all neurons share, one value for each
// neuron, and values of their own for the copies of a batch.

import { Network, neurons, synapses } from "../../../src/index.js";

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
