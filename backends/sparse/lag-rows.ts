// Edges of each source sorted by their lag, so that a spike meets only those where it arrives now.
// Invariant: edges of one source and lag keep their order.

interface Rows {
  readonly start: Int32Array;
  readonly other: Int32Array;
  /** Absent: the position itself. */
  readonly edges?: Int32Array | undefined;
}

/** Rows for each source and lag: that of source s and lag l is number s * lags + l. */
export function sortByLag(rows: Rows, lagOf: Int32Array, lags: number): Required<Rows> {
  const { start, other, edges } = rows;
  const sources = start.length - 1;
  const from = start[0]!;
  const count = start[sources]! - from;
  const starts = new Int32Array(sources * lags + 1);
  const rowAt = (source: number, position: number): number =>
    source * lags + lagOf[edges === undefined ? position : edges[position]!]!;
  const eachEdge = (visit: (row: number, position: number) => void): void => {
    for (let source = 0; source < sources; source++) {
      for (let p = start[source]!; p < start[source + 1]!; p++) visit(rowAt(source, p), p);
    }
  };
  eachEdge((row) => {
    starts[row + 1]!++;
  });
  for (let row = 0; row < sources * lags; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice(0, -1);
  const sorted = { other: new Int32Array(count), edges: new Int32Array(count) };
  eachEdge((row, position) => {
    const at = next[row]!++;
    sorted.other[at] = other[position]!;
    sorted.edges[at] = edges === undefined ? position : edges[position]!;
  });
  return { start: starts, ...sorted };
}
