// The ops that walk edges. A thread has a row of edges: those of a target where targets are summed, so
// that no two threads add to one number and the order of a sum never depends on the device; else those
// of the end that the layout lists. Invariant: where threads could still meet, one thread does it all.

import { edgesOf, sourcesOf, targetsOf, visitsOf } from "../../../src/ir/layout.js";
import type {
  DeliverOp,
  EdgesOp,
  GatherOp,
  Layout,
  Operand,
  SpikeRef,
  Write,
} from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import { writeWalk, type End } from "../wgsl/loops.js";
import type { Scene, Site } from "../wgsl/site.js";
import { whole } from "../wgsl/text.js";
import { canCollide, writeEvaluation, writeStores, type Body } from "./body.js";
import { canList, throughLists } from "./lists.js";
import { overLags, Train } from "./train.js";

export const rowsOf = (layout: Layout, by: End): number =>
  by === "target" ? targetsOf(layout) : sourcesOf(layout);

/** Whether rows could write the same place, so that they have to be walked one after the other. */
function mustBeSerial(module: Module, writes: readonly Write[], layout: Layout): boolean {
  if (module.sharesEdges(layout) && writes.some(({ at }) => at === "edge")) return true;
  const sizes = { edge: edgesOf(layout), target: targetsOf(layout) };
  return canCollide(writes, (at) => (at === "edge" ? sizes.edge : sizes.target));
}

interface Rows {
  readonly kind: string;
  readonly layout: Layout;
  readonly by: End;
  readonly isSerial: boolean;
}

/** Kernels that go through the edges of a layout. */
const withWork = (kernels: readonly Kernel[], layout: Layout): Kernel[] =>
  kernels.map((kernel) => ({ ...kernel, work: visitsOf(layout) }));

/** A kernel with a thread for each row, or with one thread that takes the rows in their order. */
export function overRows(
  module: Module,
  scene: Scene,
  { kind, layout, by, isSerial }: Rows,
  write: (site: Site, row: string) => void,
): Kernel[] {
  const rows = rowsOf(layout, by);
  const kernels = isSerial
    ? module.elements(kind, Math.min(rows, 1), scene, (site) => {
        const range = `for (var row = 0u; row < ${whole(rows)}; row++)`;
        site.text.block(range, () => write(site, "row"));
      })
    : module.elements(kind, rows, scene, write);
  return withWork(kernels, layout);
}

/** The ends of the edge at hand. */
export function atEdge(site: Site, by: End, row: string, other: string, edge: string): void {
  const [source, target] = by === "target" ? [other, row] : [row, other];
  site.indices = { ...site.indices, source, target, edge };
}

/** Writes a walk over the edges of a row of a layout. */
export function walkRow(
  module: Module,
  site: Site,
  layout: Layout,
  { by, row }: { readonly by: End; readonly row: string },
  visit: () => void,
): void {
  const rows = module.rows(layout, by);
  writeWalk(layout, {
    ...{ text: site.text, row, by },
    ...(rows !== undefined && { rows }),
    visit(other, edge) {
      atEdge(site, by, row, other, edge);
      visit();
    },
  });
}

/** Operands that are the same at all edges of a target are loaded once. */
function hoistTarget(site: Site, reads: readonly Operand[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const read of reads) {
    const isFixed = read.at === "target" || read.at === "one";
    if (!isFixed || typeof read.lag === "string") continue;
    known.set(read.symbol, site.text.let(site.load(read), "r"));
  }
  return known;
}

/** Slots of rings with a lag that is a number, named where all later lines see them. */
export function nameSlots(site: Site, reads: readonly Operand[]): void {
  for (const { at, array, lag } of reads) {
    if (at === "spike" || at === "event" || typeof lag === "string") continue;
    const place = site.scene.places.of(array);
    if (place.ring !== undefined) site.namedSlot(place, lag ?? 0);
  }
}

