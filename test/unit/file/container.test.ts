// The outside of saved models: what is written is read, and every damage is found.

import { LoadError } from "../../../src/errors.js";
import { encodeContainer } from "../../../src/file/container.js";
import { decodeContainer } from "../../../src/file/read-container.js";
import { crc32 } from "../../../src/file/crc32.js";

const sections = [
  Float64Array.of(1.5, -0, NaN, Infinity),
  Int32Array.of(-1, 2, 3),
  new Float32Array(0),
  Uint8Array.of(1, 2, 3, 4, 5),
];
const content = { text: 'quotes " \u2028 \\ ü 🙂', list: [1, [2, { deep: null }]] };
const bytes = encodeContainer({ content, sections });

test("the checksum is that of zip files", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test("what is written is read", () => {
  const read = decodeContainer(bytes);
  expect(read.content).toEqual(content);
  expect(read.sections).toEqual(sections);
  expect(Object.is(read.sections[0]![1], -0)).toBe(true);
});

test("bytes in the middle of others are read, and copied", () => {
  const around = new Uint8Array(bytes.length + 7);
  around.set(bytes, 3);
  const read = decodeContainer(around.subarray(3, 3 + bytes.length));
  around.fill(0);
  expect(read.sections).toEqual(sections);
});

const codeOf = (changed: Uint8Array): string => {
  try {
    decodeContainer(changed);
  } catch (error) {
    if (error instanceof LoadError) return error.code;
    throw error;
  }
  return "read";
};

test("every changed bit is found", () => {
  const changed = bytes.slice();
  const codes = new Set<string>();
  for (let i = 0; i < bytes.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      changed[i]! ^= 1 << bit;
      codes.add(codeOf(changed));
      changed[i]! ^= 1 << bit;
    }
  }
  expect([...codes].sort()).toEqual(["damaged", "not-a-model"]);
});

test("every shorter and every longer file is refused", () => {
  for (let end = 0; end < bytes.length; end++) {
    expect(codeOf(bytes.subarray(0, end))).toMatch(/^(damaged|not-a-model)$/);
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  expect(codeOf(longer)).toBe("damaged");
});

test("a file from the future says so", () => {
  const later = bytes.slice();
  const view = new DataView(later.buffer);
  view.setUint32(8, 2, true);
  view.setUint32(20, crc32(later.subarray(0, 20)), true);
  expect(() => decodeContainer(later)).toThrow(/newer version of Myelin/);
  expect(codeOf(later)).toBe("newer-file");
});

const headers: readonly (readonly [string, string])[] = [
  ["no JSON", "{"],
  ["a list", "[]"],
  ["nothing", "null"],
  ["no arrays", "{}"],
  ["arrays that are none", '{"sections":[5]}'],
  ["a type of the prototype", '{"sections":[["constructor",1,0]]}'],
  ["a length below 0", '{"sections":[["int32",-1,0]]}'],
  ["a length beyond the file", '{"sections":[["float64",1e15,0]]}'],
  ["a length that is not whole", '{"sections":[["float64",0.5,0]]}'],
];

test.each(headers)("a header is refused: %s", (_what, text) => {
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const made = new Uint8Array(24 + header.length);
  made.set(bytes.subarray(0, 12));
  made.set(header, 24);
  const view = new DataView(made.buffer);
  view.setUint32(12, header.length, true);
  view.setUint32(16, crc32(header), true);
  view.setUint32(20, crc32(made.subarray(0, 20)), true);
  expect(codeOf(made)).toBe("damaged");
});
