// The short forms that people write, and how documents are read from plain data.

import { Network, neurons, synapses } from "../../../src/index.js";
import { everyPart } from "../../helpers/document-networks.js";
import { expectSameNetwork } from "../../helpers/same-network.js";

const head = { myelin: "network", version: 1 } as const;
const read = (parts: object): Network => Network.fromDocument({ ...head, ...parts });

test("the smallest document is an empty network", () => {
  const net = read({});
  expect(net).toBeInstanceOf(Network);
  expect(net.name).toBe("network");
  expect(net.summary()).toBe(new Network().summary());
});

test("what is left out has the defaults of the API", () => {
  const net = read({
    populations: [{ model: "neurons.nonSpiking" }, { model: "neurons.spiking", shape: 3 }],
    connections: [{ model: "synapses.nonSpiking", source: "nonSpiking", target: 1 }],
    inputs: [{ target: 0 }],
    outputs: [{ source: "spiking" }],
  });
  const same = new Network();
  same.addNeuron(neurons.nonSpiking());
  same.addPopulation(neurons.spiking(), 3);
  same.addConnection(synapses.nonSpiking(), 0, 1);
  same.addInput(0);
  same.addOutput(1);
  expectSameNetwork(net, same);
});

test("factories with other defaults, units and nested lists are read as in code", () => {
  const net = read({
    name: "short",
    populations: [
      {
        model: "neurons.persistentSodium",
        parameters: { membraneCapacitance: "5000 pF", maxConductance: 2 },
        channels: [{ model: "channels.persistentSodium" }],
        shape: [2, 2],
        initialValue: [
          [1, 2],
          [3, "-0"],
        ],
      },
      {
        model: "neurons.spiking",
        shape: 2,
        parameters: { membraneCapacitance: [4, 5] },
        initialValue: { theta: 3 },
      },
    ],
    connections: [
      {
        model: "synapses.transmission",
        parameters: {
          gain: [
            [0.5, 0, 0.1, 0.2],
            [0, 0, 1, 0],
          ],
        },
        source: 0,
        target: 1,
        connectivity: "matrix",
      },
      {
        model: "synapses.electrical",
        parameters: { conductance: "100 nS", rectified: true },
        source: 0,
        target: 1,
        connectivity: { sources: [0, 3], targets: [1, 1] },
      },
      {
        model: "synapses.nonSpiking",
        parameters: {
          maxConductance: [
            [0, 0.1, 0],
            [0.2, 0.3, 0.2],
            [0, 0.1, 0],
          ],
        },
        source: 0,
        target: 0,
        connectivity: "pattern",
      },
      {
        model: "synapses.nonSpiking",
        parameters: { maxConductance: [0.1, 0.2] },
        source: 1,
        target: 1,
        connectivity: { rule: "one-to-one" },
      },
      {
        model: "synapses.nonSpiking",
        parameters: {
          maxConductance: [
            [0.1, 0.2],
            [0.3, 0.4],
          ],
        },
        source: 1,
        target: 1,
      },
    ],
  });
  const same = new Network({ name: "short" });
  const sodium = neurons.persistentSodium({
    membraneCapacitance: 5,
    maxConductance: 2,
    channels: [neurons.persistentSodium().channels[0]!],
  });
  same.addPopulation(sodium, [2, 2], { initialValue: [1, 2, 3, -0] });
  const moving = neurons.spiking({ membraneCapacitance: [4, 5] });
  same.addPopulation(moving, 2, { initialValue: { theta: 3 } });
  const gain = [
    [0.5, 0, 0.1, 0.2],
    [0, 0, 1, 0],
  ];
  same.addConnection(synapses.matrix(synapses.transmission, { gain }), 0, 1);
  const connectivity = { sources: [0, 3], targets: [1, 1] };
  const electrical = synapses.electrical({ conductance: 0.1, rectified: true });
  same.addConnection(electrical, 0, 1, { connectivity });
  const kernel = [
    [0, 0.1, 0],
    [0.2, 0.3, 0.2],
    [0, 0.1, 0],
  ];
  same.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: kernel }), 0, 0);
  same.addConnection(synapses.nonSpiking({ maxConductance: [0.1, 0.2] }), 1, 1, {
    connectivity: "one-to-one",
  });
  same.addConnection(synapses.nonSpiking({ maxConductance: [0.1, 0.2, 0.3, 0.4] }), 1, 1);
  expectSameNetwork(net, same);
});

test("true and false may stand in lists, and rest or texts in definitions", () => {
  const channel = { model: "channels.persistentSodium" };
  const flags = (list: unknown) => ({
    ...{ model: "neurons.nonSpiking", shape: 2 },
    channels: [{ ...channel, parameters: { gateBVoltageDependentTau: list } }],
  });
  const one = read({ populations: [flags([true, false])] });
  expectSameNetwork(one, read({ populations: [flags([1, 0])] }));
});

test("a definition without a name is called as its key says", () => {
  const net = read({
    models: {
      "neurons.relaxing": {
        doc: "Falls back to 0.",
        params: {},
        state: { x: { initial: 1, doc: "value" } },
        equations: "dx/dt = -x / (5 ms)",
        output: "x",
      },
    },
    populations: [{ model: "neurons.relaxing" }],
  });
  expect(net.population(0).name).toBe("relaxing");
  expect(net.population(0).type.model.name).toBe("relaxing");
});

test("plain data is read like text, also when it was made in code", () => {
  const net = everyPart();
  expectSameNetwork(Network.fromDocument(net.toDocument()), net);
  const bare = Object.assign(Object.create(null) as object, head, {
    name: "bare",
    models: undefined,
  });
  expect(Network.fromDocument(bare).name).toBe("bare");
});

test("a document is not changed, and shares nothing with the network", () => {
  const net = everyPart();
  const document = net.toDocument();
  const text = JSON.stringify(document);
  const again = Network.fromDocument(document);
  expect(JSON.stringify(document)).toBe(text);
  const [first] = document.populations as unknown as [{ initialValue: { V: number[] } }];
  first.initialValue.V[0] = 99;
  expect(net.population(0).initialValues.get("V")).toEqual(
    again.population(0).initialValues.get("V"),
  );
});

test("a schema address is accepted and ignored", () => {
  expect(read({ $schema: "https://example.org/network.schema.json" }).populations).toEqual([]);
});

test("networks that are added later cannot have names with slashes", () => {
  const net = read({ populations: [{ name: "leg/flexor", model: "neurons.nonSpiking" }] });
  expect(net.populationIndex("leg/flexor")).toBe(0);
  expect(() => net.addNeuron(neurons.nonSpiking(), { name: "leg/extensor" })).toThrow(
    /must not contain/,
  );
});
