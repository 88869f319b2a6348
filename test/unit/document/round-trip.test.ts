// What is written and read back is the same network: the same lists, names and numbers, the same
// Program, and the same answers to what is done with it afterwards.

import { readFileSync } from "node:fs";
import { Network, neurons, synapses } from "../../../src/index.js";
import { expectSameNetwork, throughText } from "../../helpers/same-network.js";
import { everyPart, everyRule, halfCentre } from "../../helpers/document-networks.js";

describe.each(["none", "some", "all"] as const)("with these oddities: %s", (compat) => {
  test("everything that a network can hold comes back", () => {
    const net = everyPart(compat);
    expectSameNetwork(throughText(net), net);
  });

  test("later calls do the same", () => {
    const net = everyPart(compat);
    const again = throughText(net);
    for (const each of [net, again]) {
      each.addNetwork(halfCentre());
      each.addNetwork(halfCentre(), { name: "inner9" });
      each.addNeuron(neurons.spiking());
      each.addConnection(synapses.nonSpiking(), 0, "spiking");
      each.addInput(0);
      each.addOutput(0);
    }
    expectSameNetwork(again, net);
  });
});

test("rules come back, and draw the same synapses", () => {
  const net = everyRule();
  expectSameNetwork(throughText(net), net);
});

test("a document of version 1 that was kept is read as ever", () => {
  const text = readFileSync("test/data/documents/version-1.json", "utf8");
  expect(Network.fromDocument(text).toDocument()).toEqual(JSON.parse(text));
});
