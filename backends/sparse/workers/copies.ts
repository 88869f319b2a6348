// Moves arrays between the memory of the whole Program and those of its parts. Invariant: what is moved
// into the parts and back is the same, bit for bit; what no part owns stays as it is.

import type { Division, Elements, Part, SharedList } from "../../../src/ir/partition/types.js";
import { spikesIn, valuesIn } from "../../../src/memory/memory.js";
import type { Memory, SpikeArray, ValueArray } from "../../../src/memory/memory.js";

interface ValueCopy {
  readonly array: string;
  readonly role: string;
  readonly whole: ValueArray;
  readonly local: ValueArray;
  readonly elements: Elements;
  readonly isOwner: boolean;
}

interface ListCopy {
  readonly array: string;
  readonly whole: SpikeArray;
  /** By part; undefined where a part has nothing of it. */
  readonly locals: readonly (SpikeArray | undefined)[];
  /** Absent: all parts have all of it. */
  readonly shared: SharedList | undefined;
}

function valueIn({ whole, local, elements: { first, count, list } }: ValueCopy): void {
  local.heads[0] = whole.heads[0]!;
  for (let slot = 0; slot < whole.slots; slot++) {
    const from = slot * whole.length;
    const to = slot * local.length;
    if (list === undefined) {
      local.data.set(whole.data.subarray(from + first, from + first + count), to);
    } else {
      for (let i = 0; i < count; i++) local.data[to + i] = whole.data[from + list[i]!]!;
    }
  }
}

function valueOut({ whole, local, elements: { first, count, list } }: ValueCopy): void {
  whole.heads[0] = local.heads[0]!;
  for (let slot = 0; slot < whole.slots; slot++) {
    const to = slot * whole.length;
    const from = slot * local.length;
    if (list === undefined) {
      whole.data.set(local.data.subarray(from, from + count), to + first);
    } else {
      for (let i = 0; i < count; i++) whole.data[to + list[i]!] = local.data[from + i]!;
    }
  }
}

function listIn({ whole, locals }: ListCopy): void {
  for (const local of locals) {
    if (local === undefined) continue;
    local.heads[0] = whole.heads[0]!;
    local.counts.set(whole.counts);
    for (let slot = 0; slot < whole.slots; slot++) {
      const from = slot * whole.length;
      const end = from + whole.counts[slot]!;
      local.items.set(whole.items.subarray(from, end), from);
      whole.columns.forEach((column, c) => local.columns[c]!.set(column.subarray(from, end), from));
    }
  }
}

function listOut({ whole, locals, shared }: ListCopy): void {
  const owners =
    shared === undefined ? locals.filter((one) => one !== undefined).slice(0, 1) : locals;
  const first = locals.find((one) => one !== undefined);
  if (first === undefined) return;
  whole.heads[0] = first.heads[0]!;
  for (let slot = 0; slot < whole.slots; slot++) {
    const start = slot * whole.length;
    let count = 0;
    owners.forEach((local, part) => {
      const least = shared?.bounds[part] ?? 0;
      const end = shared?.bounds[part + 1] ?? whole.length;
      for (let i = 0; local !== undefined && i < local.counts[slot]!; i++) {
        const source = local.items[start + i]!;
        if (source < least || source >= end) continue;
        whole.items[start + count] = source;
        whole.columns.forEach((column, c) => {
          column[start + count] = local.columns[c]![start + i]!;
        });
        count++;
      }
    });
    whole.counts[slot] = count;
  }
}

/** The copies between a whole and its parts. */
export class Copies {
  readonly #values: readonly ValueCopy[];
  readonly #lists: readonly ListCopy[];

  constructor(
    whole: Memory,
    parts: readonly (Part & { readonly memory: Memory })[],
    division: Division,
  ) {
    this.#values = parts.flatMap(({ pieces, memory }) =>
      pieces.map(({ array, local, elements, isOwner }) => {
        const from = valuesIn(whole, array);
        const { role } = from.spec;
        return { array, role, whole: from, local: valuesIn(memory, local), elements, isOwner };
      }),
    );
    const names = new Set(parts.flatMap(({ lists }) => lists));
    this.#lists = [...names].map((array) => ({
      array,
      whole: spikesIn(whole, array),
      locals: parts.map(({ memory }) => (memory.has(array) ? spikesIn(memory, array) : undefined)),
      shared: division.lists.find((list) => list.array === array),
    }));
  }

  /** Copies arrays into the parts: those with these names, or all. */
  intoParts(names?: ReadonlySet<string>): void {
    for (const copy of this.#values) if (names?.has(copy.array) ?? true) valueIn(copy);
    for (const copy of this.#lists) if (names?.has(copy.array) ?? true) listIn(copy);
  }

  /** Copies what parts own out of them: arrays with these names, or all. */
  outOfParts(names?: ReadonlySet<string>): void {
    for (const copy of this.#values) {
      if (copy.isOwner && (names?.has(copy.array) ?? true)) valueOut(copy);
    }
    for (const copy of this.#lists) if (names?.has(copy.array) ?? true) listOut(copy);
  }

  /** The place in the whole of a place in an array of a part. */
  placeOf(local: ValueArray, at: number): { readonly array: ValueArray; readonly at: number } {
    const { whole, elements } = this.#values.find((copy) => copy.local === local)!;
    const slot = Math.floor(at / local.length);
    const i = at % local.length;
    const element = elements.list?.[i] ?? elements.first + i;
    return { array: whole, at: slot * whole.length + element };
  }
}
