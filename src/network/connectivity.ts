// Which neurons a connection joins, counted and enumerated in one canonical order.
// Invariant: nothing here allocates in proportion to the number of edges.

import { product } from "../util/product.js";
import type { Connection, Connectivity, Population } from "./types.js";

/** What the ends of a connection look like from here. */
export type Extent = Pick<Population, "shape" | "size">;

/** Number of kernel taps that lie on the grid, over all positions along one axis. */
function tapsOnAxis(length: number, taps: number): number {
  const centre = (taps - 1) / 2;
  let count = 0;
  for (let tap = 0; tap < taps; tap += 1) count += Math.max(0, length - Math.abs(tap - centre));
  return count;
}

/** Number of edges between two populations. */
export function edgeCount(connectivity: Connectivity, source: Extent, target: Extent): number {
  switch (connectivity.kind) {
    case "all-to-all":
      return source.size * target.size;
    case "one-to-one":
      return source.size;
    case "matrix":
      return connectivity.present.reduce((count, present) => count + present, 0);
    case "pattern": {
      const { kernel, lost } = connectivity;
      const all = product(kernel.map((taps, i) => tapsOnAxis(source.shape[i] ?? 1, taps)));
      return all - (lost?.reduce((count, each) => count + each, 0) ?? 0);
    }
    case "edges":
    case "csr":
      return connectivity.targets.length;
  }
}

/** Length that an array of edge values has: one for each edge, kernel tap or matrix entry. */
export function valueCount(connectivity: Connectivity, source: Extent, target: Extent): number {
  switch (connectivity.kind) {
    case "all-to-all":
    case "matrix":
      return source.size * target.size;
    case "pattern":
      return product(connectivity.kernel);
    default:
      return edgeCount(connectivity, source, target);
  }
}

/** Called with the neurons at both ends, inside their populations, and the index of edge values. */
export type EdgeVisitor = (source: number, target: number, valueIndex: number) => void;

/** Visits all edges, in the order of their numbers; patterns by target, then by tap. */
export function forEachEdge(
  connection: Pick<Connection, "connectivity">,
  source: Extent,
  target: Extent,
  visit: EdgeVisitor,
): void {
  const { connectivity } = connection;
  switch (connectivity.kind) {
    case "all-to-all":
      return visitBlock(source.size, target.size, undefined, visit);
    case "matrix":
      return visitBlock(source.size, target.size, connectivity.present, visit);
    case "one-to-one":
      for (let i = 0; i < source.size; i += 1) visit(i, i, i);
      return;
    case "pattern":
      return visitPattern(source.shape, connectivity, visit);
    case "edges":
      return connectivity.sources.forEach((from, i) =>
        visit(from, connectivity.targets[i] ?? 0, i),
      );
    case "csr":
      return visitRows(connectivity, visit);
  }
}

function visitRows(
  { start, targets }: Extract<Connectivity, { kind: "csr" }>,
  visit: EdgeVisitor,
): void {
  for (let source = 0; source < start.length - 1; source += 1) {
    for (let edge = start[source]!; edge < start[source + 1]!; edge += 1) {
      visit(source, targets[edge]!, edge);
    }
  }
}

function visitBlock(
  sources: number,
  targets: number,
  present: Uint8Array | undefined,
  visit: EdgeVisitor,
): void {
  for (let target = 0; target < targets; target += 1) {
    for (let source = 0; source < sources; source += 1) {
      const index = target * sources + source;
      if (present === undefined || present[index] === 1) visit(source, target, index);
    }
  }
}

/** Row-major position of a flat index. */
function positionInto(position: number[], index: number, shape: readonly number[]): void {
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const length = shape[axis] ?? 1;
    position[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
}

/** The neuron that a target sees through one tap, or -1 outside the grid. */
function neuronAtTap(
  target: readonly number[],
  tap: readonly number[],
  shape: readonly number[],
  kernel: readonly number[],
): number {
  let neuron = 0;
  for (let axis = 0; axis < shape.length; axis += 1) {
    const length = shape[axis] ?? 1;
    const at = (target[axis] ?? 0) + (tap[axis] ?? 0) - ((kernel[axis] ?? 1) - 1) / 2;
    if (at < 0 || at >= length) return -1;
    neuron = neuron * length + at;
  }
  return neuron;
}

function visitPattern(
  shape: readonly number[],
  { kernel, lost }: Extract<Connectivity, { readonly kind: "pattern" }>,
  visit: EdgeVisitor,
): void {
  const taps = product(kernel);
  const size = product(shape);
  const position: number[] = [];
  const tapPosition: number[] = [];
  for (let target = 0; target < size; target += 1) {
    positionInto(position, target, shape);
    for (let tap = 0; tap < taps; tap += 1) {
      if (lost !== undefined && lost[target * taps + tap] === 1) continue;
      positionInto(tapPosition, tap, kernel);
      const source = neuronAtTap(position, tapPosition, shape, kernel);
      if (source >= 0) visit(source, target, tap);
    }
  }
}

/** The tap through which `target` sees `source`, or -1 where it does not. */
export function tapBetween(
  source: number,
  target: number,
  shape: readonly number[],
  kernel: readonly number[],
): number {
  let from = source;
  let to = target;
  let tap = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const length = shape[axis] ?? 1;
    const taps = kernel[axis] ?? 1;
    const at = (from % length) - (to % length) + (taps - 1) / 2;
    if (at < 0 || at >= taps) return -1;
    tap += at * stride;
    stride *= taps;
    from = Math.floor(from / length);
    to = Math.floor(to / length);
  }
  return tap;
}

/** True where edges are listed one by one, so that a pair may be there once, twice or not at all. */
export const isListed = ({ kind }: Connectivity): boolean => kind === "edges" || kind === "csr";

/**
 * True where both directions of each pair are among the edges of a symmetric synapse inside one
 * population, so that each edge stands for the current into its target only. Otherwise each edge of
 * a symmetric synapse stands for the currents into both ends.
 */
export function isMirrored(
  connection: Pick<Connection, "synapse" | "source" | "target" | "connectivity">,
): boolean {
  const { synapse, source, target, connectivity } = connection;
  return synapse.model.symmetric && source === target && !isListed(connectivity);
}
