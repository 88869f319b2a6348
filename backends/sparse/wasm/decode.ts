// Takes a module apart into its declarations and the bytes of its functions. Invariant: knows what
// module-builder.ts writes and nothing more; anything else is an InternalError.

import { InternalError } from "../../../src/errors.js";
import { typeCodes, type ValueType } from "./function-builder.js";
import { Reader } from "./reader.js";

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}
export interface FunctionImport {
  readonly name: string;
  readonly signature: Signature;
}
export interface Code {
  readonly signature: Signature;
  readonly locals: readonly ValueType[];
  /** The instructions, with the `end` that closes the function. */
  readonly body: Uint8Array;
}
export interface Decoded {
  /** In the order of their indices, before those with code. */
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly Code[];
  /** Pages of the imported memory. */
  readonly pages: number;
  readonly globals: readonly ValueType[];
  readonly exports: readonly {
    readonly name: string;
    readonly kind: "func" | "global";
    readonly index: number;
  }[];
}

const typeNames = new Map(Object.entries(typeCodes).map(([name, code]) => [code, name]));

export function readType(reader: Reader): ValueType {
  const code = reader.u8();
  const type = typeNames.get(code);
  if (type === undefined) throw new InternalError("wasm", `there is no type ${code}`);
  return type as ValueType;
}

function readSignature(reader: Reader): Signature {
  reader.u8();
  const parameters = reader.list(() => readType(reader));
  return { parameters, results: reader.list(() => readType(reader)) };
}

function readImports(reader: Reader, types: readonly Signature[]) {
  const imports: FunctionImport[] = [];
  let pages = 0;
  reader.list(() => {
    reader.text();
    const name = reader.text();
    if (reader.u8() === 0) imports.push({ name, signature: types[reader.u32()]! });
    else {
      reader.u8();
      pages = reader.u32();
    }
  });
  return { imports, pages };
}

function readGlobal(reader: Reader): ValueType {
  const type = readType(reader);
  // Variable, starts at a constant 0, end.
  reader.take(4);
  return type;
}

function readExport(reader: Reader): Decoded["exports"][number] {
  const name = reader.text();
  const kind = reader.u8() === 0 ? "func" : "global";
  return { name, kind, index: reader.u32() };
}

function readCode(reader: Reader, signature: Signature): Code {
  const code = new Reader(reader.take(reader.u32()));
  const locals = code
    .list(() => ({ count: code.u32(), type: readType(code) }))
    .flatMap(({ count, type }) => Array.from({ length: count }, () => type));
  return { signature, locals, body: code.rest() };
}

/** The parts of a module. */
export function decodeModule(bytes: Uint8Array): Decoded {
  const reader = new Reader(bytes);
  reader.take(8);
  const sections = new Map<number, Uint8Array>();
  while (!reader.isAtEnd) sections.set(reader.u8(), reader.take(reader.u32()));
  const section = (id: number) => new Reader(sections.get(id) ?? Uint8Array.of(0));
  const types = section(1);
  const signatures = types.list(() => readSignature(types));
  const functions = section(3);
  const signatureOf = functions.list(() => signatures[functions.u32()]!);
  const [globals, exported, code] = [section(6), section(7), section(10)];
  return {
    ...readImports(section(2), signatures),
    globals: globals.list(() => readGlobal(globals)),
    exports: exported.list(() => readExport(exported)),
    functions: code.list((i) => readCode(code, signatureOf[i]!)),
  };
}
