// Bodies as short texts that are equal exactly when the bodies are. Invariant: positions in the
// user's text do not count; numbers are told apart to the last bit, and 0 from -0.

import type { Assignment, Expr } from "../../expr/ast.js";

const numberKey = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function exprKey(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return numberKey(expr.value);
    case "name":
      return `'${expr.name}`;
    case "unary":
      return `(${expr.op} ${exprKey(expr.arg)})`;
    case "binary":
      return `(${exprKey(expr.left)}${expr.op}${exprKey(expr.right)})`;
    case "conditional":
      return `(${exprKey(expr.test)}?${exprKey(expr.then)}:${exprKey(expr.else)})`;
    case "call":
      return `${expr.fn}(${expr.args.map(exprKey).join(",")})`;
  }
}

/** The key of one expression. */
export const keyOfExpr = exprKey;

/** The key of a body. */
export const keyOfBody = (body: readonly Assignment[]): string =>
  body.map(({ target, value }) => `${target}=${exprKey(value)}`).join(";");
