// Two maps over the same elements as one. Invariant: element i does what it did in the first and then
// what it did in the second; where an element of the second needs another one of the first, or the
// other way round, there is no such map.

import { name, type Assignment, type Expr } from "../../expr/ast.js";
import { substitute } from "../../expr/rewrite.js";
import { accessOf } from "../../ir/access.js";
import type { Emit, MapOp, Operand, Write } from "../../ir/program.js";
import { pruneBody, resultsOf } from "./bodies.js";
import { commonOrigin } from "./new-arrays.js";

type Place = Operand | Write;

/** Where elements lie: neighbours from `from` to before `to`, in place where element i is at from + i. */
interface Reach {
  readonly from: number;
  readonly to: number;
  readonly isInPlace: boolean;
}

function reachOf(place: Place, count: number): Reach {
  const { offset: from = 0, at } = place;
  if (at !== "element") return { from, to: from + 1, isInPlace: false };
  const { repeat = 1, period = Infinity, lag } = place as Operand;
  const length = Math.min(Math.ceil(count / repeat), period);
  const isInPlace = repeat === 1 && length === count && lag === undefined;
  return { from, to: from + length, isInPlace };
}

type Relation = "apart" | "same" | "crossing";

function relate(a: Place, b: Place, count: number): Relation {
  if (a.array !== b.array) return "apart";
  const [one, other] = [reachOf(a, count), reachOf(b, count)];
  if (one.to <= other.from || other.to <= one.from) return "apart";
  return one.isInPlace && other.isInPlace && one.from === other.from ? "same" : "crossing";
}

function canFuse(first: MapOp, second: MapOp): boolean {
  const { count } = first;
  if (count !== second.count || (first.emit !== undefined && second.emit !== undefined)) {
    return false;
  }
  const { reads, writes } = accessOf(second);
  const touched = new Set([...reads, ...writes].map(({ array }) => array));
  const isOpen = (write: Write): boolean => write.mode === "set" || !touched.has(write.array);
  const crosses = (a: Place) => (b: Place) => relate(a, b, count) === "crossing";
  const addsTo = (a: Write) => (b: Write) => b.mode === "add" && relate(a, b, count) === "same";
  return (
    first.writes.every(
      (write) =>
        isOpen(write) &&
        !second.reads.some(crosses(write)) &&
        !second.writes.some(crosses(write)) &&
        !second.writes.some(addsTo(write)),
    ) && !first.reads.some((read) => second.writes.some(crosses(read)))
  );
}

const sameOperand = (a: Operand, b: Operand): boolean =>
  a.array === b.array &&
  a.at === b.at &&
  (a.offset ?? 0) === (b.offset ?? 0) &&
  (a.repeat ?? 1) === (b.repeat ?? 1) &&
  a.period === b.period &&
  a.lag === b.lag;

/** What the symbols of the second map are called in the fused one. */
class Symbols {
  readonly names = new Map<string, string>();
  /** Reads that the first map has no value for. */
  readonly reads: Operand[] = [];
  /** Copies of values that both go on to use. */
  readonly copies: Assignment[] = [];
  readonly #taken: Set<string>;
  readonly #assigned: ReadonlySet<string>;

  constructor(
    readonly first: MapOp,
    readonly second: MapOp,
    /** Symbols of the first map whose values must last to the end. */
    readonly lasting: ReadonlySet<string>,
  ) {
    const own = [...first.reads.map(({ symbol }) => symbol), ...first.body.map((s) => s.target)];
    this.#taken = new Set(["dt", "t", "step", ...own]);
    this.#assigned = new Set(second.body.map(({ target }) => target));
    for (const read of second.reads) this.#addRead(read);
    for (const { target } of second.body) {
      if (!this.names.has(target)) this.names.set(target, this.#take(target));
    }
  }

  #take(wanted: string): string {
    let taken = wanted;
    for (let number = 0; this.#taken.has(taken); number += 1) taken = `${wanted}${number}`;
    this.#taken.add(taken);
    return taken;
  }

  #addRead(read: Operand): void {
    const { symbol } = read;
    const changes = this.#assigned.has(symbol);
    const value = this.#writtenBy(read);
    if (value === undefined) {
      const known = changes ? undefined : this.#readBefore(read);
      const own = known ?? this.#take(symbol);
      this.names.set(symbol, own);
      if (known === undefined) this.reads.push({ ...read, symbol: own });
      return;
    }
    const users = this.second.reads.filter((each) => this.#writtenBy(each) === value);
    const isFree = users.length === 1 && !this.lasting.has(value);
    const isShared = users.every((each) => !this.#assigned.has(each.symbol));
    if (isFree || isShared) {
      this.names.set(symbol, value);
      return;
    }
    const copy = this.#take(symbol);
    this.names.set(symbol, copy);
    this.copies.push({ target: copy, value: name(value) });
  }

  /** The symbol of the first map that holds what the second one reads. */
  #writtenBy(read: Operand): string | undefined {
    const { writes, count } = this.first;
    return writes.find((write) => relate(write, read, count) === "same")?.symbol;
  }

  /** The symbol under which the first map has read the same, if it still has that value. */
  #readBefore(read: Operand): string | undefined {
    const known = this.first.reads.find((each) => sameOperand(each, read))?.symbol;
    const isKept = this.first.body.every(({ target }) => target !== known);
    return isKept ? known : undefined;
  }

  readonly rename = (symbol: string): string => this.names.get(symbol) ?? symbol;
}

function renamedEmit(emit: Emit, rename: (symbol: string) => string): Emit {
  const { when, payload } = emit;
  return {
    ...emit,
    when: rename(when),
    ...(payload === undefined ? {} : { payload: payload.map(rename) }),
  };
}

/** The map that does both, or undefined where their elements need each other. */
export function fuseMaps(first: MapOp, second: MapOp): MapOp | undefined {
  if (!canFuse(first, second)) return undefined;
  const isOverwritten = (write: Write): boolean =>
    second.writes.some((later) => relate(write, later, first.count) === "same");
  const kept = first.writes.filter((write) => !isOverwritten(write));
  const symbols = new Symbols(first, second, new Set(resultsOf({ ...first, writes: kept })));
  const { rename } = symbols;
  const table = new Map<string, Expr>([...symbols.names].map(([from, to]) => [from, name(to)]));
  const body = second.body.map(({ target, value }) => ({
    target: rename(target),
    value: substitute(value, table),
  }));
  const emit = first.emit ?? (second.emit && renamedEmit(second.emit, rename));
  const origin = commonOrigin([first.origin, second.origin]);
  const { origin: _origin, ...head } = first;
  return pruneBody({
    ...head,
    ...(origin === undefined ? {} : { origin }),
    merged: (first.merged ?? 1) + (second.merged ?? 1),
    reads: [...first.reads, ...symbols.reads],
    body: [...first.body, ...symbols.copies, ...body],
    writes: [
      ...kept,
      ...second.writes.map((write) => ({ ...write, symbol: rename(write.symbol) })),
    ],
    ...(emit === undefined ? {} : { emit }),
  });
}
