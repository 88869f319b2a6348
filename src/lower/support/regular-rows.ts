// Recognises compressed rows that list what a layout without lists says too. Invariant: the layout
// found walks the same edges in the same order in both directions.

import type { Layout } from "../../ir/program.js";

export type CsrLayout = Extract<Layout, { kind: "csr" }>;

/** Compressed rows with their arrays. */
export interface Rows {
  readonly layout: CsrLayout;
  readonly start: Int32Array;
  readonly other: Int32Array;
  readonly edge?: Int32Array | undefined;
}

/** A layout without lists; `numbers` gives the old number of each new edge. */
export interface Regular {
  readonly layout: Layout;
  readonly numbers: Int32Array;
}

/** The length that all rows share, or -1. */
function commonLength(start: Int32Array): number {
  const length = start.length < 2 ? -1 : start[1]! - start[0]!;
  for (let row = 1; row < start.length; row++) {
    if (start[row]! - start[row - 1]! !== length) return -1;
  }
  return length;
}

/**
 * Blocks of `length` neighbouring ends, each shared by the same number of neighbouring rows.
 * Gives that number of rows, or -1.
 */
function rowsPerBlock({ start, other }: Rows, length: number, ends: number): number {
  const rows = start.length - 1;
  if (length <= 0 || ends % length !== 0) return -1;
  const blocks = ends / length;
  if (rows % blocks !== 0) return -1;
  const perBlock = rows / blocks;
  for (let row = 0; row < rows; row++) {
    const first = Math.floor(row / perBlock) * length;
    for (let k = 0; k < length; k++) {
      if (other[start[row]! + k] !== first + k) return -1;
    }
  }
  return perBlock;
}

function layoutOf(blocks: number, sources: number, targets: number): Layout {
  if (sources === 1 && targets === 1) return { kind: "diagonal", count: blocks };
  if (blocks === 1) return { kind: "dense", sources, targets };
  if (targets === 1) return { kind: "segments", targets: blocks, size: sources };
  return { kind: "block", blocks, sources, targets };
}

/** The regular layout of these rows, if they have one. */
export function regularRows(rows: Rows): Regular | undefined {
  const { layout, start, edge } = rows;
  const byTarget = layout.rows === "target";
  const ends = byTarget ? layout.sources : layout.targets;
  const length = commonLength(start);
  const perBlock = rowsPerBlock(rows, length, ends);
  if (perBlock <= 0) return undefined;
  const blocks = ends / length;
  const [sources, targets] = byTarget ? [length, perBlock] : [perBlock, length];
  const numbers = new Int32Array((start.length - 1) * length);
  for (let row = 0; row < start.length - 1; row++) {
    for (let k = 0; k < length; k++) {
      const position = start[row]! + k;
      // All of these layouts number their edges target by target.
      const block = Math.floor(row / perBlock);
      const inBlock = row % perBlock;
      const [target, source] = byTarget ? [inBlock, k] : [k, inBlock];
      const number = (block * targets + target) * sources + source;
      numbers[number] = edge === undefined ? position : edge[position]!;
    }
  }
  return { layout: layoutOf(blocks, sources, targets), numbers };
}
