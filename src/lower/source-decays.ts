// Lazily kept edge states whose edges are all brought up to date together, because their source fired:
// instead of a time for each edge, each source keeps by how much its edges have decayed since then.
// Invariant: every edge is multiplied by the same power as before, but for rounding.

import { binary, name, num, type Assignment, type Expr } from "../expr/ast.js";
import { portable64 } from "../expr/portable.js";
import { childrenOf, namesIn } from "../expr/rewrite.js";
import { accessOf } from "../ir/access.js";
import { sourcesOf } from "../ir/layout.js";
import type {
  ArraySpec,
  DeliverOp,
  EdgesOp,
  Layout,
  MapOp,
  Op,
  Operand,
  Program,
  Write,
} from "../ir/program.js";
import type { Pass } from "./pass.js";
import { finalNumber, freshSymbol, pruneBody } from "./support/bodies.js";
import { replaceChildren } from "./support/hoist.js";
import { NewArrays } from "./support/new-arrays.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";

type Rows = Extract<Layout, { kind: "csr" }>;
type Delivery = DeliverOp & { readonly layout: Rows };
/** Ops that go over all edges, whether something fired or not. */
type SweepOp = MapOp | EdgesOp;

/** A time that a delivery keeps for each edge. */
interface Clocked {
  readonly op: Delivery;
  readonly last: ArraySpec;
  readonly symbol: string;
  /** The symbol of the present time: it is read and never changed. */
  readonly now: string;
  /** The other ops that touch the times. */
  readonly sweeps: ReadonlySet<SweepOp>;
}

const allOps = ({ ops, settle = [], rebuild = [] }: Program): readonly Op[] => [
  ...ops,
  ...settle,
  ...rebuild,
];

const isWhole = (place: Operand | Write): boolean => {
  const { offset = 0 } = place;
  const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
  return offset === 0 && repeat === 1 && !("period" in place && place.period !== undefined);
};

/** The rows of a delivery whose list has every edge once, in whatever order. */
function isComplete(program: Program, { layout }: Delivery): boolean {
  const find = (wanted: string | undefined): ArraySpec["initial"] | undefined =>
    program.arrays.find((spec) => spec.name === wanted)?.initial;
  const start = find(layout.start);
  if (!(start instanceof Int32Array)) return false;
  if (start[0] !== 0 || start[layout.sources] !== layout.edges) return false;
  if (layout.edge === undefined) return true;
  const edge = find(layout.edge);
  const seen = new Uint8Array(layout.edges);
  if (!(edge instanceof Int32Array)) return false;
  for (let i = 0; i < edge.length; i++) seen[edge[i]!] = 1;
  return !seen.includes(0);
}

/** Whether an op does for every edge what could be done once: it sets the time to one value. */
function isSweep(op: Op, last: string, edges: number): op is SweepOp {
  const isOverEdges =
    (op.kind === "map" && op.count === edges && op.emit === undefined) ||
    (op.kind === "edges" &&
      op.trigger.on === "every" &&
      op.layout.kind === "diagonal" &&
      op.layout.count === edges);
  if (!isOverEdges) return false;
  const body = op as SweepOp;
  const at = op.kind === "map" ? "element" : "edge";
  const places = [...body.reads, ...body.writes];
  if (places.some((place) => place.at !== at && place.at !== "one")) return false;
  // Moved to rows by source, only whole arrays of edges keep their places.
  if (!places.every((place) => place.at === "one" || isWhole(place))) return false;
  return body.writes.every(
    ({ array, symbol, mode }) => array !== last || (mode === "set" && isCommon(body, symbol)),
  );
}

/** Whether a symbol ends as a number, or as what was read for all. */
function isCommon({ reads, body }: SweepOp | DeliverOp, symbol: string): boolean {
  if (body.some(({ target }) => target === symbol)) return finalNumber(body, symbol) !== undefined;
  return reads.some((read) => read.symbol === symbol && read.at === "one");
}

/** Finds a time that could be kept by source. */
function findClocked(program: Program, op: Op): Clocked | undefined {
  if (op.kind !== "deliver" || op.layout.kind !== "csr" || op.layout.rows !== "source") {
    return undefined;
  }
  if (typeof op.spikes.lag === "string") return undefined;
  const delivery = op as Delivery;
  const assigned = new Set(op.body.map(({ target }) => target));
  for (const write of op.writes) {
    const last = program.arrays.find((spec) => spec.name === write.array)!;
    const read = op.reads.find(({ array, at }) => array === last.name && at === "edge");
    const isTime =
      write.at === "edge" &&
      write.mode === "set" &&
      isCommon(op, write.symbol) &&
      !assigned.has(write.symbol);
    if (!isTime || read === undefined || assigned.has(read.symbol)) continue;
    if (!isWhole(write) || !isWhole(read) || last.length !== delivery.layout.edges) continue;
    if (last.role !== "state" || last.type !== "real" || typeof last.initial !== "number") continue;
    const users = allOps(program).filter((one) => touches(one, last.name) && one !== op);
    const sweeps = users.filter((one) => isSweep(one, last.name, last.length));
    const isNamed = program.names.some(({ array }) => array === last.name);
    if (isNamed || sweeps.length < users.length || !isComplete(program, delivery)) continue;
    const found = { op: delivery, last, symbol: read.symbol, now: write.symbol };
    return { ...found, sweeps: new Set(sweeps as SweepOp[]) };
  }
  return undefined;
}

