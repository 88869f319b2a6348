// The text of docs/models.md, from the models of the catalogue and from nothing else. Invariant:
// pure; the same models give the same text, before it is formatted.
import { asTex, asText, fence } from "./catalogue-equations.mjs";

/** @typedef {import("../src/models/list-models.js").ModelEntry} ModelEntry */
/** @typedef {import("../src/models/types.js").Model} Model */
/** @typedef {import("../src/models/types.js").SynapseModel} SynapseModel */
/** @typedef {import("../src/models/types.js").ParameterModel} ParameterModel */
/** @typedef {import("../src/expr/ast.js").Expr} Expr */

/**
 * What the page is made from besides the models: parts of the library, and the sentence that stands
 * before the export of each model.
 * @typedef {object} Parts
 * @property {(text: string) => Expr} parseExpression
 * @property {(text: string) => import("../src/expr/ast.js").Statement[]} parseStatements
 * @property {(expr: Expr) => string} printExpression
 * @property {(definition: import("../src/models/types.js").ParameterDefinition) => string} describeRange
 * @property {Readonly<Record<string, string>>} quirkDocs
 * @property {ReadonlyMap<string, string>} sentences
 */

/**
 * Code on one line; comments in it hold any text.
 * @param {string} text
 */
function code(text) {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${ticks} ${line} ${ticks}`;
}

/**
 * Words of a model's author as one line of text; the only markup that is kept is code between single
 * backticks.
 * @param {string} text
 */
const prose = (text) =>
  text
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, i) => (i % 2 === 1 ? part : escapeMarkup(part)))
    .join("")
    .replace(/^(?:[#>+=-]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));

/** @param {string} text */
const escapeMarkup = (text) =>
  text
    .replace(/[\\`*_[\]$~]/g, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replaceAll("<", "&lt;");

/** @param {readonly string[]} words */
const list = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** @param {string} text */
const sentence = (text) => `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;

/** The heading's address within the page. @param {string} path */
const anchor = (path) => `#${path.toLowerCase().replaceAll(".", "")}`;

/** @param {string} path */
const link = (path) => `[${code(path)}](${anchor(path)})`;

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  if (rows.length === 0) return [];
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")];
}

const methods = {
  euler: "explicit Euler",
  exact: "exact, for inputs held over a step",
  exponentialEuler: "exponential Euler",
  rk4: "Runge-Kutta of fourth order",
};

/** How the equations advance. @param {Model} model */
function integration(model) {
  const found = new Set(
    model.blocks.flatMap((block) => (block.kind === "differential" ? [methods[block.method]] : [])),
  );
  return found.size === 0 ? [] : [`Integration: ${[...found].join(", ")}.`];
}

/** @param {readonly string[]} symbols @param {string} end */
const endNames = (symbols, end) => list(symbols.map((symbol) => code(`${symbol}_${end}`)));

/** How a model acts, as sentences. @type {{ readonly [K in Model["kind"]]: (model: Extract<Model, { kind: K }>) => string[] }} */
const actions = {
  neuron: ({ output, definition: { spike, refractory } }) => [
    `Outputs show ${code(output)}, and synapses read it as the membrane potential.`,
    spike === undefined ? "Never fires." : `Fires where ${code(spike)} holds after the update.`,
    ...(refractory === undefined
      ? []
      : [
          `Rests for ${code(refractory)} after a spike: lines marked so stand still, and it cannot fire.`,
        ]),
  ],
  channel: ({ definition: { current } }) => [
    `Adds the current ${code(current)} to the first input of its neuron, in every step.`,
  ],
  synapse: (model) => [...synapseActions(model), ...synapseRoles(model)],
};

/** @param {SynapseModel} model */
function synapseActions({ graded, gradedBack, onPre, onPost, symmetric, ends }) {
  const target = graded?.into === undefined ? "the target's first input" : code(graded.into);
  return [
    ...(graded === undefined ? [] : [`Graded: adds a current to ${target} in every step.`]),
    ...(gradedBack === undefined ? [] : ["The source gets a current, too."]),
    ...(onPre.length === 0 ? [] : ["Runs `onPre` for every spike of the source that arrives."]),
    ...(onPost.length === 0 ? [] : ["Runs `onPost` for every spike of the target."]),
    ...(symmetric ? ["Symmetric: it does not matter which end is the source."] : []),
    ...(ends.pre.length === 0 ? [] : [`Reads ${endNames(ends.pre, "pre")} of the source.`]),
    ...(ends.post.length === 0 ? [] : [`Uses ${endNames(ends.post, "post")} of the target.`]),
  ];
}

