// Takes the outside of a .myelin file off; container.ts says how it looks. Invariant: bytes that are not
// such a file, and every damage to one, are a LoadError, found before anything is made of them.

import {
  formatVersion,
  headBytes,
  isLittleEndian,
  magic,
  padded,
  refuseFile,
  sectionTypes,
  type Contents,
  type Section,
  type SectionType,
} from "./container.js";
import { crc32 } from "./crc32.js";

const mostHeaderBytes = 16 * 2 ** 20;
const mostSections = 100_000;

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
