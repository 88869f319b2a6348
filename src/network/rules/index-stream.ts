// Random whole numbers for rules, from the counter-based generator. Invariant: a number depends on
// seed, projection, row and its place in the row alone; all numbers of a range are equally likely.

import { wordsInto } from "../../util/philox.js";

const range = 2 ** 31;
/** Steps that no run reaches, so that synapses share no numbers with what happens in a run. */
const firstStep = 2 ** 52;

/** Streams of random numbers, one for each row. */
export class IndexStream {
  readonly #words = new Uint32Array(4);
  readonly #address;
  #used = 4;
  /** The range of the last number, and the largest multiple of it that 31 bits hold. */
  #below = 1;
  #limit = range;

  constructor({ seed, projection }: { readonly seed: number; readonly projection: number }) {
    this.#address = { seed, stream: projection, copy: 0, element: 0, step: firstStep };
  }

  /** Goes to the beginning of a row. */
  seek(row: number): void {
    this.#address.element = row;
    this.#address.step = firstStep;
    this.#used = 4;
  }

  /** A whole number from 0 to count - 1; count is at least 1 and at most 2^31. */
  below(count: number): number {
    if (count !== this.#below) {
      this.#below = count;
      this.#limit = range - (range % count);
    }
    for (;;) {
      if (this.#used === 4) {
        wordsInto(this.#words, this.#address);
        this.#address.step += 1;
        this.#used = 0;
      }
      const number = this.#words[this.#used]! >>> 1;
      this.#used += 1;
      // A remainder at the end of the range would make small numbers more likely.
      if (number < this.#limit) return number % count;
    }
  }
}
