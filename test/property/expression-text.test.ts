// Expressions as text, from random trees and random texts: what is printed is read back equal, and
// what is read has the value that mathjs gives the same text.

import fc from "fast-check";
import { all, create } from "mathjs";
import { SpecError } from "../../src/errors.js";
import { functionArity } from "../../src/expr/ast.js";
import type { BinaryOperator, Expr, FunctionName, Statement } from "../../src/expr/ast.js";
import { parseExpression, parseStatements } from "../../src/expr/parse.js";
import { printExpression, printStatement } from "../../src/expr/print.js";
import { childrenOf, sameExpr } from "../../src/expr/rewrite.js";

const binaryOperators: BinaryOperator[] = [
  ...(["+", "-", "*", "/", "^"] as const),
  ...(["<", "<=", ">", ">=", "==", "!=", "and", "or"] as const),
];
const functionNames = Object.keys(functionArity) as FunctionName[];
const units = ["mV", "ms", "V", "s", "uA", "volt", "nsiemens"];

const anyNumber = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.constant(1e21));
const aName: fc.Arbitrary<Expr> = fc
  .constantFrom("a", "b", "x1", "_y", "V", "mV", "event", "unless", "refractory")
  .map((name) => ({ kind: "name", name }));
const leaf: fc.Arbitrary<Expr> = fc.oneof(
  anyNumber.map((value): Expr => ({ kind: "number", value })),
  fc
    .tuple(anyNumber, fc.constantFrom(...units))
    .map(([value, unit]): Expr => ({ kind: "number", value, unit })),
  aName,
);

const { tree } = fc.letrec<{ tree: Expr }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 8, depthSize: "large", withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant("unary" as const),
      op: fc.constantFrom("-" as const, "not" as const),
      arg: tie("tree"),
    }),
    fc.record({
      kind: fc.constant("binary" as const),
      op: fc.constantFrom(...binaryOperators),
      left: tie("tree"),
      right: tie("tree"),
    }),
    fc.record({
      kind: fc.constant("conditional" as const),
      test: tie("tree"),
      then: tie("tree"),
      else: tie("tree"),
    }),
    fc
      .constantFrom(...functionNames.filter((fn) => fn !== "prev"))
      .chain((fn) =>
        fc
          .tuple(...Array.from({ length: functionArity[fn] }, () => tie("tree")))
          .map((args): Expr => ({ kind: "call", fn, args })),
      ),
    aName.map((arg): Expr => ({ kind: "call", fn: "prev", args: [arg] })),
  ),
}));

test("every tree is read back from its text", () => {
  fc.assert(
    fc.property(tree, (expr) => {
      const text = printExpression(expr);
      if (!sameExpr(parseExpression(text), expr)) throw new Error(text);
    }),
    { numRuns: 3000 },
  );
});

test("no parenthesis of a printed tree can be left out", () => {
  fc.assert(
    fc.property(tree, (expr) => {
      const text = printExpression(expr);
      for (let i = 0; i < text.length; i++) {
        // Parentheses of calls, and of a negated number, belong to the form.
        if (text[i] !== "(" || /[a-z0-9-]$/.test(text.slice(0, i))) continue;
        const without = text.slice(0, i) + " " + text.slice(i + 1);
        const close = closing(text, i);
        const shorter = without.slice(0, close) + " " + without.slice(close + 1);
        const read = readOrNothing(shorter);
        if (read !== undefined && sameExpr(read, expr)) throw new Error(`${text} -> ${shorter}`);
      }
    }),
    { numRuns: 1000 },
  );
});

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

