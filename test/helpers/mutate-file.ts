// Saved models that strangers might write: sound ones with something changed, in the bytes or in what
// the header says, mostly with all checksums made right again. Invariant: the same dice give the same file.

import { encodeContainer } from "../../src/file/container.js";
import { decodeContainer } from "../../src/file/read-container.js";
import { crc32 } from "../../src/file/crc32.js";
import { hostileNames } from "./hostile-names.js";
import type { Dice } from "./random-program.js";

/** Values that readers stumble over. */
const strange: readonly unknown[] = [
  ...[0, -1, 1, 2, 3, 7, 1e9, 1e15, 2 ** 53, -0.5, 0.5, 1e308],
  ...["", "NaN", "-0", "Infinity", "__proto__", "constructor", "a.V", "x"],
  ...[null, true, false, [], {}, [[]], { section: 0 }, { section: 1e9 }, ["+", "x", "x"]],
];

const drawStrange = (dice: Dice): unknown =>
  dice.below(6) === 0
    ? hostileNames[dice.below(hostileNames.length)]
    : strange[dice.below(strange.length)];

/** Changes something in plain data, anywhere. */
export function changeValue(value: unknown, dice: Dice): unknown {
  if (typeof value === "number" && dice.below(3) === 0) {
    return [value + 1, value - 1, -value, value * 2, value * 1e6, value / 3][dice.below(6)];
  }
  if (typeof value !== "object" || value === null || dice.below(40) === 0) {
    return drawStrange(dice);
  }
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])];
    if (copy.length === 0) return drawStrange(dice);
    const at = dice.below(copy.length);
    const how = dice.below(8);
    if (how === 0) copy.splice(at, 1);
    else if (how === 1) copy.splice(at, 0, copy[dice.below(copy.length)]);
    else copy[at] = changeValue(copy[at], dice);
    return copy;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return drawStrange(dice);
  const at = dice.below(entries.length);
  const how = dice.below(10);
  if (how === 0) entries.splice(at, 1);
  else if (how === 1) entries.push(["__proto__", drawStrange(dice)]);
  else entries[at] = [entries[at]![0], changeValue(entries[at]![1], dice)];
  // As JSON.parse does it, also for the key __proto__.
  return Object.fromEntries(entries);
}

/** Changes, cuts or lengthens bytes; nothing is made right again. */
export function changeBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const how = dice.below(6);
  const length = how === 0 ? dice.below(bytes.length + 1) : bytes.length + (how === 1 ? 8 : 0);
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, Math.min(length, bytes.length)));
  if (how === 2 && length > 16) {
    const [from, to] = [dice.below(length - 16), dice.below(length - 16)];
    copy.copyWithin(to, from, from + 1 + dice.below(16));
  }
  for (let i = 0; i <= dice.below(4) && copy.length > 0; i++) {
    copy[dice.below(copy.length)] = dice.below(256);
  }
  return copy;
}

const headBytes = 24;

/** Changes the text of the header, and makes its checksums right. */
export function changeHeaderText(bytes: Uint8Array, dice: Dice): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(12, true);
  const changed = changeBytes(bytes.subarray(headBytes, headBytes + length), dice);
  const header = new Uint8Array(Math.ceil(changed.length / 8) * 8).fill(0x20);
  header.set(changed);
  const rest = bytes.subarray(headBytes + length);
  const file = new Uint8Array(headBytes + header.length + rest.length);
  file.set(bytes.subarray(0, headBytes));
  file.set(header, headBytes);
  file.set(rest, headBytes + header.length);
  const head = new DataView(file.buffer);
  head.setUint32(12, header.length, true);
  head.setUint32(16, crc32(header), true);
  head.setUint32(20, crc32(file.subarray(0, 20)), true);
  return file;
}

type Numbers = ReturnType<typeof decodeContainer>["sections"][number];

function changeNumbers(section: Numbers, dice: Dice): Numbers {
  const copy = section.slice();
  const odd = [-1, 0, 1, 2, 3, 255, 1e9, -(2 ** 31), 2 ** 31 - 1, NaN, Infinity, -0.5];
  for (let i = 0; i <= dice.below(3); i++) {
    copy[dice.below(copy.length)] = odd[dice.below(odd.length)]!;
  }
  if (dice.below(8) === 0) return copy.slice(0, dice.below(copy.length + 1));
  return copy;
}

const replaced = (value: unknown, from: number, to: number): unknown => {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((each) => replaced(each, from, to));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, replaced(each, from, to)]);
  return Object.fromEntries(entries) as unknown;
};

/** Makes everything of one size larger: lengths of arrays, counts and layouts still agree. */
function scaleSize(content: unknown, dice: Dice): unknown {
  const { program, ...rest } = content as {
    readonly program: { readonly arrays: readonly { readonly length: number }[] };
  };
  const { length } = program.arrays[dice.below(program.arrays.length)] ?? { length: 5 };
  const to = Math.round(length * 10 ** (1 + 6 * dice.next()));
  return { ...rest, program: replaced(program, length, to) };
}

/** Changes what the header says and the arrays hold; the file is sound but for its meaning. */
export function changeMeaning(bytes: Uint8Array, dice: Dice): Uint8Array {
  const { content, sections } = decodeContainer(bytes);
  let changed = dice.below(8) === 0 ? scaleSize(content, dice) : content;
  const count = dice.below(4);
  for (let i = 0; i < count; i++) changed = changeValue(changed, dice);
  const share = count === 0 ? 2 : 6;
  const kept = sections.map((section) =>
    dice.below(share) > 0 || section.length === 0 ? section : changeNumbers(section, dice),
  );
  return encodeContainer({ content: changed, sections: kept });
}

/** A file with something changed, in one of these ways. */
export function changeFile(bytes: Uint8Array, dice: Dice): Uint8Array {
  const how = dice.below(8);
  if (how < 2) return changeBytes(bytes, dice);
  return how === 2 ? changeHeaderText(bytes, dice) : changeMeaning(bytes, dice);
}
