// node tools/check.mjs [stage ...]: every check except the tests; without names, all stages.
// Each stage prints one line; what a failed one said follows it. All stages run in any case.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, compiledPath, prepare, root, runCompiled } from "./build.mjs";

/** @typedef {{ ok: boolean, said: string }} Outcome */

/** @param {import("node:child_process").SpawnSyncReturns<string>} result @returns {Outcome} */
const outcome = ({ status, stdout, stderr, error }) => ({
  ok: status === 0,
  said: `${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}`,
});

/** @param {string} script @param {string[]} args */
const node = (script, ...args) =>
  outcome(spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: "utf8" }));

/** Every example asserts about its own output; what it writes goes to a folder of its own. */
function runExamples() {
  const folder = join(root, "examples");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ts$/.test(name)) : [];
  if (names.length > 0 && !build()) return { ok: false, said: "the build failed\n" };
  const out = mkdtempSync(join(tmpdir(), "myelin-examples-"));
  const env = { ...process.env, MYELIN_DEMO_OUT: out };
  const failed = names.flatMap((name) => {
    const path = compiledPath(join(folder, name));
    const compiled = existsSync(path) ? path : prepare(join(folder, name));
    if (compiled === null) return [`examples/${name}: not compiled\n`];
    const options = /** @type {const} */ ({ cwd: out, env, encoding: "utf8", timeout: 120_000 });
    const { ok, said } = outcome(runCompiled(compiled, [], options));
    return ok ? [] : [`examples/${name} failed:\n${said}`];
  });
  rmSync(out, { recursive: true, force: true });
  return { ok: failed.length === 0, said: failed.join("") };
}

/** All outcomes as one. @param {Outcome[]} outcomes @returns {Outcome} */
const all = (...outcomes) => ({
  ok: outcomes.every(({ ok }) => ok),
  said: outcomes.map(({ said }) => said).join(""),
});

/** @type {Record<string, () => Outcome>} */
const stages = {
  types: () => node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--pretty", "false"),
  lint: () => node("node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"),
  format: () => node("node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."),
  structure: () => node("tools/check-structure.mjs"),
  index: () =>
    all(node("tools/make-index.mjs", "--check"), node("tools/make-catalogue.mjs", "--check")),
  // Warnings are errors by typedoc.json; nothing is written, and nothing is asked of the network.
  docs: () => node("node_modules/typedoc/bin/typedoc", "--emit", "none", "--logLevel", "Warn"),
  examples: () => all(runExamples(), node("tools/demo-page.mjs", "--check")),
  package: () => node("tools/check-package.mjs"),
};

/** Stages that say something also when all is well. */
const reports = new Set(["structure", "package"]);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(stages, name));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(", ")}; there are ${Object.keys(stages).join(", ")}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(stages)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const start = performance.now();
  const { ok, said } = run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name.padEnd(10)} ${ok ? "OK" : "FAILED"} (${seconds} s)`);
  if (!ok || reports.has(name)) process.stdout.write(said.replace(/^(?=.)/gm, "  "));
  if (!ok) process.exitCode = 1;
}
