// The JSON schema that is published says what the reader says: documents that are written satisfy it,
// and its lists of names are those of the library.

import { existsSync, readFileSync } from "node:fs";
import { quirkNames } from "../../../src/index.js";
import { definitionForms } from "../../../src/document/definition-form.js";
import { documentLimits } from "../../../src/document/document.js";
import { everyPart, everyRule, halfCentre } from "../../helpers/document-networks.js";
import { schemaProblems } from "../../helpers/json-schema.js";

interface Schema {
  readonly [word: string]: unknown;
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly items: Schema;
  readonly anyOf: readonly Schema[];
  readonly enum: readonly unknown[];
}
interface Package {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
const path = "src/document/network.schema.json";
const schema = read<Schema>(path);

test("documents that are written satisfy the schema", () => {
  const networks = [
    halfCentre(),
    everyRule(),
    everyPart("none"),
    everyPart("some"),
    everyPart("all"),
  ];
  for (const net of networks) {
    const document = JSON.parse(JSON.stringify(net.toDocument())) as unknown;
    expect(schemaProblems(schema, document)).toEqual([]);
  }
  const document = everyPart().toDocument({ arrays: () => {}, least: 1 });
  expect(schemaProblems(schema, JSON.parse(JSON.stringify(document)))).toEqual([]);
});

test.each([
  [{}, "lacks myelin"],
  [{ myelin: "network", version: 2 }, "is not 1"],
  [{ myelin: "network", version: 1, conections: [] }, "unknown key conections"],
  [{ myelin: "network", version: 1, populations: [{ model: "x" }] }, "does not match"],
  [
    { myelin: "network", version: 1, populations: [{ model: "neurons.x", shape: [] }] },
    "fewer than 1",
  ],
  [{ myelin: "network", version: 1, models: { "x.y": {} } }, "unknown key x.y"],
])("%j does not satisfy the schema", (document, problem) => {
  expect(schemaProblems(schema, document).join("; ")).toContain(problem);
});

test("the schema knows all oddities", () => {
  const [, single] = schema.properties["compat"]!.anyOf;
  expect(Object.keys(single!.properties)).toEqual(quirkNames);
  const { quirks } = schema.$defs["neuronDefinition"]!.properties;
  expect(quirks!.items.enum).toEqual(quirkNames);
});

test.each(["neuron", "channel", "synapse"] as const)(
  "the schema knows all fields of a %s definition",
  (kind) => {
    const { properties } = schema.$defs[`${kind}Definition`]!;
    expect(Object.keys(properties).sort()).toEqual(Object.keys(definitionForms[kind]).sort());
  },
);

test("the schema has the limits of the reader", () => {
  for (const list of ["populations", "connections", "inputs", "outputs", "networks"]) {
    expect(schema.properties[list]!["maxItems"]).toBe(documentLimits.entries);
  }
  const { shape, channels } = schema.$defs["population"]!.properties;
  expect(shape!.anyOf[1]!["maxItems"]).toBe(documentLimits.axes);
  expect(channels!["maxItems"]).toBe(documentLimits.channels);
});

test("the package has the schema as myelin/network.schema.json", () => {
  const { exports, files } = read<Package>("package.json");
  expect(exports["./network.schema.json"]).toBe(`./${path}`);
  expect(files).toContain(path);
  expect(existsSync(path)).toBe(true);
});
