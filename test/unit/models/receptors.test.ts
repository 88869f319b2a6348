// Receptors: states of the target that users of a synapse choose by name.

import { defineNeuron, defineSynapse, Network } from "../../../src/index.js";
import { printExpression } from "../../../src/expr/print.js";
import type { SynapseDefinition, SynapseModel } from "../../../src/models/types.js";
import { expectSameNetwork, throughText } from "../../helpers/same-network.js";
import { messageOf } from "./helpers.js";

const definition = {
  name: "twofold",
  doc: "Raises a fast and a slow state of its target.",
  params: {
    weight: { symbol: "w", default: 1, doc: "what a spike adds" },
    share: { symbol: "a", default: 0.25, doc: "the slow part of it" },
  },
  receptors: {
    fast: { symbol: "g", default: "gA", doc: "fast state of the target" },
    slow: { symbol: "h", default: "gB", doc: "slow state of the target" },
  },
  onPre: "g_post += (1 - a) * w; h_post += a * w",
  strength: "weight",
} as const;
const twofold = defineSynapse(definition);
const changed = (change: object) =>
  defineSynapse({ ...(definition as SynapseDefinition), ...change });

const cell = defineNeuron({
  name: "cell",
  doc: "Has three states that synapses may raise, and fires while it is driven.",
  params: {},
  state: {
    x: { initial: 0, doc: "input" },
    ...{ gA: { initial: 0, doc: "one" }, gB: { initial: 0, doc: "two" } },
    gC: { initial: 0, doc: "three" },
  },
  inputs: { I: { doc: "drive" } },
  equations: "x = I; gA = 0.5 * gA; gB = 0.75 * gB; gC = 0.875 * gC",
  output: "x",
  spike: "x > 0",
});

const arrivals = ({ onPre }: SynapseModel): string[] =>
  onPre.map(({ target, value }) => `${target} = ${printExpression(value)}`);

test("a receptor stands for its default until another state is chosen", () => {
  expect(arrivals(twofold().model)).toEqual([
    "gA_post = gA_post + (1 - a) * w",
    "gB_post = gB_post + a * w",
  ]);
  const { model } = twofold({ slow: "gC", weight: 2 });
  expect(arrivals(model)[1]).toBe("gC_post = gC_post + a * w");
  expect(model.ends.post).toEqual(["gA", "gC"]);
  expect(model.receptors.map(({ state }) => state)).toEqual(["gA", "gC"]);
  expect(model.general).toBe(twofold.model);
});

test("one choice is one model, so that equal synapses can be joined", () => {
  const { model } = twofold({ slow: "gC" });
  expect(twofold({ slow: "gC", fast: "gA" }).model).toBe(model);
  expect(twofold({ fast: "gA" }).model).toBe(twofold.model);
  expect(Object.isFrozen(model.onPre[0]!.value)).toBe(true);
});

test("all texts may name a receptor", () => {
  const { model } = changed({
    onPre: "s += 1",
    onPost: "s += h_post",
    state: { s: { initial: 0, doc: "state" } },
    equations: ["rate = g_post", "s = s - rate * s"],
    graded: { conductance: "s", reversal: "h_post", into: "g_post" },
  }).build({ fast: "u", slow: "v" });
  expect(model.ends.post).toEqual(["v", "u"]);
  expect(model.graded).toMatchObject({ into: "g_post" });
});

test("spikes raise the states that were chosen", async () => {
  const net = new Network();
  net.addNeuron(cell(), { name: "source" });
  net.addNeuron(cell(), { name: "target" });
  net.addConnection(twofold({ weight: 8 }), "source", "target");
  net.addConnection(twofold({ weight: 16, slow: "gC", fast: "gB" }), "source", "target");
  net.addInput("source");
  const model = await net.compile({ dt: 1, backend: "iterative", onWarning: () => {} });
  model.step([1]);
  model.step([0]);
  const read = (symbol: string) => model.state.get(`target.${symbol}`)[0];
  expect([read("gA"), read("gB"), read("gC")]).toEqual([6 * 0.5, (2 + 12) * 0.75, 4 * 0.875]);
});

test("a target without the state is refused, naming the nearest", () => {
  const net = new Network();
  net.addNeuron(cell(), { name: "cell" });
  expect(() => net.addConnection(twofold({ slow: "gc" }), "cell", "cell")).toThrow(
    /twofold uses gc_post.* has no gc.*Did you mean "gC"/s,
  );
});

test("documents keep the choice", () => {
  const net = new Network({ name: "chosen" });
  net.addPopulation(cell(), 3, { name: "cells" });
  net.addConnection(twofold({ slow: "gC" }), "cells", "cells");
  net.addConnection(twofold(), "cells", "cells");
  expectSameNetwork(throughText(net), net);
  const { connections, models } = net.toDocument();
  expect(connections!.map(({ model, parameters }) => ({ model, parameters }))).toEqual([
    {
      model: "synapses.twofold",
      parameters: { weight: 1, share: 0.25, fast: "gA", slow: "gC" },
    },
    { model: "synapses.twofold", parameters: { weight: 1, share: 0.25 } },
  ]);
  expect(Object.keys(models!)).toEqual(["neurons.cell", "synapses.twofold"]);
});

test.each([
  [3, "must be the symbol of a state of the target"],
  ["g C", "It is: slow state of the target."],
  ["exp", 'allowed a name such as "gB"'],
  ["__proto__", "must be the symbol of a state of the target"],
])("choosing %j is refused", (slow, part) => {
  expect(messageOf(() => twofold.build({ slow }))).toContain(`synapses.twofold.slow: must be`);
  expect(messageOf(() => twofold.build({ slow }))).toContain(part);
});

test("an unknown receptor is refused, naming the nearest", () => {
  expect(messageOf(() => twofold.build({ slwo: "gC" }))).toContain('Did you mean "slow"?');
});

const receptor = { symbol: "g", default: "gA", doc: "a state" };
test.each([
  [
    { receptors: { weight: receptor } },
    "weight: this name cannot be used here: it is declared twice",
  ],
  [{ receptors: { name: receptor } }, "name: this name cannot be used here"],
  [{ receptors: { fast: { ...receptor, symbol: "exp" } } }, "it is a function of the language"],
  [{ receptors: { fast: { ...receptor, default: "g-A" } } }, "default: this name cannot be used"],
  [{ receptors: { fast: { ...receptor, doc: "" } } }, "doc: must be a text"],
  [{ receptors: { fast: { ...receptor, unit: "uS" } } }, "unit: there is no field of this name"],
  [{ receptors: { fast: receptor, slow: receptor } }, "slow.symbol: this name cannot be used"],
  [{ receptors: { fast: { ...receptor, symbol: "k" } } }, "no text of this synapse names this"],
  [{ receptors: [], onPre: 3 }, "receptors: must be an object"],
  [{ receptors: undefined, onPre: 3 }, "onPre: must be a text"],
])("%j is refused", (change, part) => {
  expect(messageOf(() => changed(change))).toContain(part);
});
