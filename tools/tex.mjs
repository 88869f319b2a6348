// Expressions and statements of models as TeX, for the catalogue page. Invariant: what is printed
// means what the text means; where the text needs parentheses, or a fraction stands in for them.

/** @typedef {import("../src/expr/ast.js").Expr} Expr */
/** @typedef {import("../src/expr/ast.js").NumberExpr} NumberExpr */
/** @typedef {import("../src/expr/ast.js").BinaryExpr} BinaryExpr */
/** @typedef {import("../src/expr/ast.js").BinaryOperator} BinaryOperator */
/** @typedef {import("../src/expr/ast.js").ConditionalExpr} ConditionalExpr */
/** @typedef {import("../src/expr/ast.js").FunctionName} FunctionName */
/** @typedef {import("../src/expr/ast.js").Statement} Statement */

const greek = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau " +
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
  ).split(" "),
);

/** @param {string} word */
function printWord(word) {
  if (greek.has(word)) return `\\${word}`;
  return /^[A-Za-z]$/.test(word) ? word : `\\mathit{${word}}`;
}

/** @param {string} word */
function printSubscript(word) {
  if (word === "inf") return "\\infty";
  return greek.has(word) ? `\\${word}` : word;
}

/**
 * A symbol: `e_lo` is e with the subscript lo, `Er` is E with r, `th0` is th with 0.
 * @param {string} symbol
 */
export function texOfSymbol(symbol) {
  if (symbol === "dt") return "\\Delta t";
  const [first = "", ...rest] = symbol.split("_").filter((part) => part !== "");
  const [, word = first, tail = ""] =
    /^([A-Z])([a-z]+)$/.exec(greek.has(first) ? "" : first) ?? /^(.*?)(\d+)$/.exec(first) ?? [];
  const subscript = [...(tail === "" ? [] : [tail]), ...rest].map(printSubscript).join(",");
  return printWord(word) + (subscript === "" ? "" : `_{${subscript}}`);
}

/**
 * A unit such as `uS` or `nA/mV^2`.
 * @param {string} unit
 */
export function texOfUnit(unit) {
  const text = unit
    .replace(/\^(-?\d+)/g, "^{$1}")
    .replace(/\s*\*\s*|\s+/g, "\\,")
    .replace(/\bu(?=[A-Za-z])/g, "\\mu ");
  return `\\mathrm{${text}}`;
}

/** How tightly something binds; higher binds tighter. */
const level = {
  conditional: 0,
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  sign: 7,
  operand: 8,
  /** What may stand under an exponent without parentheses. */
  base: 9,
};

/** @type {Readonly<Record<BinaryOperator, { sign: string, own: number, left: number, right: number }>>} */
const operators = {
  or: { sign: "\\lor", own: level.or, left: level.or, right: level.and },
  and: { sign: "\\land", own: level.and, left: level.and, right: level.not },
  "<": { sign: "<", own: level.comparison, left: level.sum, right: level.sum },
  "<=": { sign: "\\le", own: level.comparison, left: level.sum, right: level.sum },
  ">": { sign: ">", own: level.comparison, left: level.sum, right: level.sum },
  ">=": { sign: "\\ge", own: level.comparison, left: level.sum, right: level.sum },
  "==": { sign: "=", own: level.comparison, left: level.sum, right: level.sum },
  "!=": { sign: "\\ne", own: level.comparison, left: level.sum, right: level.sum },
  "+": { sign: "+", own: level.sum, left: level.sum, right: level.sum },
  "-": { sign: "-", own: level.sum, left: level.sum, right: level.product },
  // Multiplication is associative on paper, so that a product on the right needs no parentheses.
  "*": { sign: "\\,", own: level.product, left: level.product, right: level.product },
  "/": { sign: "", own: level.operand, left: 0, right: 0 },
  "^": { sign: "^", own: level.operand, left: level.base, right: 0 },
};

/** @param {Expr} expr @returns {number} */
function levelOf(expr) {
  switch (expr.kind) {
    case "number": {
      if (expr.value < 0 || Object.is(expr.value, -0)) return level.sign;
      const isPlain = expr.unit === undefined && !String(expr.value).includes("e");
      return isPlain ? level.base : level.product;
    }
    case "name":
      return level.base;
    case "unary":
      return expr.op === "not" ? level.not : level.sign;
    case "binary":
      return operators[expr.op].own;
    case "call":
      return level.operand;
    case "conditional":
      return level.conditional;
  }
}

/** @param {string} text */
const inParentheses = (text) => `\\left(${text}\\right)`;

/** @param {Expr} expr @param {number} least */
const atLeast = (expr, least) => (levelOf(expr) < least ? inParentheses(texOf(expr)) : texOf(expr));

