// States that only a user or a file can bring about stay within the bounds of their arrays.

import { array, body, program, read, write } from "../../../../src/ir/build.js";
import {
  expectSameArrays,
  expectSameState,
  loadPair,
  stepPair,
} from "../../../helpers/side-by-side.js";

test.each([-0.5, -1, -3.2, -2000])("a skip process at %d fires nothing below 0", (initial) => {
  const made = program({
    name: "skip",
    arrays: [
      array({ name: "rate", role: "tunable", initial: 0.3 }),
      array({ name: "g", length: 3 }),
      array({ name: "fired", type: "spikes", length: 3 }),
      array({ name: "after", length: 8, initial: 7 }),
      array({ name: "position", initial }),
      array({ name: "draws", type: "int" }),
    ],
    ops: [
      {
        ...{ kind: "random", id: "random0", phase: "inputs", how: "skip", stream: 1, count: 3 },
        reads: [read("rate", "rate@0", "one")],
        body: body("skip = rate + 0.6 * u"),
        position: write("position", "position@1", "one"),
        draws: write("draws", "draws@1", "one"),
        emit: { list: "fired", version: 1 },
      },
      {
        ...{ kind: "deliver", id: "deliver1", phase: "deliver" },
        spikes: { array: "fired", version: 1 },
        layout: { kind: "diagonal", count: 3 },
        reads: [],
        body: body("jump = 1"),
        writes: [write("jump", "g@1", "target", { mode: "add" })],
      },
    ],
  });
  const pair = loadPair(made);
  const nothing = new Float64Array();
  for (let step = 0; step < 5; step++) {
    stepPair(pair, nothing, [nothing, nothing]);
    expectSameArrays(pair);
    expectSameState(pair);
  }
  expect([...pair.other.readSync("after")]).toEqual(Array(8).fill(7));
  expect([...pair.other.readSync("g")]).toEqual([5, 5, 5]);
});
