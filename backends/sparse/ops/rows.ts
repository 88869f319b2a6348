// What a spike does to the edges of its source, where rows of edges are listed by source. Invariant:
// sums at targets get their terms edge by edge, in the order of the row; lanes are edges of one row, and
// those behind its last edge are computed but not stored.

import type {
  DeliverOp,
  EdgesOp,
  Layout,
  Operand,
  SpikeRef,
  Write,
} from "../../../src/ir/program.js";
import { spikesOf, valuesOf, type Context } from "../context.js";
import { Kernel, storeScalar } from "../kernel.js";
import { lanesOf, type Lanes, type LaneValue } from "../lanes/lanes.js";
import { loadEntry } from "../layouts.js";
import { sortByLag } from "../lag-rows.js";
import type { Site } from "../site.js";
import {
  edgeTable,
  isConstant,
  isNonzero,
  packedIndices,
  type EdgeOrder,
  type Packed,
} from "../tables.js";
import type { Local } from "../wasm/function-builder.js";
import type { Train } from "./train.js";

type Listed = Extract<Layout, { kind: "csr" }>;
type Columns = NonNullable<Kernel["parts"]["columns"]>;
type RowOp = (DeliverOp | EdgesOp) & { readonly layout: Listed };

/** Whether one vector may load or store the values of neighbouring edges. */
function isPlain(context: Context, { array, at, ...rest }: Operand | Write): boolean {
  const { repeat = 1, period, lag } = rest as Partial<Operand>;
  const isWhole = repeat === 1 && period === undefined && lag === undefined;
  return at === "edge" && isWhole && valuesOf(context, array).spec.type === "real";
}

/** Rows of an op as tables: those of a source, or of a source and a lag. */
interface Rows {
  readonly start: Packed;
  readonly other: Packed;
  readonly order: EdgeOrder;
  /** Numbers of edges, where they are not the positions and something needs them. */
  readonly edge?: Packed;
  /** How many rows a source has. */
  readonly perSource: number;
}

/** Whether lags of edges are known when code is generated. */
const knownLags = (context: Context, { lag }: SpikeRef): Int32Array | undefined =>
  typeof lag === "string" ? context.indexes.get(lag) : undefined;

/** Whether an op can be done this way. */
export function canRunRows(
  op: DeliverOp | EdgesOp,
  spikes: SpikeRef,
  context: Context,
): op is RowOp {
  const { layout, reads, writes } = op;
  if (layout.kind !== "csr" || layout.rows !== "source") return false;
  if (typeof spikes.lag === "string" && knownLags(context, spikes) === undefined) return false;
  const canLoad = ({ at, lag }: Operand): boolean => at !== "target" && typeof lag !== "string";
  const canStore = ({ at, array, mode }: Write): boolean =>
    at === "edge" || (mode === "add" && valuesOf(context, array).spec.type === "real");
  return reads.every(canLoad) && writes.every(canStore);
}

function rowsOf(op: RowOp, spikes: SpikeRef, context: Context): Rows {
  const { layout } = op;
  const indices = (name: string): Int32Array => context.indexes.get(name)!;
  const needsEdges = [...op.reads, ...op.writes].some(
    ({ array, at }) => at === "edge" && !isConstant(valuesOf(context, array)),
  );
  const listed = {
    start: indices(layout.start),
    other: indices(layout.other),
    edges: layout.edge === undefined ? undefined : indices(layout.edge),
  };
  const lags = knownLags(context, spikes);
  const perSource = lags === undefined ? 1 : spikesOf(context, spikes.array).slots;
  const name =
    lags === undefined
      ? `${layout.start} ${layout.other} ${layout.edge ?? ""}`
      : `${layout.start} ${layout.other} ${layout.edge ?? ""} by ${String(spikes.lag)}`;
  const { start, other, edges } = lags === undefined ? listed : sortByLag(listed, lags, perSource);
  return {
    start: packedIndices(context, `${name} start`, start),
    other: packedIndices(context, `${name} other`, other),
    order: { name, count: other.length, edges },
    ...(needsEdges &&
      edges !== undefined && { edge: packedIndices(context, `${name} edge`, edges) }),
    perSource,
  };
}

/** Emits what happens along the rows of the source at the site. */
export class RowLoop {
  readonly #site: Site;
  readonly #op: RowOp;
  readonly #rows: Rows;
  readonly #position: Local;
  readonly #end: Local;
  readonly #kernel: Kernel;
  /** What has been loaded at the position, by address of its table. */
  readonly #loaded = new Map<number, LaneValue>();

  constructor(site: Site, op: RowOp, spikes: SpikeRef, columns: Columns) {
    const { fn, context } = site;
    this.#site = site;
    this.#op = op;
    this.#rows = rowsOf(op, spikes, context);
    this.#position = fn.local("i32");
    this.#end = fn.local("i32");
    const shape = this.#runsInLanes() ? context.vector : context.scalar;
    this.#kernel = this.#newKernel(lanesOf(fn, shape), columns);
    this.#kernel.begin();
  }

  /** Whether neighbouring edges can be done at once, and there is work in doing so. */
  #runsInLanes(): boolean {
    const { context } = this.#site;
    const { reads, body, writes } = this.#op;
    const inOrder = (at: Operand | Write): boolean =>
      isConstant(valuesOf(context, at.array)) ||
      (this.#rows.edge === undefined && isPlain(context, at));
    const edgeReads = reads.filter(({ at }) => at === "edge");
    const edgeWrites = writes.filter(({ at }) => at === "edge");
    return (
      edgeReads.length > 0 &&
      body.length > 0 &&
      edgeReads.every(inOrder) &&
      edgeWrites.every((write) => write.mode === "set" && inOrder(write))
    );
  }

