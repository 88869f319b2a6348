// Prints modules in the text format of WebAssembly, for debugging and for tests. Invariant: read from
// the bytes that run, and assembling the text gives the same bytes again.

import { InternalError } from "../../../src/errors.js";
import { decodeModule, readType, type Code, type Decoded, type Signature } from "./decode.js";
import type { ValueType } from "./function-builder.js";
import { instructions, type Instruction } from "./instructions.js";
import type { ModuleBuilder } from "./module-builder.js";
import { effectOf } from "./operands.js";
import { Reader } from "./reader.js";

/** An instruction with its operands. */
interface Folded {
  readonly head: string;
  readonly operands: readonly Folded[];
}

export interface Names {
  readonly functions: readonly string[];
  readonly globals: readonly string[];
}

const encoder = new TextEncoder();
const lineWidth = 100;
const emptyBlock = 0x40;

const codeKey = (prefix: number | undefined, code: number): number => (prefix ?? 0) * 65536 + code;
const byCode = new Map(
  [...instructions].map(([name, instruction]) => [
    codeKey(instruction.prefix, instruction.code),
    { name, instruction },
  ]),
);

/** Names that the text format allows, no two alike. */
function identifiers(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    let id = name.replace(/[^\w!#$%&'*+./:<=>?@\\^`|~-]/g, "_");
    while (id === "" || taken.has(id)) id += `.${i}`;
    taken.add(id);
    return `$${id}`;
  });
}

/** A string of the text format: UTF-8, where bytes that cannot stand for themselves are escaped. */
function quote(text: string): string {
  const characters = [...encoder.encode(text)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  );
  return `"${characters.join("")}"`;
}

/** The shortest text that is read as this number. */
function showNumber(value: number, isSingle: boolean): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  if (isSingle) {
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return String(short);
    }
  }
  return String(value);
}

function onOneLine({ head, operands }: Folded): string {
  return `(${[head, ...operands.map(onOneLine)].join(" ")})`;
}

function textLines(folded: Folded, indent: string): string[] {
  const { head, operands } = folded;
  const line = `${indent}${onOneLine(folded)}`;
  if (line.length <= lineWidth || operands.length === 0) return [line];
  const inner = operands.flatMap((operand) => textLines(operand, `${indent}  `));
  inner[inner.length - 1] += ")";
  return [`${indent}(${head}`, ...inner];
}

/** Names by index. */
interface Scope {
  readonly functions: readonly string[];
  readonly globals: readonly string[];
  readonly signatures: readonly Signature[];
}

/** Prints the code of one function. */
class FunctionPrinter {
  readonly #scope: Scope;
  readonly #locals: readonly string[];
  readonly #reader: Reader;
  readonly #labels: string[] = [];
  readonly lines: string[] = [];
  #labelCount = 0;
  /** The function that the last `call` names. */
  #called = 0;
  /** Values on the stack that have not been printed. */
  #stack: Folded[] = [];

  constructor(scope: Scope, locals: readonly string[], body: Uint8Array) {
    this.#scope = scope;
    this.#locals = locals;
    this.#reader = new Reader(body);
    while (!this.#reader.isAtEnd) this.#next();
  }

  #indent(less = 0): string {
    return "  ".repeat(2 + this.#labels.length - less);
  }

  #flush(): void {
    for (const folded of this.#stack) this.lines.push(...textLines(folded, this.#indent()));
    this.#stack = [];
  }

  #next(): void {
    const { name, instruction } = this.#opcode();
    if (name === "end" || name === "else") this.#close(name);
    else if (instruction.immediate === "block") this.#open(name);
    else {
      const head = `${name}${this.#immediate(name, instruction)}`;
      this.#apply(head, this.#effect(name, instruction));
    }
  }

  #opcode(): { readonly name: string; readonly instruction: Instruction } {
    const first = this.#reader.u8();
    const isPrefix = first === 0xfc || first === 0xfd;
    const key = isPrefix ? codeKey(first, this.#reader.u32()) : codeKey(undefined, first);
    const found = byCode.get(key);
    if (found === undefined) throw new InternalError("wasm", `there is no instruction ${key}`);
    return found;
  }

