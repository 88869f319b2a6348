// node tools/check-structure.mjs: layers, import cycles, sizes and opening comments of the sources.
// The functions are pure over a Map from path to text, so that test/unit/layering.test.ts can feed
// them trees that must fail. Each problem is one line that starts with the file.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import * as table from "./layer-table.mjs";

/** @typedef {ReadonlyMap<string, string>} Tree  path from the project's root, with "/" -> text */
/** @typedef {{ specifier: string | null, kind: "static" | "type" | "dynamic", line: number }} Import */

const folders = ["src", "backends", "examples", "benchmarks", "tools"];
const maxFileLines = 500;
const maxFunctionLines = 80;

/**
 * Every source file that has to follow the rules.
 * @param {string} root
 * @returns {Tree}
 */
export function readTree(root) {
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|mjs)$/.test(path)) files.set(path, readFileSync(join(root, path), "utf8"));
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of folders) if (present.has(folder)) walk(folder);
  return files;
}

/** @param {string} path @param {string} text */
const parse = (path, text) => ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);

/** @param {ts.SourceFile} source @param {number} position */
const lineAt = (source, position) => source.getLineAndCharacterOfPosition(position).line + 1;

/**
 * The import that this node is, if it is one: static, re-export, import() or the type import("x").
 * @param {ts.Node} node
 * @returns {{ from: ts.Node | undefined, kind: Import["kind"] } | null}
 */
function asImport(node) {
  if (ts.isImportDeclaration(node)) {
    const isType = node.importClause?.isTypeOnly === true;
    return { from: node.moduleSpecifier, kind: isType ? "type" : "static" };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return { from: node.moduleSpecifier, kind: node.isTypeOnly ? "type" : "static" };
  }
  if (ts.isImportTypeNode(node)) {
    return {
      from: ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined,
      kind: "type",
    };
  }
  if (ts.isExternalModuleReference(node)) return { from: node.expression, kind: "static" };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { from: node.arguments[0], kind: "dynamic" };
  }
  return null;
}

/**
 * All imports of one file, in order; a computed name has specifier null.
 * @param {string} path
 * @param {string} text
 * @returns {Import[]}
 */
