// Sparse against iterative, bit for bit, on drawn Programs: each kind of op and layout at sizes around
// the width of a vector, with operands of every kind. MYELIN_RUNS=10 draws ten times as many; a failure
// names the family, the variant and the round that give the Program again.

import { compareDrawn } from "../../../helpers/drawn-programs/compare.js";
import { families } from "../../../helpers/drawn-programs/index.js";

const rounds = Math.max(1, Math.round(Number(process.env["MYELIN_RUNS"] ?? 1)));
const timeLimit = 120_000 * rounds;

test.each(families.map(({ name, variants }, family) => ({ name, family, count: variants.length })))(
  "$name",
  ({ family, count }) => {
    for (let round = 0; round < rounds; round++) {
      for (let variant = 0; variant < count; variant++) {
        // Every second size, unless more is asked for.
        if (rounds > 1 || variant % 2 === 0) compareDrawn(family, variant, round);
      }
    }
  },
  timeLimit,
);
