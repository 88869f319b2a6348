// A byte buffer that grows, with the number formats of WebAssembly. Invariant: appends only.

const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

/** Bytes in the order in which they were appended. */
export class Bytes {
  #data: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#data.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#data.length, this.#length + count));
    grown.set(this.#data.subarray(0, this.#length));
    this.#data = grown;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#data[this.#length++] = value;
  }

  /** Unsigned LEB128, for numbers below 2^32. */
  u32(value: number): void {
    let left = value >>> 0;
    while (left >= 0x80) {
      this.u8((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    this.u8(left);
  }

  /** Signed LEB128 of an int32. */
  s32(value: number): void {
    let left = value | 0;
    while (left < -0x40 || left >= 0x40) {
      this.u8((left & 0x7f) | 0x80);
      left >>= 7;
    }
    this.u8(left & 0x7f);
  }

  /** Signed LEB128 of an int64. */
  s64(value: bigint): void {
    let left = BigInt.asIntN(64, value);
    while (left < -0x40n || left >= 0x40n) {
      this.u8(Number(left & 0x7fn) | 0x80);
      left >>= 7n;
    }
    this.u8(Number(left & 0x7fn));
  }

  /** NaN is always the same one: its sign depends on the processor that computed it. */
  f32(value: number): void {
    if (Number.isNaN(value)) scratch.setUint32(0, 0x7fc00000, true);
    else scratch.setFloat32(0, value, true);
    this.#copyScratch(4);
  }

  f64(value: number): void {
    if (Number.isNaN(value)) scratch.setBigUint64(0, 0x7ff8000000000000n, true);
    else scratch.setFloat64(0, value, true);
    this.#copyScratch(8);
  }

  #copyScratch(count: number): void {
    this.#reserve(count);
    for (let i = 0; i < count; i++) this.#data[this.#length++] = scratch.getUint8(i);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#data.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** UTF-8 with its length in front. */
  text(value: string): void {
    this.sized(encoder.encode(value));
  }

  /** Bytes with their number in front. */
  sized(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.append(bytes);
  }

  /** What has been appended so far; shares memory until the next append. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#data.subarray(0, this.#length);
  }
}
