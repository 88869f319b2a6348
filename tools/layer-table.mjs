// Which layer may import what, as data; check-structure.mjs enforces it.
// Invariant: the table is complete. What it does not list may not be imported; every layer may
// import itself. A layer is a folder of src/ or a file there (src/errors.ts is layer "errors"),
// one folder of backends/, or one of the top-level folders "examples" and "benchmarks".

/** In place of a list: anything in src. */
export const ANY = "any";

/** @type {Readonly<Record<string, typeof ANY | readonly string[]>>} */
export const layers = {
  util: [],
  errors: ["util"],
  expr: ["errors", "util"],
  models: ["expr", "errors", "util"],
  ir: ["expr", "errors", "util"],
  network: ["models", "errors", "util"],
  circuits: ["network", "models", "errors", "util"],
  lower: ["network", "models", "ir", "expr", "errors", "util"],
  file: ["ir", "expr", "errors", "util"],
  memory: ["ir", "errors", "util"],
  runtime: ["file", "ir", "errors", "util"],
  document: ["network", "models", "errors", "util"],
  nef: ["network", "models", "circuits", "errors", "util"],
  statistics: ["errors", "util"],
  plot: ["errors", "util"],
  compile: ANY,
  index: ANY,
  cli: ANY,
  golden: ANY,
  backends: ["memory", "ir", "expr", "errors", "util"],
  examples: [],
  benchmarks: [],
};

/** What examples and benchmarks may import besides their own folder. */
export const publicEntries = ["src/index.ts"];

/** The only file that may import backends, and only dynamically. */
export const backendList = "src/runtime/backend-list.ts";

/** The only file above them that backends, and what they share, may import, and only its types. */
export const backendInterface = "src/runtime/backend.ts";

/** What backends share: it may import the interface as they may. */
export const sharedByBackends = ["memory"];

/**
 * Who may import Node's own modules.
 * @param {string} file
 */
export const mayUseNode = (file) =>
  /^(src\/(golden|cli)[/.]|src\/runtime\/save|examples\/|benchmarks\/|tools\/)/.test(file);

/**
 * Packages that src and backends may import, lazily or for types only, and the layers that may.
 * @type {Readonly<Record<string, typeof ANY | readonly string[]>>}
 */
export const lazyPackages = {
  mathjs: ANY,
  "ml-matrix": ["nef"],
  "onnxruntime-node": ["backends/dense"],
  webgpu: ["backends/gpu"],
  "gpu.js": ["backends/gpu"],
};
