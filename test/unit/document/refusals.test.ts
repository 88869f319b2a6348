// Documents that say something wrong: each is refused at its place, with what was given, what is
// allowed and what to do. Every row is one document, and what its error says.

import { LoadError, MyelinError, Network, neurons, ValidationError } from "../../../src/index.js";
import { errorOf } from "../network/fixtures.js";

type Json = Readonly<Record<string, unknown>>;

const cells = { name: "cells", model: "neurons.spiking", shape: [2, 3] };
const base = {
  ...{ myelin: "network", version: 1 },
  populations: [{ name: "a", model: "neurons.nonSpiking" }, cells],
};
const synapse = { model: "synapses.nonSpiking", source: "a", target: "cells" };
const definition = {
  doc: "for tests",
  params: { gain: { symbol: "k", default: 2, doc: "gain" } },
  state: { x: { initial: 0, doc: "value" } },
  inputs: { I: { doc: "sum" } },
  equations: "x = k * I",
  output: "x",
};

const whole = (parts: Json): Json => ({ ...base, ...parts });
const population = (parts: Json): Json =>
  whole({ populations: [{ model: "neurons.nonSpiking", ...parts }] });
const connection = (parts: Json): Json => whole({ connections: [{ ...synapse, ...parts }] });
const input = (parts: Json): Json => whole({ inputs: [{ target: "a", ...parts }] });
const output = (parts: Json): Json => whole({ outputs: [{ source: "a", ...parts }] });
const model = (parts: Json, path = "neurons.mine"): Json =>
  whole({ models: { [path]: { ...definition, ...parts } } });
const matrix = (maxConductance: unknown): Json =>
  connection({ connectivity: "matrix", parameters: { maxConductance } });
const huge = { name: "huge", model: "neurons.nonSpiking", shape: 2 ** 31 - 1 };

type Row = readonly [name: string, document: unknown, code: string, where: string, says: string];

const heads: readonly Row[] = [
  ["null", null, "wrong-kind", "$", "got null, allowed a network document"],
  ["a number", 5, "wrong-kind", "$", "got 5"],
  ["a list", [], "wrong-kind", "$", "got an array of 0"],
  ["bytes", new Uint8Array(3), "wrong-kind", "$", 'readFileSync(path, "utf8")'],
  ["another kind of file", {}, "not-a-document", "$.myelin", 'got undefined, allowed "network"'],
  [
    "a later version",
    { ...base, version: 2 },
    "unsupported-version",
    "$.version",
    "got 2, allowed 1",
  ],
  [
    "an unknown key",
    whole({ conections: [] }),
    "unknown-key",
    "$.conections",
    'Did you mean "connections"',
  ],
  ["a list that is none", whole({ inputs: {} }), "wrong-kind", "$.inputs", "allowed a list"],
  ["a name that is none", whole({ name: 5 }), "wrong-kind", "$.name", "got 5"],
  ["a name with a slash", whole({ name: "a/b" }), "bad-name", "$.name", 'must not contain "/"'],
  ["another system", whole({ compat: "nest" }), "unknown-name", "$.compat", '"sns-toolbox"'],
  [
    "an unknown oddity",
    whole({ compat: { timeFactor: true } }),
    "unknown-name",
    "$.compat",
    "timeFactorG",
  ],
  [
    "an oddity that is text",
    whole({ compat: { snsOrder: "yes" } }),
    "wrong-kind",
    "$.compat.snsOrder",
    "true or false",
  ],
  [
    "too many entries",
    whole({ outputs: new Array(1_000_001) }),
    "too-large",
    "$.outputs",
    "got 1000001, allowed at most 1000000",
  ],
];

