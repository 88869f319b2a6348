// The generator geoskip-v1: Bernoulli pairs by geometric skips, in integer arithmetic that every
// language repeats. Invariant: what it draws never changes; docs/connectivity.md defines it.

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { floor, imul, min } = Math;

const skips = 1024;
const wordCount = 2 ** 32;
/** The upper bits of a draw say where the search for its skip begins. */
const guideBits = 10;
const guideShift = 32 - guideBits;

/** The finalizer of MurmurHash3. */
function fmix32(word: number): number {
  let h = word;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

type Setting = "probability" | "seed" | "projection";
interface Grid {
  readonly columns: number;
  /** Whether column r is left out of row r. */
  readonly leavesSelfOut: boolean;
}

/** Columns drawn row by row; each row has a stream of its own. */
export class Geoskip {
  /** A draw below thresholds[k] and below none before skips k columns. */
  readonly #thresholds = new Uint32Array(skips);
  /** The first threshold that a draw with these upper bits can lie below. */
  readonly #guide = new Uint16Array(2 ** guideBits);
  readonly #seed: number;
  readonly #projection: number;
  readonly #columns: number;
  readonly #leavesSelfOut: boolean;

  constructor({ probability, seed, projection }: Readonly<Record<Setting, number>>, grid: Grid) {
    this.#columns = grid.columns;
    this.#leavesSelfOut = grid.leavesSelfOut;
    this.#seed = seed;
    this.#projection = imul(projection, 0x9e3779b9);
    const miss = 1 - probability;
    let misses = miss;
    for (let k = 0; k < skips; k += 1) {
      this.#thresholds[k] = min(floor(wordCount * (1 - misses)), wordCount - 1);
      misses *= miss;
    }
    let k = 0;
    for (let bits = 0; bits < this.#guide.length; bits += 1) {
      while (k < skips && this.#thresholds[k]! <= bits * 2 ** guideShift) k += 1;
      this.#guide[bits] = k;
    }
  }

  /** Writes the columns of a row, ascending, from `at` on; gives the place behind the last one. */
  rowInto(out: Int32Array, at: number, row: number): number {
    const columns = this.#columns;
    const self = this.#leavesSelfOut ? row : -1;
    const thresholds = this.#thresholds;
    const guide = this.#guide;
    let state = fmix32(this.#seed + fmix32(this.#projection + row));
    let place = at;
    let column = -1;
    while (column < columns) {
      state = (state + 0x6d2b79f5) | 0;
      let t = imul(state ^ (state >>> 15), 1 | state);
      t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
      const word = (t ^ (t >>> 14)) >>> 0;
      let skip = guide[word >>> guideShift]!;
      while (skip < skips && word >= thresholds[skip]!) skip += 1;
      column += skip;
      if (skip === skips) continue;
      column += 1;
      if (column < columns && column !== self) {
        out[place] = column;
        place += 1;
      }
    }
    return place;
  }
}
