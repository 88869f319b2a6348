// Reads the number formats of WebAssembly back; the counterpart of bytes.ts.

import { InternalError } from "../../../src/errors.js";

const decoder = new TextDecoder();

/** Takes numbers from bytes, one after the other. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  u8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new InternalError("wasm", "the bytes end too early");
    return byte;
  }

  #leb(isSigned: boolean): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return isSigned ? BigInt.asIntN(Number(shift), value) : value;
    }
  }

  /** Unsigned LEB128. */
  u32(): number {
    return Number(this.#leb(false));
  }

  /** Signed LEB128. */
  s64(): bigint {
    return this.#leb(true);
  }

  f32(): number {
    const value = this.#view.getFloat32(this.#at, true);
    this.#at += 4;
    return value;
  }

  f64(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Everything that is left. */
  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  text(): string {
    return decoder.decode(this.take(this.u32()));
  }

  /** As many of something as the number in front says. */
  list<T>(one: (i: number) => T): T[] {
    return Array.from({ length: this.u32() }, (_, i) => one(i));
  }
}