/** The one sum of a uniform layout: the threads of a workgroup share the sources. */
function emitUniform(op: GatherOp, module: Module, scene: Scene): Kernel[] {
  const { layout, writes } = op;
  const count = sourcesOf(layout);
  return module.joint("gather", { count, scene }, (site, lanes) => {
    const { text } = site;
    nameSlots(site, op.reads);
    const sums = writes.map(() => text.var("0.0f", "sum"));
    const range = `for (var s = lane; s < ${whole(count)}; s += ${whole(lanes)})`;
    text.block(range, () => {
      site.indices = { source: "s" };
      const symbols = writeEvaluation(site, op);
      writes.forEach(({ symbol }, i) => {
        text.line(`${sums[i]} = ${sums[i]} + ${symbols.get(symbol)!};`);
      });
    });
    writes.forEach((write, i) => {
      text.line(`partial[lane] = ${sums[i]};`);
      text.line("workgroupBarrier();");
      text.block(`for (var left = ${whole(lanes / 2)}; left > 0u; left /= 2u)`, () => {
        text.line("if (lane < left) { partial[lane] = partial[lane] + partial[lane + left]; }");
        text.line("workgroupBarrier();");
      });
      const stride = `t += ${whole(lanes)}`;
      text.block(`if (${module.mayStore})`, () => {
        text.block(`for (var t = lane; t < ${whole(targetsOf(layout))}; ${stride})`, () => {
          site.indices = { target: "t" };
          site.store(write, "partial[0]");
        });
      });
      text.line("workgroupBarrier();");
    });
  });
}

/** Sums over the incoming edges of each target. */
export function emitGather(op: GatherOp, module: Module, scene: Scene): Kernel[] {
  const { layout, writes, reads } = op;
  if (layout.kind === "uniform") return emitUniform(op, module, scene);
  const isSerial = mustBeSerial(module, writes, layout);
  const rows = { kind: "gather", layout, by: "target", isSerial } as const;
  return overRows(module, scene, rows, (site, row) => {
    const { text } = site;
    site.indices = { target: row };
    nameSlots(site, reads);
    const known = hoistTarget(site, reads);
    const isInt = writes.map(({ array }) => scene.places.values(array).spec.type === "int");
    const sums = writes.map((write, i) => {
      const { place, address } = site.target(write);
      const present = `${place.buffer}[${address}]`;
      return text.var(write.mode === "set" ? "0.0f" : isInt[i] ? `f32(${present})` : present);
    });
    walkRow(module, site, layout, { by: "target", row }, () => {
      const symbols = writeEvaluation(site, op, known);
      writes.forEach(({ symbol }, i) => {
        text.line(`${sums[i]} = ${sums[i]} + ${symbols.get(symbol)!};`);
      });
    });
    site.indices = { target: row };
    writes.forEach((write, i) => site.store({ ...write, mode: "set" }, sums[i]!));
  });
}

/** What a deliver op adds to its targets, kept in variables while a row is walked. */
class TargetSums {
  readonly #site: Site;
  readonly #names = new Map<string, { readonly name: string; readonly write: Write }>();

  constructor(site: Site, writes: readonly Write[]) {
    this.#site = site;
    for (const write of writes) {
      const key = TargetSums.#keyOf(write);
      if (write.at !== "target" || this.#names.has(key)) continue;
      const { place, address } = site.target(write);
      this.#names.set(key, { name: site.text.var(`${place.buffer}[${address}]`, "sum"), write });
    }
  }

  static #keyOf({ array, offset = 0 }: Operand | Write): string {
    return `${offset} ${array}`;
  }

