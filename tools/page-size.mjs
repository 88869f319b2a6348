// How much of the library a page fetches, from a bundle of esbuild with code splitting. Invariant: all
// that a page needs to do something counts, whether it is fetched at once or by an import() later.
import { gzipSync } from "node:zlib";
import { build as bundle } from "esbuild";
import { lazyPackages } from "./layer-table.mjs";

/** A page that builds a network of any of the library's models, and compiles it. */
const building = `import { Network, channels, neurons, synapses } from "myelin";
globalThis.page = { Network, channels, neurons, synapses };
`;
/** A page that runs a model which was compiled and saved elsewhere. */
const loading = `import { loadModel } from "myelin";
globalThis.page = { loadModel };
`;

/** What a page fetches besides its own module, by what it does; each of them after those before. */
const pages = /** @type {const} */ ([
  [
    building,
    [
      ["build", []],
      ["sparse", ["src/compile/build.js", "backends/sparse/index.js"]],
      ["iterative", ["backends/iterative/index.js"]],
      ["workers", ["backends/sparse/workers/load.js"]],
    ],
  ],
  [
    loading,
    [
      ["loadSparse", ["src/compile/load-model.js", "backends/sparse/index.js"]],
      ["loadIterative", ["backends/iterative/index.js"]],
    ],
  ],
]);

/** @typedef {{ minified: number, gzip: number }} Size */
/** @typedef {(typeof pages)[number][1][number][0]} StageName */

/** @param {string} path */
const nameOf = (path) => path.split("/").at(-1) ?? "";

/**
 * Sizes [bytes] by stage, each with all before it: to build a network; to compile and run it on the
 * sparse backend; on the iterative one, too; with workers. And in a page of its own: to load a saved
 * model and run it on the sparse backend; on the iterative one, too.
 * @param {string} folder with the package installed
 * @returns {Promise<Record<StageName, Size>>}
 */
export async function pageSizes(folder) {
  const measured = pages.map(([page, stages]) => sizesOf(folder, page, stages));
  return Object.fromEntries((await Promise.all(measured)).flat());
}

/**
 * @param {string} folder
 * @param {string} page
 * @param {readonly (readonly [StageName, readonly string[]])[]} stages
 */
async function sizesOf(folder, page, stages) {
  const { outputFiles, metafile } = await bundle({
    stdin: { contents: page, resolveDir: folder, sourcefile: "page.js" },
    external: Object.keys(lazyPackages),
    ...{ bundle: true, splitting: true, minify: true, format: "esm", platform: "browser" },
    ...{ target: "es2022", write: false, metafile: true, outdir: folder, logLevel: "silent" },
    legalComments: "none",
  });
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [nameOf(path), output]),
  );
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [
      nameOf(path),
      { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length },
    ]),
  );
  /** @type {Set<string>} */
  const fetched = new Set();
  const fetchFile = (/** @type {string} */ name) => {
    if (fetched.has(name)) return;
    fetched.add(name);
    for (const { path, kind, external } of outputs.get(name)?.imports ?? []) {
      if (kind === "import-statement" && external !== true) fetchFile(nameOf(path));
    }
  };
  const fileFor = (/** @type {string} */ source) => {
    const found = [...outputs].find(([, { entryPoint }]) => entryPoint?.endsWith(source));
    if (found === undefined) throw new Error(`${source} is not loaded by import() any more`);
    return found[0];
  };
  return stages.map(([stage, sources]) => {
    for (const name of sources.length === 0 ? ["stdin.js"] : sources.map(fileFor)) fetchFile(name);
    const parts = [...fetched].map((name) => sizes.get(name) ?? { minified: NaN, gzip: NaN });
    const sum = (/** @type {keyof Size} */ key) => parts.reduce((all, part) => all + part[key], 0);
    return [stage, { minified: sum("minified"), gzip: sum("gzip") }];
  });
}
