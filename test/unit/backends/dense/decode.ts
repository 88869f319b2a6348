// A reader of protocol buffers for the tests, written apart from the writer.

/** One field of a message: a number, or the bytes of what it holds. */
export interface Field {
  readonly field: number;
  readonly number?: bigint;
  readonly bytes?: Uint8Array;
}

/** The fields of a message in their order; throws where it is broken. */
export function decodeFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error("ends inside of a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    const wire = tag & 7;
    if (wire === 0) {
      fields.push({ field, number: varint() });
      continue;
    }
    const size = wire === 5 ? 4 : wire === 2 ? Number(varint()) : NaN;
    if (!(at + size <= message.length)) throw new Error(`field ${field} is broken`);
    fields.push({ field, bytes: message.subarray(at, at + size) });
    at += size;
  }
  return fields;
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
