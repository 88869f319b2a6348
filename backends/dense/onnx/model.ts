// ONNX models as plain records, and their bytes (https://onnx.ai/onnx/repo-docs/IR.html). Invariant:
// nothing here knows what a Program is; field numbers are those of onnx.proto.

import { Message } from "./protobuf.js";

/** Element types of tensors that are used here, with their numbers in the format. */
export const elementCodes = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint64: 13,
} as const;

export type Element = keyof typeof elementCodes;

/** A size, or the name of a size that is known only when the model runs. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** The data of a tensor in its own element type; `bool` has a byte for each element. */
export type TensorData =
  Float32Array | Float64Array | Int32Array | BigInt64Array | BigUint64Array | Uint8Array;

export interface TensorRecord {
  readonly name: string;
  readonly type: Element;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A named input or output. */
export interface PortRecord {
  readonly name: string;
  readonly type: Element;
  readonly shape: Shape;
  readonly doc?: string;
}

export type Attribute = number | readonly number[] | string | GraphRecord;
export type Attributes = Readonly<Record<string, Attribute>>;

export interface NodeRecord {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface GraphRecord {
  readonly name: string;
  readonly inputs: readonly PortRecord[];
  readonly outputs: readonly PortRecord[];
  readonly initialisers: readonly TensorRecord[];
  readonly nodes: readonly NodeRecord[];
}

export interface ModelRecord {
  readonly graph: GraphRecord;
  readonly doc?: string;
  /** Texts that travel with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Version 10 of the format, with version 21 of the operators. */
export const irVersion = 10;
export const operatorVersion = 21;

/** Kinds of attributes. */
const kinds = { int: 2, text: 3, graph: 5, ints: 7 } as const;

/** The bytes of numbers, little-endian as every processor that this runs on has them. */
const rawBytes = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function tensorMessage({ name, type, shape, data }: TensorRecord): Message {
  const message = new Message();
  for (const size of shape) message.int(1, size);
  return message.int(2, elementCodes[type]).text(8, name).bytes(9, rawBytes(data));
}

function portMessage({ name, type, shape, doc }: PortRecord): Message {
  const sizes = new Message();
  for (const size of shape) {
    const one = new Message();
    if (typeof size === "number") one.int(1, size);
    else one.text(2, size);
    sizes.message(1, one);
  }
  const tensor = new Message().int(1, elementCodes[type]).message(2, sizes);
  const message = new Message().text(1, name).message(2, new Message().message(1, tensor));
  return doc === undefined ? message : message.text(3, doc);
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, kinds.int);
  if (typeof value === "string") return message.text(4, value).int(20, kinds.text);
  if ("nodes" in value) return message.message(6, graphMessage(value)).int(20, kinds.graph);
  for (const each of value) message.int(8, each);
  return message.int(20, kinds.ints);
}

function nodeMessage({ op, inputs, outputs, attributes }: NodeRecord, at: number): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, `${op}_${at}`).text(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    message.message(5, attributeMessage(name, value));
  }
  return message;
}

function graphMessage({ name, inputs, outputs, initialisers, nodes }: GraphRecord): Message {
  const message = new Message();
  nodes.forEach((node, at) => message.message(1, nodeMessage(node, at)));
  message.text(2, name);
  for (const tensor of initialisers) message.message(5, tensorMessage(tensor));
  for (const port of inputs) message.message(11, portMessage(port));
  for (const port of outputs) message.message(12, portMessage(port));
  return message;
}

/** The bytes of a model file. */
export function encodeOnnx(
  { graph, doc, metadata = {} }: ModelRecord,
  producer: { readonly name: string; readonly version: string },
): Uint8Array<ArrayBuffer> {
  const message = new Message().int(1, irVersion).text(2, producer.name).text(3, producer.version);
  if (doc !== undefined) message.text(6, doc);
  message.message(7, graphMessage(graph));
  message.message(8, new Message().text(1, "").int(2, operatorVersion));
  for (const [key, value] of Object.entries(metadata)) {
    message.message(14, new Message().text(1, key).text(2, value));
  }
  return message.finish();
}
