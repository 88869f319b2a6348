// What a kernel reads, as one list of numbers that change from step to step and one of numbers that
// never do. Invariant: a column has a number for each index of its domain, so that a kernel computes no
// addresses: shaders divide whole numbers inexactly.

import type { Domain, Operand, Program } from "../../../src/ir/program.js";
import { copyOf, valuesIn, type Memory, type ValueArray } from "../../../src/memory/memory.js";
import { specialValues } from "./maths.js";

/** Where a kernel finds an operand. */
interface Column {
  readonly operand: Operand;
  readonly array: ValueArray;
  readonly count: number;
  readonly isFixed: boolean;
  /** First number in its list. */
  readonly at: number;
}

/** How many indices a domain has in an op. */
export type Sizes = Partial<Record<Domain, number>>;

/** Every list begins with step and time, and then the special numbers. */
export const reserved = { step: 0, time: 1, specials: 2 } as const;
const firstColumn = reserved.specials + specialValues.length;

const { floor, fround } = Math;

function fillColumn(to: Float32Array, { operand, array, count, at }: Column, copy: number): void {
  const { offset = 0, repeat = 1, period = Infinity } = operand;
  const first = copyOf(array, copy) * array.length + offset;
  const { data } = array;
  if (repeat === 1 && period >= count) {
    for (let i = 0; i < count; i++) to[at + i] = data[first + i]!;
    return;
  }
  for (let i = 0; i < count; i++) to[at + i] = data[first + (floor(i / repeat) % period)]!;
}

/** The columns of an op. */
export class Columns {
  readonly #columns: Column[] = [];
  readonly #tables: { readonly at: number; readonly table: Int32Array }[] = [];
  readonly #dt: number;
  #now = firstColumn;
  #fixed = 1;

  constructor(program: Program, memory: Memory, reads: readonly Operand[], sizes: Sizes) {
    this.#dt = program.dt;
    for (const operand of reads) {
      const array = valuesIn(memory, operand.array);
      const count = operand.at === "one" ? 1 : (sizes[operand.at] ?? 0);
      // What copies do not share changes with the copy.
      const isFixed = array.spec.role === "parameter" && array.copies === 1;
      const at = isFixed ? this.#fixed : this.#now;
      this.#columns.push({ operand, array, count, isFixed, at });
      if (isFixed) this.#fixed += count;
      else this.#now += count;
    }
  }

  /** Adds a table of whole numbers, such as connectivity; gives where it begins. */
  addTable(table: Int32Array): number {
    const at = this.#fixed;
    this.#tables.push({ at, table });
    this.#fixed += table.length;
    return at;
  }

  /** The text that reads an operand at an index. */
  textOf(operand: Operand, index: string): string {
    const { at, isFixed, count } = this.#columns.find((one) => one.operand === operand)!;
    const place = count === 1 && operand.at === "one" ? `${at}` : `${at} + ${index}`;
    return isFixed ? this.fixedText(place) : `now[${place}]`;
  }

  /** The text that reads a number that never changes. */
  fixedText(place: string): string {
    return `this.constants.fixed[${place}]`;
  }

  /** The numbers that never change. */
  fixed(): Float32Array {
    const numbers = new Float32Array(this.#fixed);
    for (const { at, table } of this.#tables) numbers.set(table, at);
    for (const column of this.#columns) if (column.isFixed) fillColumn(numbers, column, 0);
    return numbers;
  }

  /** A list for the numbers that change, and what fills it. */
  bind(): { readonly now: Float32Array; readonly fill: (copy: number, step: number) => void } {
    const now = new Float32Array(this.#now);
    now.set(specialValues, reserved.specials);
    const changing = this.#columns.filter(({ isFixed }) => !isFixed);
    const fill = (copy: number, step: number): void => {
      now[reserved.step] = step;
      now[reserved.time] = step * this.#dt;
      for (let i = 0; i < changing.length; i++) fillColumn(now, changing[i]!, copy);
    };
    return { now, fill };
  }
}

/** The symbols that every body has. */
export const commonSymbols = (dt: number): readonly (readonly [string, string | number])[] => [
  ["step", `now[${reserved.step}]`],
  ["t", `now[${reserved.time}]`],
  ["dt", fround(dt)],
];
