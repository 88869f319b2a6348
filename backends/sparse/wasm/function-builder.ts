// Writes the code of one function. Invariant: every name of an instruction is known, blocks are
// closed in the order in which they were opened, and constants live in locals that are set once,
// before everything else, so that loops do not make them again.

import { InternalError } from "../../../src/errors.js";
import { Bytes } from "./bytes.js";
import { instructions, type Immediate, type Instruction } from "./instructions.js";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

export const typeCodes: { readonly [T in ValueType]: number } = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** A local variable or parameter. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

type Scalar = Exclude<ValueType, "v128">;
export type ConstantShape = Scalar | "f32x4" | "f64x2" | "i32x4" | "i64x2";

/** Something that can be branched to. */
export interface Label {
  readonly depth: number;
}

const emptyBlock = 0x40;

export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly Local[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #constants = new Map<string, Local>();
  readonly #prologue = new Bytes();
  readonly #body = new Bytes();
  #depth = 0;

  constructor(name: string, parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.name = name;
    this.parameters = parameters.map((type, index) => ({ index, type }));
    this.results = results;
  }

  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.parameters.length + this.#locals.length - 1, type };
  }

  /** An instruction without immediate. */
  op(name: string): this {
    this.#opcode(this.#body, name, "none");
    return this;
  }

  #opcode(into: Bytes, name: string, immediate: Immediate): Instruction {
    const found = instructions.get(name);
    if (found?.immediate !== immediate) {
      throw new InternalError(name, `is no instruction with immediate "${immediate}"`);
    }
    if (found.prefix === undefined) into.u8(found.code);
    else {
      into.u8(found.prefix);
      into.u32(found.code);
    }
    return found;
  }

  #index(name: string, index: number): this {
    this.#opcode(this.#body, name, "index");
    this.#body.u32(index);
    return this;
  }

  get(local: Local): this {
    return this.#index("local.get", local.index);
  }

  set(local: Local): this {
    return this.#index("local.set", local.index);
  }

  tee(local: Local): this {
    return this.#index("local.tee", local.index);
  }

  getGlobal(index: number): this {
    return this.#index("global.get", index);
  }

  setGlobal(index: number): this {
    return this.#index("global.set", index);
  }

  call(index: number): this {
    return this.#index("call", index);
  }

  /** Pushes a constant; integers are made where they are used. */
  i32(value: number): this {
    this.#opcode(this.#body, "i32.const", "i32");
    this.#body.s32(value);
    return this;
  }

  i64(value: bigint): this {
    this.#opcode(this.#body, "i64.const", "i64");
    this.#body.s64(value);
    return this;
  }

  /** A local that holds a number in every lane, or in a scalar of the type. */
  constant(shape: ConstantShape, value: number | bigint): Local {
    const bits = Object.is(value, -0) ? "-0" : String(value);
    const key = `${shape} ${bits}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const scalar = shape.slice(0, 3) as Scalar;
    const local = this.local(shape === scalar ? scalar : "v128");
    const into = this.#prologue;
    this.#opcode(into, `${scalar}.const`, scalar);
    if (scalar === "i64") into.s64(BigInt(value));
    else if (scalar === "i32") into.s32(Number(value));
    else into[scalar](Number(value));
    if (local.type === "v128") this.#opcode(into, `${shape}.splat`, "none");
    this.#opcode(into, "local.set", "index");
    into.u32(local.index);
    this.#constants.set(key, local);
    return local;
  }

  /** A load or store at the address on the stack plus a fixed offset. */
  memory(name: string, offset = 0): this {
    const { align } = this.#opcode(this.#body, name, "memory");
    this.#body.u32(align!);
    this.#body.u32(offset);
    return this;
  }

  memoryLane(name: string, offset: number, lane: number): this {
    const { align } = this.#opcode(this.#body, name, "memoryLane");
    this.#body.u32(align!);
    this.#body.u32(offset);
    this.#body.u8(lane);
    return this;
  }

  lane(name: string, lane: number): this {
    this.#opcode(this.#body, name, "lane");
    this.#body.u8(lane);
    return this;
  }

  /** Lanes of 16 bytes out of the two vectors on the stack. */
  shuffle(lanes: readonly number[]): this {
    this.#opcode(this.#body, "i8x16.shuffle", "shuffle");
    for (const lane of lanes) this.#body.u8(lane);
    return this;
  }

  /** memory.copy (to, from, bytes) or memory.fill (to, value, bytes). */
  bulk(name: "memory.copy" | "memory.fill"): this {
    this.#opcode(this.#body, name, "memories");
    this.#body.u8(0);
    if (name === "memory.copy") this.#body.u8(0);
    return this;
  }

  #open(name: "block" | "loop" | "if", result?: ValueType): Label {
    this.#opcode(this.#body, name, "block");
    this.#body.u8(result === undefined ? emptyBlock : typeCodes[result]);
    this.#depth += 1;
    return { depth: this.#depth };
  }

  #close(): void {
    this.op("end");
    this.#depth -= 1;
  }

  /** Branching to the label leaves the block. */
  block(inside: (label: Label) => void): this {
    inside(this.#open("block"));
    this.#close();
    return this;
  }

  /** Branching to the label starts the loop again. */
  loop(inside: (label: Label) => void): this {
    inside(this.#open("loop"));
    this.#close();
    return this;
  }

  /** Runs one of two branches by the i32 on the stack. */
  if(then: () => void, otherwise?: () => void, result?: ValueType): this {
    this.#open("if", result);
    then();
    if (otherwise !== undefined) {
      this.op("else");
      otherwise();
    }
    this.#close();
    return this;
  }

  branch(label: Label): this {
    return this.#index("br", this.#depth - label.depth);
  }

  branchIf(label: Label): this {
    return this.#index("br_if", this.#depth - label.depth);
  }

  /** The code with its local variables, as it stands in a module. */
  encode(): Uint8Array {
    if (this.#depth !== 0) throw new InternalError(this.name, "has an open block");
    const out = new Bytes();
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs[runs.length - 1];
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
    }
    out.u32(runs.length);
    for (const { type, count } of runs) {
      out.u32(count);
      out.u8(typeCodes[type]);
    }
    out.append(this.#prologue.view());
    out.append(this.#body.view());
    out.u8(0x0b);
    return out.view();
  }
}
