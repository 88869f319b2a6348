// Finds states that are no longer finite numbers and says which of the user's values that is.
// Invariant: nothing is changed; the same states are found again by the next look.

import { DivergenceError } from "../errors.js";
import { divergence } from "../ir/diverged.js";
import type { Op, Program } from "../ir/program.js";
import { slotAt, type Memory, type ValueArray } from "./memory.js";

// Taken out once: in a test's realm every look-up of a global is slow.
const { isFinite } = Number;

/** A value that is not finite, and the steps (numbered from 0) of which one made it so. */
export interface Found {
  readonly array: ValueArray;
  /** Place in the whole of the array's data. */
  readonly at: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

/** Refuses a value that is not finite. */
export function refuse(program: Program, { array, at, ...steps }: Found): never {
  const { spec, length, slots, data } = array;
  const copy = Math.floor(at / (length * slots));
  throw divergence(program, { spec, element: at % length, copy, value: data[at]! }, steps);
}

/** Refuses the distance to the next spike of a random source when it does not lead forward. */
export function refuseSkip(op: Op, step: number, skip: number): never {
  throw new DivergenceError({
    code: "diverged",
    where: op.origin ?? op.id,
    problem: `got no way forward from its random numbers in step ${step}`,
    got: skip,
    allowed: "a distance to the next spike above 0",
    hint: "Check the rate of this source.",
  });
}

const realStates = (memory: Memory): ValueArray[] =>
  [...memory.values()].filter(
    (array): array is ValueArray =>
      array.kind === "values" && array.spec.role === "state" && array.spec.type === "real",
  );

/**
 * Binds a scan for after every step: all real states, of a ring only what was pushed last, because
 * the rest has been scanned.
 */
export function bindScan(program: Program, memory: Memory): (step: number) => void {
  const scanned = realStates(memory);
  return (step) => {
    for (const array of scanned) {
      for (let copy = 0; copy < array.copies; copy++) {
        const first = slotAt(array, copy, 0) * array.length;
        for (let at = first; at < first + array.length; at++) {
          if (isFinite(array.data[at]!)) continue;
          refuse(program, { array, at, firstStep: step, lastStep: step });
        }
      }
    }
  };
}

/** Numbers that one look goes over: about 50 us, below 1 % of hundreds of steps of a large network. */
const lookSize = 1 << 17;
/** Numbers that are added up before the sum is looked at. */
const runSize = 1024;

/** Index of the first number from `from` to `to` that is not finite, or -1. */
function findOdd(data: ValueArray["data"], from: number, to: number): number {
  for (let first = from; first < to; first += runSize) {
    const end = Math.min(to, first + runSize);
    // 0 for finite numbers and NaN for others, without a branch.
    let sum = 0;
    for (let i = first; i < end; i++) sum += data[i]! * 0;
    if (sum === 0) continue;
    for (let i = first; i < end; i++) if (!isFinite(data[i]!)) return i;
  }
  return -1;
}

/**
 * Looks at the real states every now and then, as a whole where they are few, else part by part,
 * each look going on where the last one ended.
 */
export class Watch {
  readonly #report: (found: Found) => never;
  readonly #arrays: readonly ValueArray[];
  #array = 0;
  #at = 0;
  /** Steps that were done when the round at hand and the one before it began. */
  #began = 0;
  #beganBefore = 0;

  /** `report` throws; usually an error that names the value in the Program. */
  constructor(
    program: Program,
    memory: Memory,
    report: (found: Found) => never = (found) => refuse(program, found),
  ) {
    this.#report = report;
    this.#arrays = realStates(memory);
  }

  /** Begins again, for states that were put in from outside after so many steps. */
  restart(done: number): void {
    this.#array = 0;
    this.#at = 0;
    this.#began = done;
    this.#beganBefore = done;
  }

  /** Throws when it meets a state that is not finite; `done` steps have been done. */
  look(done: number): void {
    if (this.#array === 0 && this.#at === 0) this.#began = done;
    for (let left = lookSize; left > 0 && this.#array < this.#arrays.length;) {
      const array = this.#arrays[this.#array]!;
      const { data } = array;
      const end = Math.min(data.length, this.#at + left);
      const odd = findOdd(data, this.#at, end);
      if (odd >= 0) {
        const firstStep = Math.min(this.#beganBefore, done - 1);
        this.#report({ array, at: odd, firstStep, lastStep: done - 1 });
      }
      left -= end - this.#at;
      this.#at = end;
      if (end < data.length) return;
      this.#array += 1;
      this.#at = 0;
    }
    if (this.#array < this.#arrays.length) return;
    this.#array = 0;
    this.#beganBefore = this.#began;
  }
}
