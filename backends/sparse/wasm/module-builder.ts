// Puts functions together into a module. Invariant: imported functions come before all others, so
// every import is declared before the first function is added.

import { InternalError } from "../../../src/errors.js";
import { Bytes } from "./bytes.js";
import { typeCodes, type FunctionBuilder, type ValueType } from "./function-builder.js";

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}
interface Import extends Signature {
  readonly name: string;
}
interface Global {
  readonly type: "i32" | "i64";
  readonly name: string;
}

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Sections by their number in a module. */
const section = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;
const kinds = { function: 0, memory: 2, global: 3 } as const;

const keyOf = ({ parameters, results }: Signature): string =>
  `${parameters.join(" ")} > ${results.join(" ")}`;

export class ModuleBuilder {
  readonly #imports: Import[] = [];
  readonly #functions: FunctionBuilder[] = [];
  readonly #globals: Global[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];

  /** Declares a function of JavaScript, called `env.<name>`; gives its index. */
  import(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): number {
    if (this.#functions.length > 0) throw new InternalError(name, "is imported too late");
    return this.#imports.push({ name, parameters, results }) - 1;
  }

  /** A variable that starts at 0 and can be read and written from outside; gives its index. */
  global(name: string, type: "i32" | "i64"): number {
    return this.#globals.push({ name, type }) - 1;
  }

  /** Adds a function; gives its index. */
  add(builder: FunctionBuilder, exported = false): number {
    const index = this.#imports.length + this.#functions.push(builder) - 1;
    if (exported) this.#exports.push({ name: builder.name, index });
    return index;
  }

  /** The functions added so far, with their indices. */
  get functions(): readonly { readonly index: number; readonly builder: FunctionBuilder }[] {
    return this.#functions.map((builder, i) => ({ index: this.#imports.length + i, builder }));
  }

  /** Names of functions and globals by index, for printing. */
  get names(): { readonly functions: readonly string[]; readonly globals: readonly string[] } {
    return {
      functions: [...this.#imports, ...this.#functions].map(({ name }) => name),
      globals: this.#globals.map(({ name }) => name),
    };
  }

  /** The bytes, for a memory of so many pages, shared or not, that is imported as `env.memory`. */
  encode(pages: number, isShared = false): Uint8Array<ArrayBuffer> {
    const signatures = new Map<string, { readonly index: number; readonly of: Signature }>();
    const typeOf = (of: Signature): number => {
      const key = keyOf(of);
      const known = signatures.get(key) ?? { index: signatures.size, of };
      signatures.set(key, known);
      return known.index;
    };
    const importTypes = this.#imports.map(typeOf);
    const functionTypes = this.#functions.map(({ parameters, results }) =>
      typeOf({ parameters: parameters.map(({ type }) => type), results }),
    );
    const out = new Bytes();
    out.append(Uint8Array.from(magic));
    const put = (id: number, write: (into: Bytes) => void): void => {
      const content = new Bytes();
      write(content);
      // Only the number of entries, which is 0.
      if (content.length === 1) return;
      out.u8(id);
      out.sized(content.view());
    };
    put(section.type, (into) =>
      writeTypes(
        into,
        [...signatures.values()].map(({ of }) => of),
      ),
    );
    put(section.import, (into) => this.#writeImports(into, importTypes, pages, isShared));
    put(section.function, (into) => {
      into.u32(functionTypes.length);
      for (const type of functionTypes) into.u32(type);
    });
    put(section.global, (into) => this.#writeGlobals(into));
    put(section.export, (into) => this.#writeExports(into));
    put(section.code, (into) => {
      into.u32(this.#functions.length);
      for (const builder of this.#functions) into.sized(builder.encode());
    });
    return out.view();
  }

  #writeImports(into: Bytes, types: readonly number[], pages: number, isShared: boolean): void {
    into.u32(this.#imports.length + 1);
    this.#imports.forEach(({ name }, i) => {
      into.text("env");
      into.text(name);
      into.u8(kinds.function);
      into.u32(types[i]!);
    });
    into.text("env");
    into.text("memory");
    into.u8(kinds.memory);
    // A shared memory must say how large it may become.
    into.u8(isShared ? 0x03 : 0x00);
    into.u32(pages);
    if (isShared) into.u32(pages);
  }

  #writeGlobals(into: Bytes): void {
    into.u32(this.#globals.length);
    for (const { type } of this.#globals) {
      into.u8(typeCodes[type]);
      into.u8(0x01);
      into.u8(type === "i32" ? 0x41 : 0x42);
      into.u8(0x00);
      into.u8(0x0b);
    }
  }

  #writeExports(into: Bytes): void {
    into.u32(this.#exports.length + this.#globals.length);
    for (const { name, index } of this.#exports) {
      into.text(name);
      into.u8(kinds.function);
      into.u32(index);
    }
    this.#globals.forEach(({ name }, i) => {
      into.text(name);
      into.u8(kinds.global);
      into.u32(i);
    });
  }
}

function writeTypes(into: Bytes, signatures: readonly Signature[]): void {
  into.u32(signatures.length);
  for (const { parameters, results } of signatures) {
    into.u8(0x60);
    for (const list of [parameters, results]) {
      into.u32(list.length);
      for (const type of list) into.u8(typeCodes[type]);
    }
  }
}
