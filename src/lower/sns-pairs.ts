// SNS-Toolbox keeps one entry for each kind of synapse and pair of neurons: a later connection
// replaces an earlier one, and both kinds of chemical synapse share one reversal potential.
// Invariant: only connections that meet another one on the same populations are touched, and once
// that is done each connection has values of its own: the two oddities are off in what comes out.

import type { QuirkName } from "../models/quirks.js";
import { synapseKind } from "../network/kinds.js";
import type { Connection, FlatNetwork } from "../network/types.js";
import {
  forEachSynapse,
  join,
  withoutAllEdges,
  withoutEdges,
  writesWholeBlock,
} from "./support/edge-lists.js";
import type { Joined } from "./support/edge-lists.js";
import { shareReversal } from "./support/sns-reversal.js";

/** Applies overwriteSamePair and sharedReversalPotential where they are on. */
export function applySnsPairs(flat: FlatNetwork): FlatNetwork {
  const overwrites = flat.quirks.has("overwriteSamePair");
  const shares = flat.quirks.has("sharedReversalPotential");
  if (!overwrites && !shares) return flat;
  const connections = [...flat.connections];
  if (overwrites) {
    for (const group of meetings(flat.connections, overwriteKey)) {
      overwriteEarlier(flat, group, connections);
    }
  }
  if (shares) {
    for (const group of meetings(flat.connections, chemicalKey)) {
      shareReversal(flat, group, connections);
    }
  }
  const done: readonly QuirkName[] = ["overwriteSamePair", "sharedReversalPotential"];
  const quirks = new Set([...flat.quirks].filter((quirk) => !done.includes(quirk)));
  return Object.freeze({ ...flat, quirks, connections: Object.freeze(connections) });
}

/** Numbers of connections with equal keys, in order, where there are at least two. */
function meetings(
  connections: readonly Connection[],
  keyOf: (connection: Connection) => string | undefined,
): number[][] {
  const groups = new Map<string, number[]>();
  connections.forEach((connection, i) => {
    const key = keyOf(connection);
    if (key === undefined) return;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

function overwriteKey(connection: Connection): string {
  const { source, target, synapse } = connection;
  const kind = synapseKind(synapse.model);
  // An electrical synapse writes both directions, so the two orders of its ends meet.
  const ends = kind === "electrical" && target < source ? [target, source] : [source, target];
  return `${kind} ${ends.join(" ")}`;
}

function chemicalKey(connection: Connection): string | undefined {
  const { source, target, synapse } = connection;
  const kind = synapseKind(synapse.model);
  return kind === "spiking" || kind === "non-spiking" ? `${source} ${target}` : undefined;
}

/** The number under which a pair of neurons is known in its group. */
function pairKey(joined: Joined, from: number, to: number): number {
  const { connection, source, target } = joined;
  const isElectrical = synapseKind(connection.synapse.model) === "electrical";
  if (!isElectrical) return to * source.size + from;
  if (connection.source === connection.target) {
    return Math.max(from, to) * source.size + Math.min(from, to);
  }
  return connection.source < connection.target ? to * source.size + from : from * target.size + to;
}

function overwriteEarlier(
  flat: FlatNetwork,
  group: readonly number[],
  connections: Connection[],
): void {
  /** Who wrote each pair last, and the last one that wrote all pairs. */
  const writers = new Map<number, string>();
  let whole: string | undefined;
  // From the last to the first: an edge survives where nobody has written yet.
  for (const index of [...group].reverse()) {
    const joined = join(flat, flat.connections[index]!);
    const { connection } = joined;
    if (whole !== undefined) {
      connections[index] = replaced(withoutAllEdges(connection), [whole]);
      continue;
    }
    if (writers.size > 0) connections[index] = withoutWritten(joined, writers);
    if (writesWholeBlock(connection)) whole = connection.name;
    else {
      forEachSynapse(joined, (from, to) => {
        const key = pairKey(joined, from, to);
        if (!writers.has(key)) writers.set(key, connection.name);
      });
    }
  }
}

/** A connection without the edges whose pair has been written, and by whom. */
function withoutWritten(joined: Joined, writers: ReadonlyMap<number, string>): Connection {
  const replacedBy = new Set<string>();
  const left = withoutEdges(joined, (from, to) => {
    const writer = writers.get(pairKey(joined, from, to));
    if (writer !== undefined) replacedBy.add(writer);
    return writer !== undefined;
  });
  return replacedBy.size === 0 ? left : replaced(left, [...replacedBy]);
}

const replaced = (connection: Connection, replacedBy: readonly string[]): Connection =>
  Object.freeze({ ...connection, replacedBy });
