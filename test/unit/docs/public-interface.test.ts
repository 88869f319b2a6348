// Whatever users import has a sentence that says what it is, and every function an example that runs
// (code-blocks.test.ts runs them). The index of the pages and the page of the passes are complete.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { passNames } from "../../../src/lower/pipeline.js";
import { filesBelow } from "../../helpers/pages.js";

const entry = join(process.cwd(), "src/index.ts");

/** Values that src/index.ts exports, with the checker that knows them. */
function publicValues(): { readonly checker: ts.TypeChecker; readonly values: ts.Symbol[] } {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
  };
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const all = checker.getExportsOfModule(
    checker.getSymbolAtLocation(program.getSourceFile(entry)!)!,
  );
  const values = all
    .map((symbol) =>
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    )
    .filter(({ flags }) => flags & ts.SymbolFlags.Value);
  return { checker, values };
}

const { checker, values } = publicValues();
const isNamespace = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.ValueModule) !== 0;
const isClass = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Class) !== 0;

function isDocumented(symbol: ts.Symbol): boolean {
  // A class that is merged with an interface may have its comment at either of them.
  const comments = (symbol.declarations ?? []).flatMap((one) => ts.getJSDocCommentsAndTags(one));
  const own = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  return own !== "" || comments.some((one) => ts.isJSDoc(one) && one.comment !== undefined);
}

test("everything that users import, and every method of it, says what it is", () => {
  const named = values.filter((symbol) => !isNamespace(symbol));
  expect(named.length).toBeGreaterThan(15);
  const members = named.filter(isClass).flatMap((symbol) =>
    checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .filter(({ flags, valueDeclaration }) => {
        const isMethod = flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor);
        const isPrivate = valueDeclaration !== undefined && isHash(valueDeclaration);
        return isMethod && !isPrivate && !isForeign(valueDeclaration);
      })
      .map((member) => ({ name: `${symbol.name}.${member.name}`, symbol: member })),
  );
  expect(members.length).toBeGreaterThan(30);
  const all = [...named.map((symbol) => ({ name: symbol.name, symbol })), ...members];
  expect(all.filter(({ symbol }) => !isDocumented(symbol)).map(({ name }) => name)).toEqual([]);
});

function isHash(declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isPrivateIdentifier(name);
}
const isForeign = (declaration: ts.Declaration | undefined): boolean =>
  declaration?.getSourceFile().fileName.includes("node_modules") ?? true;

/** What the tests use of the library's own helpers, exported with the errors. */
const withoutExample = ["show"];

test("every function that users call has an example", () => {
  const functions = values.filter(
    ({ flags, name }) => flags & ts.SymbolFlags.Function && !withoutExample.includes(name),
  );
  expect(functions.length).toBeGreaterThan(4);
  const missing = functions.filter(
    (symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === "example"),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("the index of the documentation leads to every page", () => {
  const index = readFileSync("docs/README.md", "utf8");
  const pages = filesBelow("docs", ".md").map((path) => path.slice("docs/".length));
  const missing = pages.filter((path) => path !== "README.md" && !index.includes(`](${path})`));
  expect(missing).toEqual([]);
  expect(index.split("\n").length).toBeLessThan(40);
  expect(readFileSync("README.md", "utf8")).toContain("](docs/README.md)");
});

test("the page of the passes has a row for each of them, in order", () => {
  const page = readFileSync("docs/design/passes.md", "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(rows).toEqual(passNames);
});
