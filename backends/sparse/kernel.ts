// Emits a body at a site: loads of its operands, the expressions, stores. Invariant: stores of one
// index come in the order of the writes, and what is loaded before loops never changes inside them.

import type { Assignment } from "../../src/expr/ast.js";
import { namesIn } from "../../src/expr/rewrite.js";
import type { Operand, Write } from "../../src/ir/program.js";
import type { ValuesPlace } from "./compiled.js";
import { valuesOf } from "./context.js";
import { compileBody } from "./lanes/compile.js";
import type { Lanes, LaneValue } from "./lanes/lanes.js";
import { loadVector, storeVector } from "./vector-access.js";
import type { Base, Site } from "./site.js";
import { isNonzero } from "./tables.js";
import type { Local } from "./wasm/function-builder.js";

export interface KernelParts {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly Write[];
  /** Payload columns by name: where they begin, before the places of spikes or events. */
  readonly columns?: ReadonlyMap<string, Base>;
  /** Loads an operand in a way of the op's own; undefined: in the usual way. */
  readonly loader?: (read: Operand) => LaneValue | undefined;
}

/** Symbols that a body or its writes use. */
function usedSymbols({ body, writes }: KernelParts): Set<string> {
  const used = new Set(writes.map(({ symbol }) => symbol));
  for (const { value } of body) for (const name of namesIn(value)) used.add(name);
  return used;
}

export class Kernel {
  readonly site: Site;
  readonly lanes: Lanes;
  readonly parts: KernelParts;
  readonly #written: ReadonlySet<string>;
  readonly #used: ReadonlySet<string>;
  /** What is known before loops, and before the inner loop where there is one. */
  readonly #fixed = new Map<string, LaneValue>();
  #symbols = new Map<string, LaneValue>();

  /** `also` names symbols that are used outside the body. */
  constructor(site: Site, parts: KernelParts, lanes: Lanes, also: readonly string[] = []) {
    this.site = site;
    this.lanes = lanes;
    this.parts = parts;
    this.#written = new Set(parts.writes.map(({ array }) => array));
    this.#used = new Set([...usedSymbols(parts), ...also]);
  }

  /** Gives a symbol that the op itself sets. */
  give(symbol: string, value: LaneValue): void {
    this.#fixed.set(symbol, value);
  }

  /** Loads what does not depend on any index. To be called before loops. */
  begin(): void {
    const { reads, writes } = this.parts;
    this.site.prepare(reads, writes);
    for (const symbol of ["step", "t", "dt"] as const) {
      if (this.#used.has(symbol)) this.#fixed.set(symbol, this.#clock(symbol));
    }
    for (const read of reads) {
      const isFixed = read.at === "one" && typeof read.lag !== "string";
      if (isFixed && !this.#written.has(read.array)) this.#loadFixed(read);
    }
  }

  /** Loads what stays the same while the target (or source) does. To be called before inner loops. */
  beginInner(...domains: readonly ("target" | "source" | "spike")[]): void {
    for (const read of this.parts.reads) {
      const isFixed = (domains as readonly string[]).includes(read.at);
      if (isFixed && typeof read.lag !== "string") this.#loadFixed(read);
    }
  }

  #loadFixed(read: Operand): void {
    if (this.#used.has(read.symbol)) this.#fixed.set(read.symbol, this.#load(read));
  }

  #clock(symbol: "step" | "t" | "dt"): LaneValue {
    const { lanes, site } = this;
    const { context, fn } = site;
    const { program, scalar } = context;
    if (symbol === "dt") return lanes.constant(program.dt);
    const value = fn.local(scalar);
    site.pushStep();
    if (symbol === "step") fn.op(`${scalar}.convert_i64_s`);
    else {
      fn.op("f64.convert_i64_s").get(fn.constant("f64", program.dt)).op("f64.mul");
      if (scalar === "f32") fn.op("f32.demote_f64");
    }
    fn.set(value);
    return this.#spread(value);
  }

  /** A scalar in every lane; `isOther`: than 0 and NaN. */
  #spread(value: Local, isOther = false): LaneValue {
    const { lanes, site } = this;
    if (!lanes.isVector) return lanes.value(value, isOther);
    const wide = site.fn.local("v128");
    site.fn.get(value).op(`${lanes.shape}.splat`).set(wide);
    return lanes.value(wide, isOther);
  }

