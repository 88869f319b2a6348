// Random expressions and bodies over a few symbols, with everything the language has.

import fc from "fast-check";
import {
  binary,
  call,
  conditional,
  functionArity,
  name,
  num,
  unary,
  type Assignment,
  type BinaryOperator,
  type Expr,
  type FunctionName,
} from "../../../../src/expr/ast.js";

export const symbols = ["x", "y", "z"] as const;
export const operators: readonly BinaryOperator[] = [
  ...(["+", "-", "*", "/", "^"] as const),
  ...(["<", "<=", ">", ">=", "==", "!=", "and", "or"] as const),
];
export const functionNames = (Object.keys(functionArity) as FunctionName[]).filter(
  (fn) => fn !== "prev",
);

const literals = [0, -0, 1, -1, 2, 0.5, 3, -2.5, 0.1, 1e-3, 16, 100, 1e30, Infinity, NaN];

const { tree } = fc.letrec<{ tree: Expr }>((tie) => {
  const sub = tie("tree");
  return {
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      fc.oneof(
        fc.constantFrom(...symbols).map((text): Expr => name(text)),
        fc.constantFrom(...literals).map((value): Expr => num(value)),
      ),
      fc.tuple(fc.constantFrom(...operators), sub, sub).map(([op, a, b]) => binary(op, a, b)),
      fc.tuple(fc.constantFrom("-" as const, "not" as const), sub).map(([op, a]) => unary(op, a)),
      fc.tuple(sub, sub, sub).map(([a, b, c]) => conditional(a, b, c)),
      fc
        .constantFrom(...functionNames)
        .chain((fn) =>
          fc
            .tuple(...Array.from({ length: functionArity[fn] }, () => sub))
            .map((args) => call(fn, ...args)),
        ),
    ),
  };
});

/** Assignments to symbols that exist from the start. */
export const bodies: fc.Arbitrary<Assignment[]> = fc.array(
  fc.tuple(fc.constantFrom(...symbols), tree).map(([target, value]) => ({ target, value })),
  { minLength: 1, maxLength: 5 },
);
