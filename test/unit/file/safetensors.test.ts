// safetensors files: what is written follows the format byte by byte, every type is read exactly, and
// what breaks the format in any way is a LoadError.

import {
  LoadError,
  loadModel,
  Network,
  neurons,
  readSafetensors,
  synapses,
  ValidationError,
  writeSafetensors,
} from "../../../src/index.js";
import type { Tensor } from "../../../src/index.js";
import { Dice } from "../../helpers/random-program.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A file as others write it: any header, any bytes behind it. */
function fileOf(header: unknown, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const head = text(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + head.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(head.length), true);
  bytes.set(head, 8);
  bytes.set(data, 8 + head.length);
  return bytes;
}

const codeOf = (bytes: Uint8Array): string => {
  try {
    readSafetensors(bytes);
  } catch (error) {
    if (error instanceof LoadError) return error.code;
    throw error;
  }
  return "read";
};

test("what is written is what the format says", () => {
  const header = `{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}`;
  const padding = " ".repeat((8 - (header.length % 8)) % 8);
  const bytes = writeSafetensors(
    { w: { shape: [1, 2], data: Float32Array.of(1, -2) } },
    { a: "b" },
  );
  expect(bytes).toEqual(fileOf(header + padding, [0, 0, 128, 63, 0, 0, 0, 192]));
});

const tensors: Readonly<Record<string, Tensor>> = {
  double: { shape: [2, 2], data: Float64Array.of(1.1, -0, NaN, -Infinity) },
  single: { shape: [3], data: Float32Array.of(1.5, -0, NaN) },
  int: { shape: [], data: Int32Array.of(-(2 ** 31)) },
  unsigned: { shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  short: { shape: [2], data: Int16Array.of(-32768, 5) },
  ushort: { shape: [1, 1, 1], data: Uint16Array.of(65535) },
  byte: { shape: [3], data: Int8Array.of(-128, 0, 127) },
  ubyte: { shape: [1], data: Uint8Array.of(255) },
  nothing: { shape: [3, 0], data: new Float64Array(0) },
  'a "quoted"\n\u2028 név/日本 🙂': { shape: [1], data: Int8Array.of(1) },
  "a:{[\\": { shape: [1], data: Int8Array.of(2) },
  "": { shape: [1], data: Int8Array.of(3) },
  "10": { shape: [1], data: Int8Array.of(4) },
};

test("what is written is read, wherever the bytes lie", () => {
  const bytes = writeSafetensors(tensors, { what: "all: types {" });
  const around = new Uint8Array(bytes.length + 9);
  around.set(bytes, 5);
  const read = readSafetensors(around.subarray(5, 5 + bytes.length));
  around.fill(0);
  expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    expect({ name, ...read[name] }).toMatchObject({ name, shape, data });
  }
  expect(read["double"]!.dtype).toBe("F64");
  expect(readSafetensors(writeSafetensors({}))).toEqual(Object.create(null));
});

const types: readonly (readonly [string, readonly number[], number, ArrayLike<number>])[] = [
  ["F16", [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00], 4, [1, -2, 65504, 2 ** -24]],
  [
    "F16",
    [0x00, 0x04, 0x55, 0x35, 0x00, 0xfc, 0x00, 0x80],
    4,
    [2 ** -14, 0.333251953125, -Infinity, -0],
  ],
  ["F16", [0x01, 0x7e], 1, [NaN]],
  ["BF16", [0x80, 0x3f, 0xf7, 0xc2, 0x80, 0x7f, 0x01, 0x00], 4, [1, -123.5, Infinity, 2 ** -133]],
  ["I64", [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 1, 0, 0, 0], 2, [-1, 2 ** 32]],
  ["U64", [255, 255, 255, 255, 255, 255, 31, 0], 1, [2 ** 53 - 1]],
  ["BOOL", [1, 0, 1], 3, [1, 0, 1]],
];

test.each(types)("%s %j is read exactly", (dtype, data, count, values) => {
  const read = readSafetensors(
    fileOf({ w: { dtype, shape: [count], data_offsets: [0, data.length] } }, data),
  );
  expect([...read["w"]!.data]).toEqual(values);
});

test("only the tensors that are asked for are read", () => {
  const bytes = fileOf(
    {
      new: { dtype: "F8_E4M3", shape: [2], data_offsets: [1, 3] },
      w: { dtype: "U8", shape: [1], data_offsets: [0, 1] },
    },
    [7, 8, 9],
  );
  expect(codeOf(bytes)).toBe("unknown-type");
  expect(Object.keys(readSafetensors(bytes, { names: ["w"] }))).toEqual(["w"]);
  expect(() => readSafetensors(bytes, { names: ["v"] })).toThrow(/no tensor of this name/);
});

