// Definitions in documents whose texts try to be more than text: they come back as they were, mean what
// they mean with plain texts, and are shown harmlessly where an error quotes them.

import { Network } from "../../../src/index.js";
import { hostileNames, hostilePaths, refusedNames, unseen } from "../../helpers/hostile-names.js";
import { errorOf } from "../network/fixtures.js";

const texts = [...hostileNames, ...hostilePaths, ...refusedNames].filter(
  (text) => text.trim() !== "" && !/\p{Cs}/u.test(text) && text.length < 2000,
);

/** Equations take no character in a comment that nobody sees. */
const comment = (text: string): string => `# ${text.replace(/[\p{C}\p{Z}]/gu, " ")}`;

const definitionOf = (text: string, name: string) => ({
  ...{ name, doc: text },
  reference: text,
  params: { gain: { symbol: "k", default: 2, doc: text, above: 0 } },
  requires: [{ holds: "k < 10", hint: text }],
  state: { x: { initial: 0.5, doc: text } },
  inputs: { I: { doc: text } },
  equations: `x = x / k + I ${comment(text)}`,
  output: "x",
  spike: `x > 3 ${comment(text)}`,
  reset: `x = 0 ${comment(text)}`,
});

/** A population for each model, and a model for each text. */
function documentOf(all: readonly string[]) {
  const paths = all.map((_text, i) => `neurons.model${i}`);
  const models = Object.fromEntries(
    all.map((text, i) => [paths[i]!, definitionOf(text, `model${i}`)]),
  );
  const populations = paths.map((model, i) => ({ name: `p${i}`, model }));
  const outputs = populations.map(({ name }) => ({ source: name, name: `of ${name}` }));
  const inputs = populations.map(({ name }) => ({ target: name, name: `into ${name}` }));
  return { myelin: "network", version: 1, models, populations, inputs, outputs };
}

async function outputsOf(document: unknown): Promise<readonly number[]> {
  const net = Network.fromDocument(JSON.stringify(document));
  const model = await net.compile({ dt: 1, backend: "iterative", onWarning: () => {} });
  const numbers: number[] = [];
  for (let step = 0; step < 10; step += 1) numbers.push(...model(step / 3));
  return numbers;
}

test("texts of definitions change no number", async () => {
  const some = texts.filter((_text, i) => i % 5 === 0);
  expect(some.length).toBeGreaterThan(200);
  const plain = await outputsOf(documentOf(some.map(() => "plain")));
  expect(await outputsOf(documentOf(some))).toEqual(plain);
});

test("texts of definitions come back as they were", () => {
  const document = documentOf(texts);
  const written = Network.fromDocument(JSON.stringify(document)).toDocument();
  expect(JSON.parse(JSON.stringify(written.models))).toEqual(document.models);
});

test("a text is harmless in an error", () => {
  for (const text of texts) {
    const parameters = { gain: -1 };
    const error = errorOf(() =>
      Network.fromDocument({
        ...documentOf([text]),
        populations: [{ model: "neurons.model0", parameters }],
        inputs: [],
        outputs: [],
      }),
    );
    expect(error.code).toBe("out-of-range");
    expect(error.message.replaceAll("\n", " ")).not.toMatch(unseen);
  }
});