  /** Symbols that read what is being summed. */
  symbolsFor(reads: readonly Operand[]): Map<string, string> {
    const found = new Map<string, string>();
    for (const read of reads) {
      const own = read.at === "target" ? this.#names.get(TargetSums.#keyOf(read)) : undefined;
      if (own === undefined || read.lag !== undefined) continue;
      const isInt = this.#site.scene.places.values(read.array).spec.type === "int";
      found.set(read.symbol, this.#site.text.let(isInt ? `f32(${own.name})` : own.name, "r"));
    }
    return found;
  }

  change(write: Write, value: string): void {
    const { name } = this.#names.get(TargetSums.#keyOf(write))!;
    const place = this.#site.scene.places.values(write.array);
    this.#site.text.line(`${name} = ${this.#site.joined(place, name, value, write.mode)};`);
  }

  store(): void {
    for (const { name, write } of this.#names.values()) {
      const { place, address } = this.#site.target(write);
      this.#site.text.line(`${place.buffer}[${address}] = ${name};`);
    }
  }
}

/** Whether what an edge does depends on the edges before it at the same target. */
function needsOrder({ reads, writes }: Body): boolean {
  const own = writes.filter(({ at }) => at === "target");
  const isRead = own.some(({ array }) =>
    reads.some((read) => read.at === "target" && read.array === array),
  );
  return isRead || own.some(({ mode }) => mode === "set");
}

/** A deliver op that changes targets: each target looks which of its sources have fired. */
function deliverToTargets(op: DeliverOp, module: Module, scene: Scene): Kernel[] {
  const { layout, reads, writes } = op;
  const rows = { kind: "deliver", layout, by: "target", isSerial: false } as const;
  const kernels = overRows(module, scene, rows, (site, row) => {
    const { text } = site;
    site.indices = { target: row };
    nameSlots(site, reads);
    const train = new Train(site, op.spikes);
    const sums = new TargetSums(site, writes);
    const isTouched = text.var("false", "touched");
    const atSpike = (): void => {
      const symbols = writeEvaluation(site, op, sums.symbolsFor(reads));
      text.line(`${isTouched} = true;`);
      for (const write of writes) {
        const value = symbols.get(write.symbol)!;
        if (write.at === "target") sums.change(write, value);
        else site.store(write, value);
      }
    };
    overLags(site, train, needsOrder(op), (onlyLag) => {
      walkRow(module, site, layout, { by: "target", row }, () => {
        train.whereFired(site.index("source"), atSpike, onlyLag);
      });
    });
    site.indices = { target: row };
    text.block(`if (${isTouched})`, () => sums.store());
  });
  return canList(op, module) ? throughLists(op, module, scene, kernels) : kernels;
}

/** Runs a body for the edges of all ends of a kind that fired, straight on the arrays. */
function runWhereFired(
  op: DeliverOp | EdgesOp,
  spikes: SpikeRef,
  module: Module,
  { by, isSerial, scene }: { readonly by: End; readonly isSerial: boolean; readonly scene: Scene },
): Kernel[] {
  const { layout, reads, writes } = op;
  const rows = rowsOf(layout, by);
  const atSpike = (site: Site): void => {
    writeStores(site, writes, writeEvaluation(site, op));
  };
  const walk = (site: Site, train: Train, row: string, onlyLag?: string): void => {
    const visit = (): void => walkRow(module, site, layout, { by, row }, () => atSpike(site));
    if (!train.isPerEdge) return train.whereFired(row, visit);
    walkRow(module, site, layout, { by, row }, () => {
      train.whereFired(row, () => atSpike(site), onlyLag);
    });
  };
  if (!isSerial) {
    return overRows(module, scene, { kind: op.kind, layout, by, isSerial }, (site, row) => {
      nameSlots(site, reads);
      walk(site, new Train(site, spikes), row);
    });
  }
  const serial = module.elements(op.kind, Math.min(rows, 1), scene, (site) => {
    nameSlots(site, reads);
    const train = new Train(site, spikes);
    overLags(site, train, true, (onlyLag) => {
      site.text.block(`for (var row = 0u; row < ${whole(rows)}; row++)`, () => {
        walk(site, train, "row", onlyLag);
      });
    });
  });
  return withWork(serial, layout);
}

/** For each arriving spike, the outgoing edges of its source. */
export function emitDeliver(op: DeliverOp, module: Module, scene: Scene): Kernel[] {
  const isSerial = mustBeSerial(module, op.writes, op.layout);
  if (!isSerial && op.writes.some(({ at }) => at === "target")) {
    return deliverToTargets(op, module, scene);
  }
  return runWhereFired(op, op.spikes, module, { by: "source", isSerial, scene });
}

/** The end that a layout lists its edges by. */
export const listedBy = (layout: Layout): End =>
  layout.kind === "csr" && layout.rows === "source" ? "source" : "target";

/** All edges, in every so many steps. */
export function emitEvery(op: EdgesOp, steps: number, module: Module, scene: Scene): Kernel[] {
  const { layout, reads, writes } = op;
  const by = listedBy(layout);
  const isSerial = mustBeSerial(module, writes, layout);
  const rows = { kind: "edges", layout, by, isSerial };
  const kernels = overRows(module, scene, rows, (site, row) => {
    nameSlots(site, reads);
    walkRow(module, site, layout, { by, row }, () => {
      writeStores(site, writes, writeEvaluation(site, op));
    });
  });
  return kernels.map((kernel) => ({ ...kernel, every: steps }));
}

/** Updates of the edges of ends that fired. */
export function emitTriggered(
  op: EdgesOp,
  trigger: Extract<EdgesOp["trigger"], { on: "source" | "target" }>,
  module: Module,
  scene: Scene,
): Kernel[] {
  const isSerial = mustBeSerial(module, op.writes, op.layout);
  return runWhereFired(op, trigger.spikes, module, { by: trigger.on, isSerial, scene });
}
