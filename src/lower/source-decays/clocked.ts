// Finds times that a delivery keeps for each edge and that could be kept for each source: all edges
// of a source are brought up to date together, because it fired. Invariant: every op that touches
// the times or their clock is known here; what is not understood is not found.

import { accessOf } from "../../ir/access.js";
import { edgesOf, indexArraysOf, sourcesOf, walkerOf, type IndexArrays } from "../../ir/layout.js";
import type {
  ArraySpec,
  DeliverOp,
  EdgesOp,
  MapOp,
  Op,
  Operand,
  Program,
  Write,
} from "../../ir/program.js";
import type { Assignment } from "../../expr/ast.js";
import { finalNumber, freshSymbol } from "../support/bodies.js";
import { powerOf, ratesIn, replacePower, type Power } from "./powers.js";

/** The edges of one delivery, whose times are a part of the array. */
export interface Part {
  readonly op: DeliverOp;
  readonly first: number;
  /** The body with a symbol for what is left of a value since its source fired. */
  readonly body: readonly Assignment[];
  readonly left: string;
  /** By what the edges of each source decay in one step. */
  readonly rates: Float64Array;
}

/** A state of all edges that is brought up to date. */
export interface Held {
  readonly array: string;
  readonly offset: number;
}

/** Times of edges, and every op that touches them or their clock. */
export interface Clocked {
  readonly last: ArraySpec;
  readonly parts: readonly Part[];
  /** Ops of `settle`. */
  readonly settles: ReadonlyMap<Op, readonly Held[]>;
  /** Sweeps of the step that are there because the clock starts anew. */
  readonly restarts: ReadonlySet<Op>;
  /** Ops of `rebuild` that set times and clock to one number. */
  readonly clears: ReadonlySet<Op>;
  /** Ops that let the clock go on by 1. */
  readonly counts: ReadonlySet<Op>;
}

type SweepOp = MapOp | EdgesOp;

function touches(op: Op, array: string): boolean {
  const { reads, writes, also } = accessOf(op);
  return [...reads, ...writes].some((one) => one.array === array) || also.includes(array);
}
const writesTo = (op: Op, array: string): boolean =>
  accessOf(op).writes.some((one) => one.array === array);

/** Whether an operand names elements one by one, from its offset on. */
const isPlain = (place: Operand | Write): boolean =>
  !("repeat" in place && place.repeat !== undefined && place.repeat !== 1) &&
  !("period" in place && place.period !== undefined) &&
  !("lag" in place && place.lag !== undefined);

const isAssigned = ({ body }: SweepOp | DeliverOp, symbol: string): boolean =>
  body.some(({ target }) => target === symbol);

const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** A state of numbers that begins with one number and that nobody can name. */
function isHidden(program: Program, { name, role, type, slots, initial }: ArraySpec): boolean {
  if (role !== "state" || type !== "real" || slots !== undefined) return false;
  return typeof initial === "number" && program.names.every(({ array }) => array !== name);
}

/** What all finding asks of a Program. */
class Finder {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly arrays: IndexArrays;

  constructor(
    readonly program: Program,
    readonly last: ArraySpec,
    readonly clock: ArraySpec,
  ) {
    this.specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
    this.arrays = indexArraysOf(program);
  }

