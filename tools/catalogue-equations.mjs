// The equations of a model as TeX and as its author wrote them, for the catalogue page. Invariant:
// nothing is left out; what the formulas show is the default meaning.
import { texOf, texOfStatement, texOfSymbol } from "./tex.mjs";

/** @typedef {import("../src/models/types.js").Model} Model */
/** @typedef {import("../src/models/types.js").GradedDefinition} GradedDefinition */
/** @typedef {import("../src/expr/ast.js").Expr} Expr */

/**
 * The parsers of the library.
 * @typedef {object} Parsers
 * @property {(text: string) => Expr} parseExpression
 * @property {(text: string) => import("../src/expr/ast.js").Statement[]} parseStatements
 */

/**
 * A fenced block, whatever is in it: comments of equations hold any text.
 * @param {string} language
 * @param {string} text
 */
export function fence(language, text) {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const shown = text.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, " ");
  return `${ticks}${language}\n${shown}\n${ticks}`;
}

/** Lines without the indentation that they share. @param {string} text */
function outdent(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const least = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(least).trimEnd());
}

/** Equations as a list of texts. @param {Model} model */
function textsOf({ definition: { equations } }) {
  if (equations === undefined) return [];
  return typeof equations === "string" ? [equations] : [...equations];
}

/** @typedef {readonly (readonly [label: string, text: string | undefined])[]} Labelled */

/**
 * What the text of a model says besides its equations, in the order in which it acts.
 * @type {{ readonly [K in Model["kind"]]: (model: Extract<Model, { kind: K }>) => Labelled }}
 */
const otherTexts = {
  neuron: ({ definition: { spike, reset } }) => [
    ["spike", spike],
    ["reset", reset],
  ],
  channel: ({ definition: { current } }) => [["current", current]],
  synapse: ({ definition: { graded, gradedBack, onPre, onPost } }) => [
    ...gradedTexts("graded", graded),
    ...gradedTexts("gradedBack", gradedBack),
    ["onPre", onPre],
    ["onPost", onPost],
  ],
};

/** @param {string} field @param {GradedDefinition | undefined} graded @returns {Labelled} */
const gradedTexts = (field, graded = {}) => [
  [`${field}.conductance`, graded.conductance],
  [`${field}.reversal`, graded.reversal],
  [`${field}.current`, graded.current],
  [`${field}.into`, graded.into],
];

/** The text of a model as its author wrote it. @param {Model} model */
export function asText(model) {
  const equations = textsOf(model).map((text) => outdent(text).join("\n"));
  const find = /** @type {(model: Model) => Labelled} */ (otherTexts[model.kind]);
  const others = find(model).flatMap(([label, text]) => {
    if (text === undefined) return [];
    const [first, ...rest] = outdent(text);
    const indent = " ".repeat(label.length + 2);
    return [`${label}: ${first}`, ...rest.map((line) => indent + line)].join("\n");
  });
  return fence(
    "text",
    [...equations, ...(others.length === 0 ? [] : [others.join("\n")])].join("\n\n"),
  );
}

/**
 * An expression of the default meaning: oddities of other systems are off.
 * @param {Expr} expr
 * @param {ReadonlySet<string>} off
 * @returns {Expr}
 */
function withoutQuirks(expr, off) {
  switch (expr.kind) {
    case "number":
    case "name":
      return expr;
    case "unary":
      return { ...expr, arg: withoutQuirks(expr.arg, off) };
    case "call":
      return { ...expr, args: expr.args.map((arg) => withoutQuirks(arg, off)) };
    case "conditional": {
      const [then, other] = [withoutQuirks(expr.then, off), withoutQuirks(expr.else, off)];
      if (expr.test.kind === "name" && off.has(expr.test.name)) return other;
      return { ...expr, test: withoutQuirks(expr.test, off), then, else: other };
    }
    case "binary": {
      const [left, right] = [withoutQuirks(expr.left, off), withoutQuirks(expr.right, off)];
      const isOne = left !== expr.left && left.kind === "number" && left.value === 1;
      return expr.op === "*" && isOne ? right : { ...expr, left, right };
    }
  }
}

/** @typedef {(expr: Expr) => Expr} Change */

/**
 * @param {Parsers} parsers
 * @param {string} text
 * @param {Change} change
 * @param {ReadonlySet<string>} states
 */
