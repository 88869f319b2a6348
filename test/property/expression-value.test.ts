// Random expressions: folding keeps every bit, derivatives agree with differences and with mathjs, and
// a body means the same as its assignments one by one. A failure prints its seed and smallest case.

import fc from "fast-check";
import { derivative as mathjsDerivative } from "mathjs";
import { binary, call, conditional, name, num, unary } from "../../src/expr/ast.js";
import type { BinaryOperator, Expr, FunctionName } from "../../src/expr/ast.js";
import { derivative, linearParts } from "../../src/expr/derivative.js";
import { compileBody, evaluate } from "../../src/expr/evaluate.js";
import { printExpression } from "../../src/expr/print.js";
import { mapExpr } from "../../src/expr/rewrite.js";
import { foldConstants } from "../../src/expr/simplify.js";

const symbols = ["x", "y", "z"] as const;
const literals = [0, -0, 1, -1, 2, 0.5, 3, -2.5, 0.1, 1e-3, 16, 100];

interface Language {
  readonly numbers: fc.Arbitrary<number>;
  readonly binary: readonly BinaryOperator[];
  readonly one: readonly FunctionName[];
  readonly several: boolean;
}

function expressions(language: Language): fc.Arbitrary<Expr> {
  const { tree } = fc.letrec<{ tree: Expr }>((tie) => {
    const leaf = fc.oneof(
      fc.constantFrom(...symbols).map((text): Expr => name(text)),
      language.numbers.map((value): Expr => num(value)),
    );
    const sub = tie("tree");
    const inner: fc.Arbitrary<Expr>[] = [
      fc.tuple(fc.constantFrom(...language.binary), sub, sub).map(([op, a, b]) => binary(op, a, b)),
      sub.map((a) => unary("-", a)),
      fc.tuple(fc.constantFrom(...language.one), sub).map(([fn, a]) => call(fn, a)),
    ];
    if (language.several) {
      const three = fc.tuple(sub, sub, sub);
      inner.push(three.map(([a, b, c]) => conditional(a, b, c)));
      inner.push(three.map(([a, b, c]) => call("clip", a, b, c)));
      inner.push(fc.tuple(sub, sub).map(([a, b]) => call("min", a, b)));
      inner.push(fc.tuple(sub, sub).map(([a, b]) => call("max", a, b)));
      inner.push(sub.map((a) => unary("not", a)));
    }
    return { tree: fc.oneof({ maxDepth: 5, depthSize: "small" }, leaf, ...inner) };
  });
  return tree;
}

const everything = expressions({
  numbers: fc.constantFrom(...literals),
  binary: ["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or"],
  one: [
    ...(["abs", "ceil", "cos", "exp", "expm1", "exprel", "floor", "int", "log", "log1p"] as const),
    ...(["sign", "sin", "sqrt", "tanh"] as const),
  ],
  several: true,
});

/** Without jumps, kinks and poles in the way, so that differences mean something. */
const smooth = expressions({
  numbers: fc.constantFrom(1, 2, 3, -2.5, 0.1, 0.7),
  binary: ["+", "-", "*", "/", "^"],
  one: ["cos", "exp", "log", "sin", "sqrt", "tanh"],
  several: false,
});

const anyNumber = fc.oneof(
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-310, 1e300),
);
const scopes = fc.record({ x: anyNumber, y: anyNumber, z: anyNumber });
const moderate = fc.double({ min: 0.2, max: 2, noNaN: true });
const precisions = fc.constantFrom("float64" as const, "float32" as const);
const runs = { numRuns: 2000 };

test("foldConstants keeps the value of every expression bit for bit", () => {
  fc.assert(
    fc.property(everything, scopes, precisions, (tree, scope, precision) => {
      const folded = foldConstants(tree, precision);
      expect(evaluate(folded, scope, precision)).toBe(evaluate(tree, scope, precision));
    }),
    runs,
  );
});

test("foldConstants keeps the value where names have become numbers", () => {
  fc.assert(
    fc.property(everything, scopes, precisions, (tree, scope, precision) => {
      const filled = mapExpr(tree, (node) =>
        node.kind === "name" && node.name !== "z" && Number.isFinite(scope[node.name as "x" | "y"])
          ? num(scope[node.name as "x" | "y"])
          : node,
      );
      const wanted = evaluate(tree, scope, precision);
      expect(evaluate(foldConstants(filled, precision), scope, precision)).toBe(wanted);
    }),
    runs,
  );
});

test("folding twice is folding once", () => {
  fc.assert(
    fc.property(everything, (tree) => {
      const folded = foldConstants(tree);
      expect(foldConstants(folded)).toBe(folded);
    }),
    runs,
  );
});

