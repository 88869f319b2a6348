// The edges of one part: those whose target, or whose own value, the part owns. Invariant: kept edges
// keep their order, so every sum has its terms in the order of the whole; sources keep their numbers
// where spikes or values come from all parts.

import { edgesOf, sourcesOf, targetsOf, visitsOf, walkerOf } from "../layout.js";
import type { IndexArrays } from "../layout.js";
import type { Layout } from "../program.js";
import type { PartArrays } from "./part-arrays.js";
import { anchorOf, upTo, type EdgeOp } from "./places.js";
import { refuse } from "./refuse.js";

/** What is left of a layout, and which ends and edges of the whole that is. */
export interface CutEdges {
  readonly layout: Layout;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly edges: Int32Array;
}

type Csr = Extract<Layout, { kind: "csr" }>;

/** What decides who owns an edge: something that the op has at its target, or at the edge itself. */
interface Anchor {
  readonly at: "target" | "edge";
  readonly owns: (i: number) => boolean;
  readonly key: string;
}

function findAnchor(op: EdgeOp, arrays: PartArrays): Anchor {
  const place = anchorOf(op, (array) => arrays.isDivided(array));
  if (place === undefined) refuse(op, "writes neither at a target nor at an edge");
  const at = place.at === "target" ? "target" : "edge";
  const { array, offset = 0 } = place;
  const count = at === "target" ? targetsOf(op.layout) : edgesOf(op.layout);
  // Asked for every edge, so looked up once for each end.
  const own = new Uint8Array(count);
  for (let i = 0; i < count; i++) own[i] = arrays.owns(place, i) ? 1 : 0;
  return { at, owns: (i) => own[i] === 1, key: `${at} ${array} ${offset}` };
}

const kept = (count: number, owns: (i: number) => boolean): Int32Array => upTo(count).filter(owns);

/** Positions of compressed rows that are kept, and what they hold. */
interface Positions {
  readonly start: Int32Array;
  readonly other: Int32Array;
  readonly edge: Int32Array;
}

/** The rows of a layout by one of its ends, of which only some edges stay. */
function keptRows(
  { layout, rows, indexes }: { layout: Layout; rows: "source" | "target"; indexes: IndexArrays },
  keeps: (source: number, target: number, edge: number) => boolean,
): Positions {
  const walker = walkerOf(layout, indexes);
  const count = rows === "source" ? sourcesOf(layout) : targetsOf(layout);
  const start = new Int32Array(count + 1);
  const other = new Int32Array(visitsOf(layout));
  const edge = new Int32Array(other.length);
  let size = 0;
  for (let row = 0; row < count; row++) {
    const visit = (end: number, e: number): void => {
      if (!(rows === "source" ? keeps(row, end, e) : keeps(end, row, e))) return;
      other[size] = end;
      edge[size++] = e;
    };
    if (rows === "source") walker.ofSource(row, visit);
    else walker.ofTarget(row, visit);
    start[row + 1] = size;
  }
  return { start, other: other.slice(0, size), edge: edge.slice(0, size) };
}

/** Numbers of the whole to numbers of the part. */
function renumber(list: Int32Array, kept: Int32Array, size: number): Int32Array {
  const rank = new Int32Array(size);
  for (let i = 0; i < kept.length; i++) rank[kept[i]!] = i;
  return list.map((i) => rank[i]!);
}

/** Layouts besides lists in which every pair of ends has an edge of its own. */
const ownEdges: ReadonlySet<Layout["kind"]> = new Set(["diagonal", "dense", "segments", "block"]);

/** The different numbers of a list, ascending. */
const unique = (list: Int32Array): Int32Array => Int32Array.from(new Set(list)).sort();

/** Layouts of an op that have been cut for a part. */
export class EdgeCutter {
  readonly #indexes: IndexArrays;
  readonly #arrays: PartArrays;
  /** Ops with the same connectivity and owners share what is cut. */
  readonly #known = new Map<string, CutEdges>();

  constructor(indexes: IndexArrays, arrays: PartArrays) {
    this.#indexes = indexes;
    this.#arrays = arrays;
  }