  #load(read: Operand): LaneValue {
    const own = this.parts.loader?.(read);
    if (own !== undefined) return own;
    if (read.at === "spike" || read.at === "event") return this.#spread(this.#loadColumn(read));
    const { lanes, site } = this;
    const place = valuesOf(site.context, read.array);
    // Lanes are neighbouring elements, or edges of one row.
    const isNeighbour = read.at === "element" || read.at === "one";
    if (lanes.isVector && isNeighbour) return loadVector(site, lanes, read, place);
    return this.#spread(this.#loadScalar(read, place), isNonzero(place));
  }

  #loadColumn({ array, at }: Operand): Local {
    const { site } = this;
    const { scalar, width } = site.context;
    const base = this.parts.columns!.get(array)!;
    const value = site.fn.local(scalar);
    site.fn.get(site.index(at));
    site.toAddress(base, width);
    site.fn.memory(`${scalar}.load`, base.offset).set(value);
    return value;
  }

  #loadScalar(read: Operand, place: ValuesPlace): Local {
    const { site } = this;
    const { fn, context } = site;
    const { scalar } = context;
    const value = fn.local(scalar);
    let from = place.address + (read.offset ?? 0) * place.width;
    site.pushElement(read);
    if (typeof read.lag === "string") {
      site.multiply(place.width);
      site.pushEdgeLagBase(read, place);
      fn.op("i32.add");
    } else {
      const base = site.valuesBase(read);
      site.toAddress(base, place.width);
      from = base.offset + (read.offset ?? 0) * place.width;
    }
    if (place.spec.type === "int") {
      fn.memory("i32.load", from).op(`${scalar}.convert_i32_s`);
    } else fn.memory(`${scalar}.load`, from);
    fn.set(value);
    return value;
  }

  /** Loads the operands at the site and runs the body. */
  evaluate(): void {
    this.#symbols = new Map(this.#fixed);
    for (const read of this.parts.reads) {
      if (this.#fixed.has(read.symbol) || !this.#used.has(read.symbol)) continue;
      this.#symbols.set(read.symbol, this.#load(read));
    }
    compileBody(this.parts.body, this.#symbols, this.lanes);
  }

  /** Runs assignments after the body, and stores what they assign once more. */
  evaluateAlso(body: readonly Assignment[]): void {
    if (body.length === 0) return;
    compileBody(body, this.#symbols, this.lanes);
    this.store(new Set(body.map(({ target }) => target)));
  }

  /** The value of a symbol after `evaluate`. */
  symbol(name: string): LaneValue {
    return this.#symbols.get(name)!;
  }

  /** A symbol as a number, in a local. */
  number(name: string): Local {
    return this.lanes.toNumber(this.symbol(name)).local;
  }

  /** Stores all writes at the site, or those of some symbols. */
  store(only?: ReadonlySet<string>): void {
    for (const write of this.parts.writes) {
      if (only?.has(write.symbol) === false) continue;
      const place = valuesOf(this.site.context, write.array);
      const value = this.number(write.symbol);
      if (this.lanes.isVector) storeVector(this.site, this.lanes, write, place, value);
      else storeScalar(this.site, write, place, value);
    }
  }
}

/** Pushes the address of the element that a write means; gives what is left to add to it. */
export function pushWriteAddress(site: Site, write: Write, place: ValuesPlace): number {
  const base = site.valuesBase(write);
  site.pushElement(write);
  site.toAddress(base, place.width);
  return base.offset + (write.offset ?? 0) * place.width;
}

/** Stores one number; adding rounds once, to the precision of the array. */
export function storeScalar(site: Site, write: Write, place: ValuesPlace, value: Local): void {
  const { fn } = site;
  const { scalar } = site.context;
  const to = pushWriteAddress(site, write, place);
  const adds = write.mode === "add";
  if (place.spec.type !== "int") {
    if (adds) {
      const address = fn.local("i32");
      fn.tee(address).get(address).memory(`${scalar}.load`, to);
      fn.get(value).op(`${scalar}.add`);
    } else fn.get(value);
    fn.memory(`${scalar}.store`, to);
    return;
  }
  if (!adds) fn.get(value).op(`i32.trunc_sat_${scalar}_s`);
  else {
    const address = fn.local("i32");
    fn.tee(address).get(address).memory("i32.load", to).op("f64.convert_i32_s").get(value);
    if (scalar === "f32") fn.op("f64.promote_f32");
    fn.op("f64.add").op("i32.trunc_sat_f64_s");
  }
  fn.memory("i32.store", to);
}

/** Reads the number that a write would replace, in the Program's precision. */
export function loadPresent(site: Site, write: Write, place: ValuesPlace): Local {
  const { fn } = site;
  const { scalar } = site.context;
  const value = fn.local(scalar);
  const from = pushWriteAddress(site, write, place);
  if (place.spec.type === "int") fn.memory("i32.load", from).op(`${scalar}.convert_i32_s`);
  else fn.memory(`${scalar}.load`, from);
  fn.set(value);
  return value;
}
