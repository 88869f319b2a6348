// From expression trees to WGSL: one total table for operators and one for functions. Invariant: the
// meaning is that of src/expr/evaluate.ts; expressions without names are computed here and not by the
// compiler, which would refuse those that overflow.

import { InternalError } from "../../../src/errors.js";
import type {
  Assignment,
  BinaryOperator,
  CallExpr,
  Expr,
  FunctionName,
} from "../../../src/expr/ast.js";
import { evaluate } from "../../../src/expr/evaluate.js";
import { largestProductExponent, portable } from "../../../src/expr/portable.js";
import { namesIn } from "../../../src/expr/rewrite.js";
import { writing, type Library } from "./maths.js";
import { literal, type Text } from "./text.js";

/** What printing an expression needs. */
export interface Printing {
  readonly text: Text;
  readonly library: Library;
  /** The WGSL name of a symbol. */
  readonly symbols: ReadonlyMap<string, string>;
}

type Print = (printing: Printing, args: readonly Expr[]) => string;

const arithmetic = { "+": "+", "-": "-", "*": "*", "/": "/" } as const;
const comparison = { "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==" } as const;
const logical = { and: "&&", or: "||" } as const;

const isIn = <T extends object>(key: PropertyKey, table: T): key is keyof T =>
  Object.hasOwn(table, key);

const builtIn =
  (name: string): Print =>
  (printing, args) =>
    `${name}(${args.map((arg) => numberOf(arg, printing)).join(", ")})`;

const fromLibrary =
  (name: string): Print =>
  (printing, args) =>
    builtIn(printing.library.use(name))(printing, args);

const callTable: { readonly [K in Exclude<FunctionName, "prev">]: Print } = {
  abs: builtIn("abs"),
  ceil: builtIn("ceil"),
  clip(printing, [x, low, high]) {
    const [min, max] = [printing.library.use("m_min"), printing.library.use("m_max")];
    const inner = `${min}(${numberOf(x!, printing)}, ${numberOf(high!, printing)})`;
    return `${max}(${numberOf(low!, printing)}, ${inner})`;
  },
  cos: fromLibrary("m_cos"),
  exp: fromLibrary("m_exp"),
  expm1: fromLibrary("m_expm1"),
  exprel: fromLibrary("m_exprel"),
  floor: builtIn("floor"),
  int: (printing, [arg]) => asNumber(truthOf(arg!, printing)),
  log: fromLibrary("m_log"),
  log1p: fromLibrary("m_log1p"),
  max: fromLibrary("m_max"),
  min: fromLibrary("m_min"),
  sign: fromLibrary("m_sign"),
  sin: fromLibrary("m_sin"),
  sqrt: builtIn("sqrt"),
  tanh: fromLibrary("m_tanh"),
};

const asNumber = (truth: string): string => `select(0.0f, 1.0f, ${truth})`;

function printCall({ fn, args }: CallExpr, printing: Printing): string {
  if (fn === "prev") throw new InternalError("gpu", "prev() was not resolved");
  return callTable[fn](printing, args);
}

/** x^n: small whole exponents are products in the order that all backends use. */
function printPower(left: Expr, right: Expr, printing: Printing): string {
  const { text, library } = printing;
  const x = numberOf(left, printing);
  if (namesIn(right).size === 0) {
    const exponent = evaluate(right, new Map(), "float32");
    if (Number.isInteger(exponent) && Math.abs(exponent) <= largestProductExponent) {
      return portable(writing(text), "float32").powConstant(text.let(x), exponent);
    }
  }
  return `${library.use("m_pow")}(${x}, ${numberOf(right, printing)})`;
}

function printBinary(op: BinaryOperator, left: Expr, right: Expr, printing: Printing): string {
  if (op === "^") return printPower(left, right, printing);
  if (isIn(op, arithmetic)) {
    return `(${numberOf(left, printing)} ${arithmetic[op]} ${numberOf(right, printing)})`;
  }
  return asNumber(printTest(op, left, right, printing));
}

/** Not equal: NaN equals nothing, but `!=` of WGSL need not know that. */
const differs = (a: string, b: string): string => `!(${a} == ${b})`;

function printTest(op: BinaryOperator, left: Expr, right: Expr, printing: Printing): string {
  if (op === "!=") return differs(numberOf(left, printing), numberOf(right, printing));
  if (isIn(op, comparison)) {
    return `(${numberOf(left, printing)} ${comparison[op]} ${numberOf(right, printing)})`;
  }
  if (isIn(op, logical)) {
    return `(${truthOf(left, printing)} ${logical[op]} ${truthOf(right, printing)})`;
  }
  return differs(printBinary(op, left, right, printing), "0.0f");
}

/** The value of an expression, as a WGSL expression; what it needs first is written as lines. */
export function numberOf(expr: Expr, printing: Printing): string {
  if (namesIn(expr).size === 0) return literal(evaluate(expr, new Map(), "float32"));
  switch (expr.kind) {
    case "number":
      return literal(expr.value);
    case "name": {
      const symbol = printing.symbols.get(expr.name);
      if (symbol === undefined) throw new InternalError("gpu", `no symbol "${expr.name}"`);
      return symbol;
    }
    case "unary":
      return expr.op === "-"
        ? `(-${numberOf(expr.arg, printing)})`
        : asNumber(truthOf(expr, printing));
    case "binary":
      return printBinary(expr.op, expr.left, expr.right, printing);
    case "conditional": {
      // Bodies have no effects, so both sides may be computed.
      const sides = `${numberOf(expr.else, printing)}, ${numberOf(expr.then, printing)}`;
      return `select(${sides}, ${truthOf(expr.test, printing)})`;
    }
    case "call":
      return printCall(expr, printing);
  }
}

/** Whether an expression holds, as a WGSL truth value: what is not zero holds. */
function truthOf(expr: Expr, printing: Printing): string {
  if (expr.kind === "binary" && namesIn(expr).size > 0) {
    return printTest(expr.op, expr.left, expr.right, printing);
  }
  if (expr.kind === "unary" && expr.op === "not" && namesIn(expr).size > 0) {
    return `!(${truthOf(expr.arg, printing)})`;
  }
  return differs(numberOf(expr, printing), "0.0f");
}

/** Writes assignments, in order; `symbols` gets what is assigned first. */
export function writeBody(
  body: readonly Assignment[],
  printing: Printing & { readonly symbols: Map<string, string> },
): void {
  const { text, symbols } = printing;
  // Values that were given from outside stay as they are: a body may be in a loop.
  const assigned = new Set<string>();
  for (const { target, value } of body) {
    const result = numberOf(value, printing);
    if (assigned.has(target)) {
      text.line(`${symbols.get(target)!} = ${result};`);
      continue;
    }
    assigned.add(target);
    symbols.set(target, text.var(result));
  }
}
