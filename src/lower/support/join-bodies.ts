// Two bodies in a row as one. Invariant: what a symbol of the second body means, no symbol of the
// first one takes its place, and values that are used after both keep theirs.

import { name, type Assignment, type Expr } from "../../expr/ast.js";
import { substitute } from "../../expr/rewrite.js";
import type { DeliverOp, MapOp, Operand } from "../../ir/program.js";

type Body = Pick<MapOp | DeliverOp, "reads" | "body">;

export interface JoinRequest {
  readonly first: Body;
  readonly second: Body;
  /** Symbols of the first body whose values must last to the end. */
  readonly lasting: ReadonlySet<string>;
  /** The symbol of the first body that holds at its end what an operand of the second reads. */
  readonly valueOf: (read: Operand) => string | undefined;
}

export interface Joined {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  /** What a symbol of the second body is called at the end. */
  readonly rename: (symbol: string) => string;
}

const given = ["dt", "t", "step"];

const samePlace = (a: Operand, b: Operand): boolean =>
  a.array === b.array &&
  a.at === b.at &&
  (a.offset ?? 0) === (b.offset ?? 0) &&
  (a.repeat ?? 1) === (b.repeat ?? 1) &&
  a.period === b.period &&
  a.lag === b.lag;

/** Gives names to the symbols of the second body. */
class Names {
  readonly #names = new Map<string, string>();
  readonly #taken: Set<string>;
  /** Assigned by the second body already. */
  readonly #own = new Set<string>();

  constructor(
    first: Body,
    readonly lasting: ReadonlySet<string>,
  ) {
    const symbols = [
      ...first.reads.map(({ symbol }) => symbol),
      ...first.body.map((s) => s.target),
    ];
    this.#taken = new Set([...given, ...symbols]);
  }

  readonly get = (symbol: string): string => this.#names.get(symbol) ?? symbol;

  /** From here on the symbol stands for a value of the first body. */
  share(symbol: string, value: string): void {
    this.#names.set(symbol, value);
  }

  /** A symbol of its own. */
  take(symbol: string): string {
    let taken = symbol;
    for (let number = 0; this.#taken.has(taken); number += 1) taken = `${symbol}${number}`;
    this.#taken.add(taken);
    this.#names.set(symbol, taken);
    return taken;
  }

  /** What the second body may assign; what it has read is overwritten only for want of a name. */
  assign(symbol: string): string {
    if (this.#own.has(symbol)) return this.get(symbol);
    this.#own.add(symbol);
    const isReused = this.#taken.has(symbol) && this.#isFree(symbol);
    return isReused ? this.get(symbol) : this.take(symbol);
  }

  /** Whether the value that a symbol stands for is not needed beside it. */
  #isFree(symbol: string): boolean {
    const value = this.#names.get(symbol);
    if (value === undefined || given.includes(value) || this.lasting.has(value)) return false;
    return [...this.#names].every(([other, same]) => other === symbol || same !== value);
  }

  expression(value: Expr): Expr {
    return substitute(value, new Map([...this.#names].map(([from, to]) => [from, name(to)])));
  }
}

/** The second body after the first one, with its reads and symbols as they then are. */
export function joinBodies({ first, second, lasting, valueOf }: JoinRequest): Joined {
  const names = new Names(first, lasting);
  const assigned = new Set(first.body.map(({ target }) => target));
  const reads = [...first.reads];
  for (const read of second.reads) {
    const before = first.reads.find((one) => samePlace(one, read) && !assigned.has(one.symbol));
    const value = valueOf(read) ?? before?.symbol;
    if (value !== undefined) names.share(read.symbol, value);
    else reads.push({ ...read, symbol: names.take(read.symbol) });
  }
  const body = [...first.body];
  for (const { target, value } of second.body) {
    // The value comes first: it still means what the symbol was.
    const expression = names.expression(value);
    body.push({ target: names.assign(target), value: expression });
  }
  return { reads, body, rename: names.get };
}
