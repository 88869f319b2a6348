// A small validator of JSON schemas (draft 2020-12), for the words that the schema of documents uses.
// Invariant: a word that it does not know is an error of the schema, so nothing is skipped silently.

type Json = unknown;
type Schema = Readonly<Record<string, Json>>;

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isType: Readonly<Record<string, (value: Json) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: (value) => typeof value === "number" && Number.isInteger(value),
};

interface At {
  readonly root: Schema;
  readonly schema: Schema;
  readonly value: Json;
  readonly path: string;
}
/** Gives the problems that one word of a schema finds. */
type Check = (word: never, at: At) => string[];

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
const when = (isWrong: boolean, { path }: At, problem: string): string[] =>
  isWrong ? [`${path}: ${problem}`] : [];

function problemsOf(at: At): string[] {
  if ("properties" in at.schema && !("additionalProperties" in at.schema)) {
    throw new Error(`the schema lacks additionalProperties for ${at.path}`);
  }
  return Object.entries(at.schema).flatMap(([word, value]) => {
    if (!Object.hasOwn(checks, word)) throw new Error(`the schema has an unknown word: ${word}`);
    return checks[word]!(value as never, at);
  });
}

const inside = (at: At, schema: Schema, value: Json, key: string | number): string[] =>
  problemsOf({ root: at.root, schema, value, path: `${at.path}.${key}` });

function checkObject(at: At): string[] {
  const { schema, value } = at;
  if (!isObject(value)) return [];
  const {
    properties = {},
    patternProperties = {},
    additionalProperties = {},
  } = schema as {
    readonly [word: string]: Readonly<Record<string, Schema>>;
  };
  return Object.keys(value).flatMap((key) => {
    if (Object.hasOwn(properties, key)) return inside(at, properties[key]!, value[key], key);
    const pattern = Object.keys(patternProperties).find((each) => new RegExp(each, "u").test(key));
    if (pattern !== undefined) return inside(at, patternProperties[pattern]!, value[key], key);
    const more: Json = additionalProperties;
    if (more === false) return [`${at.path}: unknown key ${key}`];
    return inside(at, more as Schema, value[key], key);
  });
}

const nothing: Check = () => [];
const checks: Readonly<Record<string, Check>> = {
  ...{ $schema: nothing, $defs: nothing, title: nothing, description: nothing },
  // These two are looked at together with additionalProperties, which stands beside them always.
  ...{ properties: nothing, patternProperties: nothing },
  additionalProperties: (_more, at) => checkObject(at),
  $ref: (ref: string, at) => {
    const name = ref.replace("#/$defs/", "");
    const schema = (at.root["$defs"] as Readonly<Record<string, Schema>>)[name];
    if (schema === undefined) throw new Error(`the schema has no ${ref}`);
    return problemsOf({ ...at, schema });
  },
  type: (name: string, at) => when(!isType[name]!(at.value), at, `is no ${name}`),
  const: (one: Json, at) => when(!same(one, at.value), at, `is not ${String(one)}`),
  enum: (all: readonly Json[], at) =>
    when(!all.some((each) => same(each, at.value)), at, `is none of ${all.join(", ")}`),
  not: (schema: Schema, at) => when(problemsOf({ ...at, schema }).length === 0, at, "is excluded"),
  anyOf: (schemas: readonly Schema[], at) => {
    const found = schemas.map((schema) => problemsOf({ ...at, schema }));
    return found.some((problems) => problems.length === 0)
      ? []
      : [`${at.path}: fits nothing of: ${found.flat().slice(0, 4).join("; ")}`];
  },
  required: (keys: readonly string[], at) =>
    isObject(at.value)
      ? keys.flatMap((key) => when(!Object.hasOwn(at.value as object, key), at, `lacks ${key}`))
      : [],
  propertyNames: (schema: Schema, at) =>
    isObject(at.value)
      ? Object.keys(at.value).flatMap((key) => inside(at, schema, key, `(${key})`))
      : [],
  items: (schema: Schema, at) =>
    Array.isArray(at.value) ? at.value.flatMap((each, i) => inside(at, schema, each, i)) : [],
  maxProperties: (most: number, at) =>
    when(isObject(at.value) && Object.keys(at.value).length > most, at, `has more than ${most}`),
  minItems: (least: number, at) =>
    when(Array.isArray(at.value) && at.value.length < least, at, `has fewer than ${least}`),
  maxItems: (most: number, at) =>
    when(Array.isArray(at.value) && at.value.length > most, at, `has more than ${most}`),
  minLength: (least: number, at) =>
    when(typeof at.value === "string" && at.value.length < least, at, "is too short"),
  maxLength: (most: number, at) =>
    when(typeof at.value === "string" && at.value.length > most, at, "is too long"),
  pattern: (pattern: string, at) =>
    when(
      typeof at.value === "string" && !new RegExp(pattern, "u").test(at.value),
      at,
      `does not match ${pattern}`,
    ),
  minimum: (least: number, at) =>
    when(typeof at.value === "number" && at.value < least, at, `is below ${least}`),
  maximum: (most: number, at) =>
    when(typeof at.value === "number" && at.value > most, at, `is above ${most}`),
};

/** What is wrong with a value according to a schema; empty where it is valid. */
export function schemaProblems(schema: Schema, value: Json): string[] {
  return problemsOf({ root: schema, schema, value, path: "$" });
}
