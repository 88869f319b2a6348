// The number of elements that a shape has.

/** Product of all lengths; 1 for a shape without axes. */
export function product(lengths: readonly number[]): number {
  let whole = 1;
  for (let i = 0; i < lengths.length; i++) whole *= lengths[i]!;
  return whole;
}
