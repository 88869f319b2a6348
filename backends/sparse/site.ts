// Where an op is at the moment, as locals of its function, and the addresses that follow from it.
// Invariant: what depends on copy and slot alone is computed by `base`, which is called before loops.

import { InternalError } from "../../src/errors.js";
import type { Domain, Operand, Write } from "../../src/ir/program.js";
import type { Context } from "./context.js";
import { valuesOf } from "./context.js";
import type { Place, ValuesPlace } from "./compiled.js";
import { packedIndices } from "./tables.js";
import type { FunctionBuilder, Local } from "./wasm/function-builder.js";

/** Bytes from 0: a fixed part and, where copy or slot matter, a local to be added. */
export interface Base {
  readonly offset: number;
  readonly local?: Local;
}

const shiftOf: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3, 16: 4 };

export class Site {
  readonly context: Context;
  readonly fn: FunctionBuilder;
  /** The number of the copy; absent where there is one only. */
  readonly copy: Local | undefined;
  /** The step at hand, 64 bits, where it is not the one that the module is at. */
  now: Local | undefined;
  readonly #indices = new Map<Domain, Local>();
  readonly #bases = new Map<string, Base>();

  constructor(context: Context, fn: FunctionBuilder) {
    this.context = context;
    this.fn = fn;
    this.copy = context.program.batch > 1 ? fn.parameters[0] : undefined;
  }

  /** The local that holds the index in a domain; made on first use. */
  index(domain: Domain): Local {
    const known = this.#indices.get(domain);
    if (known !== undefined) return known;
    const local = this.fn.local("i32");
    this.#indices.set(domain, local);
    return local;
  }

  /** Pushes the number of the step, 64 bits. */
  pushStep(): void {
    if (this.now === undefined) this.fn.getGlobal(this.context.globals.step);
    else this.fn.get(this.now);
  }

  /** Lets a domain use a local that exists, for example where target and element are the same. */
  bind(domain: Domain, local: Local): void {
    this.#indices.set(domain, local);
  }

  /** Pushes the number of the copy of an array that belongs to the copy at hand, times a factor. */
  pushCopy(place: Place, factor = 1): void {
    const { fn, copy } = this;
    if (copy === undefined || place.copies === 1) fn.i32(0);
    else {
      fn.get(copy);
      this.multiply(factor);
    }
  }

  /** Multiplies the i32 on the stack by a constant. */
  multiply(factor: number): void {
    const shift = shiftOf[factor];
    if (shift === 0) return;
    if (shift === undefined) this.fn.i32(factor).op("i32.mul");
    else this.fn.i32(shift).op("i32.shl");
  }

  /** Pushes the slot, counted over all copies, that holds what was pushed `lag` pushes ago. */
  pushSlot(place: Place, lag: number | Local): void {
    const { fn } = this;
    this.pushCopy(place, place.slots);
    if (place.slots === 1) return;
    const slot = fn.local("i32");
    this.pushCopy(place, 4);
    fn.memory("i32.load", place.heads);
    if (typeof lag === "number") fn.i32(lag);
    else fn.get(lag);
    fn.op("i32.sub").set(slot);
    // A slot below 0 lies at the end of the ring.
    fn.get(slot).get(slot).i32(31).op("i32.shr_s").i32(place.slots).op("i32.and");
    fn.op("i32.add").op("i32.add");
  }

  /** The bytes before element 0 of the copy and slot at hand, `width` for each element. */
  base(place: Place, address: number, width: number, lag = 0): Base {
    if (this.#isFixed(place)) return { offset: address };
    const key = `${place.spec.name} ${address} ${width} ${lag}`;
    const known = this.#bases.get(key);
    if (known !== undefined) return known;
    const local = this.fn.local("i32");
    this.pushSlot(place, lag);
    this.multiply(place.length * width);
    this.fn.set(local);
    const base = { offset: address, local };
    this.#bases.set(key, base);
    return base;
  }

  /** The base of the numbers that an operand or write means. */
  valuesBase({ array, lag }: { readonly array: string; readonly lag?: number | string }): Base {
    const place = valuesOf(this.context, array);
    if (typeof lag === "string") throw new InternalError(array, "has a lag for each edge");
    return this.base(place, place.address, place.width, lag);
  }

  /** Makes all bases that operands and writes need; to be called before loops. */
  prepare(reads: readonly Operand[], writes: readonly Write[]): void {
    const needsLocal = ({ array }: Operand | Write): boolean =>
      !this.#isFixed(valuesOf(this.context, array));
    for (const read of reads) {
      if (read.at === "spike" || read.at === "event" || typeof read.lag === "string") continue;
      if (needsLocal(read)) this.valuesBase(read);
    }
    for (const write of writes) if (needsLocal(write)) this.valuesBase(write);
  }

  /** Whether copy and slot do not matter. */
  #isFixed({ copies, slots }: Place): boolean {
    return (this.copy === undefined || copies === 1) && slots === 1;
  }

  /** Pushes the element of an operand: floor(index / repeat) % period, plus `ahead` before that. */
  pushElement(operand: Operand | Write, ahead = 0): void {
    const { fn } = this;
    if (operand.at === "one") {
      fn.i32(0);
      return;
    }
    const repeat = "repeat" in operand ? (operand.repeat ?? 1) : 1;
    const period = "period" in operand ? operand.period : undefined;
    fn.get(this.index(operand.at));
    if (ahead !== 0) fn.i32(ahead).op("i32.add");
    if (repeat > 1) fn.i32(repeat).op("i32.div_u");
    if (period !== undefined && Number.isFinite(period)) fn.i32(period).op("i32.rem_u");
  }

  /** Turns the element number on the stack into an address, of which `offset` is left to add. */
  toAddress(base: Base, width: number): void {
    this.multiply(width);
    if (base.local !== undefined) this.fn.get(base.local).op("i32.add");
  }

  /** Pushes the base of a ring that is read with a lag for each edge. */
  pushEdgeLagBase(operand: Operand, place: ValuesPlace): void {
    this.pushSlot(place, this.loadEdgeLag(operand.lag as string));
    this.multiply(place.length * place.width);
  }

  /** Reads the lag at the present edge into a local. */
  loadEdgeLag(name: string): Local {
    const { fn, context } = this;
    const lag = fn.local("i32");
    const index = context.indexes.get(name);
    fn.get(this.index("edge"));
    if (index === undefined) {
      const place = valuesOf(context, name);
      this.toAddress(this.base(place, place.address, 4), 4);
      fn.memory("i32.load", place.address);
    } else {
      const table = packedIndices(context, name, index);
      this.multiply(table.width);
      fn.memory(table.width === 2 ? "i32.load16_u" : "i32.load", table.address);
    }
    fn.set(lag);
    return lag;
  }
}
