// Matrices with gaps become lists of edges, so that nothing is stored or stepped for synapses that
// are not there, and a connection without edges has no values. Invariant: edges keep their order and
// their values; full matrices stay matrices.

import type { Connection, FlatNetwork } from "../../network/types.js";
import { toEdgeList, withoutAllEdges } from "../support/edge-lists.js";

const hasGaps = ({ connectivity }: Connection): boolean =>
  connectivity.kind === "matrix" && connectivity.present.includes(0);

/** True for a list that was given empty; one that lost its edges knows what was declared. */
const isEmpty = ({ connectivity, declared }: Connection): boolean =>
  declared === undefined && "targets" in connectivity && connectivity.targets.length === 0;

/** The same network with its partial matrices as lists of edges. */
export function listSparseMatrices(network: FlatNetwork): FlatNetwork {
  const { connections, populations } = network;
  if (!connections.some((each) => hasGaps(each) || isEmpty(each))) return network;
  const listed = connections.map((connection) => {
    if (isEmpty(connection)) return withoutAllEdges(connection);
    if (!hasGaps(connection)) return connection;
    const source = populations[connection.source]!;
    return toEdgeList({ connection, source, target: populations[connection.target]! });
  });
  return Object.freeze({ ...network, connections: Object.freeze(listed) });
}
