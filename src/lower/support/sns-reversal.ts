// One reversal potential for each pair of neurons: that of the chemical synapse written last, also
// where it wrote an entry without a synapse. Invariant: only reversal potentials change.

import { forEachEdge, tapBetween, valueCount } from "../../network/connectivity.js";
import type { Connection, FlatNetwork } from "../../network/types.js";
import { forEachSynapse, join, toEdgeList, writesWholeBlock } from "./edge-lists.js";
import type { Joined } from "./edge-lists.js";
import { float64s } from "../../util/tabulate.js";

/** Public name of the parameter that is the reversal potential; undefined where it is no parameter. */
function reversalName(connection: Connection): string | undefined {
  const { graded, parameters } = connection.synapse.model;
  if (graded?.kind !== "conductance" || graded.reversal.kind !== "name") return undefined;
  const symbol = graded.reversal.name;
  return parameters.find((parameter) => parameter.symbol === symbol)?.publicName;
}

/** What has been written later than the connection that is being looked at. */
interface Written {
  /** Pairs written one by one, after the last whole block. */
  readonly pairs: Map<number, number>;
  whole?: Block;
}
/** The last connection that wrote every pair. */
interface Block {
  readonly joined: Joined;
  readonly value: number | Float64Array;
}

function blockValueAt(block: Block, from: number, to: number): number {
  const { joined, value } = block;
  const { connectivity } = joined.connection;
  const index = ((): number => {
    switch (connectivity.kind) {
      case "pattern":
        return tapBetween(from, to, joined.source.shape, connectivity.kernel);
      case "one-to-one":
        return from === to ? from : -1;
      default:
        return to * joined.source.size + from;
    }
  })();
  // Entries that a kernel does not reach are filled with 0.
  if (index < 0) return 0;
  return typeof value === "number" ? value : (value[index] ?? 0);
}

/** Gives the connections of one group, numbers in order, the reversal potentials written last. */
export function shareReversal(
  flat: FlatNetwork,
  group: readonly number[],
  connections: Connection[],
): void {
  const written: Written = { pairs: new Map() };
  for (const index of [...group].reverse()) {
    const original = flat.connections[index]!;
    const name = reversalName(original);
    const value = name === undefined ? undefined : original.values.get(name);
    if (name === undefined || value === undefined || typeof value === "boolean") continue;
    connections[index] = withReversal(join(flat, connections[index]!), name, written);
    if (written.whole !== undefined) continue;
    const joined = join(flat, original);
    if (writesWholeBlock(original)) written.whole = { joined, value };
    else rememberPairs(joined, value, written.pairs);
  }
}

function rememberPairs(
  joined: Joined,
  value: number | Float64Array,
  pairs: Map<number, number>,
): void {
  // Of equal pairs in one list the last counts; a connection written later keeps its own.
  const own = new Map<number, number>();
  forEachSynapse(joined, (from, to, i) => {
    own.set(to * joined.source.size + from, typeof value === "number" ? value : (value[i] ?? 0));
  });
  for (const [key, entry] of own) if (!pairs.has(key)) pairs.set(key, entry);
}

function withReversal(joined: Joined, name: string, written: Written): Connection {
  const { connection, source, target } = joined;
  const { pairs, whole } = written;
  if (pairs.size === 0 && whole === undefined) return connection;
  const { connectivity } = connection;
  if (connectivity.kind === "edges" && connectivity.sources.length === 0) return connection;
  const quick = pairs.size === 0 && whole !== undefined ? shortcut(joined, whole) : undefined;
  if (quick !== undefined) return withValue(connection, name, quick);
  const laterAt = (from: number, to: number): number | undefined =>
    pairs.get(to * source.size + from) ??
    (whole === undefined ? undefined : blockValueAt(whole, from, to));
  let isWritten = false;
  forEachEdge(connection, source, target, (from, to) => {
    isWritten ||= laterAt(from, to) !== undefined;
  });
  if (!isWritten) return connection;
  // Edges that share a tap may now differ.
  const list = connectivity.kind === "pattern" ? toEdgeList(joined) : connection;
  const own = list.values.get(name) ?? 0;
  const values = new Float64Array(valueCount(list.connectivity, source, target));
  if (typeof own === "object") values.set(own);
  else values.fill(Number(own));
  forEachEdge(list, source, target, (from, to, i) => {
    const value = laterAt(from, to);
    if (value !== undefined) values[i] = value;
  });
  return withValue(list, name, values);
}

/** New values where one whole block decides and they need not be computed edge by edge. */
function shortcut(joined: Joined, whole: Block): number | Float64Array | undefined {
  const { connectivity } = joined.connection;
  const writer = whole.joined.connection.connectivity;
  const isBlock = (kind: string): boolean => kind === "all-to-all" || kind === "matrix";
  if (isBlock(writer.kind)) {
    if (typeof whole.value === "number" || isBlock(connectivity.kind)) return whole.value;
  }
  if (connectivity.kind === "pattern" && writer.kind === "pattern") {
    return tapsFrom(connectivity.kernel, writer.kernel, whole.value);
  }
  return undefined;
}

/** Values for the taps of one kernel from those of another one with the same centre. */
function tapsFrom(
  kernel: readonly number[],
  from: readonly number[],
  value: number | Float64Array,
): Float64Array {
  const count = kernel.reduce((product, length) => product * length, 1);
  const centre = kernel.reduce((index, length) => index * length + (length - 1) / 2, 0);
  // Seen from the centre of the kernel, a tap is a neighbour like those of the other kernel.
  return float64s(count, (tap) => {
    const other = tapBetween(tap, centre, kernel, from);
    if (other < 0) return 0;
    return typeof value === "number" ? value : (value[other] ?? 0);
  });
}

function withValue(connection: Connection, name: string, value: number | Float64Array): Connection {
  const values = new Map(connection.values).set(name, value);
  return Object.freeze({ ...connection, values });
}
