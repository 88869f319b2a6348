// The writer of ONNX files: bytes that are known, what is read back, and graphs that keep only what is
// needed.

import { Graph, countNodes } from "../../../../backends/dense/onnx/graph.js";
import { encodeOnnx } from "../../../../backends/dense/onnx/model.js";
import { Message } from "../../../../backends/dense/onnx/protobuf.js";
import { printGraph } from "../../../../backends/dense/onnx/text.js";
import { decodeFields, textOf, type Field } from "./decode.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("messages", () => {
  // The examples of https://protobuf.dev/programming-guides/encoding.
  test("have the bytes of the format's own examples", () => {
    expect(hex(new Message().int(1, 150).finish())).toBe("089601");
    expect(hex(new Message().text(2, "testing").finish())).toBe("120774657374696e67");
    const inner = new Message().int(1, 150);
    expect(hex(new Message().message(3, inner).finish())).toBe("1a03089601");
    expect(hex(new Message().int(1, -2).finish())).toBe("08feffffffffffffffff01");
    expect(hex(new Message().float(1, 1).finish())).toBe("0d0000803f");
  });

  test.each([0, 1, 127, 128, 16384, 2 ** 31 - 1, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER])(
    "give %i back",
    (value) => {
      const [field] = decodeFields(new Message().int(7, value).finish());
      expect(field).toEqual({ field: 7, number: BigInt(value) });
    },
  );

  test("keep text of any kind and bytes of any length", () => {
    const text = "Größe – 神経 \u{1f9e0} \0";
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
    const [one, two] = decodeFields(new Message().text(1, text).bytes(200, bytes).finish());
    expect(textOf(one!.bytes!)).toBe(text);
    expect(two).toEqual({ field: 200, bytes });
  });
});

const inside = (fields: readonly Field[], field: number): Field[][] =>
  fields.filter((one) => one.field === field).map((one) => decodeFields(one.bytes!));

test("a model says its version, its graph, its inputs and its constants", () => {
  const graph = new Graph();
  const x = graph.input({ name: "x", type: "float64", shape: [2, "steps"] }, [2, 1]);
  const half = graph.scalar("float64", 0.5);
  const product = graph.node("Mul", [x, half], { type: "float64", shape: [2, 1] });
  const port = { name: "y", type: "float64", shape: [2, "steps"] } as const;
  const record = graph.finish("half", [{ port, value: product }]);
  const model = decodeFields(
    encodeOnnx({ graph: record, metadata: { a: "b" } }, { name: "me", version: "1" }),
  );
  expect(model.find(({ field }) => field === 1)!.number).toBe(10n);
  const [opset] = inside(model, 8);
  expect(opset!.find(({ field }) => field === 2)!.number).toBe(21n);
  const [found] = inside(model, 7);
  const nodes = inside(found!, 1).map((node) =>
    node.filter(({ field }) => field < 5).map(({ bytes }) => textOf(bytes!)),
  );
  expect(nodes.map((node) => node.at(-1))).toEqual(["Mul", "Identity"]);
  const [constant] = inside(found!, 5);
  const raw = constant!.find(({ field }) => field === 9)!.bytes!;
  expect(new Float64Array(raw.slice().buffer)).toEqual(Float64Array.of(0.5));
  const [input] = inside(found!, 11);
  expect(textOf(input![0]!.bytes!)).toBe("x");
  const [metadata] = inside(model, 14);
  expect(metadata!.map(({ bytes }) => textOf(bytes!))).toEqual(["a", "b"]);
});

describe("graphs", () => {
  const result = { type: "float64", shape: [3] } as const;

  test("make equal nodes once, and leave out what no output needs", () => {
    const graph = new Graph();
    const x = graph.input({ name: "x", ...result });
    const unused = graph.input({ name: "unused", ...result });
    graph.node("Exp", [unused], result);
    const one = graph.node("Neg", [x], result);
    const two = graph.node("Neg", [x], result);
    expect(two).toBe(one);
    const sum = graph.node("Add", [one, two], result);
    const record = graph.finish("g", [{ port: { name: "y", ...result }, value: sum }]);
    expect(record.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(record.nodes.map(({ op }) => op)).toEqual(["Neg", "Add", "Identity"]);
  });

  test("compute what does not change from step to step outside of the steps", () => {
    const graph = new Graph();
    const tuned = graph.input({ name: "p", ...result });
    const inner = graph.inner();
    const x = inner.input({ name: "x", ...result });
    const outside = inner.node("Exp", [tuned], result);
    const sum = inner.node("Add", [x, outside], result);
    expect([outside.depth, sum.depth]).toEqual([0, 1]);
    const body = inner.finish("body", [{ port: { name: "e", ...result }, value: sum }]);
    graph.block("Scan", [x], ["n"], { body, num_scan_inputs: 0 });
    const record = graph.finish("g", [{ port: { name: "n", ...result } }]);
    expect(record.nodes.map(({ op }) => op)).toEqual(["Exp", "Scan"]);
    expect(countNodes(record)).toBe(4);
    expect(printGraph(record)).toContain("    graph body\n");
  });
});
