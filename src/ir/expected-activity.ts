// How often sources are expected to fire where nothing else is known: what passes and backends count
// with when they choose between work for each spike and work for each edge.

import type { Program } from "./program.js";

/** Spikes of one source in a millisecond: ten in a second. */
const expectedRate = 0.01;

/** The part of the sources that is expected to fire in one step. */
export const expectedActivity = ({ dt }: Pick<Program, "dt">): number =>
  Math.min(1, expectedRate * dt);
