// `myelin models`: the catalogue, or one model with its parameters and equations. Invariant: made
// from the definitions alone, so that it cannot say anything else than what is compiled.

import { printExpression } from "../expr/print.js";
import { describeRange } from "../models/define/bounds.js";
import { listModels } from "../models/list-models.js";
import type { ModelEntry } from "../models/list-models.js";
import type { GradedDefinition, Model, ParameterModel, ReceptorModel } from "../models/types.js";
import { didYouMean } from "../util/nearest.js";
import { codes } from "./command.js";
import type { Context } from "./command.js";
import { readArguments, wrongUse } from "./flags.js";
import { jsonPieces } from "./json.js";
import type { Json } from "./json.js";
import { table } from "./text.js";

const unitText = (unit: string): string => (unit === "1" ? "" : unit);

/** Lines without the indentation that they share. */
function outdent(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const least = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(least).trimEnd());
}

type Texts = readonly (readonly [label: string, text: string | undefined])[];

const gradedTexts = (field: string, graded: GradedDefinition = {}): Texts => [
  [`${field}.conductance`, graded.conductance],
  [`${field}.reversal`, graded.reversal],
  [`${field}.current`, graded.current],
  [`${field}.into`, graded.into],
];

/** What the definition of each kind says besides its equations. */
const otherTexts: {
  readonly [K in Model["kind"]]: (model: Extract<Model, { readonly kind: K }>) => Texts;
} = {
  neuron: ({ definition: { spike, reset, refractory } }) => [
    ["spike", spike],
    ["reset", reset],
    ["refractory", refractory],
  ],
  channel: ({ definition: { current } }) => [["current", current]],
  synapse: ({ definition: { graded, gradedBack, onPre, onPost } }) => [
    ...gradedTexts("graded", graded),
    ...gradedTexts("gradedBack", gradedBack),
    ["onPre", onPre],
    ["onPost", onPost],
  ],
};

/** The text of a model as its author wrote it, line by line. */
function equationsOf(model: Model): string[] {
  const { equations } = model.definition;
  const blocks = equations === undefined ? [] : [equations].flat();
  // The table is total over the kinds and each function gets its own; the cast only says so.
  const texts = otherTexts[model.kind] as (model: Model) => Texts;
  const others = texts(model).flatMap(([label, text]) => {
    if (text === undefined) return [];
    const [first = "", ...rest] = outdent(text);
    const indent = " ".repeat(label.length + 2);
    return [`${label}: ${first}`, ...rest.map((line) => indent + line)];
  });
  return [...blocks.flatMap(outdent), ...others];
}

function defaultOf({ kind, default: value }: ParameterModel): string | undefined {
  if (value === undefined) return undefined;
  const text = printExpression(value);
  return kind === "boolean" ? String(text !== "0") : text;
}

const nameIn = ({ path }: ModelEntry): string => path.split(".")[1]!;
const isDerived = (entry: ModelEntry): boolean => nameIn(entry) !== entry.model.name;

/** The model that a derived one is made from; undefined for the others. */
function baseOf(entry: ModelEntry): ModelEntry | undefined {
  if (!isDerived(entry)) return undefined;
  return listModels().find((each) => each.model === entry.model && !isDerived(each));
}

/** What a model is, in one line. */
function docOf(entry: ModelEntry): string {
  const base = baseOf(entry);
  if (base === undefined) return entry.model.doc;
  const made = entry.make();
  const channels = made.kind === "neuron" ? made.channels.map(({ model }) => model.name) : [];
  const inside = channels.length === 0 ? "" : `, with channels.${channels.join(", channels.")}`;
  return `Made from ${base.path}${inside}: ${base.model.doc}`;
}

function rangeOf({ kind, definition, publicName }: ParameterModel, base?: ModelEntry): string {
  if (kind === "boolean") return "true, false";
  const range = describeRange({ ...definition, unit: "1" });
  const isOwn = base?.parameters.every((each) => each.publicName !== publicName) === true;
  // What values are computed from has no bounds in its definition; the computation checks it.
  return range || (isOwn ? "checked together" : "any");
}

/** The states of its target that users of a model choose. */
const receptorsOf = (model: Model): readonly ReceptorModel[] =>
  model.kind === "synapse" ? model.receptors : [];

