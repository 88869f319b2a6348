// node tools/make-catalogue.mjs [--check]: writes docs/models.md from the models of the library.
// Invariant: the page follows from the sources alone, so running it twice changes nothing.
// With --check nothing is written and the exit code is 1 where the page differs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import prettier from "prettier";
import ts from "typescript";
import { build, root } from "./build.mjs";
import { cataloguePage } from "./catalogue-page.mjs";

const page = "docs/models.md";
const command = "npm run index";

/**
 * A module of the library, compiled.
 * @template M
 * @param {string} name
 * @returns {Promise<M>}
 */
const load = (name) => import(pathToFileURL(join(root, "dist/src", `${name}.js`)).href);

/** The sentence before the export of each model, by its path. */
function readSentences() {
  /** @type {Map<string, string>} */
  const sentences = new Map();
  for (const kind of readdirSync(join(root, "src/models"))) {
    const index = join(root, "src/models", kind, "index.ts");
    if (!existsSync(index)) continue;
    for (const file of readdirSync(join(root, "src/models", kind))) {
      const text = readFileSync(join(root, "src/models", kind, file), "utf8");
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
      for (const statement of source.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        const name = statement.declarationList.declarations[0]?.name.getText();
        const [doc] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc);
        const said = ts.getTextOfJSDocComment(doc?.comment);
        if (said) sentences.set(`${kind}.${name}`, said.replace(/\s+/g, " ").trim());
      }
    }
  }
  return sentences;
}

/** The page as it has to be. */
async function makePage() {
  /** @type {typeof import("../src/models/list-models.js")} */
  const { listModels } = await load("models/list-models");
  /** @type {typeof import("../src/expr/parse.js")} */
  const { parseExpression, parseStatements } = await load("expr/parse");
  /** @type {typeof import("../src/expr/print.js")} */
  const { printExpression } = await load("expr/print");
  /** @type {typeof import("../src/models/define/bounds.js")} */
  const { describeRange } = await load("models/define/bounds");
  /** @type {typeof import("../src/models/quirks.js")} */
  const { quirkDocs } = await load("models/quirks");
  const sentences = readSentences();
  const text = cataloguePage(listModels(), {
    ...{ parseExpression, parseStatements, printExpression, describeRange, quirkDocs, sentences },
  });
  const filepath = join(root, page);
  return prettier.format(text, { ...(await prettier.resolveConfig(filepath)), filepath });
}

const isCheck = process.argv.includes("--check");
if (!build()) {
  process.exitCode = 1;
} else {
  const text = await makePage();
  const path = join(root, page);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    if (isCheck) process.exitCode = 1;
    else writeFileSync(path, text);
    console.log(`${page}: ${isCheck ? `out of date; run ${command}` : "written"}`);
  }
}
