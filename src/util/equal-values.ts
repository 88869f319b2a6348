// Finds arrays of numbers that hold the same values. Invariant: equal means the same bits, but for NaN;
// what was kept is never changed afterwards.

export type Numbers = Float64Array | Float32Array | Int32Array;

/** Few bits that equal values share. */
function fingerprint(values: Numbers): number {
  let hash = values.length | 0;
  const stride = Math.max(1, values.length >> 8);
  const bits = new Int32Array(2);
  const number = new Float64Array(bits.buffer);
  for (let i = 0; i < values.length; i += stride) {
    number[0] = values[i]!;
    hash = (Math.imul(hash, 31) + bits[0]! + Math.imul(bits[1]!, 17)) | 0;
  }
  return hash;
}

/** Whether two lists hold the same values. */
export function equalNumbers(a: Numbers, b: Numbers): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** One thing for all arrays with the same values, in kinds that are kept apart. */
export class EqualValues<T> {
  readonly #known = new Map<string, { readonly values: Numbers; readonly kept: T }[]>();

  /** What was kept for these values; else what `make` gives is kept. */
  of(values: Numbers, kind: string, make: () => T): T {
    const key = `${kind} ${fingerprint(values)}`;
    const alike = this.#known.get(key) ?? [];
    const found = alike.find((one) => equalNumbers(one.values, values));
    if (found !== undefined) return found.kept;
    const kept = make();
    this.#known.set(key, [...alike, { values, kept }]);
    return kept;
  }
}
