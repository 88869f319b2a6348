// Numbers in files beside a document: found by plain names through the caller, and nowhere else.

import { LoadError, Network, ValidationError } from "../../../src/index.js";
import type { ArraySource } from "../../../src/index.js";
import { everyPart } from "../../helpers/document-networks.js";
import { expectSameNetwork } from "../../helpers/same-network.js";
import { errorOf } from "../network/fixtures.js";

type Part = Readonly<Record<string, unknown>>;

const withPart = (sources: Part, more: object = {}) => ({
  ...{ myelin: "network", version: 1 },
  populations: [{ name: "a", model: "neurons.spiking", shape: 4 }],
  connections: [
    {
      ...{ model: "synapses.spiking", source: "a", target: "a" },
      connectivity: { sources, targets: [0, 1, 2] },
      ...more,
    },
  ],
});
const edgesOf = (net: Network): unknown => {
  const { connectivity } = net.connection(0);
  return connectivity.kind === "edges" ? [...connectivity.sources] : connectivity.kind;
};
const read = (part: Part, data: unknown): Network =>
  Network.fromDocument(withPart(part), { arrays: (() => data) as ArraySource });

/** Three unused bytes, then 3, 1, 2 as little-endian numbers of a type. */
function bytesOf(
  type: "Int32" | "Uint32" | "Float32" | "Float64" | "Uint8",
  unused: number,
): Uint8Array {
  const width = { Int32: 4, Uint32: 4, Float32: 4, Float64: 8, Uint8: 1 }[type];
  const view = new DataView(new ArrayBuffer(unused + 3 * width));
  [3, 1, 2].forEach((value, i) => view[`set${type}`](unused + i * width, value, true));
  return new Uint8Array(view.buffer);
}

test.each(["Int32", "Uint32", "Float32", "Float64", "Uint8"] as const)(
  "bytes are little-endian numbers of the type that the document names: %s",
  (name) => {
    const type = name.toLowerCase();
    const bytes = bytesOf(name, 0);
    expect(edgesOf(read({ arrays: "a.bin", type }, bytes.buffer))).toEqual([3, 1, 2]);
    expect(edgesOf(read({ arrays: "a.bin", type }, bytes))).toEqual([3, 1, 2]);
    expect(edgesOf(read({ arrays: "a.bin", type }, new DataView(bytes.buffer)))).toEqual([3, 1, 2]);
    const more = new Uint8Array([9, ...bytesOf(name, 8), 9, 9, 9]).subarray(1);
    const part = { arrays: "a.bin", type, offset: 8, length: 3 };
    expect(edgesOf(read(part, more))).toEqual([3, 1, 2]);
  },
);

test("typed arrays are taken as they are, whole or in part", () => {
  const list = Int32Array.of(9, 3, 1, 2, 9);
  expect(edgesOf(read({ arrays: "a" }, list.subarray(1, 4)))).toEqual([3, 1, 2]);
  expect(edgesOf(read({ arrays: "a", offset: 4, length: 3 }, list))).toEqual([3, 1, 2]);
  expect(edgesOf(read({ arrays: "a", type: "float64" }, Float64Array.of(3, 1, 2)))).toEqual([
    3, 1, 2,
  ]);
});

test("parameters and initial values may stand in files, too", () => {
  const numbers: Readonly<Record<string, Float64Array>> = {
    "weights.bin": Float64Array.of(0.1, 0.2, 0.3),
    "start.bin": Float64Array.of(1, 2, 3, -0),
  };
  const parameters = { maxConductance: { arrays: "weights.bin" } };
  const document = withPart({ arrays: "weights.bin", length: 0 }, { parameters });
  const [first] = document.connections as unknown as [{ connectivity: unknown }];
  first.connectivity = { sources: [3, 1, 2], targets: [0, 1, 2] };
  const [cells] = document.populations as unknown as [{ initialValue: unknown }];
  cells.initialValue = { V: { arrays: "start.bin" } };
  const net = Network.fromDocument(document, { arrays: (name) => numbers[name] });
  expect(net.connection(0).values.get("maxConductance")).toEqual(Float64Array.of(0.1, 0.2, 0.3));
  expect(net.population(0).initialValues.get("V")).toEqual(Float64Array.of(1, 2, 3, -0));
});