  /** The symbol under which an op reads the clock and does not change it. */
  #nowIn(op: SweepOp | DeliverOp): string | undefined {
    const read = onlyOne(op.reads.filter(({ array }) => array === this.clock.name));
    if (read?.at !== "one" || isAssigned(op, read.symbol)) return undefined;
    return read.symbol;
  }

  /** The one read and the one write of the times in an op that sets them, edge by edge. */
  #access(op: SweepOp | DeliverOp): { read: Operand; write: Write } | undefined {
    const read = onlyOne(op.reads.filter(({ array }) => array === this.last.name));
    const write = onlyOne(op.writes.filter(({ array }) => array === this.last.name));
    const own = op.kind === "map" ? "element" : "edge";
    if (read?.at !== own || write?.at !== own || write.mode !== "set") return undefined;
    if (!isPlain(read) || (read.offset ?? 0) !== (write.offset ?? 0)) return undefined;
    return { read, write };
  }

  part(op: DeliverOp): Part | undefined {
    const now = this.#nowIn(op);
    const access = this.#access(op);
    if (access === undefined || now === undefined || access.write.symbol !== now) return undefined;
    if (typeof op.spikes.lag === "string") return undefined;
    const left = freshSymbol(op, "left", new Set());
    const found = replacePower(op.body, { now, last: access.read.symbol }, left);
    const rates = found === undefined ? undefined : this.#ratesOf(op, found.power);
    if (found === undefined || rates === undefined) return undefined;
    return { op, first: access.read.offset ?? 0, body: found.body, left, rates };
  }

  /** Undefined where edges of a source decay differently, or not every edge has one source. */
  #ratesOf(op: DeliverOp, power: Power): Float64Array | undefined {
    const rateOf = ratesIn(op, power, this.specs);
    const hasSources = ["csr", "dense", "block"].includes(op.layout.kind);
    if (rateOf === undefined || !hasSources) return undefined;
    const { ofSource } = walkerOf(op.layout, this.arrays);
    const seen = new Uint8Array(edgesOf(op.layout));
    // Of a source without edges the rate does not matter.
    const rates = new Float64Array(sourcesOf(op.layout)).fill(seen.length > 0 ? rateOf(0) : 0);
    let isSound = true;
    for (let source = 0; source < rates.length; source++) {
      let isFirst = true;
      ofSource(source, (_target, edge) => {
        const own = rateOf(edge);
        if (isFirst) rates[source] = own;
        isFirst = false;
        isSound &&= Object.is(own, rates[source]) && Math.abs(own) < 1 && seen[edge] === 0;
        seen[edge] = 1;
      });
    }
    return isSound && !seen.includes(0) ? rates : undefined;
  }

  /** What a sweep over all edges brings up to date, if that is all it does besides setting the times. */
  held(op: SweepOp, parts: readonly Part[]): Held[] | undefined {
    const own = op.kind === "map" ? "element" : "edge";
    const now = this.#nowIn(op);
    const access = this.#access(op);
    if (now === undefined || access === undefined || (access.read.offset ?? 0) !== 0) {
      return undefined;
    }
    const times = { now, last: access.read.symbol };
    if (isAssigned(op, times.last)) return undefined;
    const held: Held[] = [];
    for (const write of op.writes) {
      if (write === access.write) continue;
      const { array, symbol, at, mode, offset = 0 } = write;
      const made = onlyOne(op.body.filter(({ target }) => target === symbol))?.value;
      if (at !== own || mode !== "set" || made?.kind !== "binary" || made.op !== "*") {
        return undefined;
      }
      const { left, right } = made;
      const read = op.reads.find((one) => left.kind === "name" && one.symbol === left.name);
      const isOwn = read?.array === array && read.at === own && (read.offset ?? 0) === offset;
      if (!isOwn || !isPlain(read) || (read.symbol !== symbol && isAssigned(op, read.symbol))) {
        return undefined;
      }
      const power = powerOf(right, times);
      if (power === undefined || !this.#decaysAs(op, power, parts)) return undefined;
      held.push({ array, offset });
    }
    return held;
  }

  /** Whether a sweep makes edges smaller by as much as their deliveries do. */
  #decaysAs(op: SweepOp, power: Power, parts: readonly Part[]): boolean {
    const rateOf = ratesIn(op, power, this.specs);
    if (rateOf === undefined) return false;
    return parts.every(({ op: { layout }, first, rates }) => {
      const { ofSource } = walkerOf(layout, this.arrays);
      let isSame = true;
      rates.forEach((own, source) =>
        ofSource(source, (_target, edge) => (isSame &&= Object.is(rateOf(first + edge), own))),
      );
      return isSame;
    });
  }

  /** Whether a map counts the clock on by 1, once. */
  isCount(op: Op): boolean {
    if (op.kind !== "map" || op.count !== 1) return false;
    const read = onlyOne(op.reads.filter(({ array }) => array === this.clock.name));
    const write = onlyOne(op.writes.filter(({ array }) => array === this.clock.name));
    if (read === undefined || write?.mode !== "set") return false;
    const made = onlyOne(op.body.filter(({ target }) => target === write.symbol))?.value;
    if (made?.kind !== "binary" || made.op !== "+") return false;
    const { left, right } = made;
    const isNext = left.kind === "name" && left.name === read.symbol;
    const isByOne = right.kind === "number" && right.value === 1;
    return isNext && isByOne && (read.symbol === write.symbol || !isAssigned(op, read.symbol));
  }

  /** The number that an op sets a whole array to, all of it. */
  numberFor(op: Op | undefined, { name, length }: ArraySpec): number | undefined {
    const isEvery =
      op?.kind === "edges" && op.trigger.on === "every" && op.layout.kind === "diagonal";
    if (op === undefined || (op.kind !== "map" && !isEvery)) return undefined;
    const sweep = op as SweepOp;
    const count = sweep.kind === "map" ? sweep.count : edgesOf(sweep.layout);
    const write = onlyOne(sweep.writes.filter(({ array }) => array === name));
    if (write === undefined || write.mode !== "set" || count !== length) return undefined;
    return finalNumber(sweep.body, write.symbol);
  }
}

/** Whether parts are all of an array, each element once. */
function isWhole(parts: readonly Part[], { length }: ArraySpec): boolean {
  let end = 0;
  for (const { first, op } of parts) {
    if (first !== end) return false;
    end += edgesOf(op.layout);
  }
  return end === length;
}

