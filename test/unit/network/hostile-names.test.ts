// Names that look like code, markup, flags, numbers or places: a network that has them gives the
// numbers that plain names give, also through a document, and what cannot be a name is refused.

import { MyelinError, Network, neurons, synapses } from "../../../src/index.js";
import type { Model } from "../../../src/index.js";
import { hostileNames, hostilePaths, refusedNames, unseen } from "../../helpers/hostile-names.js";
import { documentOf, inGroups, networkOf, plainNames } from "../../helpers/hostile-network.js";
import { errorOf } from "./fixtures.js";

const steps = 15;

/** Everything that can be asked for by name, in the order of the names. */
function numbersOf(model: Model, names: readonly string[]) {
  const input = Object.fromEntries(names.map((name, i) => [name, [4, 6 + (i % 3)]]));
  const record = names.flatMap((name) => [name, `${name}.theta`, `${name}.spikes`]);
  const { traces, spikes } = model.runSync({ steps, input, record });
  const events = names.map((name, i) => ({ step: i % 3, input: name, index: 1, value: 9 }));
  model.runSync({ steps: 3, input: { events } });
  return names.map((name) => ({
    traces: [traces[name], traces[`${name}.theta`]],
    spikes: spikes[`${name}.spikes`],
    state: model.state.get(`${name}.V`),
    parameters: [model.params.get(`${name}.bias`), model.params.get(`${name}?.maxConductance`)],
  }));
}

const compile = (net: Network): Promise<Model> =>
  net.compile({ dt: 1, backend: "iterative", onWarning: () => {} });

test("there are many names of many kinds", () => {
  expect(hostileNames.length).toBeGreaterThanOrEqual(500);
  expect(refusedNames.length).toBeGreaterThanOrEqual(200);
  expect(new Set([...hostileNames, ...refusedNames, ...hostilePaths]).size).toBe(
    hostileNames.length + refusedNames.length + hostilePaths.length,
  );
});

const groups = inGroups(hostileNames, 260);
// Passes may choose by size, and so change the last digits: each size has its own plain network.
const known = new Map<number, ReturnType<typeof numbersOf>>();
async function plainOf(names: readonly string[]): Promise<ReturnType<typeof numbersOf>> {
  const before = known.get(names.length);
  if (before !== undefined) return before;
  const plain = plainNames(names);
  const numbers = numbersOf(await compile(networkOf(plain)), plain);
  expect(numbers[0]!.spikes!.step.length).toBeGreaterThan(2);
  known.set(names.length, numbers);
  return numbers;
}

test.each(groups.map((names, i) => [i, names] as const))(
  "no number depends on the names of group %i",
  async (_i, names) => {
    const document = networkOf(names).toDocument();
    expect(document).toEqual(documentOf(names));
    const text = JSON.stringify(document);
    const net = Network.fromDocument(text);
    expect(JSON.stringify(net.toDocument())).toBe(text);
    const model = await compile(net);
    expect(model.inputs.map(({ name }) => name)).toEqual(names);
    expect(numbersOf(model, names)).toEqual(await plainOf(names));
  },
);

test("in documents, names with slashes give the same numbers, too", async () => {
  const document = documentOf(hostilePaths, "whole");
  const model = await compile(Network.fromDocument(JSON.stringify(document)));
  expect(numbersOf(model, hostilePaths)).toEqual(await plainOf(hostilePaths));
});

/** Everything that gives a name to something. */
const givers: Readonly<Record<string, (name: string) => unknown>> = {
  network: (name) => new Network({ name }),
  population: (name) => new Network().addPopulation(cell, 2, { name }),
  neuron: (name) => new Network().addNeuron(cell, { name }),
  connection: (name) => withCell().addConnection(synapse, 0, 0, { name }),
  input: (name) => withCell().addInput(0, { name }),
  output: (name) => withCell().addOutput(0, { name }),
  "added network": (name) => withCell().addNetwork(new Network(), { name }),
};
const cell = neurons.spiking();
const synapse = synapses.spiking();
function withCell(): Network {
  const net = new Network();
  net.addNeuron(cell, { name: "cell" });
  return net;
}

/** The error is of ours, says what is wrong on a short line, and shows nothing as it is. */
function expectHarmless(act: () => unknown): void {
  const error = errorOf(act);
  expect(error).toBeInstanceOf(MyelinError);
  expect(error.message).not.toMatch(unseen);
  expect(error.message.length).toBeLessThan(3000);
}

test.each(Object.entries(givers))("no %s takes a name that is refused", (_what, give) => {
  for (const name of refusedNames) expectHarmless(() => give(name));
  for (const name of hostilePaths) expectHarmless(() => give(name));
});

test("a suffix of added networks takes none either, but for words that are no whole name", () => {
  const whole = new Set(["", "__proto__", "constructor", "prototype"]);
  const refused = refusedNames.filter((suffix) => !whole.has(suffix));
  for (const suffix of [...refused, ...hostilePaths]) {
    expectHarmless(() => withCell().addNetwork(withCell(), { suffix }));
  }
});

test("asking for a name that is not there is harmless, whatever the name", async () => {
  const net = withCell();
  net.addInput(0, { name: "drive" });
  const model = await compile(net);
  const loose = (name: string): never => JSON.parse(`{${JSON.stringify(name)}:1}`) as never;
  const some = hostileNames.filter((_name, i) => i % 4 === 0);
  for (const name of [...some, ...hostilePaths, ...refusedNames]) {
    for (const act of [
      () => net.population(name),
      () => net.connection(name),
      () => net.input(name),
      () => net.output(name),
      () => net.addConnection(synapse, name, 0),
      () => model.state.get(name),
      () => model.state.set(`${name}.V`, 1),
      () => model.params.get(name),
      () => model.runSync({ steps: 1, record: [name] }),
      () => model.runSync({ steps: 1, input: loose(name) }),
      () => model.runSync({ steps: 1, input: { events: [{ step: 0, input: name, value: 1 }] } }),
      () => net.addOutput(0, { variable: name === "V" || name === "spikes" ? "x" : name }),
      () => neurons.spiking(loose(name)),
      () => new Network(loose(name === "name" ? "x" : name)),
    ]) {
      expectHarmless(act);
    }
  }
  expect(({} as Record<string, unknown>)["V"]).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});