  #listed(op: EdgeOp, rows: "source" | "target", anchor: Anchor): CutEdges {
    const { layout } = op;
    const byTarget = anchor.at === "target";
    const keeps = (_s: number, t: number, e: number): boolean => anchor.owns(byTarget ? t : e);
    const { start, other, edge } = keptRows({ layout, rows, indexes: this.#indexes }, keeps);
    const edges = edge.slice().sort();
    const targets = byTarget ? kept(targetsOf(layout), anchor.owns) : upTo(targetsOf(layout));
    // Spikes come from everywhere; values only from sources with edges here.
    const isSummed = rows === "target" && op.kind === "gather";
    const sources = isSummed ? unique(other) : upTo(sourcesOf(layout));
    const isInOrder = edge.every((e, i) => e === edges[i]);
    const numbers = isInOrder ? undefined : renumber(edge, edges, (edges.at(-1) ?? 0) + 1);
    const add = (name: string, list: Int32Array): string =>
      this.#arrays.addIndex(`${op.id}.${name}`, list);
    const ownRows = new Int32Array(targets.length + 1);
    targets.forEach((t, i) => (ownRows[i + 1] = start[t + 1]!));
    const ends = rows === "source" ? targets : sources;
    const size = rows === "source" ? targetsOf(layout) : sourcesOf(layout);
    const counts = { sources: sources.length, targets: targets.length, edges: edges.length };
    const cut: Csr = {
      ...{ kind: "csr", rows, ...counts },
      start: add("start", rows === "source" ? start : ownRows),
      other: add("other", renumber(other, ends, size)),
      ...(numbers !== undefined && { edge: add("edge", numbers) }),
    };
    return { layout: cut, sources, targets, edges };
  }

  /** Layouts whose ends and edges are numbered alike, or in blocks by target. */
  #regular(op: EdgeOp, anchor: Anchor): CutEdges | undefined {
    const { layout } = op;
    if (layout.kind === "dense" && anchor.at === "target") {
      const { sources } = layout;
      const targets = kept(layout.targets, anchor.owns);
      const edges = new Int32Array(sources * targets.length);
      edges.forEach((_, i) => {
        edges[i] = targets[Math.floor(i / sources)]! * sources + (i % sources);
      });
      const next = { ...layout, targets: targets.length };
      return { layout: next, sources: upTo(sources), targets, edges };
    }
    const isAlike = op.kind === "gather" || (op.kind === "edges" && op.trigger.on === "every");
    if (layout.kind === "diagonal" && isAlike) {
      const own = kept(layout.count, anchor.owns);
      return {
        layout: { kind: "diagonal", count: own.length },
        ...{ sources: own, targets: own, edges: own },
      };
    }
    if (layout.kind !== "segments" || anchor.at !== "target" || !isAlike) return undefined;
    const { size } = layout;
    const targets = kept(layout.targets, anchor.owns);
    const edges = new Int32Array(size * targets.length);
    edges.forEach((_, i) => {
      edges[i] = targets[Math.floor(i / size)]! * size + (i % size);
    });
    return { layout: { ...layout, targets: targets.length }, sources: edges, targets, edges };
  }

  /** Cuts the layout of an op. */
  cut(op: EdgeOp): CutEdges {
    const anchor = findAnchor(op, this.#arrays);
    const isTriggered = op.kind === "deliver" || (op.kind === "edges" && op.trigger.on !== "every");
    const onTarget = op.kind === "edges" && op.trigger.on === "target";
    const rows = op.kind === "gather" || onTarget || !isTriggered ? "target" : "source";
    const { layout } = op;
    const text = layout.kind === "csr" ? layout : { ...layout, id: op.id };
    const key = `${JSON.stringify(text)} ${rows} ${anchor.key}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#regular(op, anchor) ?? this.#cutList(op, rows, anchor);
    this.#known.set(key, found);
    return found;
  }

  #cutList(op: EdgeOp, rows: "source" | "target", anchor: Anchor): CutEdges {
    const { layout } = op;
    if (layout.kind === "csr") {
      // Where nothing is triggered, either end will do.
      const own = op.kind === "edges" && op.trigger.on === "every" ? layout.rows : rows;
      if (own === layout.rows) return this.#listed(op, own, anchor);
    }
    if (ownEdges.has(layout.kind)) return this.#listed(op, rows, anchor);
    return refuse(op, `has the layout ${layout.kind}, of which parts cannot be cut out yet`);
  }
}
