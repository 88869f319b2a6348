// node tools/check-package.mjs: packs the package as npm publishes it, and uses it from outside.
// Nothing is fetched: it has no dependencies, and its optional ones are absent. Prints its sizes.
// Every check runs; what is wrong goes to stderr, and the exit code is then 1.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./build.mjs";
import { pageSizes } from "./page-size.mjs";

/** The most that a page may fetch [bytes, gzip], each with all before it; see docs/browser.md. */
const maxGzip = {
  ...{ build: 70_000, sparse: 205_000, iterative: 210_000, workers: 225_000 },
  ...{ loadSparse: 90_000, loadIterative: 95_000 },
};
const bin = (/** @type {string} */ path) => join(root, "node_modules", path);
const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const execute = promisify(execFile);

/** Runs a command; throws what it said unless it succeeded. @param {string} cwd @param {string[]} command */
async function run(cwd, ...[file = "", ...args]) {
  try {
    await execute(file, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = /** @type {import("node:child_process").ExecFileException} */ (
      error
    );
    const said = `${stdout ?? ""}${stderr ?? ""}`;
    throw said === "" ? error : new Error(said);
  }
}

/** Code from strings is refused, as strict pages do. */
const nodeFlags = ["--disallow-code-generation-from-strings"];
const node = (/** @type {string} */ cwd, /** @type {string[]} */ ...args) =>
  run(cwd, process.execPath, ...nodeFlags, ...args);

/** npm as it was started, else the one in the path. @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  const { npm_execpath: script } = process.env;
  const isScript = script !== undefined && /npm-cli\.c?js$/.test(script);
  return isScript ? run(cwd, process.execPath, script, ...args) : run(cwd, "npm", ...args);
}

/** The first block of README.md that uses the package. */
function readmeExample() {
  const text = fs.readFileSync(join(root, "README.md"), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  const example = blocks.find((block) => block.includes('from "myelin"'));
  if (example === undefined) throw new Error("README.md: has no ts block that uses myelin");
  return example;
}

/** The same for a module system without top-level await. @param {string} example */
function asCommonJs(example) {
  const imports = /^import (\{[^}]*\}) from "myelin";$/gm;
  const body = example.replaceAll(imports, 'const $1 = require("myelin");');
  return `(async () => {\n${body}})();\n`;
}

/** What must hold of the types, and of a backend whose packages are absent. */
const typesExample = (/** @type {string} */ example) => `${example}
import { AsyncModel, compile, Model } from "myelin";
import type { BackendName, ModelOf } from "myelin";
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => {};
holds<Same<typeof model, Model>>();
export async function asked(): Promise<void> {
  const iterative = await net.compile({ dt: 1, backend: "iterative" });
  const dense = await compile(net, { dt: 1, backend: "dense" });
  const batched = await net.compile({ dt: 1, batch: 16 });
  holds<Same<typeof iterative, Model>>();
  holds<Same<typeof dense, AsyncModel>>();
  holds<Same<typeof batched, AsyncModel>>();
  holds<Same<ModelOf<{ dt: 1; backend: BackendName }>, Model | AsyncModel>>();
  const now: Float64Array | Float32Array = iterative([1]);
  // @ts-expect-error What an asynchronous model gives is not there yet.
  const later: Float64Array | Float32Array = dense([1]);
  // @ts-expect-error There is no such backend.
  await net.compile({ dt: 1, backend: "unknown" });
  console.log(now, later, batched);
}
`;
const absentExample = `import { BackendUnavailableError, Network, neurons } from "myelin";
const net = new Network();
net.addOutput(net.addNeuron(neurons.nonSpiking()));
for (const backend of ["dense", "gpu"]) {
  const error = await net.compile({ dt: 1, backend }).catch((e) => e);
  if (!(error instanceof BackendUnavailableError)) throw new Error(\`\${backend}: got \${error}\`);
}
`;
const tsconfig = {
  compilerOptions: {
    ...{ target: "ES2022", module: "NodeNext", strict: true, noEmit: true, types: [] },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ verbatimModuleSyntax: true },
  },
  files: ["types.mts"],
};

/** Writes and installs what the checks of use need. @param {string} folder @param {string} tarball */
async function install(folder, tarball) {
  const example = readmeExample();
  const files = {
    "package.json": JSON.stringify({ name: "user", private: true }),
    "tsconfig.json": JSON.stringify(tsconfig),
    "example.mjs": example,
    "example.cjs": asCommonJs(example),
    "types.mts": typesExample(example),
    "absent.mjs": absentExample,
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(join(folder, name), text);
  await npm(folder, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);
  const names = fs
    .readdirSync(join(folder, "node_modules"))
    .filter((name) => !name.startsWith("."));
  if (names.join() !== "myelin") throw new Error(`it also installs ${names.join(", ")}`);
}

/**
 * The checks by name; each throws if it fails and may give a line to print.
 * @param {string} folder of a user
 * @param {string} tarball
 * @returns {Record<string, () => Promise<string | void>>}
 */
const checksOf = (folder, tarball) => ({
  publint: () => node(root, bin("publint/src/cli.js"), "run", tarball, "--strict"),
  attw: () => {
    const flags = ["--profile", "esm-only", "--no-definitely-typed", "--no-emoji", "--no-color"];
    return run(
      root,
      process.execPath,
      bin("@arethetypeswrong/cli/dist/index.js"),
      tarball,
      ...flags,
    );
  },
  import: () => node(folder, "example.mjs"),
  require: () => node(folder, "example.cjs"),
  typescript: () => run(folder, process.execPath, bin("typescript/bin/tsc"), "-p", "."),
  absent: () => node(folder, "absent.mjs"),
  command: async () => {
    const { bin: commands = {} } = JSON.parse(fs.readFileSync(join(root, "package.json"), "utf8"));
    for (const path of Object.values(commands)) {
      await node(folder, join("node_modules/myelin", String(path)), "--help");
    }
  },
  size: async () => {
    const sizes = await pageSizes(folder);
    const stages = /** @type {(keyof typeof maxGzip)[]} */ (Object.keys(maxGzip));
    const said = stages.map((stage) => {
      const { minified, gzip } = sizes[stage];
      const text = `${stage} ${kilobytes(minified)}, gzip ${kilobytes(gzip)}`;
      if (!(gzip <= maxGzip[stage]))
        throw new Error(`${text}; allowed gzip <= ${kilobytes(maxGzip[stage])}`);
      return text;
    });
    return `a page fetches: ${said.join("; ")}. Packed ${kilobytes(fs.statSync(tarball).size)}`;
  },
});

/** Whether all is well. @param {string} temporary */
async function checkPackage(temporary) {
  await npm(root, "pack", "--silent", "--pack-destination", temporary);
  const [name = ""] = fs.readdirSync(temporary);
  const tarball = join(temporary, name);
  const folder = join(temporary, "user");
  fs.mkdirSync(folder);
  await install(folder, tarball);
  let ok = true;
  const checks = Object.entries(checksOf(folder, tarball)).map(async ([check, test]) => {
    try {
      const said = await test();
      if (said !== undefined) console.log(said);
    } catch (error) {
      ok = false;
      process.stderr.write(`${check}: ${error instanceof Error ? error.message : error}\n`);
    }
  });
  await Promise.all(checks);
  return ok;
}

const temporary = fs.mkdtempSync(join(tmpdir(), "myelin-package-"));
try {
  if (!(await checkPackage(temporary))) process.exitCode = 1;
} finally {
  fs.rmSync(temporary, { recursive: true, force: true });
}
