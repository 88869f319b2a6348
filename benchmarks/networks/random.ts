// Pseudorandom numbers for networks that every run must find the same. Invariant: the sequence
// follows from the seed alone.

/** Numbers in [0, 1), by the finaliser of MurmurHash3 over a counter. */
export function numbersFrom(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let word = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return ((word ^ (word >>> 16)) >>> 0) / 2 ** 32;
  };
}