/** @param {SynapseModel} model */
const synapseRoles = ({ delay, strength, requires }) => [
  ...(delay === undefined ? [] : [`${code(delay)} is a whole number of steps.`]),
  ...(strength === undefined
    ? []
    : [`In a matrix or a pattern, ${code(strength)} 0 means: no synapse.`]),
  ...requires.map(({ text }) => `Must hold: ${code(text)}.`),
];

/** @param {Parts} parts @param {Model} model */
const switches = ({ quirkDocs }, { quirks }) =>
  quirks.map((quirk) => `With the compat switch ${code(quirk)}: ${quirkDocs[quirk]}`);

/** @param {string} unit */
const showUnit = (unit) => (unit === "1" ? "" : unit);

/**
 * @param {Parts} parts
 * @param {ModelEntry} entry
 * @param {ModelEntry | null} base
 */
function parameterTable({ printExpression, describeRange }, { parameters, model }, base) {
  const showDefault = (/** @type {ParameterModel} */ parameter) => {
    if (parameter.default === undefined) return "required";
    const text = printExpression(parameter.default);
    return code(parameter.kind === "boolean" ? String(text !== "0") : text);
  };
  const showRange = (/** @type {ParameterModel} */ { kind, definition, publicName }) => {
    if (kind === "boolean") return "true, false";
    // What values are computed from has no bounds in its definition; the computation checks it.
    const isOwn = base !== null && !hasParameter(base, publicName);
    const isChecked = isOwn && computedOf(base, parameters).length > 0;
    return describeRange({ ...definition, unit: "1" }) || (isChecked ? "see above" : "any");
  };
  return table(
    ["parameter", "symbol", "default", "unit", "allowed", "meaning"],
    [
      ...parameters.map((each) => [
        code(each.publicName),
        code(each.symbol),
        showDefault(each),
        showUnit(each.unit),
        showRange(each),
        prose(each.doc),
      ]),
      ...receptorRows(model),
    ],
  );
}

/** What users choose by name. @param {Model} model */
const receptorRows = (model) =>
  (model.kind === "synapse" ? model.receptors : []).map(({ publicName, symbol, state, doc }) => [
    ...[code(publicName), code(`${symbol}_post`), code(`"${state}"`)],
    ...["", "a state of the target", doc],
  ]);

/** @param {Parts} parts @param {Model} model */
function stateTable({ printExpression }, { states, definition }) {
  return table(
    ["state", "starts at", "unit", "meaning"],
    states.map(({ symbol, initial, unit, doc }) => {
      const written = definition.state?.[symbol]?.initial;
      const start = typeof written === "string" ? written : printExpression(initial);
      return [code(symbol), code(start), showUnit(unit), prose(doc)];
    }),
  );
}

/** @param {Model} model */
const inputTable = (model) =>
  model.kind !== "neuron"
    ? []
    : table(
        ["input", "unit", "meaning"],
        model.inputs.map(({ symbol, unit, doc }) => [code(symbol), showUnit(unit), prose(doc)]),
      );

/** @param {ModelEntry} entry */
function example({ path, kind, parameters, sample }) {
  const [group = ""] = path.split(".");
  const optional = parameters.find(
    (each) => each.default?.kind === "number" && each.kind === "number",
  );
  const value = optional?.default?.kind === "number" ? optional.default.value : 0;
  const given = Object.keys(sample).length > 0 ? sample : { [optional?.publicName ?? ""]: value };
  const fields = Object.entries(given).map(([name, number]) => `${name}: ${number}`);
  const isChannel = kind === "channel";
  const name = { neuron: "cell", channel: "channel", synapse: "synapse" }[kind];
  const imports = isChannel ? `${group}, neurons` : group;
  const lines = [
    `import { ${imports} } from "myelin";`,
    "",
    `const ${name} = ${path}({ ${fields.join(", ")} });`,
    ...(isChannel ? ["const cell = neurons.nonSpiking({ channels: [channel] });"] : []),
  ];
  return fence("ts", lines.join("\n"));
}

