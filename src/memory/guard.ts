// What every call to an executable asks before it does anything: whether it may be made now, and whether
// its arguments fit. Invariant: what is refused here has changed nothing.

import { ValidationError } from "../errors.js";
import {
  exportedSize,
  type Memory,
  type SpikeArray,
  type Stored,
  type ValueArray,
} from "./memory.js";

export class Guard {
  isRunning = false;
  isDisposed = false;
  readonly #name: string;
  readonly #memory: () => Memory;

  /** `name`: of the Program; its memory is asked for each time, since it is let go of in the end. */
  constructor(name: string, memory: () => Memory) {
    this.#name = name;
    this.#memory = memory;
  }

  #refuse(code: string, problem: string, got?: unknown): never {
    const where = this.#name;
    throw new ValidationError(
      got === undefined ? { code, where, problem } : { code, where, problem, got },
    );
  }

  needPresent(): void {
    if (this.isDisposed) this.#refuse("disposed", "was disposed of and cannot be used any more");
  }

  needIdle(): void {
    this.needPresent();
    if (this.isRunning) this.#refuse("busy", "is running; wait until that run has ended");
  }

  needLength(kind: string, values: ArrayLike<number>, size: number): void {
    if (values.length === size) return;
    this.#refuse("length", `needs ${size} ${kind} values`, values.length);
  }

  find(name: string): Stored {
    const found = this.#memory().get(name);
    return found ?? this.#refuse("unknown-array", "has no array of this name", name);
  }

  /** The array that is to get these values. */
  findWritable(name: string, values: ArrayLike<number>): ValueArray | SpikeArray {
    const stored = this.find(name);
    const { role } = stored.spec;
    if (role !== "state" && role !== "tunable") {
      this.#refuse("not-writable", `has ${role} in ${name}, which cannot be written`);
    }
    if (stored.kind === "history") this.#refuse("not-writable", "has a history there", name);
    this.needLength(`values of ${name}:`, values, exportedSize(stored));
    return stored;
  }
}
