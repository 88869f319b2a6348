// Typed arrays from a function of the index. Not `Float64Array.from`, which asks an iterator and takes
// ten times as long.

export function float64s(length: number, valueAt: (i: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i += 1) values[i] = valueAt(i);
  return values;
}

export function int32s(length: number, valueAt: (i: number) => number): Int32Array {
  const values = new Int32Array(length);
  for (let i = 0; i < length; i += 1) values[i] = valueAt(i);
  return values;
}
