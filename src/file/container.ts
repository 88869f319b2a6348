// The outside of a .myelin file: a head, a header in JSON, and arrays of numbers, each with a checksum.
// Invariant: what is written here, read-container.ts reads as exactly the same. Apart from it, so that a
// page that reads no files does not fetch how.
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
export const magic = Uint8Array.of(0x89, 0x4d, 0x59, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a);
export const headBytes = 24;

export const sectionTypes = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;
export type SectionType = keyof typeof sectionTypes;
const typeNames = Object.keys(sectionTypes) as readonly SectionType[];

export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
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
