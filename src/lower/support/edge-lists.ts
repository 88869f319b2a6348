// Connections with some of their edges taken away, and as plain lists of edges.
// Invariant: edges that stay keep their values and know their place among those that were declared,
// and a connection that loses nothing stays itself.

import type { ParameterValue } from "../../models/types.js";
import { edgeCount, forEachEdge, isMirrored, valueCount } from "../../network/connectivity.js";
import type { EdgeVisitor } from "../../network/connectivity.js";
import { synapseKind } from "../../network/kinds.js";
import type { Connection, Connectivity, FlatNetwork, Population } from "../../network/types.js";

/** A connection with the populations at its ends. */
export interface Joined {
  readonly connection: Connection;
  readonly source: Population;
  readonly target: Population;
}
export type EdgeTest = (source: number, target: number) => boolean;

/** A connection with the populations that it joins. */
export function join(flat: FlatNetwork, connection: Connection): Joined {
  const end = (index: number): Population => flat.populations[index]!;
  return { connection, source: end(connection.source), target: end(connection.target) };
}

/**
 * True where SNS-Toolbox writes every entry of a connection's block, those without a synapse included.
 * The kinds that it declares but cannot run (spiking matrices and patterns, patterns in one dimension)
 * mean the equal single synapses, so absent pairs write nothing.
 */
export function writesWholeBlock({
  connectivity,
  synapse,
}: Pick<Connection, "connectivity" | "synapse">): boolean {
  if (connectivity.kind === "all-to-all") return true;
  const isGraded = synapseKind(synapse.model) === "non-spiking";
  const { shape } = synapse;
  if (connectivity.kind === "matrix") return isGraded && shape.kind === "matrix";
  return isGraded && shape.kind === "pattern" && shape.kernel.length === 2;
}

/**
 * Visits the edges that are synapses to SNS-Toolbox. Taps without conductance of a kernel that means
 * the equal single synapses are none; all other edges are.
 */
export function forEachSynapse({ connection, source, target }: Joined, visit: EdgeVisitor): void {
  const { synapse, values, declared } = connection;
  const { strength } = synapse.model;
  const weights = strength === undefined ? undefined : values.get(strength);
  // A kernel that has become a list means what it meant as a kernel.
  const connectivity = declared?.connectivity ?? connection.connectivity;
  const canBeIdle = connectivity.kind === "pattern" && !writesWholeBlock({ connectivity, synapse });
  forEachEdge(connection, source, target, (from, to, index) => {
    const weight = typeof weights === "object" ? weights[index] : weights;
    if (!canBeIdle || weight !== 0) visit(from, to, index);
  });
}

/** The same connection as a list of those edges that pass the test. */
export function toEdgeList(joined: Joined, isKept: EdgeTest = () => true): Connection {
  const { connection, source, target } = joined;
  const sources: number[] = [];
  const targets: number[] = [];
  const indices: number[] = [];
  // Where both directions of a pair are edges, a list holds the pair once. Of an electrical synapse
  // of a neuron with itself nothing is left, because it carries no current.
  const once = isMirrored(connection);
  forEachEdge(connection, source, target, (from, to, index) => {
    if (!isKept(from, to) || (once && from >= to)) return;
    sources.push(from);
    targets.push(to);
    indices.push(index);
  });
  return withEdges(connection, Int32Array.from(sources), Int32Array.from(targets), indices);
}

/** The same connection without any edge; it stays in the list so that its name is still known. */
export const withoutAllEdges = (connection: Connection): Connection =>
  withEdges(connection, new Int32Array(0), new Int32Array(0), []);

/** The edges from sources[i] to targets[i], with the values that have the index indices[i]. */
function withEdges(
  connection: Connection,
  sources: Int32Array,
  targets: Int32Array,
  indices: readonly number[],
): Connection {
  const { declared } = connection;
  const values = new Map<string, ParameterValue>();
  for (const [name, value] of connection.values) {
    if (typeof value === "object") {
      values.set(
        name,
        Float64Array.from(indices, (index) => value[index] ?? 0),
      );
    } else {
      // One value for all edges is no value where there is no edge.
      values.set(name, indices.length === 0 ? new Float64Array(0) : value);
    }
  }
  return Object.freeze({
    ...connection,
    connectivity: Object.freeze({ kind: "edges", sources, targets }),
    values,
    declared: Object.freeze({
      connectivity: declared?.connectivity ?? connection.connectivity,
      places: Int32Array.from(indices, (index) => declared?.places[index] ?? index),
    }),
  });
}

/** The same connection without the edges that pass the test. */
export function withoutEdges(joined: Joined, isLost: EdgeTest): Connection {
  const { connection, source, target } = joined;
  const { connectivity } = connection;
  let lost = 0;
  forEachEdge(connection, source, target, (from, to) => {
    if (isLost(from, to)) lost += 1;
  });
  if (lost === 0) return connection;
  if (lost === edgeCount(connectivity, source, target)) return withoutAllEdges(connection);
  if (connectivity.kind === "pattern") return withoutTaps(joined, connectivity, isLost);
  return toEdgeList(joined, (from, to) => !isLost(from, to));
}

/** A kernel stays one, so that its values still belong to taps. */
function withoutTaps(
  { connection, source, target }: Joined,
  connectivity: Extract<Connectivity, { readonly kind: "pattern" }>,
  isLost: EdgeTest,
): Connection {
  const taps = valueCount(connectivity, source, target);
  const lost = connectivity.lost?.slice() ?? new Uint8Array(target.size * taps);
  forEachEdge(connection, source, target, (from, to, tap) => {
    if (isLost(from, to)) lost[to * taps + tap] = 1;
  });
  return Object.freeze({ ...connection, connectivity: Object.freeze({ ...connectivity, lost }) });
}
