// The index space of an op: which axes its body runs over, and how the index of a domain (element,
// source, target, edge) varies along them. Matrices are spaces with an axis for targets and one for
// sources, so that nothing is repeated for each edge that belongs to an end; lists of edges have one
// axis with the ends of each edge listed.

import {
  edgesOf,
  sourcesOf,
  targetsOf,
  walkerOf,
  type IndexArrays,
} from "../../../src/ir/layout.js";
import type { Domain, Layout } from "../../../src/ir/program.js";

/** Domains that an op over edges has. */
export type End = "source" | "target" | "edge";

/** How the elements of a domain lie in a space. */
export interface View {
  /** Number of elements in the domain. */
  readonly size: number;
  /** One size for each axis of the space, with 1 where the index does not vary. */
  readonly shape: readonly number[];
  /** The element at each place of `shape`; absent: all elements in their order. */
  readonly places?: Int32Array;
}

/** How sums over the edges of a target are made. */
export type Summing = "none" | "last" | "scatter" | "all";

export interface Space {
  /** Tells spaces apart. */
  readonly key: string;
  /** Sizes of the axes behind that of the copies. */
  readonly shape: readonly number[];
  readonly views: { readonly [K in Domain]?: View };
  readonly summing: Summing;
}

const whole = (shape: readonly number[]): View => ({
  size: shape.reduce((all, size) => all * size, 1),
  shape,
});

/** The space of a map. */
export const elementSpace = (count: number): Space => ({
  key: `elements ${count}`,
  shape: [count],
  views: { element: whole([count]) },
  summing: "none",
});

const isCounting = (places: Int32Array): boolean => places.every((place, i) => place === i);

/** A space that lists its edges. */
function listed(layout: Layout, indexes: IndexArrays): Shaped {
  const ends: { [K in End]: number[] } = { source: [], target: [], edge: [] };
  const walker = walkerOf(layout, indexes);
  if (layout.kind === "csr" && layout.rows === "source") {
    for (let source = 0; source < layout.sources; source++) {
      walker.ofSource(source, (target, edge) => {
        ends.source.push(source);
        ends.target.push(target);
        ends.edge.push(edge);
      });
    }
  } else {
    for (let target = 0; target < targetsOf(layout); target++) {
      walker.ofTarget(target, (source, edge) => {
        ends.source.push(source);
        ends.target.push(target);
        ends.edge.push(edge);
      });
    }
  }
  const count = ends.edge.length;
  const sizes = {
    source: sourcesOf(layout),
    target: targetsOf(layout),
    edge: edgesOf(layout),
  };
  const view = (end: End): View => {
    const places = Int32Array.from(ends[end]);
    const size = sizes[end];
    return isCounting(places) && count === size ? whole([count]) : { size, shape: [count], places };
  };
  return {
    shape: [count],
    views: { source: view("source"), target: view("target"), edge: view("edge") },
    summing: "scatter",
  };
}

type Shaped = Omit<Space, "key">;

type Table = {
  readonly [K in Layout["kind"]]: (
    layout: Extract<Layout, { kind: K }>,
    indexes: IndexArrays,
  ) => Shaped;
};

const table: Table = {
  dense: ({ sources, targets }) => ({
    shape: [targets, sources],
    views: {
      source: whole([1, sources]),
      target: whole([targets, 1]),
      edge: whole([targets, sources]),
    },
    summing: "last",
  }),
  diagonal: ({ count }) => ({
    shape: [count],
    views: { source: whole([count]), target: whole([count]), edge: whole([count]) },
    summing: "none",
  }),
  segments: ({ targets, size }) => ({
    shape: [targets, size],
    views: {
      source: whole([targets, size]),
      target: whole([targets, 1]),
      edge: whole([targets, size]),
    },
    summing: "last",
  }),
  block: ({ blocks, sources, targets }) => ({
    shape: [blocks, targets, sources],
    views: {
      source: whole([blocks, 1, sources]),
      target: whole([blocks, targets, 1]),
      edge: whole([blocks, targets, sources]),
    },
    summing: "last",
  }),
  csr: listed,
  stencil: listed,
  convolution: listed,
  uniform: ({ sources }) => ({
    shape: [sources],
    views: { source: whole([sources]) },
    summing: "all",
  }),
};

/** The space of an op over edges; made once for each layout. */
export function spaceOf(layout: Layout, indexes: IndexArrays, known: Map<string, Space>): Space {
  const key = JSON.stringify(layout);
  const found = known.get(key);
  if (found !== undefined) return found;
  const make = table[layout.kind] as (layout: Layout, indexes: IndexArrays) => Shaped;
  const made = { key, ...make(layout, indexes) };
  known.set(key, made);
  return made;
}

/** Whether no edge is there at all. */
export const isEmptySpace = ({ shape }: Space): boolean => shape.includes(0);

/** The element of a domain at every place of a space, in row-major order. */
export function placesAt(space: Space, domain: Domain): Int32Array {
  const { shape } = space;
  const view = space.views[domain]!;
  const count = shape.reduce((all, size) => all * size, 1);
  const found = new Int32Array(count);
  const counter = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      if (view.shape[axis] !== 1 || shape[axis] === 1) at = at * view.shape[axis]! + counter[axis]!;
    }
    found[i] = view.places === undefined ? at : view.places[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++counter[axis]! < shape[axis]!) break;
      counter[axis] = 0;
    }
  }
  return found;
}
