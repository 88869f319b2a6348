// Arrays of numbers in the safetensors format: the length of a header in 8 bytes, the header in JSON,
// then the numbers of all tensors. Invariant: what is read is as large as the file, and copied out of
// it; every file that does not follow the format to the letter is a LoadError.

import { LoadError, show, ValidationError } from "../errors.js";
import { isLittleEndian } from "./container.js";
import { tensorTypes, typeOfArray, type TensorArray, type TensorType } from "./tensor-types.js";

/** An array of numbers with a shape, row after row. */
export interface Tensor {
  /** Lengths along the axes; none for a single number. */
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** A tensor that was read, with the type that it has in the file. */
export interface ReadTensor extends Tensor {
  readonly dtype: TensorType;
}

const mostHeaderBytes = 16 * 2 ** 20;
/** A hundred thousand tensors have so many: each its name and three keys. */
const mostPairs = 400_000;
const mostLevels = 3;
const mostAxes = 64;
const lengthBytes = 8;
const metadataKey = "__metadata__";
/** Names that are no names in plain objects, which others may copy the result to. */
const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

interface Wrong {
  readonly code?: "damaged" | "not-safetensors" | "too-large" | "unknown-type";
  readonly where?: string;
  readonly got?: unknown;
  readonly allowed?: string;
  readonly hint?: string;
}

function refuse(problem: string, { code = "damaged", where, ...more }: Wrong = {}): never {
  const hint = "Take another copy of the file, or write it again.";
  const place = where === undefined ? "safetensors" : `safetensors: ${where}`;
  throw new LoadError({ code, where: place, problem, hint, ...more });
}

function wrongTensor(where: string, problem: string, got?: unknown): never {
  throw new ValidationError({
    ...{ code: "wrong-tensor", where: `writeSafetensors: ${where}`, problem },
    ...(got !== undefined && { got }),
  });
}

const isWhole = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How many numbers a shape holds; -1 where it is none, or holds too many. */
function countIn(shape: readonly unknown[]): number {
  // A length of 0 makes any product 0, but must not hide what is too long.
  let [count, longest] = [1, 1];
  for (const length of shape) {
    if (!isWhole(length)) return -1;
    count *= length;
    longest *= Math.max(1, length);
    if (longest > Number.MAX_SAFE_INTEGER) return -1;
  }
  return count;
}

/** What a header says of a tensor. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * The bytes of a safetensors file with these tensors, sorted by the width of their numbers and then by
 * name. `metadata`: texts that tell of them.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "myelin";
 *
 * const weights = { shape: [2, 2], data: Float32Array.of(1, 0, 0.5, 2) };
 * const bytes = writeSafetensors({ weights }, { trained: "yes" });
 * console.log(bytes.length, readSafetensors(bytes)["weights"]?.dtype); // 120 F32
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  if (!isLittleEndian) wrongTensor("files", "can be written on little-endian machines only");
  const isText = Object.values(metadata).every((value) => typeof value === "string");
  if (!isText) wrongTensor(metadataKey, "must have texts only");
  const listed = Object.entries(tensors).map(([name, { shape, data }]) => {
    const dtype = typeOfArray(data);
    if (dtype === undefined) wrongTensor(name, "its data has no type that is written", data);
    if (name === metadataKey || reserved.has(name)) wrongTensor(name, "cannot be a name");
    if (!Array.isArray(shape) || countIn(shape) !== data.length) {
      wrongTensor(name, `its shape must hold ${data.length} numbers`, show(shape));
    }
    return { name, dtype, shape, data };
  });
  const isBefore = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  listed.sort(
    (a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || isBefore(a.name, b.name),
  );
  let size = 0;
  const entries = listed.map(({ name, dtype, shape, data }): [string, unknown] => {
    const begin = size;
    size += data.byteLength;
    return [name, { dtype, shape: [...shape], data_offsets: [begin, size] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift([metadataKey, metadata]);
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = lengthBytes + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + size).fill(0x20, lengthBytes, start);
  new DataView(bytes.buffer).setUint32(0, start - lengthBytes, true);
  bytes.set(header, lengthBytes);
  let at = start;
  for (const { data } of listed) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Pairs of a key and a value in JSON, its colons outside of texts, and how deep it nests. */
function scan(text: string): { readonly pairs: number; readonly deepest: number } {
  let [pairs, depth, deepest] = [0, 0, 0];
  let isInText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isInText && c === 0x5c) i++;
    else if (c === 0x22) isInText = !isInText;
    else if (isInText) continue;
    else if (c === 0x3a) pairs++;
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return { pairs, deepest };
}

function decodeHeader(bytes: Uint8Array): string {
  // A byte order mark stays: the header begins with a brace.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    const text = decoder.decode(bytes);
    if (text[0] === "{") return text;
  } catch {
    // As below.
  }
  refuse("the header is not an object in UTF-8", { code: "not-safetensors" });
}

/** The header, of which JSON.parse() would hide that a name is there twice. */
function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const text = decodeHeader(bytes);
  // Before anything is built: a short text may nest deeply, and nested lists take much memory.
  const { pairs, deepest } = scan(text);
  if (deepest > mostLevels) refuse("the header nests too deeply");
  if (pairs > mostPairs) {
    const allowed = `at most ${mostPairs}`;
    refuse("the header has too many entries", { code: "too-large", got: pairs, allowed });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    refuse("the header is not JSON", { code: "not-safetensors" });
  }
  if (!isPlain(parsed)) refuse("the header is not an object", { code: "not-safetensors" });
  const values = Object.values(parsed);
  const own = values.reduce<number>(
    (sum, value) => sum + (isPlain(value) ? Object.keys(value).length : 0),
    values.length,
  );
  if (own !== pairs) refuse("the header has a key twice, or one where there should be none");
  return parsed;
}

