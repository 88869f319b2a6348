// Notes on networks that are valid but may not be what was meant.

import type { QuirkName } from "../models/quirks.js";
import { edgeCount, forEachEdge } from "./connectivity.js";
import { synapseKind } from "./kinds.js";
import type { Connection, Population } from "./types.js";

/** A note with a stable code and the path of what it is about. */
export interface NetworkWarning {
  readonly code: "same-pair" | "compat-replaced";
  readonly where: string;
  readonly message: string;
}

/** Above this many edges two lists count as overlapping without being compared. */
const mostCompared = 1_000_000;

/** True where two connections between the same populations join a common pair of neurons. */
function hasCommonEdge(
  first: Connection,
  second: Connection,
  source: Population,
  target: Population,
): boolean {
  const counts = [first, second].map(({ connectivity }) => edgeCount(connectivity, source, target));
  if (counts.includes(0)) return false;
  if (first.connectivity.kind === "all-to-all" || second.connectivity.kind === "all-to-all") {
    return true;
  }
  if (Math.max(...counts) > mostCompared) return true;
  const seen = new Set<number>();
  const key = (from: number, to: number): number => to * source.size + from;
  forEachEdge(first, source, target, (from, to) => seen.add(key(from, to)));
  let isFound = false;
  forEachEdge(second, source, target, (from, to) => {
    isFound ||= seen.has(key(from, to));
  });
  return isFound;
}

/** Notes on pairs of neurons that several connections of one kind join. */
export function samePairWarnings(
  populations: readonly Population[],
  connections: readonly Connection[],
  quirks: ReadonlySet<QuirkName>,
): NetworkWarning[] {
  const warnings: NetworkWarning[] = [];
  const firstOf = new Map<string, Connection>();
  const effect = quirks.has("overwriteSamePair")
    ? "the later one replaces the earlier one (overwriteSamePair)"
    : "their effects add";
  for (const connection of connections) {
    const { synapse, source, target } = connection;
    const kind = synapseKind(synapse.model);
    // A coupling is the same from either end.
    const ends = kind === "electrical" && target < source ? [target, source] : [source, target];
    const key = `${ends.join(" ")} ${kind}`;
    const first = firstOf.get(key);
    const from = populations[source];
    const to = populations[target];
    if (first === undefined || from === undefined || to === undefined) {
      firstOf.set(key, connection);
      continue;
    }
    if (!hasCommonEdge(first, connection, from, to)) continue;
    warnings.push({
      code: "same-pair",
      where: connection.name,
      message:
        `${first.name} and ${connection.name} both join ${from.name} to ${to.name} ` +
        `by ${kind} synapses; ${effect}.`,
    });
  }
  return warnings;
}
