// The outside of a .myelin file: a head, a header in JSON, and arrays of numbers, each with a checksum.
// Invariant: what is read is exactly what was written; bytes that are not such a file, and every damage
// to one, are a LoadError, found before anything is made of them.
//
// Little-endian. 0: 8 bytes magic. 8: u32 version. 12: u32 bytes of the header. 16: u32 checksum of the
// header. 20: u32 checksum of the first 20 bytes. 24: the header, UTF-8, filled up with spaces to a
// multiple of 8. Then the arrays in their order, each filled up with zeros to a multiple of 8.

import { LoadError } from "../errors.js";
import { crc32 } from "./crc32.js";

export type Section = Float64Array | Float32Array | Int32Array | Uint8Array;

/** What a container holds. */
export interface Contents {
  /** Plain data, as JSON.parse() makes it. */
  readonly content: unknown;
  readonly sections: readonly Section[];
}

/** The version that is written; versions from 1 on can be read. */
export const formatVersion = 1;

/** As PNG does it: a byte beyond ASCII, and line ends that careless copying changes. */
const magic = Uint8Array.of(0x89, 0x4d, 0x59, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a);
const headBytes = 24;
const mostHeaderBytes = 16 * 2 ** 20;
const mostSections = 100_000;

const sectionTypes = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;
type SectionType = keyof typeof sectionTypes;
const typeNames = Object.keys(sectionTypes) as readonly SectionType[];

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Throws the error that every defect of a file is. */
export function refuseFile(
  code: string,
  problem: string,
  more: { readonly where?: string; readonly got?: unknown; readonly allowed?: string } = {},
): never {
  const hint =
    code === "newer-file"
      ? "Read it with a newer version of Myelin."
      : "Save the model again, or take another copy of the file.";
  throw new LoadError({ code, where: "file", problem, ...more, hint });
}

const bytesOf = (section: Section): Uint8Array =>
  new Uint8Array(section.buffer, section.byteOffset, section.byteLength);

const typeOf = (section: Section): SectionType =>
  typeNames.find((type) => section instanceof sectionTypes[type])!;

/** Puts a file together. */
export function encodeContainer({ content, sections }: Contents): Uint8Array {
  if (!isLittleEndian) refuseFile("machine", "files can be written on little-endian machines only");
  const listed = sections.map((one) => [typeOf(one), one.length, crc32(bytesOf(one))]);
  const text = JSON.stringify({ sections: listed, content });
  const plain = new TextEncoder().encode(text);
  const header = new Uint8Array(padded(plain.length)).fill(0x20);
  header.set(plain);
  const size = sections.reduce(
    (sum, one) => sum + padded(one.byteLength),
    headBytes + header.length,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, header.length, true);
  view.setUint32(16, crc32(header), true);
  view.setUint32(20, crc32(bytes.subarray(0, 20)), true);
  bytes.set(header, headBytes);
  let at = headBytes + header.length;
  for (const section of sections) {
    bytes.set(bytesOf(section), at);
    at += padded(section.byteLength);
  }
  return bytes;
}

/** Checks the head; gives the bytes of the header. */
function readHead(bytes: Uint8Array): Uint8Array {
  if (bytes.length < headBytes || magic.some((byte, i) => bytes[i] !== byte)) {
    refuseFile("not-a-model", "this is not a saved model, or it was changed on its way");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(20, true) !== crc32(bytes.subarray(0, 20))) {
    refuseFile("damaged", "the head of the file is damaged");
  }
  const version = view.getUint32(8, true);
  if (version > formatVersion || version < 1) {
    const allowed = `1 to ${formatVersion}`;
    refuseFile("newer-file", "the file has a version that is not known here", {
      got: version,
      allowed,
    });
  }
  const length = view.getUint32(12, true);
  if (length > mostHeaderBytes || headBytes + length > bytes.length || length % 8 !== 0) {
    refuseFile("damaged", "the header does not fit into the file", { got: length });
  }
  const header = bytes.subarray(headBytes, headBytes + length);
  if (crc32(header) !== view.getUint32(16, true)) {
    refuseFile("damaged", "the header of the file is damaged");
  }
  return header;
}

function parseHeader(header: Uint8Array): { sections: readonly unknown[]; content: unknown } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
  } catch {
    refuseFile("damaged", "the header is not JSON in UTF-8");
  }
  const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  const { sections, content } = isObject ? (parsed as Record<string, unknown>) : {};
  if (!Array.isArray(sections) || sections.length > mostSections) {
    refuseFile("damaged", "the header lists no arrays, or too many");
  }
  return { sections, content };
}

/** A copy of a section's numbers, where they are all there. */
function readSection(listed: unknown, bytes: Uint8Array, at: number): Section {
  const [type, count, sum] = Array.isArray(listed) ? (listed as unknown[]) : [];
  const isKnown = typeof type === "string" && Object.hasOwn(sectionTypes, type);
  if (!isKnown || !Number.isSafeInteger(count) || (count as number) < 0) {
    refuseFile("damaged", "the header describes an array that there cannot be");
  }
  const Numbers = sectionTypes[type as SectionType];
  const size = (count as number) * Numbers.BYTES_PER_ELEMENT;
  if (!(at + padded(size) <= bytes.length)) {
    refuseFile("damaged", "the file ends too early", { got: bytes.length });
  }
  // Copied, so that what others do with the bytes changes nothing; slice() of Node's buffers does not.
  const own = new Uint8Array(size);
  own.set(bytes.subarray(at, at + size));
  if (crc32(own) !== sum) refuseFile("damaged", "an array in the file is damaged");
  for (let i = at + size; i < at + padded(size); i++) {
    if (bytes[i] !== 0) refuseFile("damaged", "there is something between the arrays");
  }
  return new Numbers(own.buffer);
}

/** Takes a file apart. */
export function decodeContainer(bytes: Uint8Array): Contents {
  if (!isLittleEndian) refuseFile("machine", "files can be read on little-endian machines only");
  const header = readHead(bytes);
  const { sections: listed, content } = parseHeader(header);
  let at = headBytes + header.length;
  const sections = listed.map((each) => {
    const section = readSection(each, bytes, at);
    at += padded(section.byteLength);
    return section;
  });
  if (at !== bytes.length) refuseFile("damaged", "the file is longer than it says");
  return { content, sections };
}
