// From expression trees to the text of kernels: one total table for operators and one for functions.
// Invariant: the meaning is that of src/expr/evaluate.ts, whatever the language; expressions without
// names are computed here and not by the compiler, which would refuse those that overflow.

import { InternalError } from "../../src/errors.js";
import type {
  Assignment,
  BinaryOperator,
  CallExpr,
  Expr,
  FunctionName,
} from "../../src/expr/ast.js";
import { evaluate } from "../../src/expr/evaluate.js";
import { largestProductExponent, portable, type Arithmetic } from "../../src/expr/portable.js";
import { namesIn } from "../../src/expr/rewrite.js";
import type { Text } from "./wgsl/text.js";

/** What differs between the languages of kernels. */
export interface Dialect {
  /** A float32 number; a language that has no text for it may need a line first. */
  literal(value: number, text: Text): string;
  select(otherwise: string, chosen: string, test: string): string;
  /** A function of the language itself. */
  builtIn(name: "abs" | "ceil" | "floor" | "sqrt", args: readonly string[]): string;
  /** A function that the kernel brings with it, by its name in the library. */
  call(name: string, args: readonly string[]): string;
  writing(text: Text): Arithmetic<string>;
}

/** The functions that kernels bring with them. */
export interface FunctionLibrary {
  /** Says that a function is used, and gives its name back. */
  use(name: string): string;
}

/** What printing an expression needs. */
export interface Printing {
  readonly dialect: Dialect;
  readonly text: Text;
  readonly library: FunctionLibrary;
  /** The name of a symbol in the text. */
  readonly symbols: ReadonlyMap<string, string>;
}

type Print = (printing: Printing, args: readonly Expr[]) => string;

const arithmetic = { "+": "+", "-": "-", "*": "*", "/": "/" } as const;
const comparison = { "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==" } as const;
const logical = { and: "&&", or: "||" } as const;

const isIn = <T extends object>(key: PropertyKey, table: T): key is keyof T =>
  Object.hasOwn(table, key);

const numbersOf = (printing: Printing, args: readonly Expr[]): string[] =>
  args.map((arg) => numberOf(arg, printing));

const builtIn =
  (name: Parameters<Dialect["builtIn"]>[0]): Print =>
  (printing, args) =>
    printing.dialect.builtIn(name, numbersOf(printing, args));

const fromLibrary =
  (name: string): Print =>
  (printing, args) =>
    printing.dialect.call(printing.library.use(name), numbersOf(printing, args));

const callTable: { readonly [K in Exclude<FunctionName, "prev">]: Print } = {
  abs: builtIn("abs"),
  ceil: builtIn("ceil"),
  clip(printing, [x, low, high]) {
    const { dialect, library } = printing;
    const [min, max] = [library.use("m_min"), library.use("m_max")];
    const inner = dialect.call(min, numbersOf(printing, [x!, high!]));
    return dialect.call(max, [numberOf(low!, printing), inner]);
  },
  cos: fromLibrary("m_cos"),
  exp: fromLibrary("m_exp"),
  expm1: fromLibrary("m_expm1"),
  exprel: fromLibrary("m_exprel"),
  floor: builtIn("floor"),
  int: (printing, [arg]) => asNumber(truthOf(arg!, printing), printing),
  log: fromLibrary("m_log"),
  log1p: fromLibrary("m_log1p"),
  max: fromLibrary("m_max"),
  min: fromLibrary("m_min"),
  sign: fromLibrary("m_sign"),
  sin: fromLibrary("m_sin"),
  sqrt: builtIn("sqrt"),
  tanh: fromLibrary("m_tanh"),
};

const asNumber = (truth: string, { dialect, text }: Printing): string =>
  dialect.select(dialect.literal(0, text), dialect.literal(1, text), truth);

function printCall({ fn, args }: CallExpr, printing: Printing): string {
  if (fn === "prev") throw new InternalError("gpu", "prev() was not resolved");
  return callTable[fn](printing, args);
}

/** x^n: small whole exponents are products in the order that all backends use. */
function printPower(left: Expr, right: Expr, printing: Printing): string {
  const { text, library, dialect } = printing;
  const x = numberOf(left, printing);
  if (namesIn(right).size === 0) {
    const exponent = evaluate(right, new Map(), "float32");
    if (Number.isInteger(exponent) && Math.abs(exponent) <= largestProductExponent) {
      return portable(dialect.writing(text), "float32").powConstant(text.let(x), exponent);
    }
  }
  return dialect.call(library.use("m_pow"), [x, numberOf(right, printing)]);
}

function printBinary(op: BinaryOperator, left: Expr, right: Expr, printing: Printing): string {
  if (op === "^") return printPower(left, right, printing);
  if (isIn(op, arithmetic)) {
    return `(${numberOf(left, printing)} ${arithmetic[op]} ${numberOf(right, printing)})`;
  }
  return asNumber(printTest(op, left, right, printing), printing);
}

const zeroOf = ({ dialect, text }: Printing): string => dialect.literal(0, text);

/** Not equal: NaN equals nothing, but `!=` of shaders need not know that. */
const differs = (a: string, b: string): string => `!(${a} == ${b})`;

function printTest(op: BinaryOperator, left: Expr, right: Expr, printing: Printing): string {
  if (op === "!=") return differs(numberOf(left, printing), numberOf(right, printing));
  if (isIn(op, comparison)) {
    return `(${numberOf(left, printing)} ${comparison[op]} ${numberOf(right, printing)})`;
  }
  if (isIn(op, logical)) {
    return `(${truthOf(left, printing)} ${logical[op]} ${truthOf(right, printing)})`;
  }
  return differs(printBinary(op, left, right, printing), zeroOf(printing));
}

/** The value of an expression, as text; what it needs first is written as lines. */
export function numberOf(expr: Expr, printing: Printing): string {
  const { dialect, text } = printing;
  if (namesIn(expr).size === 0) {
    return dialect.literal(evaluate(expr, new Map(), "float32"), text);
  }
  switch (expr.kind) {
    case "number":
      return dialect.literal(expr.value, text);
    case "name": {
      const symbol = printing.symbols.get(expr.name);
      if (symbol === undefined) throw new InternalError("gpu", `no symbol "${expr.name}"`);
      return symbol;
    }
    case "unary":
      return expr.op === "-"
        ? `(-${numberOf(expr.arg, printing)})`
        : asNumber(truthOf(expr, printing), printing);
    case "binary":
      return printBinary(expr.op, expr.left, expr.right, printing);
    case "conditional": {
      // Bodies have no effects, so both sides may be computed.
      const otherwise = numberOf(expr.else, printing);
      const chosen = numberOf(expr.then, printing);
      return dialect.select(otherwise, chosen, truthOf(expr.test, printing));
    }
    case "call":
      return printCall(expr, printing);
  }
}

/** Whether an expression holds, as a truth value: what is not zero holds. */
function truthOf(expr: Expr, printing: Printing): string {
  if (expr.kind === "binary" && namesIn(expr).size > 0) {
    return printTest(expr.op, expr.left, expr.right, printing);
  }
  if (expr.kind === "unary" && expr.op === "not" && namesIn(expr).size > 0) {
    return `!(${truthOf(expr.arg, printing)})`;
  }
  return differs(numberOf(expr, printing), zeroOf(printing));
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