test("long lists are written into files when the caller takes them", () => {
  const net = everyPart();
  const files = new Map<string, Float64Array | Int32Array>();
  const document = net.toDocument({ arrays: (name, values) => files.set(name, values), least: 3 });
  expect(files.size).toBeGreaterThan(5);
  expect(document.populations![0]!.initialValue).toEqual({
    V: { arrays: "array0.bin", type: "float64" },
  });
  expectSameNetwork(Network.fromDocument(document, { arrays: (name) => files.get(name) }), net);
  for (const values of files.values()) values.fill(0);
  expect(net.population(0).initialValues.get("V")).toEqual(
    everyPart().population(0).initialValues.get("V"),
  );
});

test("short lists stay in the document", () => {
  const arrays = () => {
    throw new Error("no list is long");
  };
  expect(everyPart().toDocument({ arrays })).toEqual(everyPart().toDocument());
});

test.each([
  ["../weights.bin", "bad-name"],
  ["/etc/passwd", "bad-name"],
  ["a/b", "bad-name"],
  ["a\\b", "bad-name"],
  ["https://example.org/a", "bad-name"],
  [".hidden", "bad-name"],
  ["", "bad-name"],
  ["a\u0000", "bad-name"],
  ["x".repeat(300), "bad-name"],
  ["__proto__", "reserved-name"],
  ["constructor", "reserved-name"],
])("the file name %j is refused before the caller is asked", (name, code) => {
  const ask = () => {
    throw new Error("asked");
  };
  const error = errorOf(() => Network.fromDocument(withPart({ arrays: name }), { arrays: ask }));
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.code).toBe(code);
  expect(error.where).toBe("$.connections[0].connectivity.sources.arrays");
});

const bytes = new ArrayBuffer(12);
test.each<[string, Part, unknown, string, string]>([
  [
    "nothing under this name",
    { arrays: "a", type: "int32" },
    undefined,
    "missing-array",
    ".arrays",
  ],
  ["bytes without a type", { arrays: "a" }, bytes, "missing-key", ""],
  ["an unknown type", { arrays: "a", type: "int23" }, bytes, "unknown-name", ".type"],
  ["another type", { arrays: "a", type: "int32" }, new Float64Array(3), "wrong-kind", ".type"],
  ["no array", { arrays: "a", type: "int32" }, [0, 1, 2], "wrong-kind", ".type"],
  [
    "a method of all objects",
    { arrays: "toString", type: "int32" },
    {}.toString,
    "wrong-kind",
    ".type",
  ],
  [
    "a part that ends outside",
    { arrays: "a", type: "int32", offset: 4, length: 3 },
    bytes,
    "out-of-range",
    "",
  ],
  [
    "a part that begins outside",
    { arrays: "a", type: "int32", offset: 16 },
    bytes,
    "out-of-range",
    "",
  ],
  ["a part between numbers", { arrays: "a", type: "int32", offset: 2 }, bytes, "out-of-range", ""],
  ["half a number", { arrays: "a", type: "float64" }, bytes, "out-of-range", ""],
  ["10^15 numbers", { arrays: "a", type: "int32", length: 1e15 }, bytes, "out-of-range", ""],
  [
    "a negative offset",
    { arrays: "a", type: "int32", offset: -4 },
    bytes,
    "out-of-range",
    ".offset",
  ],
  [
    "an offset of 10^300",
    { arrays: "a", type: "int32", offset: 1e300 },
    bytes,
    "out-of-range",
    ".offset",
  ],
  ["an unknown key", { arrays: "a", typ: "int32" }, bytes, "unknown-key", ".typ"],
])("%s is refused", (_name, part, data, code, where) => {
  const error = errorOf(() => read(part, data));
  expect(error.code).toBe(code);
  expect(error.where).toBe(`$.connections[0].connectivity.sources${where}`);
});

test("a document with files needs the option arrays", () => {
  const error = errorOf(() => Network.fromDocument(withPart({ arrays: "a.bin" })));
  expect(error).toBeInstanceOf(LoadError);
  expect(error.message).toContain('got "a.bin"');
  expect(error.hint).toContain("option arrays");
});

test("numbers in files are checked like those in lists", () => {
  const parameters = { maxConductance: { arrays: "a" } };
  const numbers = Float64Array.of(1, NaN, 1);
  const document = {
    ...withPart({}),
    connections: [{ model: "synapses.spiking", parameters, source: 0, target: 0 }],
  };
  const error = errorOf(() => Network.fromDocument(document, { arrays: () => numbers }));
  expect(error.where).toBe("$.connections[0].parameters.maxConductance[1]");
  const outside = errorOf(() => read({ arrays: "a" }, Int32Array.of(0, 4, 1)));
  expect(outside.where).toBe("$.connections[0].connectivity.sources[1]");
});