const u8 = (begin: number, end: number) => ({
  dtype: "U8",
  shape: [end - begin],
  data_offsets: [begin, end],
});
const hostile: readonly (readonly [string, string, Uint8Array])[] = [
  ["no bytes", "not-safetensors", new Uint8Array(0)],
  ["a header longer than the file", "not-safetensors", fileOf("{}", [], 2n ** 63n)],
  ["a header without end", "not-safetensors", fileOf("{}", [], 3n)],
  ["no JSON", "not-safetensors", fileOf("{oh")],
  ["a list", "not-safetensors", fileOf("[]")],
  ["a byte order mark", "not-safetensors", fileOf("\ufeff{}")],
  ["a blank in front", "not-safetensors", fileOf(" {}")],
  ["no UTF-8", "not-safetensors", fileOf({}, []).fill(0xff, 9)],
  ["bytes that overlap", "damaged", fileOf({ a: u8(0, 2), b: u8(1, 3) }, [1, 2, 3])],
  ["the same bytes twice", "damaged", fileOf({ a: u8(0, 2), b: u8(0, 2) }, [1, 2])],
  ["a gap", "damaged", fileOf({ a: u8(0, 1), b: u8(2, 3) }, [1, 2, 3])],
  ["a gap in front", "damaged", fileOf({ a: u8(1, 3) }, [1, 2, 3])],
  ["more bytes than tensors", "damaged", fileOf({ a: u8(0, 2) }, [1, 2, 3])],
  ["fewer bytes than tensors", "damaged", fileOf({ a: u8(0, 4) }, [1, 2, 3])],
  ["an end before its beginning", "damaged", fileOf({ a: { ...u8(0, 3), data_offsets: [3, 0] } })],
  ["a place beyond all files", "damaged", fileOf({ a: { ...u8(0, 1), data_offsets: [0, 1e300] } })],
  ["a place below 0", "damaged", fileOf({ a: { ...u8(0, 1), data_offsets: [-1, 0] } })],
  ["a shape for more bytes", "damaged", fileOf({ a: { ...u8(0, 3), shape: [4] } }, [1, 2, 3])],
  ["a shape that is no list", "damaged", fileOf({ a: { ...u8(0, 3), shape: 3 } }, [1, 2, 3])],
  [
    "a shape that turns round",
    "damaged",
    fileOf({ a: { ...u8(0, 0), shape: [2 ** 32, 2 ** 32] } }),
  ],
  ["a shape that hides behind 0", "damaged", fileOf({ a: { ...u8(0, 0), shape: [0, 2 ** 60] } })],
  ["too many axes", "damaged", fileOf({ a: { ...u8(0, 1), shape: Array(65).fill(1) } }, [1])],
  ["an unknown type", "unknown-type", fileOf({ a: { ...u8(0, 1), dtype: "F7" } }, [1])],
  [
    "a type of the prototype",
    "unknown-type",
    fileOf({ a: { ...u8(0, 1), dtype: "toString" } }, [1]),
  ],
  ["a type that is no text", "damaged", fileOf({ a: { ...u8(0, 1), dtype: 5 } }, [1])],
  ["an unknown key", "damaged", fileOf({ a: { ...u8(0, 1), more: 1 } }, [1])],
  ["a missing key", "damaged", fileOf({ a: { dtype: "U8", shape: [0] } })],
  ["a tensor that is none", "damaged", fileOf({ a: null })],
  ["a list for a tensor", "damaged", fileOf({ a: [1, 2] })],
  ["texts that are none", "damaged", fileOf({ __metadata__: { a: 1 } })],
  ["nested texts", "damaged", fileOf({ __metadata__: { a: { b: "c" } } })],
  ["truth that is neither", "damaged", fileOf({ a: { ...u8(0, 1), dtype: "BOOL" } }, [2])],
  [
    "a number that is not exact",
    "damaged",
    fileOf({ a: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, [1, 0, 0, 0, 0, 0, 32, 0]),
  ],
  [
    "a name twice",
    "damaged",
    fileOf(`{"a":${JSON.stringify(u8(0, 1))},"a":${JSON.stringify(u8(0, 1))}}`, [1]),
  ],
  [
    "a name twice, written differently",
    "damaged",
    fileOf(`{"a":${JSON.stringify(u8(0, 1))},"\\u0061":${JSON.stringify(u8(0, 1))}}`, [1]),
  ],
  [
    "a key twice",
    "damaged",
    fileOf(`{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, [1]),
  ],
  ["a deep list", "damaged", fileOf(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`)],
  ["a deep list without end", "damaged", fileOf(`{"a":${"[".repeat(1e6)}`)],
  [
    "too many tensors",
    "too-large",
    fileOf(`{${Array.from({ length: 400_001 }, (_, i) => `"${i}":0`).join()}}`),
  ],
  ...["__proto__", "constructor", "prototype"].map(
    (name) => [name, "damaged", fileOf(`{"${name}":${JSON.stringify(u8(0, 1))}}`, [1])] as const,
  ),
];

test.each(hostile)("refused: %s", (_what, code, bytes) => {
  expect(codeOf(bytes)).toBe(code);
  expect(({} as Record<string, unknown>)["dtype"]).toBeUndefined();
});

const unwritable: readonly (readonly [string, unknown, RegExp])[] = [
  [
    "a shape of another size",
    { w: { shape: [2], data: new Float64Array(3) } },
    /w: its shape must/,
  ],
  ["a list of numbers", { w: { shape: [2], data: [1, 2] } }, /w: its data has no type/],
  ["a reserved name", { __metadata__: { shape: [0], data: new Int8Array(0) } }, /cannot be a name/],
  ["a hostile name", JSON.parse('{"__proto__":{}}'), /data has no type|cannot be a name/],
];

test.each(unwritable)("not written: %s", (_what, given, message) => {
  const act = (): unknown => writeSafetensors(given as Record<string, Tensor>);
  expect(act).toThrow(ValidationError);
  expect(act).toThrow(message);
});

test("changed files give tensors or a LoadError", () => {
  const bytes = writeSafetensors(tensors);
  const dice = new Dice(Number(process.env["MYELIN_SEED"] ?? 1));
  const codes = new Set<string>();
  for (let i = 0; i < 3000 * Number(process.env["MYELIN_RUNS"] ?? 1); i++) {
    const changed = bytes.slice(0, dice.below(4) > 0 ? bytes.length : dice.below(bytes.length));
    for (let n = 0; n <= dice.below(3) && changed.length > 0; n++) {
      changed[dice.below(changed.length)] = dice.below(256);
    }
    codes.add(codeOf(changed));
  }
  expect(codes).toContain("read");
  expect(codes).toContain("damaged");
});

/** Two populations and the weights between them. */
function weighted(maxConductance: ArrayLike<number>): Network {
  const net = new Network({ name: "weighted" });
  net.addPopulation(neurons.spiking({ bias: [1, 2, 3] }), 3, { name: "a" });
  net.addPopulation(neurons.nonSpiking(), 2, { name: "b" });
  const values = { maxConductance: maxConductance as Float64Array };
  const synapse = synapses.matrix(synapses.spiking, values, { shape: [2, 3] });
  net.addConnection(synapse, "a", "b", { name: "w" });
  net.addOutput("b");
  return net;
}

describe("a model", () => {
  const weights = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
  const options = { dt: 0.1, onWarning: () => {} } as const;

  test.each([
    ["float64", "sparse"],
    ["float32", "iterative"],
  ] as const)("writes what params and state say, %s", async (precision, backend) => {
    const model = await weighted(weights).compile({ ...options, precision, backend });
    model.runSync({ steps: 40 });
    const read = readSafetensors(model.toSafetensors());
    const states = model.state.names().filter((name) => model.state.info(name).kind === "state");
    expect(Object.keys(read).sort()).toEqual([...states, ...model.params.names()].sort());
    for (const [access, names] of [
      [model.state, states],
      [model.params, model.params.names()],
    ] as const) {
      for (const name of names) {
        expect([...read[name]!.data]).toEqual([...access.get(name)]);
        expect(read[name]!.shape).toEqual(access.info(name).shape);
      }
    }
    expect(read["b.V"]!.dtype).toBe(precision === "float64" ? "F64" : "F32");
    expect(read["b.V"]!.data.some((value) => value !== 0)).toBe(true);
    const again = await loadModel(model.toBytes(), { backend, onWarning: () => {} });
    expect(again.toSafetensors()).toEqual(model.toSafetensors());
  });

  test("is built from weights that were read", async () => {
    const model = await weighted(weights).compile(options);
    const { data } = readSafetensors(model.toSafetensors())["w.maxConductance"]!;
    expect([...data]).toEqual([...weights]);
    const again = await weighted(data).compile(options);
    model.runSync({ steps: 50 });
    again.runSync({ steps: 50 });
    expect(again.snapshot()).toEqual(model.snapshot());
  });

  test("in a batch has an axis for its copies", async () => {
    const model = await weighted(weights).compile({ ...options, batch: 4 });
    const read = readSafetensors(await model.toSafetensors());
    expect(read["b.V"]!.shape).toEqual([4, 2]);
    expect(read["a.bias"]!.shape).toEqual(model.params.info("a.bias").shape);
  });
});
