// Deliveries with a delay for each edge into sums that begin at 0: what a spike will add is added at
// once, to the sums of the step in which it arrives. They stand in a ring with a slot for each coming
// step. Invariant: a slot gets its terms as the delivery gives them (older spikes first, then by source,
// then in the order of the row), so its bits are those of the sum; the ring holds nothing that the
// remembered spikes do not say, and is made from them anew after anything was written from outside.

import { neededBody } from "../../../src/expr/needed.js";
import { accessOf } from "../../../src/ir/access.js";
import type { DeliverOp, Layout, MapOp, Operand, Write } from "../../../src/ir/program.js";
import { opFunction, spikesOf, tableOf, valuesOf, type Context, type Table } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf, type LaneValue } from "../lanes/lanes.js";
import { loadEntry } from "../layouts.js";
import { whileBelow } from "../loops.js";
import { Site } from "../site.js";
import { edgeTable, isConstant, isNonzero, packedIndices } from "../tables.js";
import type { EdgeOrder } from "../tables.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import { bindTrain } from "./train.js";

type Listed = Extract<Layout, { kind: "csr" }>;
type ArrivalOp = DeliverOp & { readonly layout: Listed };

/** More than this does not stay near the processor, and is not worth its memory [bytes]. */
const largestRing = 1 << 28;

/** Whether a map sets all that is added to here to 0, and nothing is added before. */
function startsAtZero({ array, version, offset = 0 }: Write, targets: number, context: Context) {
  const place = valuesOf(context, array);
  const { role, type } = place.spec;
  if (role !== "scratch" || type !== "real" || place.slots > 1) return false;
  const clear = context.program.ops.find(
    (op): op is MapOp =>
      op.kind === "map" &&
      op.writes.some((one) => one.array === array && one.version === version - 1),
  );
  const writes = clear?.writes.filter((one) => one.array === array) ?? [];
  const [first] = writes;
  if (clear === undefined || first === undefined || writes.length > 1) return false;
  const from = first.offset ?? 0;
  const covers = from <= offset && offset + targets <= from + clear.count;
  const last = clear.body.filter(({ target }) => target === first.symbol).at(-1)?.value;
  const isZero = last?.kind === "number" && Object.is(last.value, 0);
  return covers && isZero && first.at === "element" && first.mode === "set";
}

/** Whether the lists are those of one push in each step. */
function isPushedOnce(name: string, { program }: Context): boolean {
  const writers = program.ops.filter((op) =>
    accessOf(op).writes.some(({ array }) => array === name),
  );
  return writers.length === 1 && writers[0]!.kind === "ring";
}

interface Sizes {
  /** Slots of the ring, and numbers of one slot: powers of two. */
  readonly slots: number;
  readonly stride: number;
  /** Bytes of the rings of one copy, one for each write. */
  readonly bytes: number;
}

function powerFrom(least: number): number {
  let power = 1;
  while (power < least) power *= 2;
  return power;
}

function sizesOf({ layout, spikes, writes }: ArrivalOp, context: Context): Sizes {
  const slots = powerFrom(spikesOf(context, spikes.array).slots);
  const stride = powerFrom(layout.targets);
  return { slots, stride, bytes: slots * stride * context.width * writes.length };
}

/** Whether an op can be done this way. */
export function canSumArrivals(op: DeliverOp, context: Context): op is ArrivalOp {
  const { layout, reads, writes, spikes, body } = op;
  if (!context.hasRings || layout.kind !== "csr" || layout.rows !== "source") return false;
  if (typeof spikes.lag !== "string" || !context.indexes.has(spikes.lag)) return false;
  if (layout.targets === 0 || new Set(writes.map(({ array }) => array)).size < writes.length) {
    return false;
  }
  const results = writes.map(({ symbol }) => symbol);
  const known = new Set(["dt", ...reads.map(({ symbol }) => symbol)]);
  if ([...neededBody(body, results).needed].some((symbol) => !known.has(symbol))) return false;
  const isKnown = ({ at, array, lag }: Operand): boolean =>
    (at === "edge" || at === "one") && lag === undefined && isConstant(valuesOf(context, array));
  const isSum = (write: Write): boolean =>
    write.at === "target" && write.mode === "add" && startsAtZero(write, layout.targets, context);
  if (!reads.every(isKnown) || !writes.every(isSum)) return false;
  const { bytes } = sizesOf(op as ArrivalOp, context);
  return isPushedOnce(spikes.array, context) && bytes * context.program.batch <= largestRing;
}

