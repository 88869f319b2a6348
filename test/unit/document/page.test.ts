// The page about documents: every document on it is read, satisfies the schema, compiles and comes
// back, and its code prints what it says. Its words are those of the schema.

import { readFileSync } from "node:fs";
import { Network } from "../../../src/index.js";
import { schemaProblems } from "../../helpers/json-schema.js";
import { blocksOf } from "../../helpers/pages.js";
import { promises, runBlock, shown } from "../../helpers/run-block.js";
import { expectSameNetwork, throughText } from "../../helpers/same-network.js";

const path = "docs/network-documents.md";
const text = readFileSync(path, "utf8");
const blocks = blocksOf({ path, text });
const schema = JSON.parse(readFileSync("src/document/network.schema.json", "utf8")) as Readonly<
  Record<string, Readonly<Record<string, unknown>>>
>;
const ofLanguage = (language: string) =>
  blocks
    .filter((block) => block.language === language)
    .map((block) => [block.line, block] as const);

test.each(ofLanguage("json"))(
  "the document at line %i is read and compiles",
  async (_line, block) => {
    expect(schemaProblems(schema, JSON.parse(block.text))).toEqual([]);
    const net = Network.fromDocument(block.text);
    expectSameNetwork(throughText(net), net);
    const model = await net.compile({ dt: 0.1, backend: "iterative", onWarning: () => {} });
    model.runSync({ steps: 10 });
    expect(model.state.names().length).toBeGreaterThan(0);
  },
);

test.each(ofLanguage("ts"))("the code at line %i prints what it says", async (_line, block) => {
  const said = new Map((await runBlock(block)).map((one) => [one.line, shown(one)]));
  expect(promises(block).size).toBeGreaterThan(0);
  for (const [line, promise] of promises(block)) expect(said.get(line)).toBe(promise);
});

test("the page names every key of a document", () => {
  const table = text.slice(text.indexOf("| key "), text.indexOf("\n\n", text.indexOf("| key ")));
  const names = [...table.matchAll(/^\| `([$a-z]+)` /gim)].map(([, name]) => name);
  expect(names.sort()).toEqual(Object.keys(schema["properties"]!).sort());
});
