// Symbols of ops that are put together from parts of others. Invariant: a symbol is given once.

import { name, type Expr, type NameExpr } from "../../expr/ast.js";
import { substitute } from "../../expr/rewrite.js";
import type { Assignment } from "../../expr/ast.js";
import type { Operand } from "../../ir/program.js";
import type { Bound } from "./linear.js";

const reserved = ["dt", "t", "step"];

/** Gives out symbols that the body does not use, and collects the operands that they read. */
export class Symbols {
  readonly reads: Operand[] = [];
  readonly #taken: Set<string>;

  constructor(reads: readonly Operand[] = [], body: readonly Assignment[] = []) {
    this.reads.push(...reads);
    this.#taken = new Set([
      ...reserved,
      ...reads.map((read) => read.symbol),
      ...body.map(({ target }) => target),
    ]);
  }

  /** The symbol itself, or with a number where it is taken. */
  fresh(wanted: string): string {
    let symbol = wanted;
    for (let number = 1; this.#taken.has(symbol); number++) symbol = `${wanted}$${number}`;
    this.#taken.add(symbol);
    return symbol;
  }

  /** Reads an operand under a symbol of its own. */
  read(operand: Operand): NameExpr {
    const symbol = this.fresh(operand.symbol);
    this.reads.push({ ...operand, symbol });
    return name(symbol);
  }

  /** Reads the operands of an expression under symbols of their own. */
  bind({ expr, reads }: Bound): Expr {
    return substitute(expr, new Map(reads.map((read) => [read.symbol, this.read(read)])));
  }
}