const populations: readonly Row[] = [
  [
    "booleans and numbers in one list",
    population({
      shape: 2,
      channels: [
        {
          model: "channels.persistentSodium",
          parameters: { gateBVoltageDependentTau: [true, 0] },
        },
      ],
    }),
    "wrong-kind",
    "$.populations[0].channels[0].parameters.gateBVoltageDependentTau[1]",
    "got 0, allowed true or false",
  ],
  [
    "no model",
    whole({ populations: [{}] }),
    "missing-key",
    "$.populations[0]",
    "the key model is missing",
  ],
  [
    "an unknown model",
    population({ model: "neurons.spikng" }),
    "unknown-name",
    "$.populations[0].model",
    'Did you mean "neurons.spiking"',
  ],
  [
    "a synapse for a neuron",
    population({ model: "synapses.spiking" }),
    "unknown-name",
    "$.populations[0].model",
    "there is no neuron model of this name",
  ],
  [
    "a method of all objects",
    population({ model: "toString" }),
    "unknown-name",
    "$.populations[0].model",
    "neurons.nonSpiking",
  ],
  [
    "an unknown key",
    population({ shpae: 2 }),
    "unknown-key",
    "$.populations[0].shpae",
    'Did you mean "shape"',
  ],
  [
    "an unknown parameter",
    population({ parameters: { bais: 1 } }),
    "unknown-parameter",
    "$.populations[0].parameters.bais",
    'Did you mean "bias"',
  ],
  [
    "a value out of range",
    population({ parameters: { membraneCapacitance: -5 } }),
    "out-of-range",
    "$.populations[0].parameters.membraneCapacitance",
    "got -5, allowed > 0 [nF]",
  ],
  [
    "a wrong unit",
    population({ parameters: { bias: "5 mV" } }),
    "dimension",
    "$.populations[0].parameters.bias",
    'got "5 mV"',
  ],
  [
    "a number too large for a double",
    JSON.stringify(population({ parameters: { bias: 7 } })).replace("7", "1e999"),
    "not-finite",
    "$.populations[0].parameters.bias",
    "got Infinity",
  ],
  [
    "infinity as text",
    population({ parameters: { bias: "inf nA" } }),
    "not-finite",
    "$.populations[0].parameters.bias",
    "must be a finite number",
  ],
  [
    "values for other neurons",
    population({ shape: 2, parameters: { bias: [1, 2, 3] } }),
    "wrong-length",
    "$.populations[0].parameters.bias",
    "got 3, allowed 2",
  ],
  [
    "rows of another shape",
    population({
      shape: [2, 2],
      parameters: {
        bias: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    }),
    "shape-mismatch",
    "$.populations[0].parameters.bias",
    "got 2 x 3".replace("2 x 3", '"2 x 3"'),
  ],
  [
    "ragged rows",
    population({ shape: 3, parameters: { bias: [[1, 2], [3]] } }),
    "ragged",
    "$.populations[0].parameters.bias[1]",
    "got 1, allowed a list of 2",
  ],
  [
    "a text in a list",
    population({ shape: 2, parameters: { bias: [1, "2 nA"] } }),
    "wrong-kind",
    "$.populations[0].parameters.bias[1]",
    'got "2 nA"',
  ],
  [
    "an object as a value",
    population({ parameters: { bias: {} } }),
    "wrong-kind",
    "$.populations[0].parameters.bias",
    "got an object",
  ],
  [
    "channels among the parameters",
    population({ parameters: { channels: [{ kind: "channel" }] } }),
    "unknown-parameter",
    "$.populations[0].parameters.channels",
    "a key of their own",
  ],
  [
    "a channel that is none",
    population({ channels: [5] }),
    "wrong-kind",
    "$.populations[0].channels[0]",
    "got 5",
  ],
  [
    "a channel without its values",
    population({ channels: [{ model: "channels.gated" }] }),
    "missing-parameter",
    "$.populations[0].channels[0].parameters.maxConductance",
    "must be given",
  ],
  [
    "channel values for other neurons",
    population({
      shape: 2,
      channels: [{ model: "channels.persistentSodium", parameters: { maxConductance: [1, 2, 3] } }],
    }),
    "wrong-length",
    "$.populations[0].channels[0].parameters.maxConductance",
    "got 3, allowed 2",
  ],
  [
    "lists of different lengths",
    population({
      parameters: { bias: [1, 2] },
      channels: [{ model: "channels.persistentSodium", parameters: { maxConductance: [1, 2, 3] } }],
    }),
    "length-mismatch",
    "$.populations[0].channels[0].parameters.maxConductance",
    "got 3, allowed 2",
  ],
  [
    "a neuron without inputs and a channel",
    whole({
      models: { "neurons.mine": { ...definition, inputs: undefined, equations: "x = k" } },
      populations: [{ model: "neurons.mine", channels: [{ model: "channels.persistentSodium" }] }],
    }),
    "no-input",
    "$.populations[0].channels[0]",
    "needs a neuron with an input",
  ],
  [
    "10^15 neurons",
    population({ shape: 1e15 }),
    "out-of-range",
    "$.populations[0].shape",
    "got 1000000000000000, allowed 1 to 2147483647",
  ],
  [
    "10^15 neurons along an axis",
    population({ shape: [1, 1e15] }),
    "out-of-range",
    "$.populations[0].shape",
    "got 1000000000000000",
  ],
  [
    "a product that is too large",
    population({ shape: [65536, 32768] }),
    "out-of-range",
    "$.populations[0].shape",
    "got 2147483648",
  ],
  [
    "a product without end",
    population({ shape: new Array(999).fill(1e9) }),
    "out-of-range",
    "$.populations[0].shape",
    "too many neurons",
  ],
  [
    "too many axes",
    population({ shape: new Array(1001).fill(1) }),
    "too-large",
    "$.populations[0].shape",
    "at most 1000",
  ],
  [
    "half a neuron",
    population({ shape: [0.5] }),
    "out-of-range",
    "$.populations[0].shape[0]",
    "got 0.5",
  ],
  [
    "no axes",
    population({ shape: [] }),
    "out-of-range",
    "$.populations[0].shape",
    "a shape must have a length",
  ],
  [
    "too many neurons together",
    whole({ populations: [huge, { ...huge, name: "b" }] }),
    "too-large",
    "$.populations[1].shape",
    "got 4294967294, allowed at most 2147483647",
  ],
  [
    "an unknown state",
    population({ initialValue: { W: 1 } }),
    "unknown-name",
    "$.populations[0].initialValue",
    'got "W", allowed "V"',
  ],
  [
    "too few values at the start",
    population({ shape: 2, initialValue: [1] }),
    "wrong-length",
    "$.populations[0].initialValue",
    "got 1, allowed 2",
  ],
  [
    "a start that is text",
    population({ initialValue: { V: "5 mV" } }),
    "wrong-kind",
    "$.populations[0].initialValue.V",
    'got "5 mV"',
  ],
  [
    "a start that is nothing",
    population({ initialValue: null }),
    "wrong-kind",
    "$.populations[0].initialValue",
    "got null",
  ],
  [
    "a colour that is none",
    population({ color: "url(#x)" }),
    "bad-color",
    "$.populations[0].color",
    "steelblue",
  ],
  [
    "a name that is taken",
    whole({ populations: [cells, cells] }),
    "name-taken",
    "$.populations[1].name",
    '"cells1"',
  ],
  [
    "an empty part of a path",
    population({ name: "a//b" }),
    "bad-name",
    "$.populations[0].name",
    "must not be empty",
  ],
  [
    "a reserved part of a path",
    population({ name: "a/__proto__" }),
    "bad-name",
    "$.populations[0].name",
    "JavaScript",
  ],
  [
    "a name of 10^5 characters",
    population({ name: "x".repeat(100_000) }),
    "bad-name",
    "$.populations[0].name",
    "too long",
  ],
  [
    "a name that is an object",
    population({ name: { toString: 1 } }),
    "wrong-kind",
    "$.populations[0].name",
    "got an object",
  ],
];

const connections: readonly Row[] = [
  [
    "an end where there are no populations",
    whole({ populations: [], connections: [{ ...synapse, source: 0 }] }),
    "out-of-range",
    "$.connections[0].source",
    "there are no populations",
  ],
  [
    "a model that is none",
    connection({ model: 5 }),
    "wrong-kind",
    "$.connections[0].model",
    "got 5",
  ],
  [
    "a rule that is none",
    connection({ connectivity: { rule: 5 } }),
    "wrong-kind",
    "$.connections[0].connectivity.rule",
    "got 5",
  ],
  [
    "pairs that are none",
    connection({ connectivity: { sources: 1, targets: [0] } }),
    "wrong-kind",
    "$.connections[0].connectivity.sources",
    "got 1",
  ],
  [
    "rows for a list of pairs",
    connection({
      connectivity: { sources: [0], targets: [0] },
      parameters: { maxConductance: [[1]] },
    }),
    "shape-mismatch",
    "$.connections[0].parameters.maxConductance",
    "allowed a flat list",
  ],
  [
    "an end that is not there",
    connection({ source: "b" }),
    "unknown-name",
    "$.connections[0].source",
    '"a", "cells"',
  ],
  [
    "a number that is not there",
    connection({ target: 2 }),
    "out-of-range",
    "$.connections[0].target",
    "got 2, allowed 0 to 1",
  ],
  [
    "a negative number",
    connection({ target: -1 }),
    "out-of-range",
    "$.connections[0].target",
    "got -1",
  ],
  [
    "an end that is neither",
    connection({ source: { index: 0 } }),
    "wrong-kind",
    "$.connections[0].source",
    "got an object",
  ],
  [
    "no end",
    whole({ connections: [{ model: "synapses.nonSpiking", source: "a" }] }),
    "missing-key",
    "$.connections[0]",
    "the key target is missing",
  ],
  [
    "a neuron for a synapse",
    connection({ model: "neurons.spiking" }),
    "unknown-name",
    "$.connections[0].model",
    "no synapse model",
  ],
  [
    "a synapse that the source cannot drive",
    connection({ model: "synapses.spiking" }),
    "cannot-fire",
    "$.connections[0].source",
    "acts when a fires",
  ],
  [
    "chance",
    connection({ connectivity: { rule: "probability", probability: 0.1, seed: 1 } }),
    "unknown-rule",
    "$.connections[0].connectivity.rule",
    "all-to-all, one-to-one, matrix, pattern. Chance is not among them yet: list the pairs as { sources, targets }.",
  ],
  [
    "a misspelt rule",
    connection({ connectivity: "all-to-al" }),
    "unknown-rule",
    "$.connections[0].connectivity",
    'Did you mean "all-to-all"',
  ],
  [
    "a rule with too much",
    connection({ connectivity: { rule: "all-to-all", seed: 1 } }),
    "unknown-key",
    "$.connections[0].connectivity.seed",
    "allowed rule",
  ],
  [
    "a connectivity that is none",
    connection({ connectivity: 5 }),
    "wrong-kind",
    "$.connections[0].connectivity",
    "got 5",
  ],
  [
    "pairs without targets",
    connection({ connectivity: { sources: [0] } }),
    "missing-key",
    "$.connections[0].connectivity",
    "the key targets is missing",
  ],
  [
    "pairs of different number",
    connection({ connectivity: { sources: [0], targets: [0, 1] } }),
    "wrong-length",
    "$.connections[0].connectivity",
    "got 2, allowed 1",
  ],
  [
    "a neuron that is not there",
    connection({ connectivity: { sources: [0], targets: [6] } }),
    "out-of-range",
    "$.connections[0].connectivity.targets[0]",
    "got 6, allowed 0 to 5",
  ],
  [
    "one to one between different sizes",
    connection({ connectivity: "one-to-one" }),
    "size-mismatch",
    "$.connections[0].connectivity",
    "cells of shape 2 x 3",
  ],
  [
    "a matrix of another shape",
    matrix([
      [1, 2],
      [3, 4],
    ]),
    "shape-mismatch",
    "$.connections[0].parameters.maxConductance",
    'got "2 x 2", allowed a flat list, or 6 x 1',
  ],
  [
    "a matrix of another length",
    matrix([1, 2, 3]),
    "wrong-length",
    "$.connections[0].parameters.maxConductance",
    "got 3, allowed 6",
  ],
  [
    "a matrix of 10^18 pairs",
    whole({
      populations: [huge],
      connections: [{ ...synapse, source: 0, target: 0, connectivity: "matrix" }],
    }),
    "too-large",
    "$.connections[0].parameters",
    "2147483647 x 2147483647",
  ],
  [
    "a kernel of 10^15 taps",
    connection({ target: "a", connectivity: { rule: "pattern", kernel: [1e15 + 1] } }),
    "too-large",
    "$.connections[0].parameters",
    "1000000000000001",
  ],
  [
    "a pattern without a kernel",
    connection({ target: "a", connectivity: "pattern" }),
    "not-a-kernel",
    "$.connections[0].connectivity",
    "a value for each tap",
  ],
  [
    "an even kernel",
    connection({ target: "a", connectivity: "pattern", parameters: { maxConductance: [1, 2] } }),
    "size-mismatch",
    "$.connections[0]",
    "odd lengths",
  ],
  [
    "a kernel for other populations",
    connection({ connectivity: "pattern", parameters: { maxConductance: [1, 2, 3] } }),
    "size-mismatch",
    "$.connections[0]",
    "one shape",
  ],
  [
    "a value that makes no sense",
    connection({ parameters: { lowerThreshold: 20 } }),
    "requirement",
    "$.connections[0].parameters.lowerThreshold",
    "e_hi != e_lo",
  ],
  [
    "a label that is none",
    connection({ showLabel: 1 }),
    "wrong-kind",
    "$.connections[0].showLabel",
    "true or false",
  ],
  [
    "an empty synapse name",
    connection({ synapseName: "" }),
    "wrong-kind",
    "$.connections[0].synapseName",
    "not empty",
  ],
  [
    "a name among the parameters",
    connection({ parameters: { name: "x" } }),
    "unknown-parameter",
    "$.connections[0].parameters.name",
    "synapseName",
  ],
  [
    "a contradiction in a symmetric synapse",
    connection({
      model: "synapses.electrical",
      source: "cells",
      connectivity: "matrix",
      parameters: { conductance: Array.from({ length: 36 }, (_, i) => i) },
    }),
    "not-symmetric",
    "$.connections[0].parameters.conductance",
    "two values for one pair",
  ],
];

const ports: readonly Row[] = [
  [
    "an input without a target",
    whole({ inputs: [{}] }),
    "missing-key",
    "$.inputs[0]",
    "the key target is missing",
  ],
  [
    "an input of another size",
    input({ target: "cells", size: 2 }),
    "size-mismatch",
    "$.inputs[0].size",
    "6 (one value for each neuron)",
  ],
  ["an unknown port", input({ port: "J" }), "unknown-name", "$.inputs[0].port", 'got "J"'],
  [
    "a size of 10^15",
    input({ size: 1e15 }),
    "size-mismatch",
    "$.inputs[0].size",
    "got 1000000000000000",
  ],
  [
    "an unknown variable",
    output({ variable: "W" }),
    "unknown-name",
    "$.outputs[0].variable",
    '"V", "spikes"',
  ],
  [
    "an output of nothing",
    output({ source: "b" }),
    "unknown-name",
    "$.outputs[0].source",
    'got "b"',
  ],
  [
    "an added network beyond the end",
    whole({ networks: [{ name: "n", first: 1, count: 2 }] }),
    "out-of-range",
    "$.networks[0]",
    "2 populations",
  ],
  [
    "an added network without end",
    whole({ networks: [{ name: "n", first: 0, count: 1e15 }] }),
    "out-of-range",
    "$.networks[0]",
    "1000000000000000",
  ],
  [
    "an added network without a name",
    whole({ networks: [{ first: 0, count: 1 }] }),
    "missing-key",
    "$.networks[0]",
    "name",
  ],
  [
    "an added network of a wrong name",
    whole({ networks: [{ name: "", first: 0, count: 1 }] }),
    "bad-name",
    "$.networks[0].name",
    "empty",
  ],
  [
    "an added network of a wrong colour",
    whole({ networks: [{ name: "n", first: 0, count: 1, color: "#1" }] }),
    "bad-color",
    "$.networks[0].color",
    "#rrggbb",
  ],
];

const many = Array.from({ length: 1_001 }, (_, i) => i);
const chain = many.map((i) => [`p${i}`, { symbol: `s${i}`, default: `s${i + 1}`, doc: "d" }]);
const models: readonly Row[] = [
  [
    "more parameters than can be checked soon",
    model({ params: Object.fromEntries(chain) }),
    "too-large",
    '$.models["neurons.mine"].params',
    "got 1001, allowed at most 1000",
  ],
  [
    "more texts of equations than can be checked soon",
    model({ equations: many.map(() => "x = I") }),
    "too-large",
    '$.models["neurons.mine"].equations',
    "got 1001, allowed at most 1000",
  ],
  [
    "10^15 sub-steps",
    model({ equations: "dx/dt = -x / (5 ms)", integrate: "rk4", substeps: 1e15 }),
    "limit",
    '$.models["neurons.mine"].equations',
    "too many sub-steps",
  ],
  [
    "a field of another kind of model",
    model({}, "channels.mine"),
    "unknown-key",
    '$.models["channels.mine"].inputs',
    'got "inputs"',
  ],
  [
    "a list that is none",
    model({ requires: {} }),
    "wrong-kind",
    '$.models["neurons.mine"].requires',
    "a list",
  ],
  [
    "a symmetry that is text",
    whole({ models: { "synapses.mine": { doc: "d", params: {}, symmetric: "yes" } } }),
    "wrong-kind",
    '$.models["synapses.mine"].symmetric',
    "allowed true or false",
  ],
  [
    "a path without a kind",
    model({}, "mine"),
    "bad-name",
    "$.models.mine",
    '"neurons.x", "channels.x" or "synapses.x"',
  ],
  [
    "a path that is taken",
    model({}, "neurons.spiking"),
    "name-taken",
    '$.models["neurons.spiking"]',
    "another name",
  ],
  [
    "a reserved name",
    model({}, "neurons.constructor"),
    "reserved-name",
    '$.models["neurons.constructor"]',
    "JavaScript",
  ],
  [
    "an unknown field",
    model({ equation: "" }),
    "unknown-key",
    '$.models["neurons.mine"].equation',
    'Did you mean "equations"',
  ],
  [
    "a field of another kind",
    model({ spike: 5 }),
    "wrong-kind",
    '$.models["neurons.mine"].spike',
    "got 5, allowed a text",
  ],
  [
    "equations that do not parse",
    model({ equations: "x = k * (I" }),
    "syntax",
    '$.models["neurons.mine"].equations',
    "x = k * (I",
  ],
  [
    "an unknown name in equations",
    model({ equations: "x = j" }),
    "unknown-name",
    '$.models["neurons.mine"].equations',
    '"j"',
  ],
  [
    "a state that nothing changes",
    model({ state: { ...definition.state, y: { initial: 0, doc: "y" } } }),
    "no-equation",
    '$.models["neurons.mine"].state.y',
    "nothing changes this state",
  ],
  [
    "a parameter without a symbol",
    model({ params: { gain: { default: 2, doc: "gain" } } }),
    "bad-symbol",
    '$.models["neurons.mine"].params.gain.symbol',
    "cannot be declared",
  ],
  [
    "parameters that are a list",
    model({ params: [] }),
    "wrong-kind",
    '$.models["neurons.mine"].params',
    "got an array of 0",
  ],
  [
    "an oddity with a method",
    model({ quirks: [{ toString: 5 }] }),
    "wrong-kind",
    '$.models["neurons.mine"].quirks[0]',
    "got an object",
  ],
  [
    "a bound that is text",
    model({ params: { gain: { symbol: "k", min: "inf", doc: "gain" } } }),
    "wrong-kind",
    '$.models["neurons.mine"].params.gain.min',
    'got "inf", allowed a number',
  ],
  [
    "no definition",
    whole({ models: { "neurons.mine": null } }),
    "wrong-kind",
    '$.models["neurons.mine"]',
    "got null",
  ],
];

describe.each([
  ["documents", heads],
  ["populations", populations],
  ["connections", connections],
  ["inputs, outputs and added networks", ports],
  ["models", models],
])("%s that are refused", (_title, rows) => {
  test.each(rows)("%s", (_name, document, code, where, says) => {
    const error = errorOf(() => Network.fromDocument(document));
    expect(error.constructor === LoadError || error.constructor === ValidationError).toBe(true);
    expect({ code: error.code, where: error.where }).toEqual({ code, where });
    expect(error.message).toContain(says);
  });
});

test.each(["__proto__", "constructor", "prototype"])("%s is refused as a key anywhere", (key) => {
  const text = JSON.stringify({
    ...base,
    compat: { timeFactorG: true },
    models: { "neurons.mine": definition },
    connections: [
      { ...synapse, parameters: { maxConductance: 1 }, connectivity: { rule: "all-to-all" } },
    ],
    populations: [
      { ...cells, parameters: { bias: 0 }, initialValue: { V: 0 } },
      base.populations[0],
    ],
    inputs: [{ target: 0 }],
    outputs: [{ source: 0 }],
    networks: [{ name: "n", first: 0, count: 1 }],
  });
  expect(() => Network.fromDocument(text)).not.toThrow();
  const places = [...text.matchAll(/\{/g)].map(({ index }) => index + 1);
  expect(places.length).toBeGreaterThan(15);
  for (const at of places) {
    const rest = text.slice(at);
    const more = rest.startsWith("}") ? "" : ",";
    for (const value of ["1", '{"polluted":1}']) {
      const changed = `${text.slice(0, at)}"${key}":${value}${more}${rest}`;
      const error = errorOf(() => Network.fromDocument(changed));
      expect(error).toBeInstanceOf(MyelinError);
      expect(error.code).toMatch(/^(reserved-name|unknown-name)$/);
    }
  }
  expect(({} as Json)["polluted"]).toBeUndefined();
});

test("options of fromDocument and toDocument are checked", () => {
  const loose = (options: object): never => options as never;
  const codes = [
    () => Network.fromDocument(base, loose({ array: 1 })),
    () => Network.fromDocument(base, loose({ arrays: {} })),
    () => new Network().toDocument(loose({ arrays: 5 })),
    () => new Network().toDocument(loose({ short: true })),
  ].map((call) => errorOf(call).code);
  expect(codes).toEqual(["unknown-name", "wrong-kind", "wrong-kind", "unknown-name"]);
});

test("objects of data from code have a limit of keys, too", () => {
  const parameters = Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [`k${i}`, 0]));
  const error = errorOf(() => Network.fromDocument(population({ parameters })));
  expect(error.code).toBe("too-large");
  expect(error.where).toBe("$.populations[0].parameters");
});

test("long keys are shortened in paths", () => {
  const error = errorOf(() => Network.fromDocument(whole({ ["x".repeat(1_000)]: 1 })));
  expect(error.where).toBe(`$["${"x".repeat(100)}..."]`);
});

test("what cannot be written is refused while writing", () => {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), new Array<number>(1001).fill(1), { name: "tall" });
  const error = errorOf(() => net.toDocument());
  expect(error.code).toBe("too-large");
  expect(error.where).toBe("tall.shape");
});

test("lists inside lists that data from code makes endless are refused", () => {
  const endless: unknown[] = [];
  endless.push(endless);
  expect(
    errorOf(() => Network.fromDocument(population({ parameters: { bias: endless } }))).code,
  ).toBe("too-deep");
  const wide = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], 1);
  expect(errorOf(() => Network.fromDocument(population({ parameters: { bias: wide } }))).code).toBe(
    "too-large",
  );
});
