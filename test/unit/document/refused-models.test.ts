// Definitions of models in documents that say something wrong.

import { definition, model, testRefusals, whole } from "./refused.js";
import type { Row } from "./refused.js";

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

testRefusals("models that are refused", models);