function touches(op: Op, array: string): boolean {
  const { reads, writes, also } = accessOf(op);
  return [...reads, ...writes].some((one) => one.array === array) || also.includes(array);
}

/** The factor of one step, if an expression is its power to the steps since `last`. */
function rateIn(expr: Expr, now: string, last: string): number | undefined {
  const isAge = (one: Expr): boolean =>
    one.kind === "binary" &&
    one.op === "-" &&
    one.left.kind === "name" &&
    one.left.name === now &&
    one.right.kind === "name" &&
    one.right.name === last;
  if (expr.kind === "binary" && expr.op === "^" && isAge(expr.right)) {
    return expr.left.kind === "number" ? expr.left.value : undefined;
  }
  const [power] = expr.kind === "call" && expr.fn === "exp" ? expr.args : [];
  if (power?.kind !== "binary" || power.op !== "*" || !isAge(power.left)) return undefined;
  return power.right.kind === "number" ? portable64.exp(power.right.value) : undefined;
}

/** An expression with the powers in it as a symbol, and the factor of one step. */
class Powers {
  rate: number | undefined;
  #isMixed = false;

  constructor(
    readonly now: string,
    readonly last: string,
    readonly symbol: string,
  ) {}

  /** Undefined where the time is used in any other way. */
  replaceIn(body: readonly Assignment[]): Assignment[] | undefined {
    const changed = body.map(({ target, value }) => ({ target, value: this.#replace(value) }));
    const isLeft = changed.some(({ value }) => namesIn(value).has(this.last));
    return isLeft || this.#isMixed || this.rate === undefined ? undefined : changed;
  }

  #replace(expr: Expr): Expr {
    const rate = rateIn(expr, this.now, this.last);
    if (rate !== undefined) {
      this.#isMixed ||= this.rate !== undefined && this.rate !== rate;
      this.rate = rate;
      return name(this.symbol);
    }
    const children = childrenOf(expr).map((child) => [child, this.#replace(child)] as const);
    return replaceChildren(expr, new Map(children));
  }
}

/** What takes the place of ops, or undefined where they use the time in another way. */
class Rewriting {
  readonly #program: Program;
  readonly #clocked: Clocked;
  readonly #created: NewArrays;
  readonly #left: string;
  readonly #sources: number;
  readonly #ids: Set<string>;
  #rate: number | undefined;

  constructor(program: Program, clocked: Clocked) {
    this.#program = program;
    this.#clocked = clocked;
    this.#created = new NewArrays(program);
    this.#ids = new Set(allOps(program).map(({ id }) => id));
    this.#sources = sourcesOf(clocked.op.layout);
    const { name: _, ...spec } = clocked.last;
    this.#left = this.#created.add({ ...spec, length: this.#sources, initial: 1 }, "left");
  }

  #id(stem: string): string {
    let number = 0;
    while (this.#ids.has(`${stem}${number}`)) number += 1;
    this.#ids.add(`${stem}${number}`);
    return `${stem}${number}`;
  }

  #replaceTime<O extends SweepOp | DeliverOp>(op: O): O | undefined {
    const read = op.reads.find(({ array }) => array === this.#clocked.last.name);
    if (read === undefined) return op;
    const clock = this.#clock();
    const now = op.reads.find(({ array, at }) => array === clock && at === "one")?.symbol;
    if (now === undefined) return undefined;
    const symbol = freshSymbol(op, "left", new Set());
    const powers = new Powers(now, read.symbol, symbol);
    const body = powers.replaceIn(op.body);
    const isSame = this.#rate === undefined || powers.rate === this.#rate;
    if (body === undefined || !isSame) return undefined;
    this.#rate = powers.rate;
    const left: Operand = { symbol, array: this.#left, version: 0, at: "source" };
    const writes = op.writes.filter(({ array }) => array !== this.#clocked.last.name);
    const reads = [...op.reads.filter((one) => one !== read), left];
    return pruneBody({ ...op, reads, body, writes });
  }

  /** The array with the present time. */
  #clock(): string {
    const { op, now } = this.#clocked;
    return op.reads.find(({ symbol }) => symbol === now)!.array;
  }

  /** The delivery, and what starts the decay of its sources anew. */
  #deliveries(): DeliverOp[] | undefined {
    const { op } = this.#clocked;
    const each = this.#replaceTime(op);
    if (each === undefined) return undefined;
    const { phase, origin, spikes } = op;
    const again: DeliverOp = {
      kind: "deliver",
      id: this.#id("deliver"),
      phase,
      ...(origin !== undefined && { origin }),
      spikes,
      layout: { kind: "diagonal", count: this.#sources },
      ...this.#one("edge"),
    };
    return [each, again];
  }

  /** Nothing has decayed yet. */
  #one(at: "element" | "edge"): Pick<MapOp, "reads" | "body" | "writes"> {
    const write: Write = { symbol: "left", array: this.#left, version: 0, at, mode: "set" };
    return { reads: [], body: [{ target: "left", value: num(1) }], writes: [write] };
  }

  /** A sweep that brings edges up to date, row by row of their sources, and their sources with them. */
  #sweep(op: MapOp): (MapOp | EdgesOp)[] | undefined {
    const { last, op: delivery } = this.#clocked;
    const { phase, origin, id } = op;
    const head = { phase, ...(origin !== undefined && { origin }) };
    const start: MapOp = {
      ...head,
      kind: "map",
      id: this.#id("clock"),
      count: this.#sources,
      ...this.#one("element"),
    };
    const plain = this.#replaceTime(op);
    if (plain === undefined) return undefined;
    if (plain === op && op.writes.every(({ array }) => array === last.name)) return [start];
    const byRow = <P extends Operand | Write>(place: P): P =>
      place.at === "element" ? { ...place, at: "edge" } : place;
    const edges: EdgesOp = {
      ...head,
      kind: "edges",
      id,
      trigger: { on: "every", steps: 1 },
      layout: delivery.layout,
      reads: plain.reads.map(byRow),
      body: plain.body,
      writes: plain.writes.filter(({ array }) => array !== last.name).map(byRow),
    };
    return [edges, start];
  }

  /** The decay of the sources, where the clock goes on. */
  #decay({ phase, origin }: Op): MapOp {
    const place = { array: this.#left, version: 0, at: "element" } as const;
    return {
      kind: "map",
      id: this.#id("decay"),
      phase,
      ...(origin !== undefined && { origin }),
      count: this.#sources,
      reads: [{ symbol: "left", ...place }],
      body: [{ target: "left", value: binary("*", name("left"), num(this.#rate!)) }],
      writes: [{ symbol: "left", ...place, mode: "set" }],
    };
  }

  /** Ops in their new form; a sweep inside the step only kept the clock small. */
  #stepOps(deliveries: readonly DeliverOp[]): Op[] {
    const { op, sweeps } = this.#clocked;
    const clock = this.#clock();
    const counts = (one: Op): boolean =>
      one.kind === "map" && one.count === 1 && one.writes.some(({ array }) => array === clock);
    return this.#program.ops.flatMap((one): readonly Op[] => {
      if (one === op) return deliveries;
      if (sweeps.has(one as SweepOp)) return [];
      return counts(one) ? [one, this.#decay(one)] : [one];
    });
  }

  run(): Program | undefined {
    const { sweeps } = this.#clocked;
    const { arrays, settle = [], rebuild = [], ops } = this.#program;
    const deliveries = this.#deliveries();
    if (deliveries === undefined) return undefined;
    const inBooks = new Map<Op, readonly (MapOp | EdgesOp)[]>();
    for (const one of [...settle, ...rebuild]) {
      if (!sweeps.has(one as SweepOp)) continue;
      const parts = one.kind === "map" ? this.#sweep(one) : undefined;
      if (parts === undefined) return undefined;
      inBooks.set(one, parts);
    }
    const isPlain = ops.every((one) => !sweeps.has(one as SweepOp) || one.kind === "edges");
    if (!isPlain) return undefined;
    const change = <O extends Op>(list: readonly O[]): O[] =>
      list.flatMap((one) => (inBooks.get(one) as readonly O[] | undefined) ?? [one]);
    return dropUnreferenced(
      renumberVersions({
        ...this.#program,
        ops: this.#stepOps(deliveries),
        settle: change(settle),
        rebuild: change(rebuild),
        arrays: [...arrays, ...this.#created.added],
      }),
    );
  }
}

function run(program: Program): Program {
  let now = program;
  for (const { id } of program.ops) {
    // An op may have gone with what took the place of another one.
    const op = now.ops.find((one) => one.id === id);
    const clocked = op === undefined ? undefined : findClocked(now, op);
    if (clocked !== undefined) now = new Rewriting(now, clocked).run() ?? now;
  }
  return now;
}

/** What decays between two spikes of a source is kept once for the source. */
export const sourceDecays: Pass = {
  name: "sourceDecays",
  doc: "Keeps what decays between two spikes of a source once for the source, not for each edge.",
  tolerance: 1e-12,
  run,
};
