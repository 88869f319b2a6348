// Inputs, outputs and added networks of documents that say something wrong.

import { input, output, testRefusals, whole } from "./refused.js";
import type { Row } from "./refused.js";

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

testRefusals("inputs, outputs and added networks that are refused", ports);