const isEvery = (op: Op | undefined, steps: number): boolean =>
  op?.kind === "edges" && op.trigger.on === "every" && op.trigger.steps === steps;

interface Restarts {
  readonly sweeps: ReadonlySet<Op>;
  readonly clocks: ReadonlySet<Op>;
}

/** A sweep of the step with the op after it, which starts the clock anew in the same steps. */
function findRestarts(
  finder: Finder,
  parts: readonly Part[],
  settles: Iterable<readonly Held[]>,
): Restarts | undefined {
  const { program, last, clock } = finder;
  const keyOf = ({ array, offset }: Held): string => `${array}+${offset}`;
  const lazy = [...settles].flat().map(keyOf).sort().join();
  const found = { sweeps: new Set<Op>(), clocks: new Set<Op>() };
  for (const [at, op] of program.ops.entries()) {
    if (op.kind === "deliver" || !touches(op, last.name)) continue;
    const next = program.ops[at + 1];
    const number = finder.numberFor(op, last);
    const isPair =
      op.kind === "edges" &&
      op.trigger.on === "every" &&
      isEvery(next, op.trigger.steps) &&
      number !== undefined &&
      Object.is(finder.numberFor(next, clock), number);
    // It does what a look does, at whatever time that is.
    const held = isPair ? finder.held(op, parts) : undefined;
    if (held === undefined || held.map(keyOf).sort().join() !== lazy) return undefined;
    found.sweeps.add(op);
    found.clocks.add(next!);
  }
  return found;
}

/** The ops of `rebuild` that set times and clock to the same number, or neither of them. */
function findClears(finder: Finder): Set<Op> | undefined {
  const { program, last, clock } = finder;
  const clears = (program.rebuild ?? []).filter((op) => touches(op, last.name));
  const clocks = (program.rebuild ?? []).filter((op) => writesTo(op, clock.name));
  if (clears.length === 0 && clocks.length === 0) return new Set();
  const number = finder.numberFor(onlyOne(clears), last);
  const isSame = Object.is(finder.numberFor(onlyOne(clocks), clock), number);
  const isRead = clears.some(({ reads }) => reads.some(({ array }) => array === last.name));
  return number !== undefined && isSame && !isRead ? new Set(clears) : undefined;
}

function findSettles(finder: Finder, parts: readonly Part[]) {
  const { program, last, clock } = finder;
  const settles = new Map<Op, readonly Held[]>();
  for (const op of program.settle ?? []) {
    if (!touches(op, last.name)) continue;
    const held = op.kind === "map" && op.count === last.length ? finder.held(op, parts) : undefined;
    const write = op.writes.find(({ array }) => array === last.name);
    const now = op.reads.find(({ array }) => array === clock.name);
    const isNow = now !== undefined && write?.symbol === now.symbol;
    if (held === undefined || !isNow || writesTo(op, clock.name)) return undefined;
    settles.set(op, held);
  }
  return settles;
}

/** Everything about these times and this clock, if they could be kept by source. */
function understand(finder: Finder): Clocked | undefined {
  const { program, last, clock } = finder;
  const deliveries = program.ops.filter((op): op is DeliverOp => op.kind === "deliver");
  const found = deliveries.filter((op) => touches(op, last.name)).map((op) => finder.part(op));
  const parts = found.filter((part) => part !== undefined).sort((a, b) => a.first - b.first);
  if (parts.length < found.length || !isWhole(parts, last)) return undefined;
  const clears = findClears(finder);
  const settles = findSettles(finder, parts);
  if (clears === undefined || settles === undefined) return undefined;
  const restarts = findRestarts(finder, parts, settles.values());
  if (restarts === undefined) return undefined;
  const counts = new Set(program.ops.filter((op) => finder.isCount(op)));
  const known = new Set<Op>([
    ...parts.map(({ op }) => op),
    ...restarts.sweeps,
    ...restarts.clocks,
    ...settles.keys(),
    ...counts,
  ]);
  const users = [...program.ops, ...(program.settle ?? [])].filter((op) => touches(op, clock.name));
  const isAllKnown = users.every((op) => known.has(op));
  if (!isAllKnown) return undefined;
  return { last, parts, settles, restarts: restarts.sweeps, clears, counts };
}

/** Times that a delivery sets for its edges, with what is to be known of them. */
export function findClocked(program: Program, op: DeliverOp): Clocked | undefined {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  for (const write of op.writes) {
    const last = specs.get(write.array)!;
    const now = op.reads.find(({ symbol, at }) => symbol === write.symbol && at === "one");
    const clock = now === undefined ? undefined : specs.get(now.array);
    if (write.at !== "edge" || clock?.length !== 1) continue;
    if (!isHidden(program, last) || !isHidden(program, clock)) continue;
    if (!Object.is(last.initial, clock.initial)) continue;
    const found = understand(new Finder(program, last, clock));
    if (found !== undefined) return found;
  }
  return undefined;
}
