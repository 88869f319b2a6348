// Bodies as short texts that are equal exactly when the bodies do the same. Invariant: positions in
// the user's text and the names of symbols do not count; numbers are told apart to the last bit.

import type { Assignment, Expr } from "../../expr/ast.js";

const numberKey = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** Gives the text that stands for a name. */
type Rename = (name: string) => string;

function exprKey(expr: Expr, rename: Rename): string {
  const key = (child: Expr): string => exprKey(child, rename);
  switch (expr.kind) {
    case "number":
      return numberKey(expr.value);
    case "name":
      return `'${rename(expr.name)}`;
    case "unary":
      return `(${expr.op} ${key(expr.arg)})`;
    case "binary":
      return `(${key(expr.left)}${expr.op}${key(expr.right)})`;
    case "conditional":
      return `(${key(expr.test)}?${key(expr.then)}:${key(expr.else)})`;
    case "call":
      return `${expr.fn}(${expr.args.map(key).join(",")})`;
  }
}

/** The key of one expression, names as they are. */
export const keyOfExpr = (expr: Expr): string => exprKey(expr, (name) => name);

/** Numbers the symbols of one op in the order in which they are first met. */
export class Renaming {
  readonly #numbers = new Map<string, number>();

  /** The symbol's number; the symbols that every body has keep their names. */
  readonly of = (symbol: string): string => {
    const number = this.#numbers.get(symbol);
    return number === undefined ? symbol : `${number}`;
  };

  add(symbol: string): string {
    if (!this.#numbers.has(symbol)) this.#numbers.set(symbol, this.#numbers.size);
    return this.of(symbol);
  }

  /** The key of a body; what it assigns gets numbers too. */
  keyOfBody(body: readonly Assignment[]): string {
    return body
      .map(({ target, value }) => {
        const key = exprKey(value, this.of);
        return `${this.add(target)}=${key}`;
      })
      .join(";");
  }
}
