// Jest transform: transpiles one file with the pinned compiler, without checking types (tsc does).
// The key covers everything the output depends on, so jest's cache on disk never goes stale.
const { createHash } = require("node:crypto");
const ts = require("typescript");

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  inlineSourceMap: true,
  inlineSources: true,
  verbatimModuleSyntax: true,
};
const version = ts.version + JSON.stringify(compilerOptions);

module.exports = {
  process: (text, fileName) => ({
    code: ts.transpileModule(text, { fileName, compilerOptions }).outputText,
  }),
  getCacheKey: (text, fileName, { configString }) =>
    createHash("sha256").update([text, fileName, configString, version].join("\0")).digest("hex"),
};