export function findImports(path, text) {
  const source = parse(path, text);
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const is = asImport(node);
    if (is) {
      const specifier = is.from && ts.isStringLiteralLike(is.from) ? is.from.text : null;
      found.push({ specifier, kind: is.kind, line: lineAt(source, node.getStart()) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The layer of a file: see layer-table.mjs.
 * @param {string} path
 */
export function layerOf(path) {
  const [top = "", next = "", ...rest] = path.split("/");
  if (top === "src") return rest.length === 0 ? next.replace(/\.ts$/, "") : next;
  if (top === "backends") return rest.length === 0 ? "backends" : `backends/${next}`;
  return top;
}

/** @param {string} path @param {string} specifier */
const targetOf = (path, specifier) =>
  posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts");

/**
 * Why `path` may not import the file `target`, or null where it may.
 * @param {string} path
 * @param {string} target
 * @param {Import["kind"]} kind
 */
function fileBreach(path, target, kind) {
  const from = layerOf(path);
  const to = layerOf(target);
  if (from === to) return null;
  const isBackend = from.startsWith("backends/");
  if (to.startsWith("backends/")) {
    if (path === table.backendList && kind === "dynamic") return null;
    return `only ${table.backendList} may import a backend, by import()`;
  }
  const knowsInterface = isBackend || table.sharedByBackends.includes(from);
  if (knowsInterface && target === table.backendInterface) {
    return kind === "type" ? null : `only its types (import type) may be imported here`;
  }
  if (from === "examples" || from === "benchmarks") {
    const entries = table.publicEntries.join(", ");
    return table.publicEntries.includes(target)
      ? null
      : `only the public entry may be (${entries})`;
  }
  const allowed = table.layers[isBackend ? "backends" : from] ?? [];
  if (allowed === table.ANY ? target.startsWith("src/") : allowed.includes(to)) return null;
  const list = typeof allowed === "string" ? "src" : allowed.join(", ") || "nothing";
  return `layer ${from} may import: ${list}`;
}

/**
 * Why `path` may not import the package or Node module `name`, or null where it may.
 * @param {string} path
 * @param {string} name
 * @param {Import["kind"]} kind
 */
function packageBreach(path, name, kind) {
  const layer = layerOf(path);
  if (name.startsWith("node:")) {
    return table.mayUseNode(path) ? null : "Node's modules are not for this layer";
  }
  if (layer === "examples" || layer === "benchmarks") return null;
  const allowed = Object.hasOwn(table.lazyPackages, name) ? table.lazyPackages[name] : undefined;
  if (allowed === undefined) return "this package is not on the list in tools/layer-table.mjs";
  if (allowed !== table.ANY && !allowed.includes(layer)) return `only for ${allowed.join(", ")}`;
  return kind === "static" ? "packages are imported lazily, by import()" : null;
}

/**
 * Why this import is refused, or null where it is allowed.
 * @param {Tree} files
 * @param {string} path
 * @param {Import} found
 */
function importProblem(files, path, { specifier, kind }) {
  if (specifier === null) return "import of a computed name; no check can follow it";
  if (!specifier.startsWith(".")) {
    const reason = packageBreach(path, specifier, kind);
    return reason && `may not import "${specifier}": ${reason}`;
  }
  const target = targetOf(path, specifier);
  if (!specifier.endsWith(".js") || !files.has(target)) return `"${specifier}" does not exist`;
  const reason = fileBreach(path, target, kind);
  return reason && `may not import ${target}: ${reason}`;
}

/** @param {string} path */
const isLayered = (path) => !path.startsWith("tools/");

/**
 * Breaches of the layer table, files in no layer, and imports of files that do not exist.
 * @param {Tree} files
 */
export function checkLayers(files) {
  const problems = [];
  for (const [path, text] of files) {
    if (!isLayered(path)) continue;
    const layer = layerOf(path);
    const isKnown =
      layer.startsWith("backends/") || (layer !== "backends" && Object.hasOwn(table.layers, layer));
    if (!isKnown) problems.push(`${path}: its layer "${layer}" is not in tools/layer-table.mjs`);
    for (const found of findImports(path, text)) {
      const problem = importProblem(files, path, found);
      if (problem) problems.push(`${path}:${found.line}: ${problem}`);
    }
  }
  return problems;
}

/**
 * One problem per cycle that a depth-first search meets; type-only and dynamic imports count too.
 * @param {Tree} files
 */
export function checkCycles(files) {
  /** @type {string[]} */
  const problems = [];
  const done = new Set();
  /** @type {string[]} */
  const path = [];
  /** @param {string} file */
  const visit = (file) => {
    const start = path.indexOf(file);
    if (start >= 0)
      problems.push(`${file}: import cycle ${[...path.slice(start), file].join(" -> ")}`);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const { specifier } of findImports(file, files.get(file) ?? "")) {
      const target = specifier?.startsWith(".") ? targetOf(file, specifier) : null;
      if (target !== null && files.has(target)) visit(target);
    }
    path.pop();
    done.add(file);
  };
  for (const file of files.keys()) visit(file);
  return problems;
}

/** @param {string} text */
const countLines = (text) => text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

/**
 * Files and functions over the limits, and files without an opening comment. Generated files and
 * data tables, which say so in line 1 (@generated, @table), have no size limit.
 * @param {Tree} files
 */
export function checkSizes(files) {
  /** @type {string[]} */
  const problems = [];
  for (const [path, text] of files) {
    if (!/^(#!.*\n)?\s*\/[/*]/.test(text)) problems.push(`${path}: does not open with a comment`);
    if (/^.*@(generated|table)\b/.test(text)) continue;
    const lines = countLines(text);
    if (lines > maxFileLines) problems.push(`${path}: ${lines} lines; allowed ${maxFileLines}`);
    const source = parse(path, text);
    /** @param {ts.Node} node */
    const visit = (node) => {
      if (ts.isFunctionLike(node) && "body" in node && node.body) {
        const first = lineAt(source, node.getStart());
        const size = lineAt(source, node.end) - first + 1;
        const name = node.name?.getText() ?? "(anonymous)";
        if (size > maxFunctionLines) {
          problems.push(
            `${path}:${first}: function ${name} has ${size} lines; allowed ${maxFunctionLines}`,
          );
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return problems;
}

/**
 * All problems of a tree.
 * @param {Tree} files
 */
export const checkTree = (files) => [
  ...checkLayers(files),
  ...checkCycles(files),
  ...checkSizes(files),
];

/**
 * The size of each top-level folder, one line each.
 * @param {Tree} files
 */
export function describeSizes(files) {
  return folders.flatMap((folder) => {
    const texts = [...files]
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([, text]) => text);
    if (texts.length === 0) return [];
    const lines = texts.reduce((sum, text) => sum + countLines(text), 0);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return [`${folder}: ${texts.length} files, ${lines} lines, ${(bytes / 1024).toFixed(1)} KiB`];
  });
}

function main() {
  const files = readTree(dirname(dirname(fileURLToPath(import.meta.url))));
  const problems = checkTree(files);
  for (const problem of problems) console.error(problem);
  for (const line of describeSizes(files)) console.log(line);
  if (problems.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
