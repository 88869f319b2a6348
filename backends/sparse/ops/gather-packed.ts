// Sums over edges with several targets side by side. Invariant: each target adds its edges in their
// order; what is constant over time is stored in the order in which it is needed.

import type { GatherOp, Operand, Write } from "../../../src/ir/program.js";
import { edgesOf } from "../../../src/ir/layout.js";
import { valuesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf, type Lanes, type LaneValue } from "../lanes/lanes.js";
import { loadEntry } from "../layouts.js";
import { whileBelow } from "../loops.js";
import { packEdges, type Packing } from "../packing.js";
import type { Site } from "../site.js";
import { edgeTable, isConstant, packedIndices, type Packed } from "../tables.js";
import type { Local } from "../wasm/function-builder.js";

/** Edges beyond which lists of indices would cost more than they bring where none are needed. */
const mostListed = 4_000_000;

function canLoad(context: Context, read: Operand): boolean {
  const isPlain = (read.repeat ?? 1) === 1 && read.period === undefined;
  const isReal = valuesOf(context, read.array).spec.type === "real";
  if (read.at === "one") return typeof read.lag !== "string";
  if (read.at === "edge") return isConstant(valuesOf(context, read.array));
  return isPlain && isReal && typeof read.lag !== "string";
}

/** Whether a gather can be done this way. */
export function canPack(op: GatherOp, context: Context): boolean {
  const { layout, reads, writes } = op;
  const isListed = ["csr", "block", "segments", "dense"].includes(layout.kind);
  if (!isListed || (layout.kind !== "csr" && edgesOf(layout) > mostListed)) return false;
  const isReal = ({ array }: Write): boolean => valuesOf(context, array).spec.type === "real";
  const arrays = new Set(writes.map(({ array }) => array));
  return (
    arrays.size === writes.length &&
    writes.every(isReal) &&
    reads.every((read) => canLoad(context, read))
  );
}

/** Indices that are already multiplied by the width of a number, where that fits. */
interface Scaled extends Packed {
  readonly factor: number;
}

function scaledIndices(context: Context, name: string, values: Int32Array): Scaled {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  const { width } = context;
  const fits = largest * width < 0x10000 || largest >= 0x10000;
  const factor = fits ? width : 1;
  const scaled = fits ? values.map((value) => value * width) : values;
  return { ...packedIndices(context, `${name} times ${factor}`, scaled), factor: width / factor };
}

/** Locals of the loops. */
interface Cursor {
  /** The group's first place among the targets of the packing. */
  readonly first: Local;
  /** The step among all steps of the packing. */
  readonly position: Local;
}

/** Emits the loops over one packing. */
class PackedGather {
  readonly #site: Site;
  readonly #op: GatherOp;
  readonly #packing: Packing;
  readonly #lanes: Lanes;
  readonly #vectors: number;
  readonly #name: string;
  readonly #cursor: Cursor;
  readonly #sources: Scaled;
  readonly #targets: Scaled | undefined;
  /** Which vector of the group is at work. */
  #vector = 0;
  /** Byte offsets of the lanes' sources or targets, for the vector at work. */
  readonly #known = new Map<string, Local[]>();

  constructor(site: Site, op: GatherOp, packing: Packing, name: string) {
    const { context, fn } = site;
    this.#site = site;
    this.#op = op;
    this.#packing = packing;
    this.#lanes = lanesOf(fn, packing.count === 1 ? context.scalar : context.vector);
    this.#vectors = packing.count / this.#lanes.count;
    this.#name = name;
    this.#cursor = { first: fn.local("i32"), position: fn.local("i32") };
    this.#sources = scaledIndices(context, `${name} sources`, packing.sources);
    this.#targets = packing.isInOrder
      ? undefined
      : scaledIndices(context, `${name} targets`, packing.targets);
  }

