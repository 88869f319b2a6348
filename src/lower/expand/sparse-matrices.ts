// Matrices with gaps become lists of edges, so that nothing is stored or stepped for synapses that
// are not there. Invariant: edges keep their order and their values; full matrices stay matrices.

import type { Connection, FlatNetwork } from "../../network/types.js";
import { toEdgeList } from "../support/edge-lists.js";

const hasGaps = ({ connectivity }: Connection): boolean =>
  connectivity.kind === "matrix" && connectivity.present.includes(0);

/** The same network with its partial matrices as lists of edges. */
export function listSparseMatrices(network: FlatNetwork): FlatNetwork {
  const { connections, populations } = network;
  if (!connections.some(hasGaps)) return network;
  const listed = connections.map((connection) => {
    if (!hasGaps(connection)) return connection;
    const source = populations[connection.source]!;
    return toEdgeList({ connection, source, target: populations[connection.target]! });
  });
  return Object.freeze({ ...network, connections: Object.freeze(listed) });
}