/** The difference quotient, and how much it can be trusted; undefined where it means nothing. */
function quotientOf(tree: Expr, scope: Record<string, number>) {
  const at = (shift: number) => evaluate(tree, { ...scope, x: scope["x"]! + shift });
  const wide = (at(2e-4) - at(-2e-4)) / 4e-4;
  const narrow = (at(1e-4) - at(-1e-4)) / 2e-4;
  const spread = Math.abs(wide - narrow);
  const noise = (Math.abs(at(0)) * 1e-13) / 1e-4;
  const isTrusted = spread < 1e-3 * (1 + Math.abs(narrow)) && Math.abs(at(0)) < 1e6;
  return isTrusted ? { value: narrow, error: spread + noise + 1e-7 } : undefined;
}

test("derivative agrees with central differences", () => {
  let compared = 0;
  fc.assert(
    fc.property(smooth, moderate, moderate, moderate, (tree, x, y, z) => {
      const scope = { x, y, z };
      const wanted = quotientOf(tree, scope);
      const got = evaluate(derivative(tree, "x"), scope);
      // Not finite next to log(0) and the like, even where the whole is flat.
      if (wanted === undefined || !Number.isFinite(got)) return;
      compared += 1;
      expect(Math.abs(got - wanted.value)).toBeLessThan(wanted.error + 1e-6 * Math.abs(got));
    }),
    runs,
  );
  expect(compared).toBeGreaterThan(500);
});

/** mathjs goes on in complex numbers where there is no real value, and can fail on them. */
function mathjsSlope(tree: Expr, scope: Record<string, number>): unknown {
  try {
    return mathjsDerivative(printExpression(tree), "x").evaluate({ ...scope });
  } catch {
    return undefined;
  }
}

test("derivative agrees with mathjs.derivative", () => {
  let compared = 0;
  fc.assert(
    fc.property(smooth, moderate, moderate, moderate, (tree, x, y, z) => {
      const scope = { x, y, z };
      const wanted = mathjsSlope(tree, scope);
      const got = evaluate(derivative(tree, "x"), scope);
      if (typeof wanted !== "number" || !Number.isFinite(wanted) || !Number.isFinite(got)) return;
      if (Math.abs(wanted) > 1e6) return;
      compared += 1;
      const slack = conditionOf(tree, scope);
      expect(Math.abs(got - wanted)).toBeLessThan(1e-9 * (1 + Math.abs(wanted)) + slack);
    }),
    { numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(100);
});

/** How much the derivative moves when its argument moves by a few units in the last place. */
function conditionOf(tree: Expr, scope: Record<string, number>): number {
  const slope = derivative(tree, "x");
  const near = (factor: number) => evaluate(slope, { ...scope, x: scope["x"]! * factor });
  return 1e4 * Math.abs(near(1 + 1e-14) - near(1 - 1e-14));
}

test("slope * x + rest is the expression, wherever linearParts finds them", () => {
  let found = 0;
  const linear = fc
    .tuple(everything, everything, everything)
    .map(([a, b, c]) => binary("-", binary("*", a, binary("+", name("x"), b)), c));
  fc.assert(
    fc.property(linear, moderate, moderate, moderate, (tree, x, y, z) => {
      const parts = linearParts(tree, "x");
      if (parts === undefined) return;
      const scope = { x, y, z };
      const slope = evaluate(parts.slope, scope);
      const rest = evaluate(parts.rest, scope);
      const wanted = evaluate(tree, scope);
      if (![slope, rest, wanted].every((v) => Number.isFinite(v))) return;
      found += 1;
      const size = Math.abs(slope * x) + Math.abs(rest) + 1;
      expect(Math.abs(slope * x + rest - wanted)).toBeLessThan(1e-9 * size);
      expect(evaluate(parts.slope, { ...scope, x: x + 1 })).toBe(slope);
      expect(evaluate(parts.rest, { ...scope, x: x + 1 })).toBe(rest);
    }),
    runs,
  );
  expect(found).toBeGreaterThan(100);
});

test("a body is its assignments, one after the other", () => {
  const bodies = fc.array(fc.tuple(fc.constantFrom(...symbols), everything), { maxLength: 5 });
  fc.assert(
    fc.property(bodies, scopes, precisions, (lines, scope, precision) => {
      const values: Record<string, number> = { ...scope };
      for (const [target, value] of lines) values[target] = evaluate(value, values, precision);
      const slots = new Map(symbols.map((symbol, i) => [symbol as string, i]));
      const frame = Float64Array.from(symbols, (symbol) => scope[symbol]);
      const body = lines.map(([target, value]) => ({ target, value }));
      compileBody(body, slots, precision)(frame);
      expect([...frame]).toEqual(symbols.map((symbol) => values[symbol]));
    }),
    runs,
  );
});