/** A flag for each copy: not 0 where its ring must be made anew. */
function staleFlags(op: ArrivalOp, context: Context): Table {
  const read = op.reads.map(({ array }) => array);
  const written = read.filter((array) => valuesOf(context, array).spec.role !== "parameter");
  return tableOf(context, `stale ${op.id}`, () => ({
    bytes: 4 * context.program.batch,
    copyOf: [op.spikes.array, ...written],
    fill(view) {
      for (let at = 0; at < view.byteLength; at += 4) view.setInt32(at, 1, true);
    },
  }));
}

/** Rows of the sources as they are listed; an entry says slot and target at once. */
function rowsOf({ layout, spikes }: ArrivalOp, stride: number, context: Context) {
  const indices = (name: string): Int32Array => context.indexes.get(name)!;
  const name = `${layout.start} ${layout.other} ${layout.edge ?? ""}`;
  const other = indices(layout.other);
  const edges = layout.edge === undefined ? undefined : indices(layout.edge);
  const lags = indices(spikes.lag as string);
  const entries = other.map((target, i) => lags[edges?.[i] ?? i]! * stride + target);
  const order: EdgeOrder = { name, count: other.length, edges };
  return {
    start: packedIndices(context, `${name} start`, indices(layout.start)),
    entries: packedIndices(context, `${name} by ${String(spikes.lag)} in ${stride}`, entries),
    order,
  };
}

/** Emits the parts of such a delivery. */
class ArrivalRing {
  readonly #site: Site;
  readonly #op: ArrivalOp;
  readonly #sizes: Sizes;
  readonly #rows: ReturnType<typeof rowsOf>;
  readonly #kernel: Kernel;
  /** Where the rings of all copies begin. */
  readonly #address: number;
  /** Bytes before those of the copy at hand, where there are several. */
  readonly #copy: Local | undefined;
  /** Number of the first sum in the slot of this step. */
  readonly #now: Local;
  readonly #position: Local;

  constructor(site: Site, op: ArrivalOp) {
    const { fn, context } = site;
    this.#site = site;
    this.#op = op;
    this.#sizes = sizesOf(op, context);
    this.#rows = rowsOf(op, this.#sizes.stride, context);
    this.#address = context.arena.reserve(this.#sizes.bytes * context.program.batch);
    this.#copy = site.copy === undefined ? undefined : fn.local("i32");
    this.#now = fn.local("i32");
    this.#position = fn.local("i32");
    const loader = (read: Operand): LaneValue | undefined => this.#loadEdge(read);
    this.#kernel = new Kernel(site, { ...op, loader }, lanesOf(fn, context.scalar));
  }

