// Tables of the generated code's own: shared where arrays hold the same, and only there.

import { array, body, program, read, write } from "../../../../src/ir/build.js";
import { expectSameArrays, loadPair, outputsFor, stepPair } from "../../../helpers/side-by-side.js";

test("arrays that differ in a sign or in nothing but their names have tables of their own", () => {
  const parameter = (name: string, initial: number) =>
    array({ name, role: "parameter", length: 4, initial });
  const names = ["zero", "below", "one", "1", "number 1", "again"];
  const made = program({
    name: "tables",
    arrays: [
      array({ name: "x", role: "input", length: 2 }),
      ...[parameter("zero", 0), parameter("below", -0), parameter("one", 1), parameter("again", 1)],
      array({ name: "1", role: "tunable", initial: Float64Array.of(5, 6, 7, 8) }),
      array({ name: "number 1", role: "tunable", initial: Float64Array.of(9, 10, 11, 12) }),
      ...names.map((_, i) => array({ name: `y${i}`, role: "output", length: 2 })),
    ],
    ops: [
      {
        ...{ kind: "gather", id: "gather0", phase: "step" },
        layout: { kind: "dense", sources: 2, targets: 2 },
        reads: [
          read("x", "x@0", "source"),
          ...names.map((name, i) => read(`p${i}`, `${name}@0`, "edge")),
        ],
        // From 1 / x the sign of a zero is seen.
        body: body(
          names.map((_, i) => `t${i} = ${i < 2 ? "1 / (x * " : "(x * "} p${i})`).join("; "),
        ),
        writes: names.map((_, i) => write(`t${i}`, `y${i}@1`, "target")),
      },
    ],
  });
  const pair = loadPair(made);
  const outputs = outputsFor(made);
  stepPair(pair, Float64Array.of(1, 2), outputs);
  expectSameArrays(pair);
  expect([...outputs[1].slice(0, 4)]).toEqual([Infinity, Infinity, -Infinity, -Infinity]);
  pair.truth.writeSync("1", [1, 2, 3, 4]);
  pair.other.writeSync("1", [1, 2, 3, 4]);
  stepPair(pair, Float64Array.of(1, 2), outputs);
  expectSameArrays(pair);
});