/** @param {NumberExpr} number */
function texOfNumber({ value, unit }) {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [digits = "", exponent] = String(Math.abs(value)).split("e");
  const factor = exponent === undefined ? "" : `10^{${exponent.replace("+", "")}}`;
  const plain = digits === "Infinity" ? "\\infty" : digits === "NaN" ? "\\mathrm{nan}" : digits;
  const size = factor === "" ? plain : plain === "1" ? factor : `${plain} \\times ${factor}`;
  return sign + size + (unit === undefined ? "" : `\\,${texOfUnit(unit)}`);
}

/** @param {BinaryExpr} expr */
function texOfBinary({ op, left, right }) {
  if (op === "/") return `\\frac{${texOf(left)}}{${texOf(right)}}`;
  const { sign, left: leastLeft, right: leastRight } = operators[op];
  const before = atLeast(left, leastLeft);
  if (op === "^") return `${before}^{${texOf(right)}}`;
  // A sign cannot follow another one, and a negative factor would read as a difference.
  const after =
    levelOf(right) === level.sign ? inParentheses(texOf(right)) : atLeast(right, leastRight);
  const isDigits = op === "*" && /^[\d.]/.test(after);
  return `${before} ${isDigits ? "\\cdot" : sign} ${after}`;
}

/** @param {ConditionalExpr} expr */
function texOfConditional(expr) {
  const rows = [];
  /** @type {Expr} */
  let rest = expr;
  while (rest.kind === "conditional") {
    rows.push(`${texOf(rest.then)} & \\text{if } ${texOf(rest.test)}`);
    rest = rest.else;
  }
  rows.push(`${texOf(rest)} & \\text{otherwise}`);
  return `\\begin{cases} ${rows.join(" \\\\ ")} \\end{cases}`;
}

/** @param {string} command */
const named =
  (command) =>
  /** @param {readonly string[]} args */
  (...args) =>
    `${command}${inParentheses(args.join(", "))}`;

/** @type {Readonly<Record<FunctionName, (...args: string[]) => string>>} */
const calls = {
  abs: (x) => `\\left|${x}\\right|`,
  ceil: (x) => `\\left\\lceil ${x} \\right\\rceil`,
  clip: named("\\mathrm{clip}"),
  cos: named("\\cos"),
  exp: named("\\exp"),
  expm1: named("\\mathrm{expm1}"),
  exprel: named("\\mathrm{exprel}"),
  floor: (x) => `\\left\\lfloor ${x} \\right\\rfloor`,
  int: (x) => `\\left[${x}\\right]`,
  log: named("\\ln"),
  log1p: named("\\mathrm{log1p}"),
  max: named("\\max"),
  min: named("\\min"),
  prev: named("\\mathrm{prev}"),
  sign: named("\\mathrm{sgn}"),
  sin: named("\\sin"),
  sqrt: (x) => `\\sqrt{${x}}`,
  tanh: named("\\tanh"),
};

/**
 * An expression as TeX.
 * @param {Expr} expr
 * @returns {string}
 */
export function texOf(expr) {
  switch (expr.kind) {
    case "number":
      return texOfNumber(expr);
    case "name":
      return texOfSymbol(expr.name);
    case "unary":
      if (expr.op === "not") return `\\lnot ${atLeast(expr.arg, level.not)}`;
      return `-${atLeast(expr.arg, level.operand)}`;
    case "binary":
      return texOfBinary(expr);
    case "call":
      return calls[expr.fn](...expr.args.map(texOf));
    case "conditional":
      return texOfConditional(expr);
  }
}

/**
 * A statement as one line of an aligned block. Where `isUpdate`, an assignment changes a state.
 * @param {Statement} statement
 * @param {boolean} isUpdate
 */
export function texOfStatement(statement, isUpdate) {
  const { target, value, flags } = statement;
  const notes = flags.map((flag) => ` \\quad \\text{(${flag})}`).join("");
  const symbol = texOfSymbol(target);
  if (statement.kind === "differential") {
    const { coefficient } = statement;
    const factor = coefficient === undefined ? "" : `${atLeast(coefficient, level.product)} \\, `;
    return `${factor}\\frac{d${symbol}}{dt} &= ${texOf(value)}${notes}`;
  }
  if (statement.op === "=") {
    return `${symbol} &${isUpdate ? "\\leftarrow" : "="} ${texOf(value)}${notes}`;
  }
  const op = /** @type {BinaryOperator} */ (statement.op[0]);
  /** @type {Expr} */
  const whole = { kind: "binary", op, left: { kind: "name", name: target }, right: value };
  return `${symbol} &\\leftarrow ${texOf(whole)}${notes}`;
}
