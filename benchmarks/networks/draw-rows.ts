// A connectivity for the Vogels-Abbott network where the shared one is not there. Invariant: always
// the same, and in the form of the shared file.

import { numbersFrom } from "./random.js";
import { header, sizes } from "./vogels-abbott.js";

/** Targets of each cell: a fiftieth of all. */
const fanOut = 80;

/** The bytes of the file: eight words, the starts of the rows, the targets. */
export function drawRows(): Uint8Array {
  const random = numbersFrom(1);
  const cells = sizes.exc + sizes.inh;
  const edges = cells * fanOut;
  const { magic, version } = header;
  const words = new Int32Array(8 + cells + 1 + edges);
  words.set([magic, version, cells, sizes.exc, edges]);
  for (let row = 0; row < cells; row += 1) {
    const targets = new Set<number>();
    while (targets.size < fanOut) targets.add(Math.floor(cells * random()));
    words[8 + row + 1] = (row + 1) * fanOut;
    words.set(
      [...targets].sort((a, b) => a - b),
      8 + cells + 1 + row * fanOut,
    );
  }
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setInt32(4 * i, word, true));
  return new Uint8Array(view.buffer);
}
