// Which edges of a network count, and which values they have: what every lowering and every named
// parameter start from. Invariant: a network that has been through here comes out as it went in.

import type { FlatNetwork } from "../network/types.js";
import { listSparseMatrices } from "./expand/sparse-matrices.js";
import { applySnsPairs } from "./sns-pairs.js";

/** The same network without edges that were replaced, and without the gaps of matrices. */
export const resolveEdges = (flat: FlatNetwork): FlatNetwork =>
  listSparseMatrices(applySnsPairs(flat));