/**
 * What a derived model is derived from.
 * @param {ModelEntry} entry
 * @param {readonly ModelEntry[]} entries
 */
function baseOf({ path, model }, entries) {
  const base = entries.find((each) => each.model === model && !isDerived(each));
  if (base === undefined) throw new Error(`${path}: its model is not in the catalogue`);
  return base;
}

/** @param {ModelEntry} entry */
const isDerived = ({ path, model }) => path !== `${path.split(".")[0]}.${model.name}`;

/** @param {{ readonly parameters: readonly ParameterModel[] }} entry @param {string} name */
const hasParameter = ({ parameters }, name) =>
  parameters.some(({ publicName }) => publicName === name);

/** Parameters of a base that a derived model computes. @param {ModelEntry} base @param {readonly ParameterModel[]} parameters */
const computedOf = (base, parameters) =>
  base.parameters.flatMap(({ publicName }) =>
    hasParameter({ parameters }, publicName) ? [] : [publicName],
  );

/**
 * @param {ModelEntry} entry
 * @param {ModelEntry} base
 * @param {readonly ModelEntry[]} entries
 */
function derivation(entry, base, entries) {
  const computed = computedOf(base, entry.parameters);
  const made = entry.make();
  const inside = made.kind === "neuron" ? made.channels : [];
  const channels = inside.map(({ model }) => entries.find((each) => each.model === model));
  return [
    `The equations of ${link(base.path)}` +
      (channels.length === 0
        ? "."
        : `, and in its membrane ${list(channels.map((each) => link(each?.path ?? "")))}.`),
    ...(computed.length === 0
      ? []
      : [
          `${sentence(list(computed.map(code)))} follow from the other parameters, ` +
            "which are checked together and must give values that the equations allow.",
        ]),
  ];
}

/** @param {ModelEntry} entry @param {Parts} parts */
const docOf = ({ path, model }, { sentences }) => prose(sentences.get(path) ?? model.doc);

/** @param {ModelEntry} entry @param {readonly ModelEntry[]} entries @param {Parts} parts */
function section(entry, entries, parts) {
  const { path, model } = entry;
  const acts = /** @type {(model: Model) => string[]} */ (actions[model.kind]);
  const isOwn = !isDerived(entry);
  const base = isOwn ? null : baseOf(entry, entries);
  const facts = isOwn
    ? [...acts(model), ...integration(model), ...switches(parts, model)]
    : derivation(entry, baseOf(entry, entries), entries);
  return [
    `### ${path}`,
    docOf(entry, parts) +
      (model.reference === undefined || !isOwn ? "" : ` Reference: ${prose(model.reference)}.`),
    ...(isOwn ? [asTex(parts, model), asText(model)] : []),
    facts.map((fact) => `- ${fact}`).join("\n"),
    ...parameterTable(parts, entry, base),
    ...(isOwn ? [...stateTable(parts, model), ...inputTable(model)] : []),
    example(entry),
  ];
}

const opening = `<!-- Generated by \`npm run index\` from src/models; do not edit. -->

# Models

Every model of the library, as its definition says it. The formulas show what a model does by default; the text below them is what is compiled, with the switches for the ways of other systems. Assignments with an arrow change a state; \`V_pre\` is the potential of the neuron at the source end of a synapse, \`V_post\` at the target end. How models are written and added: [adding.md](adding.md).

Units are ms, mV, nA, uS, nF. Each number may also be text with a unit (\`"20 pA"\`) or an array with a value for each neuron or synapse; \`synapses.matrix\` and \`synapses.pattern\` take any synapse with matrices or kernels in place of numbers.`;

/**
 * The whole page.
 * @param {readonly ModelEntry[]} entries
 * @param {Parts} parts
 */
export function cataloguePage(entries, parts) {
  const groups = [...new Set(entries.map(({ path }) => path.split(".")[0] ?? ""))];
  const overview = entries.map((entry) => [link(entry.path), docOf(entry, parts)]);
  const sections = groups.flatMap((group) => [
    `## ${sentence(group)}`,
    ...entries
      .filter(({ path }) => path.startsWith(`${group}.`))
      .flatMap((entry) => section(entry, entries, parts)),
  ]);
  return [opening, ...table(["model", "what it is"], overview), ...sections, ""].join("\n\n");
}
