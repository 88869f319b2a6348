// Passes spikes between the parts: each part puts the spikes of its own sources into its outbox, and
// after the barrier completes its lists from all outboxes. Invariant: an outbox has two halves that
// take turns, so that nobody overwrites what another one still reads; a completed list ascends.

import type { ExchangedList, ExchangePlan, ListPlace } from "./task.js";

type Reals = Float64Array | Float32Array;

/** The spikes of one list and one part for the steps of one exchange. */
interface Letters {
  readonly counts: Int32Array;
  readonly items: Int32Array;
  readonly columns: readonly Reals[];
  /** Room for each step. */
  readonly room: number;
}

/** The list itself in the memory of a part. */
interface LocalList {
  readonly first: number;
  readonly end: number;
  readonly length: number;
  readonly slots: number;
  readonly heads: Int32Array;
  readonly counts: Int32Array;
  readonly items: Int32Array;
  readonly columns: readonly Reals[];
}

const roomOf = ({ bounds }: ExchangedList, part: number): number =>
  bounds[part + 1]! - bounds[part]!;

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Lays the letters of a part out; without a buffer only measures. */
function lettersIn(
  { lists, steps, isDouble }: Omit<ExchangePlan, "outboxes">,
  part: number,
  buffer?: SharedArrayBuffer,
): { readonly bytes: number; readonly halves: Letters[][] } {
  const width = isDouble ? 8 : 4;
  let at = 0;
  const take = <T>(bytes: number, make: (address: number) => T): T | undefined => {
    const address = at;
    at += align(bytes);
    return buffer === undefined ? undefined : make(address);
  };
  const halves = [0, 1].map(() =>
    lists.map((list): Letters => {
      const room = roomOf(list, part);
      const size = room * steps;
      const ints = (count: number) =>
        take(4 * count, (address) => new Int32Array(buffer!, address, count))!;
      const reals = () =>
        take(width * size, (address): Reals =>
          isDouble
            ? new Float64Array(buffer!, address, size)
            : new Float32Array(buffer!, address, size),
        )!;
      const columns = Array.from({ length: list.columns });
      return { counts: ints(steps), items: ints(size), columns: columns.map(reals), room };
    }),
  );
  return { bytes: at, halves };
}

/** Bytes of the outbox of a part. */
export const outboxBytes = (plan: Omit<ExchangePlan, "outboxes">, part: number): number =>
  Math.max(64, lettersIn(plan, part).bytes);

function localList(
  { length, slots, heads, counts, items, columns }: ListPlace,
  { bounds }: ExchangedList,
  { memory, part, isDouble }: { memory: ArrayBufferLike; part: number; isDouble: boolean },
): LocalList {
  const size = slots * length;
  const reals = (address: number): Reals =>
    isDouble ? new Float64Array(memory, address, size) : new Float32Array(memory, address, size);
  return {
    ...{ first: bounds[part]!, end: bounds[part + 1]!, length, slots },
    heads: new Int32Array(memory, heads, 1),
    counts: new Int32Array(memory, counts, slots),
    items: new Int32Array(memory, items, size),
    columns: columns.map(reals),
  };
}

/** The slot that was filled in step `step` of the last `steps` ones. */
function slotOf({ heads, slots }: LocalList, step: number, steps: number): number {
  const slot = heads[0]! - (steps - 1 - step);
  return slot < 0 ? slot + slots : slot;
}

/** Puts what a list got of its own sources in one step into the outbox. */
function post(list: LocalList, letters: Letters, step: number, slot: number): void {
  const { first, end, length, items, columns } = list;
  const from = slot * length;
  const to = step * letters.room;
  let count = 0;
  for (let i = 0; i < list.counts[slot]!; i++) {
    const source = items[from + i]!;
    if (source < first || source >= end) continue;
    letters.items[to + count] = source;
    for (let c = 0; c < columns.length; c++) {
      letters.columns[c]![to + count] = columns[c]![from + i]!;
    }
    count++;
  }
  letters.counts[step] = count;
}

/** Appends the letters of a part to a list that has `count` entries; gives the new count. */
function append(
  list: LocalList,
  letters: Letters,
  step: number,
  { slot, count }: { slot: number; count: number },
): number {
  const from = step * letters.room;
  const to = slot * list.length + count;
  const more = letters.counts[step]!;
  for (let i = 0; i < more; i++) {
    list.items[to + i] = letters.items[from + i]!;
    for (let c = 0; c < list.columns.length; c++) {
      list.columns[c]![to + i] = letters.columns[c]![from + i]!;
    }
  }
  return count + more;
}

export class Exchange {
  readonly #part: number;
  readonly #lists: readonly (LocalList | undefined)[];
  /** By part, half and list. */
  readonly #letters: readonly Letters[][][];
  /** Most steps between two exchanges. */
  readonly steps: number;
  #half = 0;

  constructor(plan: ExchangePlan, memory: ArrayBufferLike, part: number) {
    const { lists, outboxes, isDouble } = plan;
    this.#part = part;
    this.steps = plan.steps;
    this.#letters = outboxes.map((buffer, p) => lettersIn(plan, p, buffer).halves);
    this.#lists = lists.map(
      (list) => list.place && localList(list.place, list, { memory, part, isDouble }),
    );
  }

  /** Puts the spikes of the last steps into the outbox; before the barrier. */
  post(steps: number): void {
    const letters = this.#letters[this.#part]![this.#half]!;
    for (let l = 0; l < this.#lists.length; l++) {
      const list = this.#lists[l];
      for (let step = 0; step < steps; step++) {
        if (list === undefined) letters[l]!.counts[step] = 0;
        else post(list, letters[l]!, step, slotOf(list, step, steps));
      }
    }
  }

  /** Completes the lists of the last steps; after the barrier. */
  complete(steps: number): void {
    const half = this.#half;
    this.#half = 1 - half;
    for (let l = 0; l < this.#lists.length; l++) {
      const list = this.#lists[l];
      if (list === undefined) continue;
      for (let step = 0; step < steps; step++) {
        const at = { slot: slotOf(list, step, steps), count: 0 };
        for (let p = 0; p < this.#letters.length; p++) {
          at.count = append(list, this.#letters[p]![half]![l]!, step, at);
        }
        list.counts[at.slot] = at.count;
      }
    }
  }
}
