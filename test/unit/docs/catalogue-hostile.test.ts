// The page of models with texts of authors that try to be more than text: the page has the lines that
// it has with plain texts, and no markup but code is left in them.

import { defineNeuron } from "../../../src/models/define/define-neuron.js";
import { describeRange } from "../../../src/models/define/bounds.js";
import type { ModelEntry } from "../../../src/models/list-models.js";
import { quirkDocs } from "../../../src/models/quirks.js";
import { parseExpression, parseStatements } from "../../../src/expr/parse.js";
import { printExpression } from "../../../src/expr/print.js";
import { cataloguePage } from "../../../tools/catalogue-page.mjs";
import { hostileNames, hostilePaths, refusedNames } from "../../helpers/hostile-names.js";

const lines = [
  "# x\n\n<b>",
  "a\n---\nb",
  "- a\n- b",
  "1) a",
  "> a",
  "=\n===",
  "`a` <b> `c`",
  "`` ` ``",
  "`|`",
  "\\",
];
const texts = [...hostileNames, ...hostilePaths, ...refusedNames, ...lines].filter(
  (text) => text.trim() !== "" && text.length < 10_000,
);

/** A model in whose definition every text of its author is this one. */
function entryOf(text: string, comment: string): ModelEntry {
  const make = defineNeuron({
    name: "hostile",
    doc: text,
    reference: text,
    params: { timeConstant: { symbol: "tau", default: 5, unit: "ms", above: 0, doc: text } },
    state: { V: { initial: 0, unit: "mV", doc: text } },
    inputs: { U: { unit: "mV", doc: text } },
    equations: `tau dV/dt = U - V # ${comment}`,
    output: "V",
    spike: `V > 1 mV # ${comment}`,
    reset: `V = 0 # ${comment}`,
  });
  const { model, parameters } = make;
  const build = make as unknown as ModelEntry["make"];
  return { path: "neurons.hostile", kind: "neuron", model, parameters, sample: {}, make: build };
}

const parts = { parseExpression, parseStatements, printExpression, describeRange, quirkDocs };
const pageOf = (text: string, comment = "comment"): string[] =>
  cataloguePage([entryOf(text, comment)], { ...parts, sentences: new Map() }).split("\n");

const plain = pageOf("plain");

const punctuation = /[!-/:-@[-`{-~]/;

/** What a reader sees; throws at markup other than code between single backticks. */
function shown(markdown: string): string {
  let text = "";
  for (let i = 0; i < markdown.length; i += 1) {
    const rest = markdown.slice(i);
    const [code] = /^`[^`]+`(?!`)/.exec(rest) ?? [];
    const [entity] = /^&#?\w+;/.exec(rest) ?? [];
    if (rest[0] === "\\" && punctuation.test(rest[1] ?? "")) text += markdown[(i += 1)];
    else if (code !== undefined) text += code.replaceAll("\\|", "|");
    else if (entity === "&amp;") text += "&";
    else if (entity === "&lt;") text += "<";
    else if (entity !== undefined || /^[`*_[\]$~<]/.test(rest)) throw new Error(`markup: ${rest}`);
    else text += rest[0];
    i += (code ?? entity ?? "x").length - 1;
  }
  return text;
}

const cellEnd = /(?<!\\)\|/g;
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

test("an author's text stays text in its place", () => {
  // What stands around the text on each line.
  const around = plain.map(
    (line) => new RegExp(`^${line.split("plain").map(literally).join("(.*)")}$`, "u"),
  );
  expect(plain.join(" ").match(/plain/g)).toHaveLength(6);
  for (const text of texts) {
    const page = pageOf(text);
    expect(page).toHaveLength(plain.length);
    const seen = page.flatMap((line, i) => {
      const found = around[i]!.exec(line);
      if (found === null) throw new Error(`${JSON.stringify(text)}: ${line}`);
      // Outside of tables this sign means nothing.
      const isCell = plain[i]!.startsWith("| ");
      if (isCell) expect(line.match(cellEnd)).toHaveLength(plain[i]!.match(cellEnd)!.length);
      return found.slice(1);
    });
    const expected = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
    expect([...new Set(seen.map(shown))]).toEqual([expected]);
    for (const part of seen) expect(part).not.toMatch(/^(?:[#>+=-]|\d+[.)])/);
  }
});

test("a comment cannot end the block or the code that it is in", () => {
  const page = pageOf("``` <script>", "``` <b>").join("\n");
  expect(page).toContain("````text\ntau dV/dt = U - V # ``` <b>\n");
  expect(page).toContain("- Fires where ```` V > 1 mV # ``` <b> ```` holds after the update.");
});