/** A model as plain data. */
function describeModel(entry: ModelEntry): { [key: string]: Json } {
  const { path, kind, model, parameters } = entry;
  const { reference, states, definition } = model;
  const base = baseOf(entry);
  return {
    name: path,
    ...{ kind, doc: docOf(entry), reference, madeFrom: base?.path },
    parameters: parameters.map((each) => ({
      name: each.publicName,
      symbol: each.symbol,
      kind: each.kind,
      default: defaultOf(each),
      unit: each.unit,
      allowed: rangeOf(each, base),
      doc: each.doc,
    })),
    states: states.map(({ symbol, initial, unit, doc: meaning }) => ({
      symbol,
      initial: startOf(definition.state?.[symbol]?.initial, printExpression(initial)),
      unit,
      doc: meaning,
    })),
    inputs: (model.kind === "neuron" ? model.inputs : []).map(({ symbol, unit, doc: meaning }) => ({
      symbol,
      unit,
      doc: meaning,
    })),
    receptors: receptorsOf(model).map(({ publicName, symbol, state, doc: meaning }) => ({
      ...{ name: publicName, symbol: `${symbol}_post`, default: state, doc: meaning },
    })),
    output: model.kind === "neuron" ? model.output : undefined,
    equations: equationsOf(model),
  };
}

const startOf = (written: number | string | undefined, printed: string): string =>
  typeof written === "string" ? written : printed;

/** Models that a name stands for: `neurons.spiking`, or `spiking` for all of that name. */
function findModels(name: string): readonly ModelEntry[] {
  const all = listModels();
  const found = all.filter((each) => each.path === name || nameIn(each) === name);
  if (found.length > 0) return found;
  const known = all.flatMap((each) => [each.path, nameIn(each)]);
  wrongUse("NAME", "there is no such model", {
    got: name,
    hint: didYouMean(name, new Set(known)) ?? "See myelin models.",
  });
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length < 2 ? "" : `\n${title}\n${table(rows, "  ")}`;
}

function modelText(entry: ModelEntry): string {
  const { path, model, parameters } = entry;
  const reference = model.reference === undefined ? "" : `Reference: ${model.reference}.\n`;
  const inputs = model.kind === "neuron" ? model.inputs : [];
  const base = baseOf(entry);
  return [
    `${path}\n${docOf(entry)}\n${reference}`,
    `\nequations\n${equationsOf(model)
      .map((line) => `  ${line}\n`)
      .join("")}`,
    section("parameters", [
      ["name", "symbol", "default", "unit", "allowed", "meaning"],
      ...parameters.map((each) => [
        each.publicName,
        each.symbol,
        defaultOf(each) ?? "required",
        unitText(each.unit),
        rangeOf(each, base),
        each.doc,
      ]),
    ]),
    section("states", [
      ["symbol", "starts at", "unit", "meaning"],
      ...model.states.map(({ symbol, initial, unit, doc }) => [
        symbol,
        startOf(model.definition.state?.[symbol]?.initial, printExpression(initial)),
        unitText(unit),
        doc,
      ]),
    ]),
    section("receptors", [
      ["name", "symbol", "default", "meaning"],
      ...receptorsOf(model).map(({ publicName, symbol, state, doc }) => [
        ...[publicName, `${symbol}_post`, state, doc],
      ]),
    ]),
    section("inputs", [
      ["symbol", "unit", "meaning"],
      ...inputs.map(({ symbol, unit, doc }) => [symbol, unitText(unit), doc]),
    ]),
  ].join("");
}

const listText = (entries: readonly ModelEntry[]): string =>
  table(entries.map((entry) => [entry.path, docOf(entry)])) +
  "\nmyelin models NAME shows parameters and equations of one.\n";

/** Runs the command with its arguments. */
export async function models(args: readonly string[], { out }: Context): Promise<number> {
  const places = [{ name: "NAME", isOptional: true }] as const;
  const hint = "See myelin models --help.";
  const flags = readArguments(args, { flags: { "--json": {} }, places, hint });
  if (flags === "help") throw new TypeError("help is answered before");
  const [name] = flags.places;
  const all = listModels();
  const listed = name === undefined ? all : all.filter(({ path }) => path.startsWith(`${name}.`));
  const found = listed.length > 0 ? listed : findModels(name!);
  if (flags.has("--json")) {
    await out.write(jsonPieces({ models: found.map(describeModel) }));
    await out.write(["\n"]);
  } else {
    await out.write([listed.length > 0 ? listText(found) : found.map(modelText).join("\n")]);
  }
  return codes.done;
}
