// The types of numbers in safetensors files, and which typed array each becomes. Invariant: every
// number is read exactly; where that cannot be, nothing is.

/** What the numbers of a tensor are kept in. */
export type TensorArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface TensorKind {
  /** Bytes of a number in the file. */
  readonly bytes: number;
  /** Takes the bytes over; undefined where there is a number that cannot be read exactly. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => TensorArray | undefined;
}

/** The bytes are a copy, so they begin where their buffer does, at a multiple of 8. */
type Own = Uint8Array<ArrayBuffer>;

/** The upper half of a float32. */
function readBrain(bytes: Own): Float32Array {
  const halves = new Uint16Array(bytes.buffer);
  const data = new Float32Array(halves.length);
  const bits = new Uint32Array(data.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return data;
}

/** Value of a number with 5 bits of exponent and 10 of fraction. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const readHalf = (bytes: Own): Float32Array =>
  Float32Array.from(new Uint16Array(bytes.buffer), halfValue);

/** Whole numbers of 64 bits, where float64 has all of them. */
function readLong(longs: BigInt64Array | BigUint64Array): Float64Array | undefined {
  const data = new Float64Array(longs.length);
  for (let i = 0; i < longs.length; i++) {
    const value = Number(longs[i]!);
    if (!Number.isSafeInteger(value)) return undefined;
    data[i] = value;
  }
  return data;
}

const readTruth = (bytes: Own): Uint8Array | undefined =>
  bytes.every((byte) => byte <= 1) ? bytes : undefined;

/** The name of a type of numbers in a safetensors file. */
export type TensorType =
  | ("F64" | "F32" | "F16" | "BF16" | "I64" | "U64")
  | ("I32" | "U32" | "I16" | "U16" | "I8" | "U8" | "BOOL");

/** All types that can be read. */
export const tensorTypes: Readonly<Record<TensorType, TensorKind>> = {
  F64: { bytes: 8, read: ({ buffer }) => new Float64Array(buffer) },
  F32: { bytes: 4, read: ({ buffer }) => new Float32Array(buffer) },
  F16: { bytes: 2, read: readHalf },
  BF16: { bytes: 2, read: readBrain },
  I64: { bytes: 8, read: ({ buffer }) => readLong(new BigInt64Array(buffer)) },
  U64: { bytes: 8, read: ({ buffer }) => readLong(new BigUint64Array(buffer)) },
  I32: { bytes: 4, read: ({ buffer }) => new Int32Array(buffer) },
  U32: { bytes: 4, read: ({ buffer }) => new Uint32Array(buffer) },
  I16: { bytes: 2, read: ({ buffer }) => new Int16Array(buffer) },
  U16: { bytes: 2, read: ({ buffer }) => new Uint16Array(buffer) },
  I8: { bytes: 1, read: ({ buffer }) => new Int8Array(buffer) },
  U8: { bytes: 1, read: (bytes) => bytes },
  BOOL: { bytes: 1, read: readTruth },
};

const written = [
  ...([Float64Array, Float32Array, Int32Array, Uint32Array] as const),
  ...([Int16Array, Uint16Array, Int8Array, Uint8Array] as const),
] as const;
const writtenAs: readonly TensorType[] = ["F64", "F32", "I32", "U32", "I16", "U16", "I8", "U8"];

/** The type under which an array is written; undefined for what is no array of numbers. */
export function typeOfArray(data: unknown): TensorType | undefined {
  return writtenAs[written.findIndex((kind) => data instanceof kind)];
}