  #open(name: string): void {
    this.#flush();
    const code = this.#reader.u8();
    const result =
      code === emptyBlock ? "" : ` (result ${readType(new Reader(Uint8Array.of(code)))})`;
    const label = `$${name}${this.#labelCount++}`;
    this.lines.push(`${this.#indent()}${name} ${label}${result}`);
    this.#labels.push(label);
  }

  #close(name: string): void {
    this.#flush();
    // The last `end` closes the function.
    if (this.#labels.length > 0) this.lines.push(`${this.#indent(1)}${name}`);
    if (name === "end") this.#labels.pop();
  }

  #effect(name: string, { immediate }: Instruction) {
    if (name !== "call") return effectOf(name, immediate);
    const { parameters, results } = this.#scope.signatures[this.#called]!;
    return { takes: parameters.length, leaves: results.length };
  }

  #apply(head: string, { takes, leaves }: { takes: number; leaves: number }): void {
    // What lies deeper has been printed; assembled, the order is the same.
    const operands = takes === 0 ? [] : this.#stack.splice(-takes);
    const folded = { head, operands };
    if (leaves === 1) {
      this.#stack.push(folded);
      return;
    }
    this.#flush();
    this.lines.push(...textLines(folded, this.#indent()));
  }

  #immediate(name: string, { immediate, align }: Instruction): string {
    const reader = this.#reader;
    switch (immediate) {
      case "none":
      case "block":
        return "";
      case "index":
        return ` ${this.#indexName(name, reader.u32())}`;
      case "memory":
        return this.#memory(align!);
      case "memoryLane":
        return `${this.#memory(align!)} ${reader.u8()}`;
      case "lane":
        return ` ${reader.u8()}`;
      case "i32":
      case "i64":
        return ` ${reader.s64()}`;
      case "f32":
        return ` ${showNumber(reader.f32(), true)}`;
      case "f64":
        return ` ${showNumber(reader.f64(), false)}`;
      case "v128":
        return ` i8x16 ${[...reader.take(16)].join(" ")}`;
      case "shuffle":
        return ` ${[...reader.take(16)].join(" ")}`;
      case "memories":
        reader.take(name === "memory.copy" ? 2 : 1);
        return "";
    }
  }

  #memory(natural: number): string {
    const align = this.#reader.u32();
    const offset = this.#reader.u32();
    const shownAlign = align === natural ? "" : ` align=${2 ** align}`;
    return `${offset === 0 ? "" : ` offset=${offset}`}${shownAlign}`;
  }

  #indexName(name: string, index: number): string {
    if (name.startsWith("local.")) return this.#locals[index]!;
    if (name.startsWith("global.")) return this.#scope.globals[index]!;
    if (name === "call") {
      this.#called = index;
      return this.#scope.functions[index]!;
    }
    return this.#labels[this.#labels.length - 1 - index] ?? String(index);
  }
}

/** One letter for each type, so that a name says what it holds. */
const letters: { readonly [T in ValueType]: string } = {
  i32: "i",
  i64: "l",
  f32: "f",
  f64: "d",
  v128: "v",
};

const localName = (type: ValueType, index: number): string => `$${letters[type]}${index}`;

function signatureText({ parameters, results }: Signature, isNamed: boolean): string {
  const parameter = (type: ValueType, i: number): string =>
    isNamed ? ` (param ${localName(type, i)} ${type})` : ` (param ${type})`;
  return [...parameters.map(parameter), ...results.map((type) => ` (result ${type})`)].join("");
}

function printFunction(code: Code, name: string, scope: Scope): string[] {
  const { signature, locals, body } = code;
  const types = [...signature.parameters, ...locals];
  const names = types.map(localName);
  const first = signature.parameters.length;
  const declared = locals.map((type, i) => `    (local ${names[first + i]!} ${type})`);
  const { lines } = new FunctionPrinter(scope, names, body);
  return [`  (func ${name}${signatureText(signature, true)}`, ...declared, ...lines, "  )"];
}

function scopeOf(module: Decoded, names: Names | undefined): Scope {
  const functionNames = [
    ...module.imports.map(({ name }) => name),
    ...module.functions.map(() => "function"),
  ];
  const globalNames = module.globals.map(() => "global");
  for (const { kind, name, index } of module.exports) {
    (kind === "func" ? functionNames : globalNames)[index] = name;
  }
  return {
    functions: identifiers(names?.functions ?? functionNames),
    globals: identifiers(names?.globals ?? globalNames),
    signatures: [...module.imports, ...module.functions].map(({ signature }) => signature),
  };
}

/** A module of this project as text; without names, functions and globals have those of exports. */
export function printBytes(bytes: Uint8Array, names?: Names): string {
  const module = decodeModule(bytes);
  const scope = scopeOf(module, names);
  const lines = [
    "(module",
    ...module.imports.map(
      ({ name, signature }, i) =>
        `  (import "env" ${quote(name)} (func ${scope.functions[i]!}${signatureText(signature, false)}))`,
    ),
    `  (import "env" "memory" (memory ${module.pages}))`,
    ...module.globals.map(
      (type, i) => `  (global ${scope.globals[i]!} (mut ${type}) (${type}.const 0))`,
    ),
    ...module.exports.map(
      ({ name, kind, index }) =>
        `  (export ${quote(name)} (${kind} ${scope[kind === "func" ? "functions" : "globals"][index]!}))`,
    ),
    ...module.functions.flatMap((code, i) =>
      printFunction(code, scope.functions[module.imports.length + i]!, scope),
    ),
    ")",
  ];
  return `${lines.join("\n")}\n`;
}

/** The text of a module with the names it was built with. */
export const printModule = (module: ModuleBuilder, pages: number): string =>
  printBytes(module.encode(pages), module.names);
