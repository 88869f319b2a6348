// The generated code of three small Programs as text. A change here is a change of what runs: look at
// the difference, and if it is meant, `npm run accept` writes it down.

import { compileProgram } from "../../backends/sparse/compile-program.js";
import { array, body, program, read, write } from "../../src/ir/build.js";
import type { Program } from "../../src/ir/program.js";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);

/** Four leaky integrators, side by side in two vectors. */
const leaking: Program = program({
  name: "leaking",
  arrays: [
    array({ name: "V", initial: reals(0, 1, 2, 3) }),
    array({ name: "tau", role: "parameter", initial: reals(5, 6, 7, 8) }),
    array({ name: "I", role: "input" }),
  ],
  ops: [
    {
      ...{ kind: "map", id: "map0", phase: "update", count: 4 },
      reads: [read("V", "V@0"), read("tau", "tau@0"), read("I", "I@0", "one")],
      body: body("V = V + dt / tau * (I - V)"),
      writes: [write("V", "V@1")],
    },
  ],
});

/** Three targets that sum two sources each, in float32. */
const summing: Program = program({
  name: "summing",
  precision: "float32",
  arrays: [
    array({ name: "x", role: "input", length: 2 }),
    array({ name: "w", role: "tunable", initial: reals(1, 2, 3, 4) }),
    array({ name: "sum", role: "output", length: 3 }),
    array({ name: "start", role: "index", initial: ints(0, 2, 3, 4) }),
    array({ name: "sources", role: "index", initial: ints(0, 1, 1, 0) }),
  ],
  ops: [
    {
      ...{ kind: "gather", id: "gather0", phase: "currents" },
      layout: {
        ...{ kind: "csr", rows: "target", sources: 2, targets: 3, edges: 4 },
        ...{ start: "start", other: "sources" },
      },
      reads: [read("x", "x@0", "source"), read("w", "w@0", "edge")],
      body: body("term = w * x"),
      writes: [write("term", "sum@1", "target")],
    },
  ],
});

/** Two neurons that fire when they are told to, and a spike that raises what it reaches one by one. */
const firing: Program = program({
  name: "firing",
  arrays: [
    array({ name: "x", role: "input", length: 2 }),
    array({ name: "fired", type: "spikes", role: "scratch", length: 2 }),
    array({ name: "g", length: 2 }),
  ],
  ops: [
    {
      ...{ kind: "map", id: "map0", phase: "update", count: 2 },
      reads: [read("x", "x@0")],
      body: body("fires = x > 0"),
      writes: [],
      emit: { when: "fires", list: "fired", version: 1 },
    },
    {
      ...{ kind: "deliver", id: "deliver1", phase: "deliver" },
      spikes: { array: "fired", version: 1 },
      layout: { kind: "diagonal", count: 2 },
      reads: [],
      body: body("jump = 0.5"),
      writes: [write("jump", "g@1", "target", { mode: "add" })],
    },
  ],
});

test.each([leaking, summing, firing])("$name", (given) => {
  expect(compileProgram(given).text()).toMatchSnapshot();
});
