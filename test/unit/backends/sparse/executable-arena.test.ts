// Addresses in the memory of a module, and the views that JavaScript has of what lies there.
import { Arena, placesOf } from "../../../../backends/sparse/arena.js";
import { viewOf } from "../../../../backends/sparse/views.js";
import { MemoryLimitError } from "../../../../src/errors.js";
import type { Program } from "../../../../src/ir/program.js";
import { allocate } from "../../../../src/memory/allocate.js";
import type { Stored } from "../../../../src/memory/memory.js";
import { everything } from "../../../helpers/everything.js";
import { messageOf } from "./executable-load.js";

test("addresses are multiples of 64, and a vector at the last element lies inside", () => {
  const arena = new Arena();
  const sizes = [8, 0, 48, 49, 64, 1000];
  const addresses = sizes.map((size) => arena.reserve(size));
  expect(addresses).toEqual([64, 128, 192, 256, 384, 512]);
  expect(arena.size).toBe(1536);
  sizes.forEach((size, i) => {
    expect((addresses[i + 1] ?? arena.size) - addresses[i]! - size).toBeGreaterThanOrEqual(16);
  });
});

test("what 32-bit addresses do not reach is refused", () => {
  const arena = new Arena("net");
  arena.reserve(2 ** 31);
  arena.reserve(2 ** 31 - 256);
  expect(arena.size).toBe(2 ** 32 - 64);
  expect(() => arena.reserve(64)).toThrow(MemoryLimitError);
  expect(messageOf(() => arena.reserve(1e9))).toMatch(
    /net: needs more than 4 GiB .* got 5294967296,/,
  );
  expect(() => arena.reserve(NaN)).toThrow(MemoryLimitError);
  expect(arena.reserve(48)).toBe(2 ** 32 - 64);
});

/** Every typed array of an array, by name, with its kind and length. */
const shapeOf = (stored: Stored): string[] => {
  const columns = "columns" in stored ? stored.columns : [];
  return [...Object.entries(stored), ...columns.entries()].flatMap(([key, value]) =>
    ArrayBuffer.isView(value) && "length" in value
      ? [`${key}: ${value.constructor.name} of ${String(value.length)}`]
      : [],
  );
};

test.each(["float64", "float32"] as const)(
  "views have the layout of other memory, %s",
  (precision) => {
    const made: Program = everything({ precision, batch: 3 });
    const arena = new Arena();
    const places = placesOf(made, arena);
    const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(arena.size / 65536) });
    const ranges: [number, number][] = [];
    for (const spec of made.arrays) {
      const place = places.get(spec.name);
      expect(place === undefined).toBe(spec.role === "index");
      if (place === undefined) continue;
      const view = viewOf(place, buffer, precision);
      const other = allocate(spec, made);
      expect(shapeOf(view)).toEqual(shapeOf(other));
      const { spec: _spec, heads: _heads, ...rest } = view;
      for (const part of [view.heads, ...Object.values(rest).flat()]) {
        if (!ArrayBuffer.isView(part)) continue;
        ranges.push([part.byteOffset, part.byteOffset + part.byteLength]);
      }
    }
    ranges.sort(([a], [b]) => a - b);
    ranges.forEach(([start, end], i) => {
      expect(start % 64).toBe(0);
      expect(start).toBeGreaterThanOrEqual(64);
      expect(ranges[i + 1]?.[0] ?? arena.size).toBeGreaterThanOrEqual(end + 16);
    });
  },
);