function checkMetadata(value: unknown): void {
  if (isPlain(value) && Object.values(value).every((each) => typeof each === "string")) return;
  refuse("must have texts only", { where: metadataKey });
}

const fields = ["dtype", "shape", "data_offsets"] as const;

function readEntry(name: string, value: unknown): Entry {
  if (reserved.has(name)) refuse("this cannot be the name of a tensor", { where: name });
  const isEntry = isPlain(value) && Object.keys(value).length === fields.length;
  if (!isEntry || !fields.every((key) => Object.hasOwn(value, key))) {
    refuse("must have dtype, shape and data_offsets, and nothing else", { where: name });
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") refuse("its dtype must be a text", { where: name });
  const count = Array.isArray(shape) && shape.length <= mostAxes ? countIn(shape) : -1;
  if (count < 0) refuse("its shape must be a short list of whole numbers", { where: name });
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isWhole(begin) || !isWhole(end) || begin > end) {
    refuse("its data_offsets must be where it begins and ends", { where: name });
  }
  const known = Object.hasOwn(tensorTypes, dtype) ? tensorTypes[dtype as TensorType] : undefined;
  if (known !== undefined && end - begin !== count * known.bytes) {
    const allowed = `${count * known.bytes} bytes, for its shape`;
    refuse("takes another number of bytes", { where: name, got: end - begin, allowed });
  }
  return { name, dtype, shape: Object.freeze([...(shape as number[])]), count, begin, end };
}

/** Tensors have to lie one after the other, without a gap, up to the end. */
function checkPlaces(entries: readonly Entry[], size: number): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== at)
      refuse("must begin where the one before it ends", { where: name, got: begin });
    at = end;
  }
  if (at !== size) {
    refuse("the tensors do not fill the file", { got: size, allowed: `${at} bytes of numbers` });
  }
}

/** How a file is read. */
export interface ReadSafetensorsOptions {
  /** Only these tensors; then others may be of types that cannot be read. */
  readonly names?: readonly string[];
}

/** The header and what is behind it. */
function takeApart(bytes: Uint8Array) {
  if (!isLittleEndian) refuse("files can be read on little-endian machines only");
  if (!(bytes instanceof Uint8Array) || bytes.length < lengthBytes + 2) {
    refuse("this is no safetensors file", { code: "not-safetensors" });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > bytes.length - lengthBytes) {
    refuse("the header is longer than the file", { code: "not-safetensors", got: length });
  }
  if (length > mostHeaderBytes) {
    refuse("the header is too long", {
      ...{ code: "too-large", got: length, allowed: `at most ${mostHeaderBytes} bytes` },
    });
  }
  const start = lengthBytes + Number(length);
  return { header: parseHeader(bytes.subarray(lengthBytes, start)), start };
}

/**
 * The tensors of a safetensors file by name, for use as weights or parameters. F64 gives a
 * Float64Array; F32, F16 and BF16 a Float32Array; whole numbers the typed array of their width, I64 and
 * U64 a Float64Array, and BOOL a Uint8Array of 0 and 1. Throws a LoadError.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "myelin";
 *
 * const bytes = writeSafetensors({ weights: { shape: [2, 1], data: Float64Array.of(1, 0.5) } });
 * const { shape, data } = readSafetensors(bytes, { names: ["weights"] })["weights"]!;
 * console.log(shape, data); // [ 2, 1 ] Float64Array(2) [ 1, 0.5 ]
 * ```
 */
export function readSafetensors(
  bytes: Uint8Array,
  { names }: ReadSafetensorsOptions = {},
): Readonly<Record<string, ReadTensor>> {
  const { header, start } = takeApart(bytes);
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) checkMetadata(value);
    else entries.push(readEntry(name, value));
  }
  checkPlaces(entries, bytes.length - start);
  const wanted = names === undefined ? undefined : new Set(names);
  for (const name of wanted ?? []) {
    if (!entries.some((entry) => entry.name === name)) {
      refuse("there is no tensor of this name", { where: name });
    }
  }
  const found = Object.create(null) as Record<string, ReadTensor>;
  for (const { name, dtype, shape, begin, end } of entries) {
    if (wanted?.has(name) === false) continue;
    if (!Object.hasOwn(tensorTypes, dtype)) {
      const allowed = Object.keys(tensorTypes).join(", ");
      const hint = "Give the names of the tensors that are needed, or convert the file.";
      refuse("has a type that cannot be read", {
        ...{ code: "unknown-type", where: name, got: dtype, allowed, hint },
      });
    }
    // A copy with a buffer of its own; slice() of Node's buffers is none.
    const own = new Uint8Array(end - begin);
    own.set(bytes.subarray(start + begin, start + end));
    const data = tensorTypes[dtype as TensorType].read(own);
    if (data === undefined) {
      const hint = "Convert it to F64, or to I32.";
      refuse("has whole numbers beyond 2^53, or truth values that are not 0 or 1", {
        ...{ where: name, got: dtype, hint },
      });
    }
    found[name] = { dtype: dtype as TensorType, shape, data };
  }
  return found;
}
