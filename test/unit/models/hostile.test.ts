// Definitions and values made to confuse: names that every object has, texts that grow when they are
// written out, fields of the wrong kind. Each is read as what it says, or refused at once.
import { defineNeuron } from "../../../src/models/define/define-neuron.js";
import { defineSynapse } from "../../../src/models/define/define-synapse.js";
import { synapses } from "../../../src/models/index.js";
import type { NeuronDefinition, SynapseDefinition } from "../../../src/models/types.js";
import { codeOf, messageOf, stepBlocks } from "./helpers.js";

const neuron = {
  name: "plain",
  doc: "for tests",
  units: "none",
  params: { gain: { symbol: "k", default: 2, doc: "gain" } },
  state: { V: { initial: 0, doc: "potential" } },
  inputs: { I: { doc: "current" } },
  equations: "V = k * I",
  output: "V",
} as const satisfies NeuronDefinition;

const define = (changes: Record<string, unknown>) =>
  defineNeuron({ ...neuron, ...changes } as NeuronDefinition);

/** `x0 = I`, and each further line twice the one before. */
const doublings = (count: number): string =>
  ["x0 = I", ...Array.from({ length: count }, (_, i) => `x${i + 1} = x${i} + x${i}`)].join("\n");

describe("names that every object has", () => {
  test("a parameter may be called like a method of all objects", () => {
    const params = { toString: { symbol: "k", default: 2, doc: "gain" } };
    const make = define({ params }).build;
    expect(make({}).values.get("toString")).toBe(2);
    expect(make({ toString: 3 }).values.get("toString")).toBe(3);
  });

  test("values that stand in a prototype do not count", () => {
    expect(
      define({})
        .build(Object.create({ gain: 7 }))
        .values.get("gain"),
    ).toBe(2);
  });

  test("__proto__ is an unknown parameter, also in a matrix", () => {
    const values = JSON.parse(
      '{ "maxConductance": [[1]], "__proto__": { "reversalPotential": 5 } }',
    );
    expect(codeOf(() => synapses.matrix(synapses.nonSpiking, values))).toBe("unknown-parameter");
    expect(codeOf(() => synapses.nonSpiking(values))).toBe("unknown-parameter");
  });
});

describe("fields of the wrong kind", () => {
  test.each([
    [{ state: null }, "neurons.plain.state: must be an object; got null"],
    [{ inputs: null }, "neurons.plain.inputs: must be an object; got null"],
    [{ params: null }, "neurons.plain.params: must be an object; got null"],
    [{ quirks: "timeFactorG" }, 'neurons.plain.quirks: must be a list; got "timeFactorG"'],
    [{ requires: {} }, "neurons.plain.requires: must be a list; got an object"],
  ])("%j is refused by name", (changes, message) => {
    expect(messageOf(() => define(changes))).toContain(message);
  });

  test("a single name in place of a list is refused", () => {
    const definition = {
      name: "s",
      doc: "for tests",
      params: { weight: { symbol: "w", default: 1, doc: "weight" } },
      graded: { current: "w" },
      divided: "weight",
    } as unknown as SynapseDefinition;
    expect(messageOf(() => defineSynapse(definition))).toContain(
      'synapses.s.divided: must be a list; got "weight"',
    );
  });
});

describe("texts that grow", () => {
  test("doublings are harmless inside the equations", () => {
    const make = define({ equations: `V = x60\n${doublings(60)}` });
    expect(stepBlocks(make(), { V: 0, I: 1 }, 1)["V"]).toBe(2 ** 60);
  });

  test("doublings are refused where they would be written out", () => {
    const equations = `V = x60\n${doublings(60)}`;
    expect(messageOf(() => define({ equations, spike: "x60 > 1" }))).toContain(
      "neurons.plain.spike: with its intermediate values written out this is too long",
    );
  });

  test("doublings are refused where an equation has to be taken apart", () => {
    const equations = `dV/dt = x60\n${doublings(60).replace("x0 = I", "x0 = V")}`;
    expect(codeOf(() => define({ equations, integrate: "exact" }))).toBe("limit");
    expect(codeOf(() => define({ equations, integrate: "exponentialEuler" }))).toBe("limit");
    expect(() => define({ equations, integrate: "euler" })).not.toThrow();
  });

  test("a long text in the worst order is sorted or refused in bounded time", () => {
    const lines = Array.from({ length: 1_998 }, (_, i) => `x${i} = x${i + 1} + I`);
    define({ equations: ["V = x0", ...lines, "x1998 = I"].join("\n") });
    const tooMany = Array.from({ length: 2_001 }, () => "V = I").join("\n");
    expect(messageOf(() => define({ equations: tooMany }))).toContain("at most 2000 lines");
  });
});

test("a value that reads a state stands before the line that changes the state", () => {
  const make = define({ equations: "y = V + j\nV = 10\nj = 1\nu = y", state: both });
  const scope = stepBlocks(make(), { V: 3, u: 0, I: 0 }, 1);
  expect(scope["u"]).toBe(4);
});

const both = { V: { initial: 0, doc: "potential" }, u: { initial: 0, doc: "shown" } };
