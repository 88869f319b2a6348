// Collects the parts of a large Program. Invariant: reads mean what is there when the op is added,
// and writes make the next version.

import { accessOf } from "../../../src/ir/access.js";
import { array, program, read, write, type ReadExtra } from "../../../src/ir/build.js";
import type { ArraySpec, Domain, Op, Operand, Program, Write } from "../../../src/ir/program.js";

type WithoutId<T> = T extends Op ? Omit<T, "id"> : never;

/** An op that gets its id when it is added. */
export type OpPart = WithoutId<Op>;

/** What a Program has besides arrays and ops. */
export type Frame = Omit<Partial<Program>, "arrays" | "ops">;

export class ProgramDraft {
  readonly #arrays = new Map<string, ArraySpec>();
  readonly #ops: Op[] = [];
  readonly #versions = new Map<string, number>();

  /** Adds an array and gives its name. */
  array(given: Partial<ArraySpec> & { readonly name: string }): string {
    if (this.#arrays.has(given.name)) throw new Error(`${given.name} is there already`);
    this.#arrays.set(given.name, array(given));
    return given.name;
  }

  has(name: string): boolean {
    return this.#arrays.has(name);
  }

  lengthOf(name: string): number {
    return this.#arrays.get(name)!.length;
  }

  /** Number of writes to an array so far. */
  version(name: string): number {
    return this.#versions.get(name) ?? 0;
  }

  read(symbol: string, name: string, at: Domain = "element", extra: ReadExtra = {}): Operand {
    return read(symbol, `${name}@${this.version(name)}`, at, extra);
  }

  set(symbol: string, name: string, at: Domain = "element"): Write {
    return write(symbol, `${name}@${this.version(name) + 1}`, at);
  }

  add(symbol: string, name: string, at: Domain = "element"): Write {
    return write(symbol, `${name}@${this.version(name) + 1}`, at, { mode: "add" });
  }

  /** Adds an op after all others. */
  op(part: OpPart): void {
    const op = { ...part, id: `${part.kind}${this.#ops.length}` } as Op;
    this.#ops.push(op);
    for (const name of new Set(accessOf(op).writes.map((one) => one.array))) {
      this.#versions.set(name, this.version(name) + 1);
    }
  }

  program(frame: Frame): Program {
    return program({ ...frame, arrays: [...this.#arrays.values()], ops: this.#ops });
  }
}