  /** The source that all targets of a group share in a step, in every lane. */
  #loadShared(from: number, base: Local | undefined, into: Local): void {
    const { fn, context } = this.#site;
    const [offset] = this.#laneOffsets("source");
    fn.get(offset!);
    if (base !== undefined) fn.get(base).op("i32.add");
    fn.memory(`v128.load${context.width * 8}_splat`, from).set(into);
  }

  /** Offsets in bytes, one for each lane, from a table at a place that counts groups' lanes. */
  #laneOffsets(kind: "source" | "target"): Local[] {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const { fn } = this.#site;
    const table = kind === "source" ? this.#sources : this.#targets!;
    const at = kind === "source" ? this.#cursor.position : this.#cursor.first;
    const isShared = kind === "source" && this.#packing.sharesSources;
    const stride = kind === "source" && !isShared ? this.#packing.count : 1;
    const load = table.width === 2 ? "i32.load16_u" : "i32.load";
    const locals = Array.from({ length: isShared ? 1 : this.#lanes.count }, (_, lane) => {
      const local = fn.local("i32");
      const ahead = isShared ? 0 : (this.#vector * this.#lanes.count + lane) * table.width;
      fn.get(at);
      this.#site.multiply(stride * table.width);
      fn.memory(load, table.address + ahead);
      this.#site.multiply(table.factor);
      fn.set(local);
      return local;
    });
    this.#known.set(kind, locals);
    return locals;
  }

  #load(read: Operand): LaneValue | undefined {
    const { fn, context } = this.#site;
    const { scalar, width } = context;
    if (read.at === "one") return undefined;
    const value = fn.local(this.#lanes.isVector ? "v128" : scalar);
    const load = this.#lanes.isVector ? "v128.load" : `${scalar}.load`;
    if (read.at === "edge") {
      const { edges } = this.#packing;
      const table = edgeTable(context, read, { name: this.#name, edges, count: edges.length });
      fn.get(this.#cursor.position);
      this.#site.multiply(this.#packing.count * width);
      fn.memory(load, table.address + this.#vector * 16).set(value);
      return this.#lanes.value(value);
    }
    const base = this.#site.valuesBase(read);
    const from = base.offset + (read.offset ?? 0) * width;
    if (read.at === "target" && this.#targets === undefined) {
      this.#pushInOrder(base.local);
      fn.memory(load, from + this.#vector * 16).set(value);
      return this.#lanes.value(value);
    }
    const isSource = read.at === "source";
    if (isSource && this.#packing.sharesSources && this.#lanes.isVector) {
      this.#loadShared(from, base.local, value);
      return this.#lanes.value(value);
    }
    this.#laneOffsets(isSource ? "source" : "target").forEach((offset, lane) => {
      fn.get(offset);
      if (base.local !== undefined) fn.get(base.local).op("i32.add");
      this.#loadLane(lane, from, value);
    });
    return this.#lanes.value(value);
  }

  /** Loads one lane from the address on the stack. */
  #loadLane(lane: number, from: number, into: Local): void {
    const { fn, context } = this.#site;
    const bits = context.width * 8;
    if (!this.#lanes.isVector) fn.memory(`${context.scalar}.load`, from);
    else if (lane === 0) fn.memory(`v128.load${bits}_zero`, from);
    else fn.get(into).memoryLane(`v128.load${bits}_lane`, from, lane);
    fn.set(into);
  }

  #pushInOrder(local: Local | undefined): void {
    const { fn, context } = this.#site;
    fn.get(this.#cursor.first);
    this.#site.multiply(context.width);
    if (local !== undefined) fn.get(local).op("i32.add");
  }

  #storeSum(write: Write, sum: Local): void {
    const { fn, context } = this.#site;
    const { scalar, width } = context;
    const base = this.#site.valuesBase(write);
    const to = base.offset + (write.offset ?? 0) * width;
    if (this.#targets === undefined) {
      this.#pushInOrder(base.local);
      const store = this.#lanes.isVector ? "v128.store" : `${scalar}.store`;
      fn.get(sum).memory(store, to + this.#vector * 16);
      return;
    }
    this.#laneOffsets("target").forEach((offset, lane) => {
      fn.get(offset);
      if (base.local !== undefined) fn.get(base.local).op("i32.add");
      fn.get(sum);
      if (!this.#lanes.isVector) fn.memory(`${scalar}.store`, to);
      else fn.memoryLane(`v128.store${width * 8}_lane`, to, lane);
    });
  }

  /** Does something for each vector of a group. */
  #eachVector(inside: (vector: number) => void): void {
    for (let vector = 0; vector < this.#vectors; vector++) {
      this.#vector = vector;
      this.#known.clear();
      inside(vector);
    }
  }

  emit(): void {
    const { fn } = this.#site;
    const type = this.#lanes.isVector ? "v128" : this.#site.context.scalar;
    const loader = (read: Operand): LaneValue | undefined => this.#load(read);
    const kernels = Array.from(
      { length: this.#vectors },
      () => new Kernel(this.#site, { ...this.#op, loader }, this.#lanes),
    );
    const sums = kernels.map(() => this.#op.writes.map(() => fn.local(type)));
    const { first, position } = this.#cursor;
    const end = fn.local("i32");
    for (const kernel of kernels) kernel.begin();
    fn.i32(0).set(first).i32(0).set(position);
    this.#eachGroup((degree) => {
      this.#lanes.scope(() => {
        this.#eachVector((v) => {
          this.#startSums(sums[v]!);
          kernels[v]!.beginInner("target");
        });
        fn.get(position).get(degree).op("i32.add").set(end);
        whileBelow(fn, position, end, () => {
          this.#eachVector((v) => this.#addEdge(kernels[v]!, sums[v]!));
        });
        this.#eachVector((v) => {
          this.#op.writes.forEach((write, i) => this.#storeSum(write, sums[v]![i]!));
        });
      });
      fn.get(first).i32(this.#packing.count).op("i32.add").set(first);
    });
  }

  /** Loops over the runs and their groups. */
  #eachGroup(inside: (degree: Local) => void): void {
    const { fn, context } = this.#site;
    const [run, lastRun, group, groups, degree] = [0, 1, 2, 3, 4].map(() => fn.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const table = packedIndices(context, `${this.#name} runs`, this.#packing.runs);
    fn.i32(0)
      .set(run)
      .i32(this.#packing.runs.length / 2)
      .set(lastRun);
    const entry = fn.local("i32");
    whileBelow(fn, run, lastRun, () => {
      fn.get(run).i32(1).op("i32.shl").set(entry);
      loadEntry(this.#site, table, entry, groups);
      loadEntry(this.#site, table, entry, degree, 1);
      fn.i32(0).set(group);
      whileBelow(fn, group, groups, () => inside(degree));
    });
  }

  #startSums(sums: readonly Local[]): void {
    const { fn, context } = this.#site;
    const zero = this.#lanes.isVector ? context.vector : context.scalar;
    this.#op.writes.forEach((write, i) => {
      if (write.mode === "add") {
        const present: Operand = { ...write, at: "target" };
        fn.get(this.#load(present)!.local);
      } else fn.get(fn.constant(zero, 0));
      fn.set(sums[i]!);
    });
  }

  #addEdge(kernel: Kernel, sums: readonly Local[]): void {
    const { fn } = this.#site;
    kernel.lanes.scope(() => {
      kernel.evaluate();
      this.#op.writes.forEach(({ symbol }, i) => {
        const term = kernel.number(symbol);
        fn.get(sums[i]!).get(term).op(`${this.#lanes.shape}.add`).set(sums[i]!);
      });
    });
  }
}

/** Emits a gather over lists of edges, several targets at once. */
export function emitPacked(site: Site, op: GatherOp): void {
  const { context } = site;
  const lanes = lanesOf(site.fn, context.vector).count;
  site.prepare(
    op.reads.filter(({ at }) => at !== "edge"),
    op.writes,
  );
  for (const packing of packEdges(op.layout, context.indexes, [2 * lanes, lanes, 1])) {
    new PackedGather(site, op, packing, `${op.id} by ${packing.count}`).emit();
  }
}
