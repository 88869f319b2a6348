// Connections with some of their edges taken away, and as plain lists of edges.
// Invariant: edges that stay keep their values, and a connection that loses nothing stays itself.

import type { ParameterValue } from "../../models/types.js";
import { forEachEdge, isMirrored, valueCount } from "../../network/connectivity.js";
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
export function writesWholeBlock({ connectivity, synapse }: Connection): boolean {
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
  const { connectivity, synapse, values } = connection;
  const { strength } = synapse.model;
  const weights = strength === undefined ? undefined : values.get(strength);
  const canBeIdle = connectivity.kind === "pattern" && !writesWholeBlock(connection);
  forEachEdge(connection, source, target, (from, to, index) => {
    const weight = typeof weights === "object" ? weights[index] : weights;
    if (!canBeIdle || weight !== 0) visit(from, to, index);
  });
}

const edgeList = (sources: Int32Array, targets: Int32Array): Connectivity =>
  Object.freeze({ kind: "edges", sources, targets });

const mapArrays = (
  values: ReadonlyMap<string, ParameterValue>,
  change: (value: Float64Array) => Float64Array,
): Map<string, ParameterValue> =>
  new Map([...values].map(([k, v]) => [k, typeof v === "object" ? change(v) : v]));

/** The same connection as a list of those edges that pass the test. */
export function toEdgeList(joined: Joined, isKept: EdgeTest = () => true): Connection {
  const { connection } = joined;
  const sources: number[] = [];
  const targets: number[] = [];
  const indices: number[] = [];
  // Where both directions of a pair are edges, a list holds the pair once.
  const once = isMirrored(connection);
  forEachSynapse(joined, (from, to, index) => {
    if (!isKept(from, to) || (once && from >= to)) return;
    sources.push(from);
    targets.push(to);
    indices.push(index);
  });
  return Object.freeze({
    ...connection,
    connectivity: edgeList(Int32Array.from(sources), Int32Array.from(targets)),
    values: mapArrays(connection.values, (value) =>
      Float64Array.from(indices, (index) => value[index] ?? 0),
    ),
  });
}

/** The same connection without any edge; it stays in the list so that its name is still known. */
export function withoutAllEdges(connection: Connection): Connection {
  const values = mapArrays(connection.values, () => new Float64Array(0));
  const { strength } = connection.synapse.model;
  if (strength !== undefined) values.set(strength, 0);
  const none = new Int32Array(0);
  return Object.freeze({
    ...connection,
    connectivity: edgeList(none, none),
    values,
  });
}

/** The same connection without effect at the edges that pass the test. */
export function withoutEdges(joined: Joined, isLost: EdgeTest): Connection {
  const { connection, source, target } = joined;
  const lost: number[] = [];
  let edges = 0;
  forEachEdge(connection, source, target, (from, to, index) => {
    edges += 1;
    if (isLost(from, to)) lost.push(index);
  });
  if (lost.length === 0) return connection;
  if (lost.length === edges) return withoutAllEdges(connection);
  const { connectivity } = connection;
  const { strength } = connection.synapse.model;
  const isBlock = connectivity.kind === "all-to-all" || connectivity.kind === "matrix";
  // Taps stand for many edges, and a model without a strength cannot be silenced by a value.
  if (connectivity.kind === "pattern" || (strength === undefined && !isBlock)) {
    return toEdgeList(joined, (from, to) => !isLost(from, to));
  }
  const count = valueCount(connectivity, source, target);
  const values = new Map(connection.values);
  if (strength !== undefined) {
    const weights = perValue(values.get(strength) ?? 0, count);
    for (const index of lost) weights[index] = 0;
    values.set(strength, weights);
  }
  const present = isBlock ? blockWithout(connectivity, count, lost) : connectivity;
  return Object.freeze({ ...connection, connectivity: present, values });
}

function blockWithout(
  connectivity: Connectivity,
  count: number,
  lost: readonly number[],
): Connectivity {
  const present =
    connectivity.kind === "matrix" ? connectivity.present.slice() : new Uint8Array(count).fill(1);
  for (const index of lost) present[index] = 0;
  return { kind: "matrix", present };
}

/** A value as an array of its own, one entry for each index. */
function perValue(value: ParameterValue, count: number): Float64Array {
  return typeof value === "object" ? value.slice() : new Float64Array(count).fill(Number(value));
}