const statementLines = ({ parseStatements }, text, change, states) =>
  parseStatements(text).map((statement) =>
    texOfStatement({ ...statement, value: change(statement.value) }, states.has(statement.target)),
  );

/** @param {string} symbol @returns {Expr} */
const nameOf = (symbol) => ({ kind: "name", name: symbol });

/**
 * The current of a graded synapse into one of its ends.
 * @param {Parsers} parsers
 * @param {GradedDefinition | undefined} graded
 * @param {"pre" | "post"} end
 */
function gradedLines({ parseExpression }, graded, end) {
  if (graded === undefined) return [];
  const { conductance, reversal, current, into = "I" } = graded;
  /** @type {Expr} */
  const value =
    current !== undefined
      ? parseExpression(current)
      : {
          kind: "binary",
          op: "*",
          left: parseExpression(conductance ?? "0"),
          right: {
            kind: "binary",
            op: "-",
            left: parseExpression(reversal ?? "0"),
            right: nameOf(`V_${end}`),
          },
        };
  /** @type {Expr} */
  const sum = { kind: "binary", op: "+", left: nameOf(`${into}_${end}`), right: value };
  return [texOfStatement({ ...assignment(`${into}_${end}`), value: sum }, true)];
}

/** @param {string} target */
const assignment = (target) =>
  /** @type {const} */ ({
    kind: "assign",
    target,
    op: "=",
    value: { kind: "number", value: 0 },
    flags: [],
    span: { start: 0, end: 0 },
  });

/** @param {string} when @param {readonly string[]} lines */
const labelLines = (when, lines) => lines.map((line) => `${line} && \\text{${when}}`);

/** What happens besides the equations. @type {{ readonly [K in Model["kind"]]: (parsers: Parsers, model: Extract<Model, { kind: K }>, change: Change, states: ReadonlySet<string>) => string[] }} */
const events = {
  neuron(parsers, { definition: { spike, reset } }, change, states) {
    if (spike === undefined) return [];
    const lines = reset === undefined ? [] : statementLines(parsers, reset, change, states);
    const fires = `\\text{spike} &\\Leftarrow ${texOf(change(parsers.parseExpression(spike)))}`;
    return [fires, ...labelLines("at a spike", lines)];
  },
  channel(parsers, { definition: { current } }, change) {
    const sum = {
      kind: "binary",
      op: "+",
      left: nameOf("I"),
      right: change(parsers.parseExpression(current)),
    };
    const statement = { ...assignment("I"), value: /** @type {Expr} */ (sum) };
    return [texOfStatement(statement, true)];
  },
  synapse(parsers, { definition }, change, states) {
    const { graded, gradedBack, onPre, onPost } = definition;
    /** @param {string | undefined} text */
    const lines = (text) => {
      if (text === undefined) return [];
      const targets = parsers.parseStatements(text).map(({ target }) => target);
      return statementLines(parsers, text, change, new Set([...states, ...targets]));
    };
    return [
      ...gradedLines(parsers, graded, "post"),
      ...gradedLines(parsers, gradedBack, "pre"),
      ...labelLines("at a spike that arrives", lines(onPre)),
      ...labelLines("at a spike of the target", lines(onPost)),
    ];
  },
};

/** Two symbols that look the same on paper would make the formulas wrong. @param {Model} model */
function refuseLookalikes(model) {
  /** @type {Map<string, string>} */
  const seen = new Map();
  const inputs = model.kind === "neuron" ? model.inputs : [];
  for (const { symbol } of [...model.parameters, ...model.states, ...inputs]) {
    const tex = texOfSymbol(symbol);
    const other = seen.get(tex);
    if (other !== undefined) {
      throw new Error(`${model.name}: ${symbol} and ${other} are both printed as ${tex}`);
    }
    seen.set(tex, symbol);
  }
}

/** The equations of a model as TeX. @param {Parsers} parsers @param {Model} model */
export function asTex(parsers, model) {
  refuseLookalikes(model);
  const off = new Set(model.quirks.map(String));
  const change = (/** @type {Expr} */ expr) => withoutQuirks(expr, off);
  const states = new Set(model.states.map(({ symbol }) => symbol));
  const equations = textsOf(model).flatMap((text) => statementLines(parsers, text, change, states));
  const more = /** @type {(...args: unknown[]) => string[]} */ (events[model.kind]);
  const lines = [...equations, ...more(parsers, model, change, states)];
  return fence("math", `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`);
}