  /** What depends on the edge is loaded here, all else in the usual way. */
  #newKernel(lanes: Lanes, columns: Columns): Kernel {
    const loader = (read: Operand): LaneValue | undefined => {
      const { context, fn } = this.#site;
      if (read.at !== "edge") return undefined;
      const place = valuesOf(context, read.array);
      const isTable = isConstant(place);
      if (!isTable && (this.#rows.edge !== undefined || !isPlain(context, read))) return undefined;
      const table = isTable ? edgeTable(context, read, this.#rows.order).address : undefined;
      const known = table === undefined ? undefined : this.#loaded.get(table);
      if (known !== undefined) return known;
      const value = fn.local(lanes.isVector ? "v128" : context.scalar);
      const load = lanes.isVector ? "v128.load" : `${context.scalar}.load`;
      fn.get(this.#position);
      if (table !== undefined) {
        this.#site.multiply(context.width);
        fn.memory(load, table);
      } else {
        const base = this.#site.valuesBase(read);
        this.#site.toAddress(base, context.width);
        fn.memory(load, base.offset + (read.offset ?? 0) * context.width);
      }
      fn.set(value);
      const loaded = lanes.value(value, isNonzero(place));
      if (table !== undefined) this.#loaded.set(table, loaded);
      return loaded;
    };
    return new Kernel(this.#site, { ...this.#op, loader, columns }, lanes);
  }

  /** Runs the rows of the source at the site; `lag` tells which, where there is one for each lag. */
  emit({ lag }: Pick<Train, "lag">): void {
    const { fn } = this.#site;
    const { start, perSource } = this.#rows;
    const row = fn.local("i32");
    fn.get(this.#site.index("source"));
    if (perSource > 1) fn.i32(perSource).op("i32.mul").get(lag).op("i32.add");
    fn.set(row);
    loadEntry(this.#site, start, row, this.#position);
    loadEntry(this.#site, start, row, this.#end, 1);
    const { lanes } = this.#kernel;
    lanes.scope(() => {
      this.#kernel.beginInner("source", "spike");
      this.#loop(lanes.count);
      if (lanes.isVector) {
        fn.get(this.#position).get(this.#end).op("i32.lt_u");
        fn.if(() => this.#lastEdges());
      }
    });
  }

  /** As many edges at a time as there are lanes. */
  #loop(count: number): void {
    const { fn } = this.#site;
    const position = this.#position;
    fn.block((done) => {
      fn.loop((again) => {
        fn.get(position).i32(count).op("i32.add").get(this.#end);
        fn.op("i32.gt_u").branchIf(done);
        this.#edges();
        fn.get(position).i32(count).op("i32.add").set(position);
        fn.branch(again);
      });
    });
  }

  #edges(): void {
    const { lanes } = this.#kernel;
    lanes.scope(() => {
      this.#evaluate();
      this.#storeEdges();
      for (let lane = 0; lane < lanes.count; lane++) this.#addSums(lane);
    });
  }

  /** The edges that are left, fewer than lanes: no loop, whose end would have to be foreseen. */
  #lastEdges(): void {
    const { fn } = this.#site;
    const { lanes } = this.#kernel;
    lanes.scope(() => {
      this.#evaluate();
      fn.block((done) => {
        for (let lane = 0; lane < lanes.count - 1; lane++) {
          if (lane > 0) {
            fn.get(this.#position).i32(lane).op("i32.add").get(this.#end);
            fn.op("i32.ge_u").branchIf(done);
          }
          this.#storeEdges(lane);
          this.#addSums(lane);
        }
      });
    });
  }

  #evaluate(): void {
    if (!this.#kernel.lanes.isVector) this.#setEdge();
    this.#loaded.clear();
    this.#kernel.evaluate();
  }

  #setEdge(): void {
    const edge = this.#site.index("edge");
    if (this.#rows.edge === undefined) this.#site.fn.get(this.#position).set(edge);
    else loadEntry(this.#site, this.#rows.edge, this.#position, edge);
  }

  /** Stores at the edges: all lanes, or one. */
  #storeEdges(lane?: number): void {
    const { fn, context } = this.#site;
    const { isVector } = this.#kernel.lanes;
    for (const write of this.#op.writes) {
      if (write.at !== "edge") continue;
      const place = valuesOf(context, write.array);
      const value = this.#kernel.number(write.symbol);
      if (!isVector) {
        storeScalar(this.#site, write, place, value);
        continue;
      }
      const base = this.#site.valuesBase(write);
      const to = base.offset + ((write.offset ?? 0) + (lane ?? 0)) * context.width;
      fn.get(this.#position);
      this.#site.toAddress(base, context.width);
      fn.get(value);
      if (lane === undefined) fn.memory("v128.store", to);
      else fn.memoryLane(`v128.store${8 * context.width}_lane`, to, lane);
    }
  }

  /** Adds what one lane has to its target. */
  #addSums(lane: number): void {
    const { fn, context } = this.#site;
    const sums = this.#op.writes.filter(({ at }) => at === "target");
    if (sums.length === 0) return;
    loadEntry(this.#site, this.#rows.other, this.#position, this.#site.index("target"), lane);
    const term = fn.local(context.scalar);
    for (const write of sums) {
      fn.get(this.#kernel.number(write.symbol));
      if (this.#kernel.lanes.isVector) fn.lane(`${context.vector}.extract_lane`, lane);
      fn.set(term);
      storeScalar(this.#site, write, valuesOf(context, write.array), term);
    }
  }
}
