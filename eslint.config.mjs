// Lint rules: those of typescript-eslint that need no type information, plus the house rules that
// syntax alone can show. Layers, sizes and opening comments are in tools/check-structure.mjs.
import tseslint from "typescript-eslint";

/** V8 and C libraries differ in the last bits of these; the project defines its own. */
const inexact = [
  ...["exp", "expm1", "log", "log1p", "log2", "log10", "pow", "cbrt", "hypot"],
  ...["sin", "cos", "tan", "asin", "acos", "atan", "atan2"],
  ...["sinh", "cosh", "tanh", "asinh", "acosh", "atanh"],
];
const portableMaths = inexact.map((property) => ({
  object: "Math",
  property,
  message: "Its last bits depend on the engine: use the portable definition in src/expr.",
}));
const addressedRandom = {
  object: "Math",
  property: "random",
  message: "Randomness has an address: use the counter-based generator in src/util.",
};
const noDefaultExport = {
  selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
  message: "Export by name.",
};

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "out/", "docs-site/", "test/data/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "prefer-const": "error",
      "no-var": "error",
      "no-eval": "error",
      "no-new-func": "error",
      "no-implied-eval": "error",
      "no-restricted-syntax": ["error", noDefaultExport],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    },
  },
  {
    files: ["src/**/*.ts", "backends/**/*.ts"],
    rules: { "no-restricted-properties": ["error", ...portableMaths, addressedRandom] },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["*.config.mjs"], rules: { "no-restricted-syntax": "off" } },
);