function readOrNothing(text: string): Expr | undefined {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

const span = fc.constant({ start: 0, end: 0 });
const differential = fc.constant("differential" as const);
const statement = fc.oneof<fc.Arbitrary<Statement>[]>(
  fc.record({
    kind: fc.constant("assign"),
    target: fc.constant("x"),
    op: fc.constantFrom("=", "+=", "/="),
    value: tree,
    unit: fc.constantFrom("mV", "1", "nA/ms", "1/(mV ms)", "mV^2", "volt/second**0.5"),
    flags: fc.constantFrom<string[]>([], ["unless refractory"], ["event-driven", "shared"]),
    span,
  }),
  fc.record({
    kind: differential,
    target: fc.constant("V"),
    coefficient: tree,
    value: tree,
    flags: fc.constantFrom<string[]>([], ["unless refractory"]),
    span,
  }),
  fc.record({
    kind: differential,
    target: fc.constant("V"),
    value: tree,
    flags: fc.constant([]),
    span,
  }),
);

/** All of a statement as text that only equal statements share. */
function shape(one: Statement): string {
  const coefficient = one.kind === "differential" ? one.coefficient : undefined;
  const exprs = [one.value, ...(coefficient === undefined ? [] : [coefficient])];
  const rest = { ...one, value: 0, coefficient: exprs.length, span: 0 };
  return JSON.stringify([Object.entries(rest).sort(), exprs.map(printExpression)]);
}

test("every statement is read back from its text", () => {
  fc.assert(
    fc.property(statement, (one) => {
      const read = parseStatements(`\n${printStatement(one)} # note\n`);
      expect(read.map(shape)).toEqual([shape(one)]);
    }),
    { numRuns: 1000 },
  );
});

describe("reading any text", () => {
  const words =
    "== ** && || += and or not true inf exp pow prev max a dV dt mV V 1 2.5 1e-3 1e __proto__";
  const marks = "+-*/^<>!?:=(),;#\n.&|\"'`\\[]{}\u2028\u00b5 ";
  const others = ["(unless refractory)", " ", "  ", "\r\n"];
  const pieces = fc.constantFrom(...words.split(" "), ...marks, ...others);
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );

  test("ends in a tree or a SpecError, and in nothing else", () => {
    fc.assert(
      fc.property(text, (some) => {
        for (const read of [parseExpression, parseStatements]) {
          try {
            read(some);
          } catch (error) {
            expect(error).toBeInstanceOf(SpecError);
            expect((error as SpecError).message).toContain("^");
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("gives a tree that its own printed text gives again", () => {
    fc.assert(
      fc.property(text, (some) => {
        const expr = readOrNothing(some);
        if (expr === undefined) return;
        expect(sameExpr(parseExpression(printExpression(expr)), expr)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

test("spans lie inside the text, and children inside their parents", () => {
  fc.assert(
    fc.property(tree, (expr) => {
      const text = ` ${printExpression(expr)} `;
      const visit = (node: Expr): void => {
        for (const child of childrenOf(node)) {
          expect(child.span!.start).toBeGreaterThanOrEqual(node.span!.start);
          expect(child.span!.end).toBeLessThanOrEqual(node.span!.end);
          visit(child);
        }
      };
      const read = parseExpression(text);
      expect(read.span!.start).toBeGreaterThanOrEqual(1);
      expect(read.span!.end).toBeLessThanOrEqual(text.length - 1);
      visit(read);
    }),
    { numRuns: 300 },
  );
});

/* ---- mathjs reads the same text: numbers from -4 to 4, so that differences cannot hide ---- */

const math = create(all!, { predictable: true, relTol: 1e-300, absTol: 0 });
const variables = { a: 1.5, b: -2, c: 0.5, x: 3 } as const;

class Undecided extends Error {}

/** mathjs calls NaN false and finds it equal to numbers; here it is not zero, and equal to nothing. */
function decided(value: number): number {
  if (Number.isNaN(value)) throw new Undecided();
  return value;
}
const truth = (value: number) => decided(value) !== 0;
const compare = (holds: (a: number, b: number) => boolean) => (a: number, b: number) =>
  Number(holds(decided(a), decided(b)));

const binaryValue: Record<BinaryOperator, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  // mathjs takes real cube roots of negative numbers, here they are NaN.
  "^": (a, b) => decided(a ** b),
  "<": compare((a, b) => a < b),
  "<=": compare((a, b) => a <= b),
  ">": compare((a, b) => a > b),
  ">=": compare((a, b) => a >= b),
  "==": compare((a, b) => a === b),
  "!=": compare((a, b) => a !== b),
  and: (a, b) => Number(truth(a) && truth(b)),
  or: (a, b) => Number(truth(a) || truth(b)),
};

function valueOf(expr: Expr): number {
  switch (expr.kind) {
    case "number":
      return expr.value;
    case "name":
      return variables[expr.name as keyof typeof variables];
    case "unary":
      return expr.op === "-" ? -valueOf(expr.arg) : Number(!truth(valueOf(expr.arg)));
    case "binary":
      return binaryValue[expr.op](valueOf(expr.left), valueOf(expr.right));
    case "conditional":
      return truth(valueOf(expr.test)) ? valueOf(expr.then) : valueOf(expr.else);
    case "call": {
      const args = expr.args.map(valueOf);
      if (args.some(Number.isNaN)) throw new Undecided();
      return (Math[expr.fn as "max"] as (...values: number[]) => number)(...args);
    }
  }
}

// Chains of comparisons and a / b c are refused here; mathjs gives them meanings of its own. It
// cannot read a conditional between ? and : without parentheses.
const operand = fc.oneof(
  fc.constantFrom(...Object.keys(variables), "1", "2", "0.5", ".25", "3.", "1e0"),
  fc.constantFrom("abs(b)", "max(a, x)", "min(b, c)", "sqrt(x)"),
);
const { infix } = fc.letrec<{ infix: string }>((tie) => ({
  infix: fc.oneof(
    { maxDepth: 5 },
    operand,
    fc
      .array(
        fc.tuple(
          fc.constantFrom("+", "-", "*", "/", "^", "<", ">=", "==", "and", "or", ""),
          fc.constantFrom("", "", "", "-"),
          fc.oneof(
            operand,
            tie("infix").map((inner) => `(${inner})`),
          ),
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((parts) => parts.map(([op, sign, value]) => `${op} ${sign}${value}`).join(" "))
      .map((text) => `x ${text}`),
    fc
      .tuple(tie("infix"), tie("infix"), tie("infix"))
      .map(([test, then, otherwise]) => `${test} ? (${then}) : ${otherwise}`),
    tie("infix").map((inner) => `not (${inner})`),
  ),
}));

/** mathjs reads `x (a)` as a call. */
const forMathjs = (text: string) => text.replace(/\b([abcx])\b/g, "($1)");

test("mathjs gives the same text the same value", () => {
  let compared = 0;
  fc.assert(
    fc.property(infix, (text) => {
      const expr = readOrNothing(text);
      if (expr === undefined) return;
      let ours: number;
      try {
        ours = valueOf(expr);
      } catch (error) {
        if (error instanceof Undecided) return;
        throw error;
      }
      const theirs = Number(math.evaluate(forMathjs(text), { ...variables }));
      compared++;
      const size = Math.max(1, Math.abs(ours));
      const isClose = Math.abs(ours - theirs) <= 1e-9 * size || Object.is(ours + 0, theirs + 0);
      if (!isClose) throw new Error(`${text}: ${ours} here, ${theirs} in mathjs`);
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(1000);
});
