// Messages of protocol buffers, as far as ONNX needs them: numbers, texts, bytes and messages inside
// messages. Invariant: bytes are kept as they are given and copied once, when a message is finished,
// so weights are not copied at every level.

const encoder = new TextEncoder();

/** How the value of a field is written. */
const wires = { varint: 0, sized: 2, fixed32: 5 } as const;
type Wire = (typeof wires)[keyof typeof wires];

/** Small numbers without the detour over 64 bits, which nearly all are. */
function shortVarint(value: number): Uint8Array<ArrayBuffer> {
  if (value < 0x80) return Uint8Array.of(value);
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return Uint8Array.from(bytes);
}

function varintBytes(value: bigint): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  // Negative numbers are written as the unsigned number with the same 64 bits.
  let left = BigInt.asUintN(64, value);
  while (left >= 0x80n) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}

/** One message that is being written: fields in the order in which they are given. */
export class Message {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #append(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  #varint(value: number | bigint): void {
    const isShort = typeof value === "number" && value >= 0 && value < 2 ** 31;
    this.#append(isShort ? shortVarint(value) : varintBytes(BigInt(value)));
  }

  #tag(field: number, wire: Wire): void {
    this.#varint(field * 8 + wire);
  }

  /** A whole number of up to 64 bits. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, wires.varint);
    this.#varint(value);
    return this;
  }

  /** A float32. */
  float(field: number, value: number): this {
    this.#tag(field, wires.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
    return this;
  }

  /** Text as UTF-8; half of a surrogate pair becomes the replacement character. */
  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, wires.sized);
    this.#varint(value.length);
    this.#append(value);
    return this;
  }

  message(field: number, inner: Message): this {
    this.#tag(field, wires.sized);
    this.#varint(inner.#length);
    for (const chunk of inner.#chunks) this.#append(chunk);
    return this;
  }

  /** The whole message. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }
}