  /** Finds the rings of the copy and the slot of the step, and computes what no edge changes. */
  begin(): void {
    const { fn } = this.#site;
    const { slots, stride, bytes } = this.#sizes;
    if (this.#copy !== undefined) {
      fn.get(this.#site.copy!).i32(bytes).op("i32.mul").set(this.#copy);
    }
    this.#site.pushStep();
    fn.op("i32.wrap_i64");
    fn.i32(slots - 1).op("i32.and");
    this.#site.multiply(stride);
    fn.set(this.#now);
    this.#kernel.begin();
    if (!this.#op.reads.some(({ at }) => at === "edge")) this.#kernel.evaluate();
  }

  #loadEdge(read: Operand): LaneValue | undefined {
    const { fn, context } = this.#site;
    if (read.at !== "edge") return undefined;
    const value = fn.local(context.scalar);
    fn.get(this.#position);
    this.#site.multiply(context.width);
    const { address } = edgeTable(context, read, this.#rows.order);
    fn.memory(`${context.scalar}.load`, address).set(value);
    return this.#kernel.lanes.value(value, isNonzero(valuesOf(context, read.array)));
  }

  /** Address of the first number of a write's ring, in the first copy. */
  #ringOf(write: number): number {
    const { slots, stride } = this.#sizes;
    return this.#address + write * slots * stride * this.#site.context.width;
  }

  /** Adds what the spike at the site will do; of one that is `age` steps old, what is still to come. */
  spread(age?: Local): void {
    const { fn } = this.#site;
    const { stride } = this.#sizes;
    const [end, entry, past] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
    const source = this.#site.index("source");
    loadEntry(this.#site, this.#rows.start, source, this.#position);
    loadEntry(this.#site, this.#rows.start, source, end, 1);
    if (age !== undefined) {
      fn.get(age);
      this.#site.multiply(stride);
      fn.set(past);
    }
    whileBelow(fn, this.#position, end, () => {
      loadEntry(this.#site, this.#rows.entries, this.#position, entry);
      if (age === undefined) {
        this.#addTerms(entry);
        return;
      }
      fn.get(entry).get(past).op("i32.ge_u");
      fn.if(() => {
        fn.get(entry).get(past).op("i32.sub").set(entry);
        this.#addTerms(entry);
      });
    });
  }

  /** Adds the terms of the edge at hand to sums so many numbers from the slot of the step. */
  #addTerms(ahead: Local): void {
    const { fn, context } = this.#site;
    const { scalar, width } = context;
    const { slots, stride } = this.#sizes;
    const place = fn.local("i32");
    this.#kernel.lanes.scope(() => {
      this.#kernel.evaluate();
      fn.get(ahead).get(this.#now).op("i32.add");
      fn.i32(slots * stride - 1).op("i32.and");
      this.#site.multiply(width);
      if (this.#copy !== undefined) fn.get(this.#copy).op("i32.add");
      fn.set(place);
      this.#op.writes.forEach(({ symbol }, i) => {
        const ring = this.#ringOf(i);
        fn.get(place).get(place).memory(`${scalar}.load`, ring);
        fn.get(this.#kernel.number(symbol)).op(`${scalar}.add`);
        fn.memory(`${scalar}.store`, ring);
      });
    });
  }

  /** Pushes the address of the slot of the step in a write's ring. */
  #pushSlot(write: number): void {
    const { fn, context } = this.#site;
    fn.get(this.#now);
    this.#site.multiply(context.width);
    if (this.#copy !== undefined) fn.get(this.#copy).op("i32.add");
    fn.i32(this.#ringOf(write)).op("i32.add");
  }

  /** Hands the sums of the step over and empties their slot. */
  drain(): void {
    const { fn, context } = this.#site;
    const bytes = this.#op.layout.targets * context.width;
    this.#op.writes.forEach((write, i) => {
      const to = this.#site.valuesBase(write);
      if (to.local === undefined) fn.i32(0);
      else fn.get(to.local);
      fn.i32(to.offset + (write.offset ?? 0) * context.width).op("i32.add");
      this.#pushSlot(i);
      fn.i32(bytes).bulk("memory.copy");
      this.#pushSlot(i);
      fn.i32(0).i32(bytes).bulk("memory.fill");
    });
  }

  /** Empties all slots. */
  clear(): void {
    const { fn } = this.#site;
    if (this.#copy === undefined) fn.i32(0);
    else fn.get(this.#copy);
    fn.i32(this.#address).op("i32.add");
    fn.i32(0).i32(this.#sizes.bytes).bulk("memory.fill");
  }
}

/** Emits the delivery: the newest spikes are spread, or all that are remembered after a change. */
export function emitArrivals(op: ArrivalOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const { spikes, layout } = op;
  const stale = staleFlags(op, context).address;
  const ring = new ArrivalRing(site, op);
  const source = site.index("source");
  const newest = bindTrain(site, { ...spikes, lag: 0 }, layout.sources);
  const remembered = bindTrain(site, spikes, layout.sources);
  const flag = fn.local("i32");
  ring.begin();
  if (site.copy === undefined) fn.i32(0);
  else {
    fn.get(site.copy);
    site.multiply(4);
  }
  fn.tee(flag).memory("i32.load", stale);
  fn.if(
    () => {
      fn.get(flag).i32(0).memory("i32.store", stale);
      ring.clear();
      remembered.each(source, () => ring.spread(remembered.lag));
    },
    () => newest.each(source, () => ring.spread()),
  );
  ring.drain();
  return fn;
}
