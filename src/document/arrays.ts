// Parts of files beside a document: found by plain names through the caller, never by this layer.
// Invariant: a part lies inside what the caller gave, and nothing is allocated before that is known.

import { LoadError, ValidationError } from "../errors.js";
import type { ArrayTypeName } from "./document.js";
import { Fields, refuseReserved, unknownName } from "./place.js";

/** Gives a file beside the document by its name: its bytes, or its numbers. */
export type ArraySource = (name: string) => ArrayBufferLike | ArrayBufferView | undefined;
/** What may hold numbers: each as wide as its type says. */
export type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

const plainName = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}$/;
const fields = ["arrays", "type", "offset", "length"] as const;

interface ArrayType {
  readonly bytes: number;
  readonly make: (length: number) => NumberArray;
  readonly read: (view: DataView, at: number) => number;
}
const types: Readonly<Record<ArrayTypeName, ArrayType>> = {
  float64: {
    bytes: 8,
    make: (length) => new Float64Array(length),
    read: (view, at) => view.getFloat64(at, true),
  },
  float32: {
    bytes: 4,
    make: (length) => new Float32Array(length),
    read: (view, at) => view.getFloat32(at, true),
  },
  int32: {
    bytes: 4,
    make: (length) => new Int32Array(length),
    read: (view, at) => view.getInt32(at, true),
  },
  uint32: {
    bytes: 4,
    make: (length) => new Uint32Array(length),
    read: (view, at) => view.getUint32(at, true),
  },
  uint8: {
    bytes: 1,
    make: (length) => new Uint8Array(length),
    read: (view, at) => view.getUint8(at),
  },
};
const typeNames = Object.keys(types) as readonly ArrayTypeName[];

/** True for an object that stands for a part of a file. */
export const isArrayPart = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.hasOwn(value, "arrays");

/** The numbers of a part of a file. */
export function readArrayPart(
  where: string,
  value: unknown,
  source: ArraySource | undefined,
): NumberArray {
  const of = new Fields(where, value, fields);
  const name = checkFileName(of);
  const type = readType(of);
  const data = ask(of.path("arrays"), name, source);
  const numbers = asNumbers(data);
  if (numbers !== undefined && (type === undefined || type === numbers.type)) {
    return cut(of, { ...numbers, isBytes: false });
  }
  const bytes = asBytes(data);
  if (bytes === undefined) {
    throw new ValidationError({
      code: "wrong-kind",
      where: of.path("type"),
      problem: "the array is of another type",
      got: type,
      allowed: numbers?.type ?? "an ArrayBuffer, or an array of one of these types",
    });
  }
  if (type === undefined) {
    throw new ValidationError({
      code: "missing-key",
      where,
      problem: "bytes need a type",
      allowed: `"type": ${typeNames.join(", ")}`,
      hint: "Add type.",
    });
  }
  return cut(of, { view: bytes, type, isBytes: true });
}

function checkFileName(of: Fields<(typeof fields)[number]>): string {
  const where = of.path("arrays");
  const name = of.neededText("arrays", "the name of a file");
  refuseReserved(where, name);
  if (plainName.test(name)) return name;
  throw new ValidationError({
    code: "bad-name",
    where,
    problem: "not a plain file name",
    got: name,
    allowed: 'letters, digits, "_", "-" and ".", the first one no "."',
    hint: "Documents name neither folders nor URLs: the caller decides where files are.",
  });
}

function readType(of: Fields<(typeof fields)[number]>): ArrayTypeName | undefined {
  const given = of.text("type", typeNames.join(", "));
  const type = typeNames.find((each) => each === given);
  if (given !== undefined && type === undefined) {
    throw unknownName(of.path("type"), "type of number", given, typeNames);
  }
  return type;
}

function ask(where: string, name: string, source: ArraySource | undefined): unknown {
  if (source === undefined) {
    throw new LoadError({
      code: "missing-array",
      where,
      problem: "the document has numbers in a file beside it, and none are given",
      got: name,
      hint: "Give fromDocument() the option arrays: (name) => bytes or numbers.",
    });
  }
  const data: unknown = source(name);
  if (data !== undefined && data !== null) return data;
  throw new LoadError({
    code: "missing-array",
    where,
    problem: "there is no array of this name",
    got: name,
    hint: "The option arrays has to give an ArrayBuffer or a typed array for it.",
  });
}

interface Part {
  readonly view: DataView;
  readonly type: ArrayTypeName;
  /** Bytes are little-endian; a typed array is as this machine has it. */
  readonly isBytes: boolean;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function asNumbers(data: unknown): Omit<Part, "isBytes"> | undefined {
  if (!ArrayBuffer.isView(data)) return undefined;
  const type = typeNames.find((each) => tagOf(data).toLowerCase() === `${each}array`);
  return type === undefined ? undefined : { view: viewOf(data), type };
}

/** Buffers, and views of bytes such as those that file systems give. */
function asBytes(data: unknown): DataView | undefined {
  const tag = tagOf(data);
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer") {
    return new DataView(data as ArrayBufferLike as ArrayBuffer);
  }
  if (!ArrayBuffer.isView(data)) return undefined;
  return tag === "Uint8Array" || tag === "DataView" ? viewOf(data) : undefined;
}

function cut(of: Fields<(typeof fields)[number]>, { view, type, isBytes }: Part): NumberArray {
  const { bytes, make, read } = types[type];
  const offset = of.count("offset", 0) ?? 0;
  const there = (view.byteLength - offset) / bytes;
  const length = of.count("length", 0) ?? there;
  const isWhole = Number.isInteger(length) && offset % bytes === 0;
  if (!isWhole || length < 0 || length > there) {
    throw new LoadError({
      code: "out-of-range",
      where: of.where,
      problem: "this part does not lie inside the array",
      got: `${length} numbers of ${bytes} bytes from byte ${offset} on`,
      allowed: `whole numbers inside ${view.byteLength} bytes, from a multiple of ${bytes} on`,
      hint: "Check offset, which counts bytes, and length, which counts numbers.",
    });
  }
  const values = make(length);
  if (isBytes) {
    for (let i = 0; i < length; i += 1) values[i] = read(view, offset + i * bytes);
    return values;
  }
  new Uint8Array(values.buffer).set(
    new Uint8Array(view.buffer, view.byteOffset + offset, length * bytes),
  );
  return values;
}
