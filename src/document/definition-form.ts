// The form of model definitions in documents: which fields there are and what kind of value each
// holds, as data. Invariant: what passes is plain data of the right kinds, so that reading a
// definition meets no surprises; whether it means something is decided by define*().

import type { ModelKind } from "../models/define/definition.js";
import { documentLimits } from "./document.js";
import { plainValue, writeNumber } from "./numbers.js";
import { Fields, keyPath, ownKeys, ownValue, tooMany, wrongKind } from "./place.js";

/** What a value may be; objects give the fields, of which none has to be there. */
type Form =
  | "text"
  | "number"
  | "boolean"
  | "number or text"
  | "number, boolean or text"
  | { readonly listOf: Form }
  | { readonly textOrListOf: Form }
  | { readonly mapOf: Form }
  | { readonly fields: Readonly<Record<string, Form>> };

const parameter: Form = {
  fields: {
    symbol: "text",
    default: "number, boolean or text",
    unit: "text",
    ...{ min: "number", max: "number", above: "number", below: "number" },
    doc: "text",
  },
};
const graded: Form = {
  fields: { conductance: "text", reversal: "text", current: "text", into: "text" },
};
const common: Readonly<Record<string, Form>> = {
  ...{ name: "text", doc: "text", reference: "text" },
  params: { mapOf: parameter },
  requires: { listOf: { fields: { holds: "text", hint: "text" } } },
  state: { mapOf: { fields: { initial: "number or text", unit: "text", doc: "text" } } },
  ...{ units: "text", integrate: "text", substeps: "number" },
  quirks: { listOf: "text" },
  order: "text",
  equations: { textOrListOf: "text" },
};

/** The fields of each kind of definition. */
export const definitionForms: Readonly<Record<ModelKind, Readonly<Record<string, Form>>>> = {
  neuron: {
    ...common,
    inputs: { mapOf: { fields: { unit: "text", doc: "text" } } },
    ...{ output: "text", spike: "text", reset: "text", refractory: "text" },
  },
  channel: { ...common, current: "text" },
  synapse: {
    ...common,
    ...{ graded, gradedBack: graded, symmetric: "boolean" },
    ...{ onPre: "text", onPost: "text", delay: "text", strength: "text" },
    receptors: { mapOf: { fields: { symbol: "text", default: "text", doc: "text" } } },
    divided: { listOf: "text" },
  },
};

type Leaf = Extract<Form, string>;
const kindsOf: Readonly<Record<Leaf, readonly string[]>> = {
  text: ["string"],
  number: ["number"],
  boolean: ["boolean"],
  "number or text": ["number", "string"],
  "number, boolean or text": ["number", "boolean", "string"],
};

function readLeaf(where: string, value: unknown, form: Leaf): unknown {
  // A number that JSON.stringify() cannot write stands as a text.
  const plain = form === "text" ? value : plainValue(value);
  if (kindsOf[form].includes(typeof plain)) return plain;
  throw wrongKind(where, value, form === "boolean" ? "true or false" : `a ${form}`);
}

/** Definitions are checked part against part, which takes too long for very many parts. */
function checkCount(where: string, count: number): void {
  if (count <= documentLimits.definition) return;
  throw tooMany(where, "parts of a definition", count, documentLimits.definition);
}

/** A copy of a value that has this form; throws at the first place that has not. */
function readForm(where: string, value: unknown, form: Form): unknown {
  if (typeof form === "string") return readLeaf(where, value, form);
  if ("textOrListOf" in form) {
    if (typeof value === "string") return value;
    return readForm(where, value, { listOf: form.textOrListOf });
  }
  if ("listOf" in form) {
    if (!Array.isArray(value)) throw wrongKind(where, value, "a list");
    checkCount(where, value.length);
    return value.map((each: unknown, i) => readForm(`${where}[${i}]`, each, form.listOf));
  }
  if ("mapOf" in form) {
    const keys = ownKeys(where, value);
    checkCount(where, keys.length);
    const entries = keys.map((key) => {
      return [key, readForm(keyPath(where, key), ownValue(value, key), form.mapOf)] as const;
    });
    return Object.fromEntries(entries);
  }
  return readFields(where, value, form.fields);
}

function readFields(
  where: string,
  value: unknown,
  forms: Readonly<Record<string, Form>>,
): Record<string, unknown> {
  const of = new Fields(where, value, Object.keys(forms));
  // In the order in which they are given, so that a definition is written again as it was.
  const entries = Object.keys(value as object).flatMap((key) => {
    const part = of.get(key);
    return part === undefined ? [] : [[key, readForm(of.path(key), part, forms[key]!)] as const];
  });
  return Object.fromEntries(entries);
}

/** A definition of the right form, or a ValidationError at the place where it is not. */
export function readDefinitionForm(
  where: string,
  value: unknown,
  kind: ModelKind,
): Record<string, unknown> {
  return readFields(where, value, definitionForms[kind]);
}

/** A definition as plain JSON: without what is undefined, and with numbers that JSON can hold. */
export function writeDefinition(value: unknown): unknown {
  if (typeof value === "number") return writeNumber(value);
  if (Array.isArray(value)) return value.map(writeDefinition);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, writeDefinition(part)]));
}
