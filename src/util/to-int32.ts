// How a real number becomes an int32, the same on every backend (WebAssembly calls it trunc_sat).

/** Cuts towards zero, keeps inside the range of int32, and turns NaN into 0. */
export function toInt32(value: number): number {
  if (value >= 2147483647) return 2147483647;
  if (value <= -2147483648) return -2147483648;
  return value | 0;
}
