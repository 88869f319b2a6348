// Short ways to write Programs: their defaults, what they refuse, and the setup that derives arrays.
import { array, body, program, read, readColumn, write } from "../../../src/ir/build.js";
import { printAssignment } from "../../../src/expr/print.js";
import { bindSetup, type StoredNumbers } from "../../../src/ir/setup.js";
import { everything } from "../../helpers/everything.js";

test("arrays have the defaults of their role", () => {
  expect(array({ name: "V" })).toEqual({
    ...{ name: "V", type: "real", role: "state", length: 1, initial: 0, perCopy: true },
  });
  const initial = Int32Array.of(0, 2);
  expect(array({ name: "start", role: "index", initial })).toEqual({
    ...{ name: "start", type: "int", role: "index", length: 2, initial, perCopy: false },
  });
});

test("operands and writes read array@version", () => {
  expect(read("v", "cells.V@2", "source", { lag: 3 })).toEqual({
    ...{ symbol: "v", array: "cells.V", version: 2, at: "source", lag: 3 },
  });
  expect(write("v", "V@1")).toEqual({
    ...{ symbol: "v", array: "V", version: 1, at: "element", mode: "set" },
  });
  expect(readColumn("s", "strength", "spike").at).toBe("spike");
  expect(() => read("v", "V")).toThrow(/array@version/);
});

test("bodies turn compound assignments into plain ones and refuse differential equations", () => {
  const lines = body("a = 1; a += b * 2; a /= 3 + b").map(printAssignment);
  expect(lines).toEqual(["a = 1", "a = a + b * 2", "a = a / (3 + b)"]);
  expect(() => body("dV/dt = 3")).toThrow(/differential/);
});

test("a Program is verified when it is made", () => {
  const stop = {
    kind: "stop",
    id: "stop0",
    phase: "",
    when: read("a", "V@0"),
    reason: "",
  } as const;
  expect(() => program({ arrays: [array({ name: "V" })], ops: [stop] })).toThrow(
    /reads a at element/,
  );
});

test("the setup is computed in float64 and rounded once, for each copy where copies differ", () => {
  const made = program({
    ...everything({ batch: 2, precision: "float32" }),
    arrays: [
      array({ name: "tau", role: "tunable", length: 2, initial: 10, perCopy: true }),
      array({ name: "scale", role: "parameter", initial: 0.1 }),
      array({ name: "rate", role: "derived", length: 2, perCopy: true }),
      array({ name: "near", role: "derived", type: "int", length: 2, perCopy: true }),
    ],
    dt: 0.1,
    setup: [
      {
        kind: "map",
        id: "map0",
        phase: "setup",
        count: 2,
        reads: [read("tau", "tau@0"), read("scale", "scale@0", "one")],
        body: body("rate = scale * exp(-dt / tau); near = tau * 1.3"),
        writes: [write("rate", "rate@1"), write("near", "near@1")],
      },
    ],
    ops: [],
    names: [],
    inputs: [],
    outputs: [],
  });
  const stored = new Map<string, StoredNumbers>([
    ["tau", Float32Array.of(1, 2, 3, -4)],
    ["scale", Float32Array.of(0.1)],
    ["rate", new Float32Array(4)],
    ["near", new Int32Array(4)],
  ]);
  bindSetup(made, (name) => stored.get(name)!)();
  const expected = [1, 2, 3, -4].map((tau) => Math.fround(Math.fround(0.1) * Math.exp(-0.1 / tau)));
  expect([...stored.get("rate")!]).toEqual(expected);
  expect([...stored.get("near")!]).toEqual([1, 2, 3, -5]);
});
